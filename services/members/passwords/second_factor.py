"""The second factor: codes of an authenticator (TOTP, RFC 6238), and the recovery codes for when it is lost."""

import hmac
import os
import secrets
from base64 import b32encode
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.plans import table_of
from chassis.problems import Conflict, Unauthenticated
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.members.passwords.model import RecoveryCode, SecondFactor
from services.members.persons import vault_of
from services.members.posts.views import posts_of
from services.members.words import PostKind

DIGITS, STEP = 6, 30  # as every authenticator does it; seconds
DRIFT = 1  # steps that the clock of a telephone may be before or behind ours
SECRET = 20  # bytes, as RFC 4226 recommends
RECOVERY_CODES = 10
ISSUER = "连心"

DEMANDED_OF = frozenset(
    {PostKind.SUPERVISOR, PostKind.COUNTY_OPERATOR, PostKind.AUDITOR, PostKind.DISCIPLINE_INSPECTOR}
)
"""Posts whose holders never sign in by a password alone."""

CODES_OF = select(RecoveryCode.digest).where(col(RecoveryCode.person_id) == bindparam("person"))


class WrongSecondFactor(Unauthenticated):
    """This code is wrong, over, or was used before."""

    title_zh = "动态码不对或已用过，请等验证器显示下一个动态码再输入；手机丢失请用恢复码。"


class FactorEnrolledAlready(Conflict):
    """A second factor is enrolled already; an operator can take it away."""

    title_zh = "已经绑定过验证器；如需更换，请联系县（区）平台管理员重置。"


def new_secret() -> bytes:
    """A secret for an authenticator."""
    return os.urandom(SECRET)


def enrolment_address(secret: bytes, *, account: str) -> str:
    """What an authenticator reads from a QR code (otpauth, as Google Authenticator's key URI format has it)."""
    return TOTP(secret, DIGITS, SHA1(), STEP).get_provisioning_uri(account, ISSUER)


def typed(secret: bytes) -> str:
    """The secret for those who type it in: 32 letters and digits."""
    return b32encode(secret).decode()


def step_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The time step, at or next to an instant, whose code this is."""
    now, one_time = int(at.timestamp()) // STEP, HOTP(secret, DIGITS, SHA1())
    steps = [now + drift for drift in range(-DRIFT, DRIFT + 1)]
    right = [step for step in steps if hmac.compare_digest(one_time.generate(step), code.encode())]
    return max(right, default=None)


async def is_demanded(session: Session, person_id: UUID) -> bool:
    """Whether a person's posts of today want a second factor."""
    return any(post.kind in DEMANDED_OF for post in await posts_of(session, person_id))


async def enrol(session: Session, person_id: UUID, *, secret: bytes, code: str) -> list[str]:
    """Take in a person's authenticator, which has shown this code; gives the recovery codes, this once.

    Raises `WrongSecondFactor` or `FactorEnrolledAlready`.
    """
    if await session.get(SecondFactor, person_id) is not None:
        raise FactorEnrolledAlready()
    now, vault, own = real_now(), session.use(Vault), await vault_of(session, person_id)
    step = step_of(secret, code, now)
    if step is None or own is None:
        raise WrongSecondFactor()
    sealed = own.seal_bytes(secret, place=_place(person_id))
    session.add(SecondFactor(person_id=person_id, secret=sealed, newest_step=step, enrolled_at=now))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add(*(RecoveryCode(digest=_digest(vault, person_id, one), person_id=person_id) for one in codes))
    return codes


async def check_code(session: Session, person_id: UUID, code: str) -> None:
    """Take a code of a person's authenticator, or a recovery code; each once. Raises `WrongSecondFactor`."""
    factor, own = await session.get(SecondFactor, person_id, lock=True), await vault_of(session, person_id)
    if factor is None or own is None:
        raise WrongSecondFactor()
    if not code.isdigit():
        found = await session.get(RecoveryCode, _digest(session.use(Vault), person_id, code), lock=True)
        if found is None:
            raise WrongSecondFactor()
        session.delete(found)
        return
    step = step_of(own.open_bytes(factor.secret, place=_place(person_id)), code, real_now())
    if step is None or step <= factor.newest_step:
        raise WrongSecondFactor()
    factor.newest_step = step


async def take_away(session: Session, person_id: UUID) -> None:
    """Forget a person's authenticator and recovery codes; the next sign-in enrols another if one is demanded."""
    session.erase(table_of(RecoveryCode), *await session.all(CODES_OF, person=person_id))
    session.erase(table_of(SecondFactor), person_id)


def _recovery_code() -> str:
    text = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _digest(vault: Vault, person_id: UUID, code: str) -> bytes:
    return vault.index(code.replace("-", "").lower(), place=place_of("recovery_code", "digest", person_id))


def _place(person_id: UUID) -> str:
    return place_of("second_factor", "secret", person_id)
