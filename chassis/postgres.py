"""A service's database on PostgreSQL: asyncpg's pool, one round trip for all that a transaction writes."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import asyncpg
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from chassis.plans import Plans
from chassis.problems import StoreAway
from chassis.session import AlreadyThere
from chassis.together import Together
from chassis.writes import Change, Insert, as_one_statement, bound_rows


@contextmanager
def _telling_away() -> Iterator[None]:
    """Turn every way in which the server can be gone into the one refusal that callers know."""
    try:
        yield
    except ValueError:  # the driver's own refusal of a value, before anything was sent
        raise
    except (
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.CannotConnectNowError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,  # what the driver makes of a connection that ends in the middle of an answer
        OSError,
        TimeoutError,
    ) as gone:
        raise StoreAway() from gone


class PostgresConnection:
    """A pooled connection; outside `begin` every statement is its own transaction."""

    def __init__(self, raw: asyncpg.Connection, plans: Plans, together: Together) -> None:
        self._raw = raw
        self._dialect = plans.dialect
        self._together = together
        self._open: asyncpg.transaction.Transaction | None = None

    async def read(self, text: str, parameters: Sequence[object]) -> Sequence[Sequence[object]]:
        with _telling_away():
            rows: Sequence[Sequence[object]] = await self._raw.fetch(text, *parameters)
        return rows

    async def begin(self) -> None:
        with _telling_away():
            self._open = self._raw.transaction()
            await self._open.start()

    async def write(self, changes: Sequence[Change]) -> None:
        text, parameters = as_one_statement(changes, self._dialect)
        try:
            with _telling_away():
                await self._raw.execute(text, *parameters)
        except asyncpg.UniqueViolationError as refusal:
            raise AlreadyThere(refusal.table_name or "?") from refusal

    async def copy(self, rows: Insert) -> None:
        try:
            with _telling_away():
                await self._raw.copy_records_to_table(
                    rows.table.name, columns=rows.columns, records=bound_rows(rows, self._dialect)
                )
        except asyncpg.UniqueViolationError as refusal:
            raise AlreadyThere(refusal.table_name or "?") from refusal

    async def commit(self, changes: Sequence[Change]) -> None:
        if self._open is None and all(isinstance(change, Insert) for change in changes):
            await self._together.commit(cast("Sequence[Insert]", changes), self.write)
            return
        if changes:
            await self.write(changes)
        if self._open is not None:
            transaction, self._open = self._open, None
            with _telling_away():
                await transaction.commit()

    async def rollback(self) -> None:
        if self._open is not None:
            transaction, self._open = self._open, None
            if not self._raw.is_closed():
                with _telling_away():
                    await transaction.rollback()

    async def release(self) -> None:
        await self.rollback()


class PostgresLease:
    """An advisory lock held by a connection of its own."""

    def __init__(self, raw: asyncpg.Connection) -> None:
        self._raw = raw

    async def check(self) -> None:
        with _telling_away():
            await self._raw.execute("SELECT 1")


async def _no_reset(_: asyncpg.Connection) -> None:
    """No code of ours leaves session state on a pooled connection, so the reset query between uses is left out."""


class PostgresStore:
    """A service's database at a `postgresql://` address."""

    def __init__(self, url: str, *, connections: int = 8) -> None:
        self.plans = Plans(dialect.dialect())  # type: ignore[no-untyped-call]
        self._url = url
        self._size = connections
        self._pool: asyncpg.Pool | None = None
        # asyncpg hands a freed connection to the longest waiter; the semaphore keeps that order for new arrivals too.
        self._turns = asyncio.Semaphore(connections)
        self._together = Together()

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._url, min_size=1, max_size=self._size, reset=_no_reset, command_timeout=30
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PostgresConnection]:
        if self._pool is None:
            raise RuntimeError("the store is not open")
        async with self._turns:
            with _telling_away():
                raw = await self._pool.acquire()
            try:
                yield PostgresConnection(raw, self.plans, self._together)
            finally:
                await self._pool.release(raw)

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[PostgresLease]:
        with _telling_away():
            raw = await asyncpg.connect(self._url)
        try:
            with _telling_away():
                # Asked again and again: a server that waits for a lock does not hear that its client has gone.
                while not await raw.fetchval("SELECT pg_try_advisory_lock(hashtext($1))", name):  # noqa: ASYNC110  # of another process
                    await asyncio.sleep(0.2)
            yield PostgresLease(raw)
        finally:
            # Closing the connection gives the lock back, also when the lock itself can no longer be asked for.
            await raw.close(timeout=2)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None
