"""`members` on one page."""

from pathlib import Path

from sqlmodel import col

from chassis import exports, proposals
from chassis.burden import Counting, Messages
from chassis.plans import table_of
from chassis.retention import Retention
from chassis.service import Mounted, Service
from chassis.session import AlreadyThere
from chassis.settings import ConsentSettings, PasswordSettings, SingleSignOnSettings
from chassis.two_persons import TwoPersons
from contracts.members import AuditDaySealed, BurdenCounted
from services.members.absences import api as absences
from services.members.access import api as access
from services.members.accounts import api as accounts
from services.members.accounts import development as development_sign_in
from services.members.accounts.keys import Signer, keep_keys_turning
from services.members.aid_files import actions as aid
from services.members.aid_files import api as aid_files
from services.members.clients import api as clients
from services.members.clients import tokens as client_tokens
from services.members.clients.admission import Minted, forget_old_nonces
from services.members.clients.keys import Keys
from services.members.clients.model import ApiClient
from services.members.consents import api as consents
from services.members.consents.handlers import ask_for_consent, close_what_has_ended, close_what_was_given
from services.members.contacts import api as contacts
from services.members.credentials import api as credentials
from services.members.credentials.actions import DRAWS_OVER, KEYS_OF_THE_DAY, end_drawing, list_keys
from services.members.credentials.handlers import make_cell_key, note_parts, note_place
from services.members.credentials.signing import BlindSigner
from services.members.credentials.surveys.handlers import call_a_survey_off, make_survey_keys
from services.members.divisions import api as divisions
from services.members.erasures import api as erasures
from services.members.erasures.actions import ERASE
from services.members.holdings import HOLDINGS
from services.members.organizations import api as organizations
from services.members.pairings import api as pairings
from services.members.passwords import accounts as password_accounts
from services.members.passwords import api as password_sign_in
from services.members.passwords.hashing import Hashing
from services.members.posts import api as posts
from services.members.posts.model import Post
from services.members.rules.pack import MemberRules
from services.members.sessions import api as sessions
from services.members.single_sign_on import api as single_sign_on_accounts
from services.members.single_sign_on.provider import Provider
from services.members.tables import Table
from services.members.texts.model import TextMessage, Texts, TextStage
from services.members.texts.sending import send_texts
from services.members.unmaskings import api as unmaskings
from services.members.unmaskings.actions import UNMASK
from services.members.unmaskings.protected import protect
from services.members.wechat import api as wechat_accounts
from services.members.wechat.mini_program import MiniProgram

NOBODY_TO_CALL = "12345"
"""The hotline; whom texts say to call back where nothing else is set."""

RETENTION = Path(__file__).with_name("retention.yaml")


def build(
    *,
    development: bool,
    passwords: PasswordSettings | None = None,
    single_sign_on: SingleSignOnSettings | None = None,
    mini_program: MiniProgram | None = None,
    texts: Texts | None = None,
    consents_by: ConsentSettings | None = None,
    rules: MemberRules | None = None,
) -> Service:
    """The service. With `development`, generated people may sign in with a code; without, no such route is.

    Without a mini-program, signing in by WeChat is refused with a sentence; without texts, codes are told at counters.
    Settings that are not given are the environment's.
    """
    blind_signer = BlindSigner()
    return Service(
        name="members",
        seals=AuditDaySealed,
        counts=Counting(
            BurdenCounted,
            posts=table_of(Post),
            clients=table_of(ApiClient),
            messages=[Messages(table_of(TextMessage), {"text": col(TextMessage.stage) == TextStage.SENT})],
        ),
        offers=[
            accounts.router,
            password_sign_in.router,
            password_accounts.router,
            single_sign_on_accounts.router,
            *([development_sign_in.router] if development else []),
            wechat_accounts.sign_in_router,
            wechat_accounts.router,
            sessions.router,
            access.router,
            clients.router,
            client_tokens.router,
            organizations.router,
            divisions.router,
            contacts.router,
            consents.router,
            posts.router,
            absences.router,
            pairings.router,
            aid_files.router,
            aid_files.notices,
            credentials.router,
            unmaskings.router,
            erasures.router,
            proposals.routes(),
            exports.routes(HOLDINGS),
        ],
        hears=[
            ask_for_consent,
            close_what_was_given,
            close_what_has_ended,
            protect,
            make_cell_key,
            make_survey_keys,
            call_a_survey_off,
            note_place,
            note_parts,
        ],
        keeps_time={aid.NOTICE_OVER: aid.close_notice, KEYS_OF_THE_DAY: list_keys, DRAWS_OVER: end_drawing},
        errands=[send_texts],
        upkeep=[keep_keys_turning, forget_old_nonces, Retention.load(RETENTION, Table.metadata).sweep],
        owns=Table.metadata,
        uses=[
            Signer(),
            blind_signer,
            Keys(),
            Minted(),
            Hashing(passwords or PasswordSettings()),
            Provider(single_sign_on or SingleSignOnSettings()),
            mini_program or MiniProgram(None),
            texts or Texts(None, NOBODY_TO_CALL),
            consents_by or ConsentSettings(),
            TwoPersons(UNMASK, ERASE, *aid.ACTS),
            HOLDINGS,
            rules or MemberRules.load(),
        ],
        lets_go=[blind_signer.close],
    )


async def prepare(mounted: Mounted) -> None:
    """What has to be there before anybody can sign in: a signing key. To be called after every start."""
    try:
        async with mounted.sessions() as session:
            await keep_keys_turning(session)
    except AlreadyThere:  # another copy of this service made it just now
        return
