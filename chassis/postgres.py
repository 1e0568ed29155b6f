"""A service's database on PostgreSQL: asyncpg's pool, one round trip for all that a transaction writes."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import cast

import asyncpg
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import asyncpg as dialect

from chassis.audit.chain import MOVE_ON_POSTGRES, STANDS
from chassis.audit.leaves import digest_of
from chassis.plans import Plans
from chassis.problems import StoreAway
from chassis.session import AlreadyThere
from chassis.tables import AUDIT
from chassis.together import Together
from chassis.writes import Change, Insert, as_one_statement, bound_rows

MOST_IN_A_STATEMENT = 1000  # audit rows; more of them travel by COPY

SETTINGS = {
    "jit": "off",  # it takes longer to translate a list's statement than to run it
    # Held for rotating disks, the server would rather read along a whole table than the few rows an index names.
    "random_page_cost": "1.1",
}
"""What the server is told of every connection's statements."""


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
    """A pooled connection, taken when it is first needed; outside `begin` every statement is its own transaction."""

    def __init__(self, store: "PostgresStore") -> None:
        self._store = store
        self._raw: asyncpg.Connection | None = None
        self._open: asyncpg.transaction.Transaction | None = None

    async def read(self, text: str, parameters: Sequence[object]) -> Sequence[Sequence[object]]:
        with _telling_away():
            rows: Sequence[Sequence[object]] = await (await self._in_hand()).fetch(text, *parameters)
        return rows

    async def begin(self) -> None:
        with _telling_away():
            self._open = (await self._in_hand()).transaction()
            await self._open.start()

    async def write(self, changes: Sequence[Change]) -> None:
        text, parameters = as_one_statement(changes, self._store.plans.dialect)
        try:
            with _telling_away():
                await (await self._in_hand()).execute(text, *parameters)
        except asyncpg.UniqueViolationError as refusal:
            raise AlreadyThere(refusal.table_name or "?") from refusal

    async def copy(self, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
        try:
            with _telling_away():
                await (await self._in_hand()).copy_records_to_table(
                    table.name, columns=columns, records=bound_rows(table, columns, rows, self._store.plans.dialect)
                )
        except asyncpg.UniqueViolationError as refusal:
            raise AlreadyThere(refusal.table_name or "?") from refusal

    async def commit(self, changes: Sequence[Change]) -> None:
        if self._open is None and all(isinstance(change, Insert) for change in changes):
            # Nobody waits for others with a connection in hand: those who send may be waiting for one.
            await self._give_back()
            await self._store.together.commit(cast("Sequence[Insert]", changes), self.write)
            return
        last = changes[-1] if changes else None
        if isinstance(last, Insert) and last.table is AUDIT and len(last.rows) > MOST_IN_A_STATEMENT:
            if len(changes) > 1:
                await self.write(changes[:-1])
            await self._write_large_block(last)
        elif changes:
            await self.write(changes)
        if self._open is not None:
            transaction, self._open = self._open, None
            with _telling_away():
                await transaction.commit()

    async def _write_large_block(self, rows: Insert) -> None:
        """Audit rows of an import: the same as the statement does, with the rows by COPY."""
        with _telling_away():
            head = await (await self._in_hand()).fetchrow(MOVE_ON_POSTGRES.format(digest="$1"), digest_of(rows.rows))
        stand: list[Sequence[object]] = [(*row, place, *head) for place, row in enumerate(rows.rows, 1)]
        await self.copy(rows.table, (*rows.columns, *STANDS), stand)

    async def rollback(self) -> None:
        if self._open is not None:
            transaction, self._open = self._open, None
            if self._raw is not None and not self._raw.is_closed():
                with _telling_away():
                    await transaction.rollback()

    async def release(self) -> None:
        try:
            await self.rollback()
        finally:
            await self._give_back()

    async def _in_hand(self) -> asyncpg.Connection:
        if self._raw is None:
            self._raw = await self._store.take()
        return self._raw

    async def _give_back(self) -> None:
        if self._raw is not None:
            raw, self._raw = self._raw, None
            await self._store.give_back(raw)


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
        self.together = Together()

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=self._size,
            reset=_no_reset,
            command_timeout=30,
            server_settings=SETTINGS,
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[PostgresConnection]:
        held = PostgresConnection(self)
        try:
            yield held
        finally:
            await held.release()

    async def take(self) -> asyncpg.Connection:
        """A connection of the pool; whoever takes one gives it back."""
        if self._pool is None:
            raise RuntimeError("the store is not open")
        await self._turns.acquire()
        try:
            return await self._pool.acquire()
        except BaseException:
            self._turns.release()
            raise

    async def give_back(self, raw: asyncpg.Connection) -> None:
        """Let the next one have it."""
        try:
            if self._pool is not None:
                await self._pool.release(raw)
        finally:
            self._turns.release()

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
