"""The mini-program's calls with an access token that all copies of this service share, and one of them fetches."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from chassis.clock import real_now
from chassis.inbox import Sessions
from chassis.problems import Problem
from chassis.secrecy import Vault, place_of
from chassis.session import AlreadyThere, Session
from chassis.tables import new_id
from services.members.wechat.client import WeChat
from services.members.wechat.model import Exchange, PhoneNumber, WeChatToken
from services.members.wechat.refusals import TokenOver, WeChatNotSetUp, WeChatRefusesUs, busy

EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end: from then on WeChat gives another, and both work."""
SPARE = timedelta(seconds=10)
"""A token that ends sooner is not used any more."""
APART = timedelta(minutes=1)
"""Two fetches are so far apart while the token still works, and after a refusal too: no storm at WeChat's door."""
FORCED_APART = timedelta(hours=2)
"""WeChat is asked to end its own token at most once in a token's life; it allows 20 times a day."""
LEASE = timedelta(seconds=30)
"""Longer than a fetch with its repetitions takes; a copy that dies while it fetches holds the others up so long."""
PATIENCE = 10.0  # seconds that a call waits for another copy's fetch
LOOK_AGAIN = 0.1  # seconds

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Held:
    """A token that works, and when it ought to be renewed."""

    text: str
    renew_at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The turn to fetch. With `forced`, WeChat may be asked for another token than the one it refuses."""

    id: UUID
    forced: bool
    old: Held | None  # works meanwhile


class MiniProgram:
    """What the service asks of WeChat. Raises `WeChatNotSetUp` where the installation has no mini-program."""

    def __init__(self, wechat: WeChat | None) -> None:
        self._wechat = wechat
        self._held: Held | None = None
        self._turn = asyncio.Lock()

    async def exchange_code(self, code: str) -> Exchange:
        """Who a login code stands for."""
        return await self._there().exchange_code(code)

    async def phone_number(self, sessions: Sessions, code: str, *, openid: str) -> PhoneNumber:
        """The telephone number that this user gives."""
        wechat = self._there()
        return await self._with_token(sessions, lambda token: wechat.phone_number(token, code, openid=openid))

    async def session_is_good(self, sessions: Sessions, *, openid: str, session_key: str) -> bool:
        """Whether this user's session key is still good."""
        wechat = self._there()
        return await self._with_token(
            sessions, lambda token: wechat.session_is_good(token, openid=openid, session_key=session_key)
        )

    def _there(self) -> WeChat:
        if self._wechat is None:
            raise WeChatNotSetUp(try_again=False)
        return self._wechat

    # — the token —

    async def _with_token(self, sessions: Sessions, call: Callable[[str], Awaitable[Told]]) -> Told:
        """Call; if the token is refused, once more with another."""
        token = await self.token(sessions)
        try:
            return await call(token)
        except TokenOver:
            token = await self.token(sessions, refused=token)
        try:
            return await call(token)
        except TokenOver as again:
            raise WeChatRefusesUs(try_again=False, errcode=again.errcode) from None

    async def token(self, sessions: Sessions, *, refused: str | None = None) -> str:
        """The access token, but not the one that was refused.

        Raises `WeChatBusy` when none came in time, `WeChatRefusesUs` when WeChat refused one that it has just given.
        """
        async with self._turn:
            if self._held is not None and self._held.text != refused and real_now() < self._held.renew_at:
                return self._held.text
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until:
                try:
                    async with sessions(None) as session:
                        found = await self._look(session, refused)
                except AlreadyThere:  # another copy made the row just now
                    continue
                if isinstance(found, Lease):
                    found = await self._fetch(sessions, found, refused)
                if found is not None:
                    self._held = found
                    return found.text
                await asyncio.sleep(LOOK_AGAIN)
        raise busy()

    async def _look(self, session: Session, refused: str | None) -> Held | Lease | None:
        """The token that all share, the turn to fetch another, or nothing while somebody else fetches."""
        now = real_now()
        row = await session.get(WeChatToken, self._there().app_id, lock=True)
        if row is None:
            row = _empty(self._there().app_id)
            session.add(row)
        held = _held(session, row, now)
        was_refused = held is not None and held.text == refused
        works = None if was_refused else held
        if works is not None and now < works.renew_at:
            return works
        if was_refused and row.fetched_at is not None and now - row.fetched_at < APART:
            raise WeChatRefusesUs(try_again=True, retry_after=int(APART.total_seconds()))
        if row.leased_until is not None and row.leased_until > now:
            return works
        row.lease, row.leased_until = new_id(), now + LEASE
        forced = was_refused and (row.forced_at is None or now - row.forced_at > FORCED_APART)
        return Lease(row.lease, forced, works)

    async def _fetch(self, sessions: Sessions, lease: Lease, refused: str | None) -> Held | None:
        """Fetch, and share what came; nothing if it took so long that the turn went to somebody else."""
        forced = False
        try:
            text, seconds = await self._there().fetch_token(force=False)
            if text == refused and lease.forced:
                text, seconds = await self._there().fetch_token(force=True)
                forced = True
        except Problem:
            async with sessions(None) as session:
                row = await session.get(WeChatToken, self._there().app_id, lock=True)
                if row is not None and row.lease == lease.id:
                    row.lease, row.leased_until = None, None
            if lease.old is None:
                raise
            return Held(lease.old.text, real_now() + APART)
        now = real_now()
        async with sessions(None) as session:
            row = await session.get(WeChatToken, self._there().app_id, lock=True)
            if row is None or row.lease != lease.id:
                return None
            row.token = session.use(Vault).seal(text, place=_place(row.app_id))
            row.ends_at, row.fetched_at = now + timedelta(seconds=seconds), now
            row.forced_at = now if forced else row.forced_at
            row.lease, row.leased_until = None, None
        if text == refused:
            raise WeChatRefusesUs(try_again=True, retry_after=int(APART.total_seconds()))
        return Held(text, _renew_at(now + timedelta(seconds=seconds), fetched_at=now))


def _held(session: Session, row: WeChatToken, now: datetime) -> Held | None:
    if row.token is None or row.ends_at is None or row.fetched_at is None or row.ends_at - now <= SPARE:
        return None
    text = session.use(Vault).open(row.token, place=_place(row.app_id))
    return Held(text, _renew_at(row.ends_at, fetched_at=row.fetched_at))


def _renew_at(ends_at: datetime, *, fetched_at: datetime) -> datetime:
    """When to look for another: early, but not at once again if WeChat gave the one that is about to end."""
    return max(ends_at - EARLY, fetched_at + APART)


def _place(app_id: str) -> str:
    return place_of("wechat_token", "token", app_id)


def _empty(app_id: str) -> WeChatToken:
    return WeChatToken(
        app_id=app_id, token=None, ends_at=None, fetched_at=None, forced_at=None, lease=None, leased_until=None
    )
