"""Giving accounts, giving passwords anew, suspending; and changing one's own password."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.clock import real_now
from chassis.problems import Conflict, NotFound
from chassis.session import Session
from services.members.passwords.hashing import Hashing
from services.members.passwords.model import PasswordAccount
from services.members.passwords.second_factor import take_away
from services.members.passwords.views import OF_NAME
from services.members.posts.views import posts_of
from services.members.roll.model import Member
from services.members.sessions.actions import end_others

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when it is read out
GROUPS, OF = 4, 4


class SignInNameTaken(Conflict):
    """Somebody else has this sign-in name."""

    title_zh = "这个登录名已有人使用，请换一个。"


class AccountThere(Conflict):
    """This person has an account with a password already."""

    title_zh = "此人已有密码账号；忘记密码请用“重置密码”。"


class HoldsNoPost(Conflict):
    """Only persons on the roll who hold a post get an account with a password."""

    title_zh = "此人不在党员名册中或目前没有任职，不能开通密码账号；请先登记任职。"


@dataclass(frozen=True, slots=True)
class GivenPassword:
    """A password to hand over to its owner, who replaces it at the first sign-in."""

    person_id: UUID
    sign_in_name: str
    password: str
    good_until: datetime  # real time


async def give_account(
    session: Session, person_id: UUID, *, sign_in_name: str, by: UUID | None = None
) -> GivenPassword:
    """Give a person on the roll who holds a post an account; `by` is none for a command at the server.

    Raises `HoldsNoPost`, `AccountThere`, `SignInNameTaken`, `TooManySigningIn`.
    """
    if await session.get(Member, person_id) is None or not await posts_of(session, person_id):
        raise HoldsNoPost()
    if await session.get(PasswordAccount, person_id) is not None:
        raise AccountThere()
    if await session.first(OF_NAME, name=sign_in_name) is not None:
        raise SignInNameTaken()
    given, digest = await _new_password(session, person_id, sign_in_name)
    session.add(
        PasswordAccount(
            person_id=person_id,
            sign_in_name=sign_in_name,
            password=digest,
            given_until=given.good_until,
            changed_at=real_now(),
            suspended_at=None,
            given_by=by,
        )
    )
    return given


async def give_password(
    session: Session, person_id: UUID, *, without_second_factor: bool, by: UUID | None = None
) -> GivenPassword:
    """Give somebody a password in place of the one that was forgotten, and end their sessions.

    `without_second_factor` forgets their authenticator, too. Raises `NotFound`, `TooManySigningIn`.
    """
    account = await session.get(PasswordAccount, person_id)
    if account is None:
        raise NotFound()
    given, digest = await _new_password(session, person_id, account.sign_in_name)
    account = await held_account(session, person_id)
    account.give(digest, at=real_now(), until=given.good_until, by=by)
    if without_second_factor:
        await take_away(session, person_id)
    await end_others(session, person_id, but=None)
    return given


async def suspend(session: Session, person_id: UUID) -> None:
    """Let nobody sign in with this account, and end the person's sessions. Raises `NotFound`."""
    account = await held_account(session, person_id)
    if account.suspended_at is None:
        account.suspended_at = real_now()
    await end_others(session, person_id, but=None)


async def resume(session: Session, person_id: UUID) -> None:
    """Let the person sign in again. Raises `NotFound`."""
    (await held_account(session, person_id)).suspended_at = None


async def held_account(session: Session, person_id: UUID) -> PasswordAccount:
    """The account, held until this transaction ends. Raises `NotFound`."""
    account = await session.get(PasswordAccount, person_id, lock=True)
    if account is None:
        raise NotFound()
    return account


async def _new_password(session: Session, person_id: UUID, sign_in_name: str) -> tuple[GivenPassword, str]:
    hashing = session.use(Hashing)
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(OF)) for _ in range(GROUPS))
    given = GivenPassword(person_id, sign_in_name, password, real_now() + hashing.given_for)
    with hashing.place():
        return given, await hashing.digest(password)
