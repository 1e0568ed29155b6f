"""Signing in by name and password, step by step; the second factor ends every way of signing in that wants one."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import Conflict, Forbidden, NotFound, Unauthenticated
from chassis.secrecy import Vault
from chassis.session import Session
from services.members.passwords.challenges import LIFE, Challenge, ChallengeOver, Step, open_challenge
from services.members.passwords.hashing import Hashing
from services.members.passwords.model import PasswordAccount, SecondFactor
from services.members.passwords.policy import OnlyAtTheServer
from services.members.passwords.rules import check_password
from services.members.passwords.second_factor import check_code, enrol, is_demanded, new_secret
from services.members.passwords.tries import KnownDevice, forget_tries, key_of, net_of, take_a_try
from services.members.passwords.views import words_known_of
from services.members.posts.views import posts_of
from services.members.sessions.actions import Tokens, end_others, open_session
from services.members.sessions.devices import mark_of
from services.members.sessions.model import Method

BY_NAME = select(PasswordAccount).where(col(PasswordAccount.sign_in_name) == bindparam("name"))
ANYWHERE = "anywhere"
"""Codes are tried only by those who know the password, so all devices that are not known share one count."""


class WrongPassword(Unauthenticated):
    """This name and this password do not belong together."""

    title_zh = "登录名或密码不对，请核对大小写后重试；忘记密码请联系县（区）平台管理员重置。"


class AccountSuspended(Forbidden):
    """This account is suspended."""

    title_zh = "此账号已停用，请联系县（区）平台管理员。"


class FirstPasswordOver(Forbidden):
    """The password that was given for the first sign-in is no longer good."""

    title_zh = "初始密码已过期，请联系县（区）平台管理员重新发放。"


class NoPostHeld(Forbidden):
    """This way of signing in is for those who hold a post."""

    title_zh = "您目前没有任职，不能用此方式登录；请用微信登录办理个人事项。"


class WrongOldPassword(Forbidden):
    """This is not your present password."""

    title_zh = "原密码不对，请重新输入。"


class PasswordUnchanged(Forbidden):
    """The password that was given has to be replaced by another."""

    title_zh = "新密码不能与初始密码相同，请另设一个。"


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody signs in: what the device calls itself and sends along, its address, its token if known."""

    device: str
    headers: Mapping[str, str]  # among them the device's own key
    address: str | None
    device_token: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """A sign-in that has come to its end; recovery codes only where a second factor was enrolled on the way."""

    tokens: Tokens
    device_token: str
    recovery_codes: list[str]


async def sign_in(sessions: Sessions, *, name: str, password: str, caller: Caller) -> Done | Challenge:
    """Begin with name and password.

    The try is counted in a transaction of its own, and no database connection is held while the password is compared.
    Raises `WrongPassword`, for a name that is not there too; `TooManyTries`, `TooManySigningIn`; and to those who
    know the password `AccountSuspended`, `FirstPasswordOver`, `NoPostHeld`.
    """
    async with sessions(None) as session:
        vault, hashing = session.use(Vault), session.use(Hashing)
        account = await session.first(BY_NAME, name=name)
    device = KnownDevice.read(vault, caller.device_token, account=name)
    tries = key_of(vault, name, device=device, elsewhere=net_of(caller.address))
    with hashing.place():
        await take_a_try(sessions, tries)
        right, renewed = await hashing.compare(password, account.password if account else None)
    if account is None or not right:
        raise WrongPassword()
    async with sessions(None) as session:
        await forget_tries(session, tries)
        held = await _account(session, account.person_id, proof=proof_of(account))
        if held.given_until is not None and held.given_until <= real_now():
            raise FirstPasswordOver()
        if renewed is not None:
            held.password = renewed
        begun = Challenge(
            step=Step.NEW_PASSWORD,
            person_id=held.person_id,
            method=Method.PASSWORD,
            account=name,
            device=device.mark if device else None,
            proof=proof_of(held),
            subject=None,
            second_factor_used=False,
            given_by=held.given_by,
            secret=None,
            until=real_now() + LIFE,
        )
        return begun if held.given_until is not None else await go_on(session, begun, caller)


async def choose_password(sessions: Sessions, *, text: str, password: str, caller: Caller) -> Done | Challenge:
    """Replace the password that was given by one's own, and go on.

    Raises `ChallengeOver`, `PasswordUnchanged`, `TooManySigningIn` and what `check_password` raises.
    """
    async with sessions(None) as session:
        vault, hashing = session.use(Vault), session.use(Hashing)
        challenge = open_challenge(vault, text, Step.NEW_PASSWORD)
        account = await session.get(PasswordAccount, challenge.person_id)
        check_password(password, known=await words_known_of(session, challenge.person_id))
    with hashing.place():
        unchanged, _ = await hashing.compare(password, account.password if account else None)
        if unchanged:
            raise PasswordUnchanged()
        digest = await hashing.digest(password)
    async with sessions(None) as session:
        held = await _account(session, challenge.person_id, proof=challenge.proof)
        held.choose(digest, at=real_now())
        return await go_on(session, challenge.model_copy(update={"proof": proof_of(held)}), caller)


def begin_enrolment(vault: Vault, *, text: str) -> tuple[Challenge, bytes]:
    """A secret for the authenticator; it is kept in the challenge until a code shows that it arrived."""
    secret = new_secret()
    return open_challenge(vault, text, Step.ENROLMENT).at(Step.ENROLMENT, secret=secret), secret


async def give_code(sessions: Sessions, *, text: str, code: str, caller: Caller) -> Done:
    """End a sign-in with a code of the authenticator, or with a recovery code.

    Raises `ChallengeOver`, `WrongSecondFactor`, `TooManyTries`.
    """
    async with sessions(None) as session:
        vault = session.use(Vault)
    challenge = open_challenge(vault, text, Step.SECOND_FACTOR, Step.ENROLMENT)
    person_id, codes = challenge.person_id, []
    device = KnownDevice(challenge.device) if challenge.device else None
    tries = key_of(vault, f"second_factor/{person_id.hex}", device=device, elsewhere=ANYWHERE)
    await take_a_try(sessions, tries)
    async with sessions(None) as session:
        if challenge.method is Method.PASSWORD:
            await _account(session, person_id, proof=challenge.proof)
        if challenge.step is Step.SECOND_FACTOR:
            await check_code(session, person_id, code)
        elif challenge.secret is not None:
            codes = await enrol(session, person_id, secret=challenge.secret, code=code)
        else:
            raise ChallengeOver()
        await forget_tries(session, tries)
        return await _finish(session, challenge, caller, codes)


async def go_on(session: Session, begun: Challenge, caller: Caller) -> Done | Challenge:
    """After the first factor: the second where one is enrolled or demanded, else the end.

    Whoever came to watch over others since an operator gave them their way in gets another at the server: the operator
    may be the one who uses it. Raises `NoPostHeld` or `OnlyAtTheServer`.
    """
    if not await posts_of(session, begun.person_id):
        raise NoPostHeld()
    demanded = await is_demanded(session, begun.person_id)
    if demanded and begun.given_by is not None:
        raise OnlyAtTheServer()
    if not begun.second_factor_used:
        if await session.get(SecondFactor, begun.person_id) is not None:
            return begun.at(Step.SECOND_FACTOR)
        if demanded:
            return begun.at(Step.ENROLMENT)
    return await _finish(session, begun, caller, [])


def proof_of(account: PasswordAccount) -> str:
    """What tells whether an account still has the password with which a sign-in began."""
    return sha256(account.password.encode()).hexdigest()[:32]


async def _account(session: Session, person_id: UUID, *, proof: str | None) -> PasswordAccount:
    """The account, held until this transaction ends, if it has still that password."""
    held = await session.get(PasswordAccount, person_id, lock=True)
    if held is None or proof_of(held) != proof:
        raise ChallengeOver()
    if held.suspended_at is not None:
        raise AccountSuspended()
    return held


async def _finish(session: Session, challenge: Challenge, caller: Caller, codes: list[str]) -> Done:
    device = KnownDevice(challenge.device) if challenge.device else KnownDevice.new()
    tokens = await open_session(
        session,
        challenge.person_id,
        method=challenge.method,
        device=caller.device,
        mark=mark_of(session.use(Vault), caller.headers),
        address=caller.address,
        second_factor=challenge.second_factor_used or challenge.step in {Step.SECOND_FACTOR, Step.ENROLMENT},
    )
    return Done(tokens, device.token(session.use(Vault), account=challenge.account), codes)


async def change_password(session: Session, sessions: Sessions, *, by: Actor, old: str, new: str) -> None:
    """Replace one's own password by another; every other device is signed out.

    Raises `NotFound` without an account, `WrongOldPassword`, `TooManyTries`, `TooManySigningIn` and what
    `check_password` raises.
    """
    vault, hashing = session.use(Vault), session.use(Hashing)
    async with sessions(None) as reading:
        account = await reading.get(PasswordAccount, by.person_id)
        if account is None:
            raise NotFound()
        check_password(new, known=await words_known_of(reading, by.person_id))
    tries = key_of(vault, account.sign_in_name, device=None, elsewhere=f"session/{by.session_id}")
    with hashing.place():
        await take_a_try(sessions, tries)
        right, _ = await hashing.compare(old, account.password)
        if not right:
            raise WrongOldPassword()
        digest = await hashing.digest(new)
    await forget_tries(session, tries)
    held = await session.get(PasswordAccount, by.person_id, lock=True)
    if held is None or held.password != account.password:
        raise Conflict()
    held.choose(digest, at=real_now())
    await end_others(session, by.person_id, but=by.session_id)
