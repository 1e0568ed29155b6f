"""`members` on one page."""

from chassis.service import Mounted, Service
from chassis.session import AlreadyThere
from chassis.settings import PasswordSettings
from services.members.absences import api as absences
from services.members.access import api as access
from services.members.accounts import api as accounts
from services.members.accounts import development as development_sign_in
from services.members.accounts.keys import Signer, keep_keys_turning
from services.members.divisions import api as divisions
from services.members.organizations import api as organizations
from services.members.passwords import accounts as password_accounts
from services.members.passwords import api as password_sign_in
from services.members.passwords.hashing import Hashing
from services.members.posts import api as posts
from services.members.sessions import api as sessions
from services.members.tables import Table
from services.members.wechat import api as wechat_accounts
from services.members.wechat.mini_program import MiniProgram


def build(
    *,
    development: bool,
    passwords: PasswordSettings | None = None,
    mini_program: MiniProgram | None = None,
) -> Service:
    """The service. With `development`, generated people may sign in with a code; without, no such route is.

    Without a mini-program, signing in by WeChat is refused with a sentence. Settings that are not given are the
    environment's.
    """
    return Service(
        name="members",
        offers=[
            accounts.router,
            password_sign_in.router,
            password_accounts.router,
            *([development_sign_in.router] if development else []),
            wechat_accounts.sign_in_router,
            wechat_accounts.router,
            sessions.router,
            access.router,
            organizations.router,
            divisions.router,
            posts.router,
            absences.router,
        ],
        upkeep=[keep_keys_turning],
        owns=Table.metadata,
        uses=[Signer(), Hashing(passwords or PasswordSettings()), mini_program or MiniProgram(None)],
    )


async def prepare(mounted: Mounted) -> None:
    """What has to be there before anybody can sign in: a signing key. To be called after every start."""
    try:
        async with mounted.sessions() as session:
            await keep_keys_turning(session)
    except AlreadyThere:  # another copy of this service made it just now
        return
