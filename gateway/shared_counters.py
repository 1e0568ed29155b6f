"""Counters that several gateways share in Valkey or Redis."""

import time
from typing import Self

import structlog
from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from chassis.clock import real_now
from gateway.counters import Counted, Memory

_AWAY_SECONDS = 1.0  # how long a store that failed is not asked again

log = structlog.get_logger("gateway")


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
        return Counted(allowed, stats.remaining if allowed else 0, max(0.0, stats.reset_time - real_now().timestamp()))

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.disconnect()
