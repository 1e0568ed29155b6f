"""Several transactions at once: no change is lost, and one that is refused takes no other with it."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select as columns
from sqlmodel import select

from chassis.session import AlreadyThere
from chassis.sqlite import SqliteStore
from chassis.store import Store
from chassis.tables import OUTBOX
from tests.chassis.conftest import Place, session_on, store_at
from tests.chassis.toys import BY_NAME, Toy, ToyMade, praise, toy

pytestmark = pytest.mark.asyncio


async def make_one(store: Store, made: Toy) -> None:
    """Make a toy and tell it, in a transaction of its own."""
    async with session_on(store) as session:
        session.add(made)
        session.publish(ToyMade(toy_id=made.id))


async def praise_once(store: Store, toy_id: UUID) -> None:
    """Praise a toy in a transaction of its own."""
    async with session_on(store) as session:
        await praise(session, toy_id)


async def test_writers_on_one_row_lose_no_change(store: Store) -> None:
    busy = toy("busy")
    await make_one(store, busy)
    await asyncio.gather(*(praise_once(store, busy.id) for _ in range(40)))
    async with session_on(store) as session:
        row = await session.get(Toy, busy.id)
    assert row is not None
    assert row.praises == 40


async def test_writers_of_two_processes_on_one_row_lose_no_change(where: Place, store: Store) -> None:
    busy = toy("busy")
    await make_one(store, busy)
    other = store_at(where)
    await other.open()
    await asyncio.gather(*(praise_once(one, busy.id) for one in (store, other) for _ in range(20)))
    async with session_on(store) as session:
        row = await session.get(Toy, busy.id)
    await other.close()
    assert row is not None
    assert row.praises == 40


async def test_a_writer_waits_for_the_row_that_another_holds(store: Store) -> None:
    busy = toy("busy")
    await make_one(store, busy)
    async with session_on(store) as session:
        held = await session.get(Toy, busy.id, lock=True)
        assert held is not None
        waiting = asyncio.create_task(praise_once(store, busy.id))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        held.praises = 10
    await waiting
    async with session_on(store) as session:
        row = await session.get(Toy, busy.id)
    assert row is not None
    assert row.praises == 11


async def test_readers_go_on_while_a_writer_holds_its_turn(store: Store) -> None:
    await make_one(store, toy("quiet"))
    async with session_on(store) as writer:
        await writer.first(BY_NAME.with_for_update(), name="quiet")
        async with asyncio.timeout(2), session_on(store) as reader:
            assert await reader.first(BY_NAME, name="quiet") is not None


async def test_of_writers_at_once_only_the_refused_ones_fail(store: Store) -> None:
    names = [f"name {number % 20}" for number in range(40)]
    ends = await asyncio.gather(*(make_one(store, toy(name)) for name in names), return_exceptions=True)
    assert sum(isinstance(end, AlreadyThere) for end in ends) == 20
    assert sum(end is None for end in ends) == 20
    async with session_on(store) as session:
        made = {row.id: row.name for row in await session.all(select(Toy))}
        told = await session.all(columns(OUTBOX.c.aggregateid))
    assert sorted(made.values()) == sorted(set(names))
    assert {UUID(key) for (key,) in told} == made.keys()
    assert len(told) == 20


@pytest.mark.parametrize(
    "wrong",
    [{"praises": 1 << 80}, {"box_id": "not an id"}, {"made_at": datetime(1, 1, 1, tzinfo=UTC), "name": "lone \ud800"}],
    ids=["a number too large", "no id", "a lone surrogate"],
)
async def test_what_no_column_takes_fails_alone_and_the_store_goes_on(store: Store, wrong: dict[str, object]) -> None:
    rows = [toy(f"good {number}") for number in range(12)]
    bad = toy("bad")
    for name, value in wrong.items():
        setattr(bad, name, value)
    rows.insert(6, bad)
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*(make_one(store, row) for row in rows), return_exceptions=True)
    assert [row.name for row, end in zip(rows, ends, strict=True) if end is not None] == [bad.name]
    async with asyncio.timeout(5):
        await make_one(store, toy("after"))


async def test_a_caller_that_goes_away_holds_nobody_up(store: Store) -> None:
    busy = toy("busy")
    await make_one(store, busy)
    callers = [asyncio.create_task(praise_once(store, busy.id)) for _ in range(12)]
    await asyncio.sleep(0.005)
    for caller in callers[::2]:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    async with asyncio.timeout(5):
        await praise_once(store, busy.id)
        async with session_on(store) as session:
            row = await session.get(Toy, busy.id)
            told = await session.all(columns(OUTBOX.c.type).where(OUTBOX.c.type == "toys.toy.praised.v1"))
    assert row is not None
    assert row.praises == len(told)  # each praise whole or not at all
    assert row.praises >= 7


async def test_a_maker_that_goes_away_holds_nobody_up(store: Store) -> None:
    makers = [asyncio.create_task(make_one(store, toy(f"toy {n}"))) for n in range(40)]
    await asyncio.sleep(0.001)
    for maker in makers[::3]:
        maker.cancel()
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*makers, return_exceptions=True)
        async with session_on(store) as session:
            names = {row.name for row in await session.all(select(Toy))}
            told = await session.all(columns(OUTBOX.c.id))
    assert {f"toy {n}" for n, end in enumerate(ends) if end is None} <= names
    assert len(told) == len(names)


async def test_what_was_committed_in_a_file_is_there_for_the_next_process(on_sqlite: Place) -> None:
    first = store_at(on_sqlite)
    await first.open()
    await asyncio.gather(*(make_one(first, toy(f"toy {number}")) for number in range(30)))
    await first.close()
    second = store_at(on_sqlite)
    await second.open()
    async with session_on(second) as session:
        assert len(await session.all(select(Toy))) == 30
    await second.close()


async def test_a_file_is_durable_at_each_commit_and_keeps_its_references(on_sqlite: Place) -> None:
    store = store_at(on_sqlite)
    assert isinstance(store, SqliteStore)
    await store.open()
    for on in (store.on_writer, store.on_reader):
        asked = [await on(lambda raw, name=name: raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in PRAGMAS]  # type: ignore[misc]
        assert dict(zip(PRAGMAS, asked, strict=True)) == PRAGMAS
    await store.close()


PRAGMAS: dict[str, object] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_whoever_commits_while_another_process_keeps_the_file_hears_of_it(on_sqlite: Path) -> None:
    store = SqliteStore(on_sqlite)
    await store.open()
    await store.on_writer(lambda raw: raw.execute("PRAGMA busy_timeout=20").fetchall())
    with closing(sqlite3.connect(on_sqlite, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ends = await asyncio.wait_for(
            asyncio.gather(*(make_one(store, toy(f"toy {n}")) for n in range(3)), return_exceptions=True), 10
        )
        assert [type(end) for end in ends] == [sqlite3.OperationalError] * 3
        other.execute("ROLLBACK")
    await make_one(store, toy("after"))
    await store.close()
