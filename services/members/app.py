"""`members` on one page."""

from chassis.service import Mounted, Service
from chassis.session import AlreadyThere
from services.members.accounts import api as accounts
from services.members.accounts import development as development_sign_in
from services.members.accounts.keys import Signer, make_key_if_none
from services.members.divisions import api as divisions
from services.members.organizations import api as organizations
from services.members.posts import api as posts
from services.members.tables import Table


def build(*, development: bool) -> Service:
    """The service. With `development`, generated people may sign in with a code; without, no such route is."""
    return Service(
        name="members",
        offers=[
            accounts.router,
            *([development_sign_in.router] if development else []),
            organizations.router,
            divisions.router,
            posts.router,
        ],
        owns=Table.metadata,
        uses=[Signer()],
    )


async def prepare(mounted: Mounted) -> None:
    """What has to be there before anybody can sign in: a signing key. To be called after every start."""
    try:
        async with mounted.sessions() as session:
            await make_key_if_none(session)
    except AlreadyThere:  # another copy of this service made it just now
        return
