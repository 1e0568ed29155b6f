"""Tries are counted for each account and device apart, so that whoever guesses elsewhere never keeps the owner out."""

import hmac
import os
from datetime import timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import real_now
from chassis.inbox import Sessions
from chassis.plans import table_of
from chassis.problems import StillRunning, TooMany
from chassis.secrecy import Vault
from chassis.session import AlreadyThere, Session
from services.members.passwords.model import CountedTry

FREE = 5
"""Failures in a row that cost nothing: people mistype."""
LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
"""After so long without a try the count begins anew (real time)."""

DEVICE_PLACE = "counted_try.device"
KEY_PLACE = "counted_try.key"
OVER = (
    select(CountedTry.key)
    .where(col(CountedTry.last_at) < bindparam("before"))
    .order_by(col(CountedTry.last_at))
    .limit(20)
)


class TooManyTries(TooMany):
    """Too many wrong passwords or codes from this device or address; it must wait."""

    title_zh = "输错次数较多，请按提示的时间稍后再试；忘记密码请联系县（区）平台管理员重置。"


class KnownDevice:
    """A device from which the account was signed in to before, by a token that only we can have made.

    As OWASP's device cookie: it is no right, it only gives the device a count of its own.
    """

    def __init__(self, mark: str) -> None:
        self.mark = mark

    @classmethod
    def new(cls) -> "KnownDevice":
        """One that was not seen before."""
        return cls(os.urandom(16).hex())

    @classmethod
    def read(cls, vault: Vault, token: str | None, *, account: str) -> "KnownDevice | None":
        """The device that a token names, if the token was made for this account."""
        mark, _, proof = (token or "").partition(".")
        return cls(mark) if hmac.compare_digest(proof.encode(), _proof(vault, mark, account).encode()) else None

    def token(self, vault: Vault, *, account: str) -> str:
        """What the device keeps, and sends along at its next sign-in (97 characters)."""
        return f"{self.mark}.{_proof(vault, self.mark, account)}"


def _proof(vault: Vault, mark: str, account: str) -> str:
    return vault.index(f"{account}\0{mark}", place=DEVICE_PLACE).hex()


def key_of(vault: Vault, account: str, *, device: KnownDevice | None, elsewhere: str) -> bytes:
    """Under what tries on an account are counted: the known device, or else where they come from."""
    return vault.index(f"{account}\0{device.mark if device else elsewhere}", place=KEY_PLACE)


def net_of(address: str | None) -> str:
    """An address as tries are counted by it: IPv6 gives one household 2⁶⁴ of them, which count as one."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network((found, 32 if found.version == 4 else 64), strict=False))


def pause_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: nothing, then one second, doubled each time."""
    if failures < FREE:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE, 20)), LONGEST_PAUSE)


async def take_a_try(sessions: Sessions, key: bytes) -> None:
    """Count a try as failed before it is made, in a transaction of its own: many at once cannot slip through together,
    and a refusal leaves it counted. Raises `TooManyTries` while the pause after the last one lasts.
    """
    for _ in range(3):
        try:
            async with sessions(None) as session:
                await _count(session, key)
        except AlreadyThere:  # another try was counted as the first one, at this very moment
            continue
        return
    raise StillRunning()


async def _count(session: Session, key: bytes) -> None:
    now = real_now()
    counted = await session.get(CountedTry, key, lock=True)
    if counted is None:
        session.erase(table_of(CountedTry), *await session.all(OVER, before=now - FORGOTTEN))
        session.add(CountedTry(key=key, failures=1, next_at=now, last_at=now))
        return
    if counted.last_at < now - FORGOTTEN:
        counted.failures = 0
    elif now < counted.next_at:
        raise TooManyTries(retry_after=int((counted.next_at - now).total_seconds()) + 1)
    counted.failures += 1
    counted.next_at, counted.last_at = now + pause_after(counted.failures), now


async def forget_tries(session: Session, key: bytes) -> None:
    """The right one was found: what was counted is over."""
    counted = await session.get(CountedTry, key, lock=True)
    if counted is not None:
        session.delete(counted)
