"""Audit rows leave with the change that they tell of, in one chain, whoever writes beside whom."""

import asyncio
import sys
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis import audit, postgres
from chassis.postgres import PostgresStore
from chassis.secrecy import Vault
from chassis.session import AlreadyThere, Session
from chassis.store import Store
from chassis.tables import AUDIT, AUDIT_HEAD
from chassis.writes import MANY
from tests.chassis.auditing import LI, commit, hands_on, look
from tests.chassis.conftest import NOON, Place, session_on, store_at
from tests.chassis.toys import Attached, Toy, praise, toy
from tests.mounting import HandClock

pytestmark = pytest.mark.asyncio


async def make(store: Store, made: Toy, *, rows: int = 1) -> None:
    """Make a toy, with audit rows, in a transaction of its own."""
    async with session_on(store) as session:
        session.add(made)
        for _ in range(rows):
            audit.record(session, actor_id=LI, action="make", about=made.id)


async def praise_audited(store: Store, toy_id: UUID) -> None:
    """Praise a toy under its lock, with an audit row."""
    async with session_on(store) as session:
        await praise(session, toy_id)
        audit.record(session, actor_id=LI, action="praise", about=toy_id)


async def blocks_of(store: Store) -> list[int]:
    """How many rows each block has."""
    async with session_on(store) as session:
        rows = await session.all(select(AUDIT.c.block, AUDIT.c.place).order_by(AUDIT.c.block, AUDIT.c.place))
    sizes = dict(rows)
    assert list(sizes) == list(range(1, len(sizes) + 1))
    return list(sizes.values())


async def test_each_commit_makes_one_block_of_all_its_rows(store: Store) -> None:
    sizes = [1, 2, MANY, MANY + 1, 9, 1]
    for size in sizes:
        await make(store, toy(uuid4().hex), rows=size)
    assert await blocks_of(store) == sizes
    assert (await look(store)).faults == []


async def test_an_audit_row_alone_is_a_commit_too(store: Store) -> None:
    await commit(store)
    assert await blocks_of(store) == [1]


async def test_a_large_block_stands_in_the_chain_as_a_small_one_does(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "MOST_IN_A_STATEMENT", 5)
    await make(store, toy("small"))
    async with session_on(store) as session:
        session.add(toy("early"))
        await session.flush()
        session.add(toy("late"))
        for number in range(20):
            audit.record(session, actor_id=None, action="import_roster", about=f"thing-{number}")
    await make(store, toy("after"))
    assert await blocks_of(store) == [1, 20, 1]
    assert (await look(store)).faults == []


async def test_a_refused_change_leaves_no_row_and_no_gap(store: Store) -> None:
    await make(store, toy("ball"))
    with pytest.raises(AlreadyThere):
        await make(store, toy("ball"))
    with pytest.raises(AlreadyThere):
        await make(store, toy("ball"), rows=3)
    await make(store, toy("kite"))
    assert await blocks_of(store) == [1, 1]
    assert (await look(store)).faults == []


async def test_writers_at_once_of_two_stores_make_one_chain(where: Place, store: Store) -> None:
    busy = toy("busy")
    await make(store, busy)
    other = store_at(where)
    await other.open()
    work = [make(one, toy(uuid4().hex), rows=rows) for one in (store, other) for rows in (1, 2, 3, 1) * 5]
    work += [praise_audited(one, busy.id) for one in (store, other) for _ in range(10)]
    clashes = [make(one, toy("twice")) for one in (store, other, store, other)]
    ends = await asyncio.gather(*work, *clashes, return_exceptions=True)
    await other.close()
    assert [type(end) for end in ends if end is not None] == [AlreadyThere] * 3
    verdict = await look(store)
    assert verdict.faults == []
    assert verdict.rows == 1 + 2 * 5 * 7 + 20 + 1


async def test_writers_of_two_processes_make_one_chain(where: Place, store: Store) -> None:
    others = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.chassis.audit_writer", str(where), "40")
        for _ in range(2)
    ]
    await asyncio.gather(*(make(store, toy(uuid4().hex)) for _ in range(40)))
    assert [await other.wait() for other in others] == [0, 0]
    verdict = await look(store)
    assert (verdict.faults, verdict.rows) == ([], 120)


async def test_whoever_holds_a_row_that_another_waits_for_can_commit(on_postgres: str) -> None:
    """The one who waits must not have moved the head on yet, or both would wait for each other."""
    store = PostgresStore(on_postgres)
    await store.open()
    try:
        async with session_on(store) as session:
            session.add(toy("ball"))
            await session.flush()
            audit.record(session, actor_id=LI, action="make", about="ball")
            waiting = asyncio.create_task(make(store, toy("ball")))
            async with hands_on(on_postgres) as hands:
                await hands.until_somebody_waits()
        with pytest.raises(AlreadyThere):
            await waiting
        assert await blocks_of(store) == [1]
    finally:
        await store.close()


async def test_a_row_that_refers_to_a_locked_one_does_not_wait_for_it(on_postgres: str) -> None:
    """Its writer has the head, for which whoever holds the lock waits at the commit."""
    store = PostgresStore(on_postgres)
    await store.open()
    try:
        box = toy("box")
        await make(store, box)
        async with session_on(store) as holder:
            held = await holder.get(Toy, box.id, lock=True)
            assert held is not None
            held.praises = 1
            audit.record(holder, actor_id=LI, action="praise", about=box.id)
            async with asyncio.timeout(60), session_on(store) as other:
                other.add(Attached(id=uuid4(), toy_id=box.id))
                audit.record(other, actor_id=LI, action="attach", about=box.id)
        assert await blocks_of(store) == [1, 1, 1]
    finally:
        await store.close()


async def test_the_chain_is_not_held_before_the_commit(store: Store) -> None:
    """On SQLite there is one writer at a time in any case, so only what was gathered is looked at."""
    async with session_on(store) as session:
        audit.record(session, actor_id=LI, action="make", about="x")
        await session.flush()
        assert await session.all(select(AUDIT_HEAD.c.block)) == []
        assert await session.all(select(AUDIT.c.id)) == []
    assert await blocks_of(store) == [1]


async def test_of_where_somebody_called_from_only_keyed_digests_are_kept(store: Store) -> None:
    vault = Vault(bytes(32))
    for address in ("203.0.113.7", "203.0.113.9", "2001:db8:1:2::3", "no address"):
        session = Session(store.connection, store.plans, service="toys", clock=HandClock(NOON), uses={Vault: vault})
        async with session:
            audit.record(session, actor_id=LI, action="make", about="x", address=address)
    async with session_on(store) as session:
        rows = await session.all(select(AUDIT.c.network, AUDIT.c.address).order_by(AUDIT.c.block))
    (network, one), (same_network, other), (elsewhere, _), nowhere = rows
    assert network == same_network == vault.index("203.0.113.0/24", place="audit.network")
    assert elsewhere == vault.index("2001:db8:1::/48", place="audit.network")
    assert one == vault.index("203.0.113.7", place="audit.address") != other
    assert nowhere == (None, None)


async def test_a_reason_is_a_code_and_never_words(store: Store) -> None:
    async with session_on(store) as session:
        with pytest.raises(ValueError, match="code"):
            audit.record(session, actor_id=LI, action="unmask", about="x", reason="他家里有人病了")
        audit.record(session, actor_id=LI, action="unmask", about="x", reason="welfare_check")
    assert await blocks_of(store) == [1]
