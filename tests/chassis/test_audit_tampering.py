"""Whatever is done to the audit behind the program's back is found, and where it was done is said."""

from dataclasses import dataclass
from datetime import date

import pytest

from chassis.audit.days import Broken
from chassis.audit.verify import What
from chassis.store import Store
from tests.chassis.auditing import DAY, FIRST, commit, days_of, hands_on, look, seal, three_days
from tests.chassis.conftest import Place, store_at

pytestmark = pytest.mark.asyncio

# Blocks 1 to 3 with 1, 3 and 1 rows are the first day, 4 to 6 the second; 7 to 9 are not sealed.
COPY = (
    "INSERT INTO audit (id, at, actor_id, action, about, place, block, chain) "
    "SELECT '0000000000000000000000000000000{n}', at, actor_id, action, about, {place}, {block}, chain "
    "FROM audit WHERE block = 2 AND place = 1"
)


@dataclass(frozen=True)
class Tampering:
    """What somebody does, and the first fault: at which block, as what, and on which day if a day says so first."""

    name: str
    statements: tuple[str, ...]
    what: What
    block: int
    day: date | None = None


def edited(name: str, value: str) -> Tampering:
    """A column of one row that holds another value."""
    return Tampering(name, (f"UPDATE audit SET {value} WHERE block = 2 AND place = 2",), What.ROWS_CHANGED, 2)


def changed(name: str, *statements: str, block: int = 2) -> Tampering:
    """Rows of a block that are not those that were written."""
    return Tampering(name, statements, What.ROWS_CHANGED, block)


TAMPERINGS = [
    edited("another action", "action = 'blame'"),
    edited("another thing", "about = 'thing-9'"),
    edited("another time", "at = (SELECT max(at) FROM audit)"),
    edited("another actor", "actor_id = id"),
    edited("nobody did it", "actor_id = NULL"),
    edited("by another post", "post_id = id"),
    edited("for another reason", "reason = 'urgent'"),
    edited("of another request", "request_id = 'r-1'"),
    edited("from another network", "network = chain"),
    edited("from another address", "address = chain"),
    edited("other words", "fingerprint = chain"),
    edited("another name", "id = '00000000000000000000000000000001'"),
    edited("another hash", "chain = (SELECT chain FROM audit WHERE block = 1)"),
    changed("a row in the middle of a block gone", "DELETE FROM audit WHERE block = 2 AND place = 2"),
    changed("the last row of a block gone", "DELETE FROM audit WHERE block = 2 AND place = 3"),
    changed(
        "two rows of a block in another order",
        "UPDATE audit SET place = -1 WHERE block = 2 AND place = 1",
        "UPDATE audit SET place = 1 WHERE block = 2 AND place = 2",
        "UPDATE audit SET place = 2 WHERE block = 2 AND place = -1",
    ),
    changed(
        "two blocks in another order",
        "UPDATE audit SET block = -1 WHERE block = 2",
        "UPDATE audit SET block = 2 WHERE block = 3",
        "UPDATE audit SET block = 3 WHERE block = -1",
    ),
    changed("a row put into a block", COPY.format(n=1, place=4, block=2)),
    changed("a row put before a block's first", COPY.format(n=1, place=0, block=5), block=5),
    Tampering("a block gone", ("DELETE FROM audit WHERE block = 2",), What.BLOCKS_GONE, 2),
    Tampering("the first block gone", ("DELETE FROM audit WHERE block = 1",), What.BLOCKS_GONE, 1),
    Tampering("a block put before the first", (COPY.format(n=1, place=1, block=-5),), What.BEYOND_THE_BEGINNING, -5),
    Tampering("the end cut", ("DELETE FROM audit WHERE block >= 8",), What.CUT, 8),
    Tampering("everything gone but the days", ("DELETE FROM audit", "DELETE FROM audit_head"), What.DAY_CUT, 1, FIRST),
    Tampering("a block put behind the last", (COPY.format(n=1, place=1, block=10),), What.BEYOND_THE_HEAD, 10),
    Tampering("the head gone", ("DELETE FROM audit_head",), What.HEAD_GONE, 9),
    Tampering(
        "another head",
        ("UPDATE audit_head SET chain = (SELECT root FROM audit_day WHERE first_block = 1)",),
        What.HEAD_CHANGED,
        9,
    ),
    Tampering("the head put back", ("UPDATE audit_head SET block = 8",), What.HEAD_CHANGED, 8),
    Tampering(
        "the end cut and the head put back",
        (
            "DELETE FROM audit WHERE block >= 5",
            "UPDATE audit_head SET block = 4, chain = (SELECT chain FROM audit WHERE block = 4 AND place = 1)",
        ),
        What.DAY_CUT,
        5,
        FIRST + DAY,
    ),
    Tampering(
        "another root", ("UPDATE audit_day SET root = chain WHERE first_block = 4",), What.DAY_CHANGED, 6, FIRST + DAY
    ),
    Tampering(
        "another size", ("UPDATE audit_day SET size = 4 WHERE first_block = 4",), What.DAY_CHANGED, 6, FIRST + DAY
    ),
    Tampering("the first day gone", ("DELETE FROM audit_day WHERE first_block = 1",), What.DAYS_BROKEN, 4, FIRST + DAY),
]


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.name)
async def test_what_was_done_is_found_and_the_first_wrong_block_is_named(
    where: Place, store: Store, tampering: Tampering
) -> None:
    await three_days(store)
    assert (await look(store, await days_of(store))).faults == []
    async with hands_on(where) as hands:
        await hands.do(*tampering.statements)
    first, *_ = (await look(store)).faults
    assert (first.what, first.block, first.day) == (tampering.what, tampering.block, tampering.day)


async def test_an_untouched_chain_is_found_whole_and_counted(store: Store) -> None:
    assert (await look(store)).faults == []
    await three_days(store)
    verdict = await look(store, await days_of(store))
    assert verdict.faults == []
    counted = (verdict.rows, verdict.blocks, verdict.days, verdict.witnessed, verdict.unchained)
    assert counted == (14, 9, 2, 2, 0)


async def test_two_faults_are_both_found(where: Place, store: Store) -> None:
    await three_days(store)
    async with hands_on(where) as hands:
        await hands.do("UPDATE audit SET action = 'x' WHERE block = 2", "DELETE FROM audit WHERE block = 5")
    found = [(fault.what, fault.block) for fault in (await look(store)).faults]
    assert found == [
        (What.ROWS_CHANGED, 2),
        (What.DAY_CHANGED, 3),
        (What.BLOCKS_GONE, 5),
        (What.DAY_CHANGED, 6),
    ]


async def test_a_chain_written_anew_as_a_whole_is_known_by_those_who_kept_its_days(where: Place, store: Store) -> None:
    await three_days(store)
    kept = await days_of(store)
    async with hands_on(where) as hands:
        await hands.do(*(f"DELETE FROM {table}" for table in ("audit", "audit_head", "audit_day", "audit_part")))
    await commit(store, 5)
    await commit(store, 2, at_day=1)
    await seal(store, before=FIRST + 2 * DAY)
    assert (await look(store)).faults == []
    found = [(fault.what, fault.day, fault.witness) for fault in (await look(store, kept)).faults]
    assert found == [
        (What.TOLD_OTHERWISE, FIRST, "guests"),
        (What.TOLD_OTHERWISE, FIRST + DAY, "guests"),
    ]


async def test_a_day_that_was_told_cannot_be_taken_back(where: Place, store: Store) -> None:
    await three_days(store)
    kept = await days_of(store)
    async with hands_on(where) as hands:
        await hands.do("DELETE FROM audit_day WHERE first_block = 4")
    assert (await look(store)).faults == []
    (fault,) = (await look(store, kept)).faults
    assert (fault.what, fault.day) == (What.DAY_DENIED, FIRST + DAY)


async def test_nothing_is_sealed_over_a_broken_chain(where: Place, store: Store) -> None:
    await three_days(store)
    async with hands_on(where) as hands:
        await hands.do("UPDATE audit SET action = 'blame' WHERE block = 8 AND place = 1")
    with pytest.raises(Broken, match="block 8"):
        await seal(store)
    assert len(await days_of(store)) == 2


async def test_rows_older_than_the_chain_are_counted_and_prove_nothing(where: Place, store: Store) -> None:
    await three_days(store)
    async with hands_on(where) as hands:
        await hands.do(COPY.format(n=1, place="NULL", block="NULL"))
    verdict = await look(store)
    assert (verdict.faults, verdict.rows, verdict.unchained) == ([], 14, 1)


@pytest.mark.parametrize("value", ["actor_id = 'nobody'", "at = 'yesterday'", "id = 7", "post_id = x'00'"])
async def test_a_value_that_cannot_be_read_is_a_fault_and_no_crash(on_sqlite: Place, value: str) -> None:
    store = store_at(on_sqlite)
    await store.open()
    await three_days(store)
    async with hands_on(on_sqlite) as hands:
        await hands.do(f"UPDATE audit SET {value} WHERE block = 2 AND place = 1")
    verdict = await look(store)
    await store.close()
    assert [fault.what for fault in verdict.faults] == [What.UNREADABLE]
