"""What tests of the audit share: chains written as services write them, and hands that tamper with them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import asyncpg

from chassis import audit
from chassis.audit.days import Day, every_day, seal_one
from chassis.audit.verify import Verdict, verify
from chassis.store import Store
from tests.chassis.conftest import NOON, Place, session_on

LI = UUID(int=7)
DAY = timedelta(days=1)
FIRST = date(2026, 11, 16)  # of NOON
TOMORROW = date(2026, 11, 20)  # no day from here on is sealed


async def commit(store: Store, rows: int = 1, *, at_day: int = 0, actor_id: UUID | None = LI, **said: str) -> None:
    """One commit with this many audit rows, on a day after the first."""
    with patch("chassis.audit.real_now", lambda: NOON + at_day * DAY):
        async with session_on(store) as session:
            for number in range(rows):
                about = said.get("about", f"thing-{number}")
                audit.record(session, actor_id=actor_id, action="praise", about=about, reason=said.get("reason"))


async def three_days(store: Store) -> None:
    """Nine blocks with fourteen rows: two days that are sealed, and a third that is not."""
    for day, sizes in enumerate([(1, 3, 1), (2, 1, 2), (1, 2, 1)]):
        for size in sizes:
            await commit(store, size, at_day=day)
    await seal(store, before=FIRST + 2 * DAY)


async def seal(store: Store, *, before: date = TOMORROW) -> int:
    """Seal every day before this one; returns how many there were."""
    sealed = 0
    while True:
        async with session_on(store) as session:
            if not await seal_one(session, "toys", before=before, fact=None):
                return sealed
            sealed += 1


async def look(store: Store, witness: Sequence[Day] = ()) -> Verdict:
    """Verify the chain of the toys, with what somebody else kept of its days."""
    async with session_on(store) as session:
        return await verify(session, "toys", witnesses={"guests": witness})


async def days_of(store: Store) -> list[Day]:
    """The sealed days of the toys."""
    async with session_on(store) as session:
        return await every_day(session, "toys")


@asynccontextmanager
async def hands_on(where: Place) -> AsyncIterator["Hands"]:
    """Somebody who has the database itself."""
    if isinstance(where, Path):
        file = sqlite3.connect(where, isolation_level=None)
        yield Hands(file, None)
        file.close()
    else:
        server = await asyncpg.connect(where)
        yield Hands(None, server)
        await server.close()


class Hands:
    """Runs statements that both databases take."""

    def __init__(self, file: sqlite3.Connection | None, server: asyncpg.Connection | None) -> None:
        self._file = file
        self._server = server

    async def until_somebody_waits(self) -> None:
        """Return when a statement of another connection waits for a lock."""
        assert self._server is not None
        async with asyncio.timeout(60):
            while not await self._server.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.01)

    async def do(self, *statements: str) -> None:
        """Change the tables behind the program's back."""
        for statement in statements:
            if self._file is not None:
                self._file.execute(statement).fetchall()
            elif self._server is not None:
                await self._server.execute(statement)
