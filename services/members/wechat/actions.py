"""Signing in by WeChat, binding the account to a person with their leave, and undoing that."""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.identity import Actor
from chassis.problems import Conflict
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import AccountBound
from services.members.contacts.views import contacts_with_phone
from services.members.credentials.actions import hand_over
from services.members.sessions.actions import Tokens, end, end_all, open_session
from services.members.sessions.model import DeviceSession, Method
from services.members.sessions.views import sessions_of
from services.members.wechat import policy
from services.members.wechat.model import (
    CHINA,
    OPENID_INDEX,
    UNIONID_INDEX,
    BoundAlready,
    BoundElsewhere,
    Exchange,
    NotBound,
    PhoneNumber,
    WeChatAccount,
)
from services.members.wechat.views import account_of, number_of, opened, own_account, people_with_phone, place

OF_PERSON = select(WeChatAccount).where(col(WeChatAccount.person_id) == bindparam("person")).with_for_update()


class PhoneWanted(Conflict):
    """Give your telephone number first."""

    title_zh = "请先点“获取手机号”，再填身份证后四位。"


class NumberDoesNotFit(Conflict):
    """Nobody with this telephone number has a citizen number that ends so."""

    title_zh = "身份证后四位与登记的不符，请核对后再填；多次不符请找村（社区）代办员核对。"


class Found(StrEnum):
    """What a telephone number led to."""

    BOUND = "bound"
    NUMBER_WANTED = "number_wanted"
    NOBODY = "nobody"

    @property
    def next_zh(self) -> str:
        """What to do now."""
        return _NEXT_ZH[self]


_NEXT_ZH = {
    Found.BOUND: "已绑定本人身份，可以提交和查看诉求了。",
    Found.NUMBER_WANTED: "请再填本人身份证的后四位，以确认是本人。",
    Found.NOBODY: "没有查到登记这个手机号的人。您仍可提交诉求；要绑定身份，请带身份证找村（社区）代办员登记手机号。",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; tokens of the person once the account is bound."""

    found: Found
    tokens: Tokens | None


async def sign_in(session: Session, who: Exchange, *, device: str, mark: bytes | None, address: str | None) -> Tokens:
    """Sign a WeChat user in: as the person that the account is bound to, else as the account itself.

    Raises `AccessWithdrawnNow`, `SecondFactorWanted` or `NoSigningKey`.
    """
    vault = session.use(Vault)
    account = await account_of(session, who)
    if account is None:
        account = _new(vault, who, session)
        session.add(account)
    elif account.person_id is not None:
        await policy.check_may_use_wechat(session, account.person_id)
    account.openid = vault.seal(who.openid, place=place(account.id, "openid"))
    account.openid_index = vault.index(who.openid, place=OPENID_INDEX)
    account.session_key = vault.seal(who.session_key, place=place(account.id, "session_key"))
    if who.unionid is not None:
        account.unionid = vault.seal(who.unionid, place=place(account.id, "unionid"))
        account.unionid_index = vault.index(who.unionid, place=UNIONID_INDEX)
    return await open_session(
        session, account.subject_id, method=Method.WECHAT, device=device, mark=mark, address=address
    )


async def bind_by_phone(session: Session, phone: PhoneNumber, *, by: Actor) -> Outcome:
    """Bind the account, with the leave that was given, to the one person with this number: in the registers, or else
    to whoever called by it.

    Several who share it, and whoever is in office, are asked for the end of their citizen number. The telephone number
    stays with an account that is not bound yet. Raises `BoundAlready`, `BoundElsewhere` or `SecondFactorWanted`.
    """
    account = await own_account(session, by.person_id, lock=True)
    if account.person_id is not None:
        raise BoundAlready()
    account.phone = session.use(Vault).seal(phone.text, place=place(account.id, "phone"))
    found = await people_with_phone(session, phone.text) if phone.country == CHINA else []
    found = found or await contacts_with_phone(session, phone.text)
    if len(found) == 1 and await policy.is_known_by_phone_alone(session, found[0]):
        return await _bind(session, account, found[0], by=by, reason="telephone_number")
    return Outcome(Found.NUMBER_WANTED if found else Found.NOBODY, None)


async def count_answer(session: Session, *, by: Actor) -> int:
    """Count an answer before it is compared, in a transaction of its own; gives how many wrong ones are left.

    Raises `TooManyAnswers`, `BoundAlready` or `PhoneWanted`.
    """
    account = await own_account(session, by.person_id, lock=True)
    if account.person_id is not None:
        raise BoundAlready()
    if account.phone is None:
        raise PhoneWanted()
    return account.count_answer(at=session.now)


async def bind_by_number(session: Session, last_four: str, *, by: Actor, left: int) -> Outcome:
    """Bind the account to the one of those with its telephone number whose citizen number ends so.

    Raises `NumberDoesNotFit`, which says how many answers are left, and otherwise as `bind_by_phone`.
    """
    account = await own_account(session, by.person_id, lock=True)
    phone = opened(session, account, "phone")
    if phone is None:
        raise PhoneWanted()
    numbers = {one: await number_of(session, one) for one in await people_with_phone(session, phone)}
    fitting = [one for one, number in numbers.items() if number and hmac.compare_digest(number[-4:], last_four)]
    if not fitting:
        raise NumberDoesNotFit(answers_left=left)
    if len(fitting) > 1:
        return Outcome(Found.NOBODY, None)
    account.wrong_answers, account.answers_since = 0, None
    return await _bind(session, account, fitting[0], by=by, reason="citizen_number")


async def unbind(session: Session, *, by: Actor) -> None:
    """Forget the account and end its sessions; whoever signs in with that WeChat again begins with a new account.

    What was asked for stays the person's. Raises `NotBound`.
    """
    account = await own_account(session, by.person_id, lock=True)
    if account.person_id is None:
        raise NotBound()
    session.delete(account)
    for one in await sessions_of(session, by.person_id):
        if one.method is Method.WECHAT:
            await end(session, one.id, by=by)


async def forget_session_key(session: Session, *, by: Actor) -> None:
    """WeChat says that it is over."""
    account = await own_account(session, by.person_id, lock=True)
    account.session_key = None


async def _bind(session: Session, account: WeChatAccount, person_id: UUID, *, by: Actor, reason: str) -> Outcome:
    """The account is the person's: its sessions end, and one of the person's begins on the same device."""
    await policy.check_may_use_wechat(session, person_id)
    if await session.first(OF_PERSON, person=person_id) is not None:
        raise BoundElsewhere()
    account.bind(person_id, at=session.now)
    await hand_over(session, account.id, person_id=person_id)
    session.publish(AccountBound(account_id=account.id, person_id=person_id, bound_at=session.now))
    audit.record(session, actor_id=account.id, action="bind_wechat", about=person_id, reason=reason)
    here = await session.get(DeviceSession, by.session_id) if by.session_id else None
    await end_all(session, by=by)
    device, mark = (here.device, here.mark) if here else ("", None)
    opened = await open_session(session, person_id, method=Method.WECHAT, device=device, mark=mark)
    return Outcome(Found.BOUND, opened)


def _new(vault: Vault, who: Exchange, session: Session) -> WeChatAccount:
    account_id = new_id()
    return WeChatAccount(
        id=account_id,
        openid=vault.seal(who.openid, place=place(account_id, "openid")),
        openid_index=vault.index(who.openid, place=OPENID_INDEX),
        unionid=None,
        unionid_index=None,
        session_key=None,
        phone=None,
        opened_at=session.now,
        person_id=None,
        bound_at=None,
        wrong_answers=0,
        answers_since=None,
    )
