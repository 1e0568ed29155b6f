"""Looking for cases that have moved, once for all who listen in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import UUID

from chassis.clock import real_now
from chassis.inbox import Sessions
from chassis.problems import StoreAway, Unavailable
from services.tasks.live.views import ALL_MOVES, LATE

LOOK = 0.4  # seconds between two looks
MOST_LISTENERS = 2000  # in one process
MOST_EACH = 10  # of one person: some devices, and streams of theirs that broke off unnoticed


class TooManyListeners(Unavailable):
    """This server follows no more streams just now, or none more of yours; ask for the moves now and then instead."""

    title_zh = "现在查看的人较多，页面将改为定时刷新。"


class Listener:
    """One who listens: a person, and whether their posts may show them the cases of others."""

    def __init__(self, person_id: UUID, *, holds_post: bool) -> None:
        self.person_id = person_id
        self._holds_post = holds_post
        self._since: datetime | None = None
        self._stirred = asyncio.Event()

    def hear(self, moved_at: datetime, involved: set[UUID]) -> None:
        """Something moved; it may be of interest."""
        if self._holds_post or self.person_id in involved:
            self._since = min(self._since or moved_at, moved_at)
            self._stirred.set()

    async def next(self, *, within: float) -> datetime | None:
        """The instant of the first thing that moved since the last call; none if nothing did within these seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._stirred.wait()
        self._stirred.clear()
        since, self._since = self._since, None
        return since


class Feed:
    """Those who listen, and the one task that looks for them; it lives as long as anybody listens."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, person_id: UUID, *, holds_post: bool, sessions: Sessions) -> AsyncIterator[Listener]:
        """Listen for the length of a block. Raises `TooManyListeners`."""
        own = sum(one.person_id == person_id for one in self._listeners)
        if own >= MOST_EACH or len(self._listeners) >= MOST_LISTENERS:
            raise TooManyListeners()
        listener = Listener(person_id, holds_post=holds_post)
        self._listeners.add(listener)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(sessions), name="live feed")
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._looking is not None:
                looking, self._looking = self._looking, None
                looking.cancel()
                await asyncio.wait({looking})

    async def _look(self, sessions: Sessions) -> None:
        seen: set[tuple[UUID, datetime]] = set()
        while True:
            with suppress(StoreAway):  # the next look will tell what moved meanwhile
                async with sessions(None) as session:
                    found = await session.all(ALL_MOVES, since=real_now() - LATE)
                for request_id, moved_at, *involved in found:
                    if (request_id, moved_at) not in seen:
                        for listener in self._listeners:
                            listener.hear(moved_at, {one for one in involved if one is not None})
                seen = {(request_id, moved_at) for request_id, moved_at, *_ in found}
            await asyncio.sleep(LOOK)
