"""The stage: many stories wait for instants of domain time, and the set clock goes from one instant to the next."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from chassis.clock import SetClock


class Stage:
    """Keeps the clock. It moves on only when every story waits for a later instant and nothing moves behind them."""

    def __init__(self, clock: SetClock, *, begins_at: datetime, ends_at: datetime) -> None:
        self.now = begins_at
        self._clock = clock
        self._ends_at = ends_at
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._turn = count()
        self._moving = 0
        self._still = asyncio.Event()
        clock.set(begins_at)

    async def until(self, at: datetime) -> None:
        """Wait for an instant; one that is past is now."""
        if at <= self.now:
            return
        called = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (at, next(self._turn), called))
        self._pause()
        await called

    async def perform(
        self, stories: Iterable[Coroutine[None, None, None]], *, settle: Callable[[], Awaitable[None]]
    ) -> None:
        """Play stories side by side to the end of the stage's time; what they would do later is left undone.

        `settle` comes back when timers have fired and no fact is on its way.
        """
        async with asyncio.TaskGroup() as group:
            acts = [group.create_task(self._act(story)) for story in stories]
            self._moving = len(acts)
            while True:
                await self._still.wait()
                await settle()
                if not self._waiting or self._waiting[0][0] > self._ends_at:
                    break
                self.now = self._waiting[0][0]
                self._clock.set(self.now)
                await settle()
                self._still.clear()
                while self._waiting and self._waiting[0][0] == self.now:
                    self._moving += 1
                    heappop(self._waiting)[2].set_result(None)
            for act in acts:
                act.cancel()
        self.now = self._ends_at
        self._clock.set(self.now)
        await settle()

    async def tick(self, every: timedelta) -> None:
        """A story in which nothing happens: no pause between two instants is longer than this."""
        while True:
            await self.until(self.now + every)

    async def _act(self, story: Coroutine[None, None, None]) -> None:
        try:
            await story
        finally:
            self._pause()

    def _pause(self) -> None:
        self._moving -= 1
        if self._moving == 0:
            self._still.set()
