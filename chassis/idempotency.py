"""A repeated request is answered as the first was, and done once.

The record is written in the transaction of the request itself, so nothing is looked up on the way in: a repetition
either meets the record at commit, or is refused because its work is done already; both look the first answer up. What
was refused leaves no record and may be tried again under the same key.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import bindparam, select

from chassis.clock import real_now
from chassis.problems import Invalid, KeyReused, Problem
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import IDEMPOTENCY

KEPT = timedelta(days=2)
"""How long an answer can be had again (real time)."""
LONGEST = 128  # characters of a key

STORED = select(IDEMPOTENCY.c.fingerprint, IDEMPOTENCY.c.code, IDEMPOTENCY.c.answer, IDEMPOTENCY.c.expires_at).where(
    IDEMPOTENCY.c.key == bindparam("key")
)
OVER = select(IDEMPOTENCY.c.key).where(IDEMPOTENCY.c.expires_at < bindparam("now")).limit(1000)


class KeyMissing(Problem):
    """This address takes changes only with an Idempotency-Key header."""

    title_zh = "缺少提交编号，请更新应用后重试。"


class KeyMalformed(Invalid):
    """An idempotency key is 1 to 128 printable characters."""

    title_zh = "提交编号格式有误，请更新应用后重试。"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under one key."""

    key: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that the first request got."""

    code: int
    body: bytes


def attempt(header: str | None, *, caller: str, route: str, body: bytes, vault: Vault) -> Attempt:
    """The attempt that these belong to. Keys are the caller's own, and apart for each route.

    Raises `KeyMissing` or `KeyMalformed`.
    """
    key = key_in(header)
    scope = sha256(f"{caller}\0{route}\0{key}".encode()).digest()
    return Attempt(key=scope, fingerprint=vault.digest(body, place="idempotency.fingerprint"))


def key_in(header: str | None) -> str:
    """The key that a header holds, quoted (as the draft standard says) or bare. Raises `KeyMissing`, `KeyMalformed`."""
    if header is None:
        raise KeyMissing()
    key = header.removeprefix('"').removesuffix('"')
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        raise KeyMalformed()
    return key


def remember(session: Session, made: Attempt, *, code: int, body: bytes, vault: Vault) -> None:
    """Store the answer in the transaction that did the work."""
    session.insert(
        IDEMPOTENCY,
        {
            "key": made.key,
            "fingerprint": made.fingerprint,
            "code": code,
            "answer": vault.seal_bytes(body, place=_place(made.key)),
            "expires_at": real_now() + KEPT,
        },
    )


async def recall(session: Session, made: Attempt, *, vault: Vault) -> Stored | None:
    """The stored answer, if there is one. Raises `KeyReused` when it answered another body."""
    found = await session.first(STORED, key=made.key)
    if found is None or found[3] < real_now():
        return None
    fingerprint, code, answer, _ = found
    if fingerprint != made.fingerprint:
        raise KeyReused()
    return Stored(code=code, body=vault.open_bytes(answer, place=_place(made.key)))


async def forget_old(session: Session) -> int:
    """Take away answers whose time is over; returns how many."""
    over = [key for (key,) in await session.all(OVER, now=real_now())]
    if over:
        session.erase(IDEMPOTENCY, *over)
    return len(over)


def _place(key: bytes) -> str:
    return place_of("idempotency", "answer", key)
