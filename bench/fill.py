"""Many copies of recorded rows made by PostgreSQL itself, and tables of two sizes that take turns under one name."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg

from bench.load import BadLoad
from bench.record import bare_tables, twin
from bench.rows import FIRST_NUMBER, Column, Rows, Value, spelt_id
from bench.sides import PageShape

EACH = 200  # rows of one owner; the others of a large table belong to other people
ASIDE = "bench_aside"
TRIES = 100  # at locking tables that are read meanwhile


class Copies:
    """INSERT … SELECT generate_series statements for recorded rows; ids stay linked across the tables."""

    def __init__(self, rows: Rows, *, count: int, page: PageShape | None = None) -> None:
        self._rows = rows
        self._count = count
        self._page = page
        self._salt = secrets.token_hex(4)
        self._now_ms = time.time_ns() // 1_000_000

    async def insert(self, connection: asyncpg.Connection, *, schema: str = "public") -> None:
        """Write them all in one transaction; the rows of copy i stand together in each table, before those of i + 1."""
        async with connection.transaction():
            for table in self._rows.counted():
                given: list[Value] = []
                selects, names = [], ""
                for at, row in enumerate(self._rows.rows):
                    if row.table == table:
                        names = ", ".join(f'"{name}"' for name in row.names)
                        sources = [
                            f'{self._source(at, place, column, given)} as "{column.name}"'
                            for place, column in enumerate(row.columns)
                        ]
                        listed = ", ".join([f"{at} as nth", *sources])
                        selects.append(f"select i as copy, {listed} from generate_series(1, {self._count}) i")
                await connection.execute(
                    f"insert into {twin(table, schema=schema)} ({names})"
                    f" select {names} from ({' union all '.join(selects)}) w order by copy, nth",
                    *given,
                    timeout=600,
                )

    def _source(self, at: int, place: int, column: Column, given: list[Value]) -> str:
        """The expression of one column for copy number i."""

        def placed(value: Value, kind: str = column.type) -> str:
            given.append(value)
            return f"${len(given)}::{kind}"

        rows, page = self._rows, self._page
        is_of_page = page is not None and rows.rows[at].table == page.tables[0]
        if page is not None and is_of_page and column.name in page.varied:
            return f"({page.varied[column.name].format(count=self._count)})::{column.type}"
        if page is not None and is_of_page and column.name == page.owner:
            groups = max(1, self._count // EACH)
            others = self._id("'owner'", f"(i % {groups})")
            owner = f"({placed(list(page.owners), f'{column.type}[]')})[1 + i % {groups}]"
            return f"coalesce({owner}, {others}::text::{column.type})"
        if page is not None and is_of_page and column.name in page.order and column.type.startswith("timestamp"):
            return f"{placed(column.value)} - ({self._count} - i) * interval '1 second'"
        if (at, place) in rows.numbers:
            return f"{FIRST_NUMBER} + i"
        if column.value in rows.singles:
            return self._single(column, rows.singles.index(column.value))
        return self._linked(column, placed)

    def _linked(self, column: Column, placed: Callable[..., str]) -> str:
        spelt = spelt_id(column.value)
        if spelt in self._rows.ids:
            source = self._id(str(self._rows.ids.index(spelt)), "i")
            if isinstance(column.value, UUID):
                return source
            if isinstance(column.value, bytes):
                return f"uuid_send({source})"
            bare = len(str(column.value)) == 32
            return (f"replace({source}::text, '-', '')" if bare else f"{source}::text") + f"::{column.type}"
        if not isinstance(column.value, str):
            return placed(column.value)
        source = placed(column.value, "text")
        for nth, known in enumerate(self._rows.ids):
            if str(known) in column.value:
                source = f"replace({source}, '{known}', {self._id(str(nth), 'i')}::text)"
        return f"{source}::{column.type}"

    def _single(self, column: Column, nth: int) -> str:
        length = len(column.value) if isinstance(column.value, str | bytes) else 0
        digits = f"repeat(md5('{self._salt}.{nth}.' || i), {length // 16 + 1})"
        if isinstance(column.value, bytes):
            return f"decode(left({digits}, {2 * length}), 'hex')"
        return f"left({digits}, {length})::{column.type}"

    def _id(self, nth: str, number: str) -> str:
        """A version 7 id, in the order of i."""
        at = f"lpad(to_hex({self._now_ms} - ({self._count} - {number}) * 1000::bigint), 12, '0')"
        tail = f"md5({nth} || '.{self._salt}.' || {number})"
        return f"({at} || '7' || left({tail}, 3) || '8' || right({tail}, 15))::uuid"


class TwoSizes:
    """The tables of a page, small and large, each standing under the real name when it is its turn."""

    def __init__(self, connection: asyncpg.Connection, tables: tuple[str, ...]) -> None:
        self._connection = connection
        self._tables = tables
        self._standing = ASIDE

    async def stand(self, schema: str) -> None:
        """Let the tables of this schema stand under the real name; renaming takes no time at any size.

        The service reads on meanwhile, in any order: all locks are taken before anything is renamed, and given up
        before the server would look for a deadlock and choose whom to end.
        """
        if schema == self._standing:
            return
        for _ in range(TRIES):
            try:
                await self._swap(schema)
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                await asyncio.sleep(0.1)
            else:
                self._standing = schema
                return
        raise BadLoad(f"the tables of {schema} could not be locked in {TRIES} tries")

    async def _swap(self, schema: str) -> None:
        both = [*self._tables, *(twin(table, schema=schema) for table in self._tables)]
        async with self._connection.transaction():
            await self._connection.execute("set local lock_timeout = '300ms'")
            await self._connection.execute(f"lock table {', '.join(both)} in access exclusive mode")
            for table in self._tables:
                await self._connection.execute(f"alter table {table} set schema {self._standing}")
                await self._connection.execute(f"alter table {twin(table, schema=schema)} set schema public")


@asynccontextmanager
async def two_sizes(database: str, rows: Rows, page: PageShape, *, small: int, large: int) -> AsyncIterator[TwoSizes]:
    """Tables of `small` and of `large` rows beside the real ones, which stand again at the end."""
    connection = await asyncpg.connect(database, command_timeout=600)
    try:
        await connection.execute(f"drop schema if exists {ASIDE} cascade; create schema {ASIDE}")
        for schema, count in (("bench_small", small), ("bench_large", large)):
            # Without foreign keys: the other owners exist nowhere else, and these tables are only read.
            await bare_tables(connection, list(page.tables), schema=schema, foreign_keys=False)
            await Copies(rows.only(page.tables), count=count, page=page).insert(connection, schema=schema)
            for table in page.tables:
                await connection.execute(f"vacuum analyze {twin(table, schema=schema)}")
        sizes = TwoSizes(connection, page.tables)
        try:
            yield sizes
        finally:
            await sizes.stand(ASIDE)
            await connection.execute(
                "drop schema bench_small cascade; drop schema bench_large cascade; drop schema bench_aside cascade"
            )
    finally:
        await connection.close()
