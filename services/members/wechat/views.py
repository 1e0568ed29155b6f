"""Reading WeChat accounts, and who has a telephone number."""

from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.members.households.model import Citizen
from services.members.persons import PHONE_INDEX, in_clear, vault_of
from services.members.roll.model import Member
from services.members.wechat.model import OPENID_INDEX, UNIONID_INDEX, Exchange, WeChatAccount

SIGNED_IN = (
    select(WeChatAccount)
    .where(
        or_(
            col(WeChatAccount.openid_index) == bindparam("openid"),
            col(WeChatAccount.unionid_index) == bindparam("union"),
        )
    )
    .with_for_update()
)
MINE = select(WeChatAccount).where(
    or_(col(WeChatAccount.id) == bindparam("subject"), col(WeChatAccount.person_id) == bindparam("subject"))
)
MINE_LOCKED = MINE.with_for_update()
MEMBERS_WITH = columns(col(Member.id)).where(col(Member.phone_index) == bindparam("phone"))
CITIZENS_WITH = columns(col(Citizen.id)).where(col(Citizen.phone_index) == bindparam("phone"))


class NoWeChatAccount(NotFound):
    """You did not sign in by WeChat, or the account is no longer there."""

    title_zh = "您不是用微信登录的，请先在小程序里用微信登录。"


async def account_of(session: Session, who: Exchange) -> WeChatAccount | None:
    """The account of a WeChat user, to be changed: by the openid, or by the unionid of another mini-program."""
    vault = session.use(Vault)
    found = await session.all(
        SIGNED_IN,
        openid=vault.index(who.openid, place=OPENID_INDEX),
        union=vault.index(who.unionid, place=UNIONID_INDEX) if who.unionid else None,
    )
    index = vault.index(who.openid, place=OPENID_INDEX)
    return next((one for one in found if one.openid_index == index), found[0] if found else None)


async def own_account(session: Session, subject_id: UUID, *, lock: bool = False) -> WeChatAccount:
    """The account that a token speaks for, bound or not. Raises `NoWeChatAccount`."""
    found = await session.first(MINE_LOCKED if lock else MINE, subject=subject_id)
    if found is None:
        raise NoWeChatAccount()
    return found


async def people_with_phone(session: Session, phone: str) -> list[UUID]:
    """Who has this number, in the roll or among the citizens; who stands in both counts once."""
    index = session.use(Vault).index(phone, place=PHONE_INDEX)
    members = await session.all(MEMBERS_WITH, phone=index)
    citizens = await session.all(CITIZENS_WITH, phone=index)
    return sorted({person_id for (person_id,) in [*members, *citizens]})


async def number_of(session: Session, person_id: UUID) -> str | None:
    """A person's citizen number, if it is known and still opens."""
    person = await session.get(Member, person_id) or await session.get(Citizen, person_id)
    return None if person is None else in_clear(await vault_of(session, person_id), person, "citizen_number")


def opened(session: Session, account: WeChatAccount, column: str) -> str | None:
    """A sealed value of an account."""
    sealed: bytes | None = getattr(account, column)
    return None if sealed is None else session.use(Vault).open(sealed, place=place(account.id, column))


def place(account_id: UUID, column: str) -> str:
    """What a sealed value of an account is bound to."""
    return place_of("wechat_account", column, account_id)
