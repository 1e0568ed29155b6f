"""Counters of requests by name in sliding windows: in this process, or shared by several gateways."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, Self
from zlib import crc32

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

MOST = 100_000  # counters in this process, some 20 MB
_SHARED = 1024  # counters that strangers share when there is no room for more
_SWEEP_SECONDS = 1.0
_AWAY_SECONDS = 1.0  # how long a store that failed is not asked again

log = structlog.get_logger("gateway")


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a request is within its rate, how many more are, and in how many seconds it is worth asking again."""

    allowed: bool
    remaining: int
    seconds: float


class Counters(Protocol):
    """Where requests are counted."""

    async def count(self, rate: RateLimitItem, name: str) -> Counted:
        """Count one request under a name; one that is refused is not counted."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Memory:
    """Counters of this process: a window's own count, and that of the window before by the share still in sight.

    There are never more than `most`: beyond that, names that are not counted yet share a few counters, so that a
    flood of addresses neither fills the memory nor pushes out whom we know.
    """

    def __init__(self, *, most: int = MOST, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._windows: dict[tuple[str, str], list[int]] = {}  # number of the window, its count, the count before
        self._swept_at = 0.0

    async def count(self, rate: RateLimitItem, name: str) -> Counted:
        """Count one request under a name."""
        now = self._now()
        length, amount = rate.get_expiry(), rate.amount
        number, into = divmod(now, length)
        window = self._window((f"{amount}/{length}", name), int(number), now)
        before, share = window[2], 1 - into / length
        total = before * share + window[1]
        if total + 1 > amount:
            return Counted(False, 0, _until_free(amount, length, into=into, count=window[1], before=before))
        window[1] += 1
        return Counted(True, int(amount - total - 1), length - into)

    async def close(self) -> None:
        """Nothing to let go of."""

    def _window(self, key: tuple[str, str], number: int, now: float) -> list[int]:
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= self._most:
                self._sweep(now)
            if len(self._windows) >= self._most:
                key = key[0], f"shared {crc32(key[1].encode()) % _SHARED}"
            window = self._windows.setdefault(key, [number, 0, 0])
        if window[0] != number:
            window[:] = number, 0, window[1] if window[0] == number - 1 else 0
        return window

    def _sweep(self, now: float) -> None:
        """Forget what is over, at most once a second, since it looks at everything."""
        if now - self._swept_at < _SWEEP_SECONDS:
            return
        self._swept_at = now
        for key, (number, _, _) in list(self._windows.items()):
            if number < now // int(key[0].partition("/")[2]) - 1:
                del self._windows[key]


class Shared:
    """Counters in Valkey or Redis, for several gateways; while it is away, each counts by itself."""

    def __init__(self, connections: ConnectionPool) -> None:
        self._connections = connections
        self._storage = RedisStorage(
            "async+redis://",
            wrap_exceptions=True,
            implementation="redispy",
            connection_pool=self._connections,  # type: ignore[arg-type]  # annotated for the client's other options
        )
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)
        self._alone = Memory()
        self._away_until = 0.0

    @classmethod
    def at(cls, address: str) -> Self:
        """In the store at a `redis://` address, which has a quarter of a second for an answer."""
        return cls(ConnectionPool.from_url(address, socket_timeout=0.25, socket_connect_timeout=0.25))

    async def count(self, rate: RateLimitItem, name: str) -> Counted:
        """Count one request under a name."""
        if time.monotonic() < self._away_until:
            return await self._alone.count(rate, name)
        try:
            allowed = await self._limiter.hit(rate, name)
            stats = await self._limiter.get_window_stats(rate, name)
        except StorageError as why:
            self._away_until = time.monotonic() + _AWAY_SECONDS
            log.warning("counters-away", kind=type(why.storage_error).__name__)
            return await self._alone.count(rate, name)
        return Counted(allowed, stats.remaining if allowed else 0, max(0.0, stats.reset_time - time.time()))

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.disconnect()


def _until_free(amount: int, length: int, *, into: float, count: int, before: int) -> float:
    """Seconds until one more fits, if nobody else asks meanwhile."""
    if count + 1 <= amount:
        return length * (before + count + 1 - amount) / before - into
    return length - into + length * (count + 1 - amount) / count
