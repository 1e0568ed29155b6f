"""One behaviour of the event log, wherever it is kept: in memory, in an SQLite file, on Kafka."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.log import EventLog, Reader, Record
from chassis.log.kafka import KafkaLog
from chassis.log.memory import MemoryLog
from chassis.log.sqlite import SqliteLog

pytestmark = pytest.mark.asyncio

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def a_fact(number: int = 0, *, key: str = "k", source: str = "tasks", body: str | None = None) -> Record:
    """A record whose body says which one it is."""
    return Record(
        id=uuid4(),
        type=f"{source}.request.handled.v1",
        key=key,
        time=datetime(2026, 11, 22, 1, 2, 3, 456789, tzinfo=UTC) + timedelta(microseconds=number),
        body=str(number) if body is None else body,
    )


def facts(count: int, *, key: str = "k", source: str = "tasks") -> list[Record]:
    """Records of one key, numbered from nought."""
    return [a_fact(number, key=key, source=source) for number in range(count)]


def ids(records: Iterable[Record]) -> list[UUID]:
    return [record.id for record in records]


async def read_until(reader: Reader, count: int, *, seconds: float = 20.0) -> list[Record]:
    """At least this many facts, or what came in time."""
    found: list[Record] = []
    end = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        found += await reader.read(wait=0.3)
    return found


@pytest.fixture(params=["memory", "sqlite", "kafka"])
def make_log(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], EventLog]:
    """Makes log objects, all on one store."""
    if request.param == "memory":
        only = MemoryLog()
        return lambda: only
    if request.param == "sqlite":
        return lambda: SqliteLog(tmp_path / "log.db")
    address = request.getfixturevalue("kafka_address")
    prefix = request.getfixturevalue("topic_prefix")
    return lambda: KafkaLog(address, prefix=prefix)


@pytest_asyncio.fixture
async def log(make_log: Callable[[], EventLog]) -> AsyncIterator[EventLog]:
    """An open, empty log."""
    kept = make_log()
    await kept.open()
    yield kept
    await kept.close()


Open = Callable[..., Awaitable[Reader]]


@pytest_asyncio.fixture
async def opened(log: EventLog) -> AsyncIterator[Open]:
    """Opens readers, which are closed at the end."""
    readers: list[Reader] = []

    async def open_reader(group: str = "feedback", *sources: str) -> Reader:
        readers.append(await log.reader(group=group, sources=sources or ("tasks",)))
        return readers[-1]

    yield open_reader
    for reader in readers:
        await reader.close()


async def test_facts_of_one_key_are_read_in_the_order_of_appending(log: EventLog, opened: Open) -> None:
    written = facts(30)
    for start in range(0, 30, 7):
        await log.append(written[start : start + 7])
    assert await read_until(await opened(), 30) == written


async def test_facts_of_each_key_stay_in_order_among_others(log: EventLog, opened: Open) -> None:
    written = [a_fact(number, key=f"k{number % 7}") for number in range(70)]
    await log.append(written)
    by_key = defaultdict(list)
    for record in await read_until(await opened(), 70):
        by_key[record.key].append(int(record.body))
    assert by_key == {f"k{first}": list(range(first, 70, 7)) for first in range(7)}


async def test_what_was_read_and_not_committed_is_delivered_again(log: EventLog, opened: Open) -> None:
    written = facts(5)
    await log.append(written)
    first = await opened()
    assert ids(await read_until(first, 5)) == ids(written)
    await first.close()
    assert ids(await read_until(await opened(), 5)) == ids(written)


async def test_a_new_reader_goes_on_behind_what_was_committed(log: EventLog, opened: Open) -> None:
    written = facts(6)
    await log.append(written[:4])
    first = await opened()
    await read_until(first, 4)
    await first.commit()
    await first.close()
    await log.append(written[4:])
    assert ids(await read_until(await opened(), 2)) == ids(written[4:])


async def test_a_commit_covers_what_was_read_and_no_more(log: EventLog, opened: Open) -> None:
    written = facts(5)
    await log.append(written)
    first = await opened()
    taken: list[Record] = []
    while len(taken) < 2:
        taken += await first.read(limit=2 - len(taken), wait=1)
    await first.commit()
    await first.close()
    assert ids(await read_until(await opened(), 3)) == ids(written[2:])


async def test_groups_are_independent(log: EventLog, opened: Open) -> None:
    written = facts(4)
    await log.append(written)
    one = await opened("feedback")
    assert ids(await read_until(one, 4)) == ids(written)
    await one.commit()
    other = await opened("members")
    assert ids(await read_until(other, 4)) == ids(written)
    assert await one.lag() == 0
    assert await other.lag() == 4


async def test_readers_of_one_group_share_and_lose_nothing(log: EventLog, opened: Open) -> None:
    one, two = await opened(), await opened()
    written = [a_fact(number, key=f"k{number}") for number in range(60)]
    found: set[UUID] = set()

    async def take_in(reader: Reader) -> None:
        while len(found) < 60:
            found.update(ids(await reader.read(limit=5, wait=0.2)))
            await reader.commit()

    async with asyncio.timeout(30), asyncio.TaskGroup() as both:
        both.create_task(take_in(one))
        both.create_task(take_in(two))
        for start in range(0, 60, 10):
            await log.append(written[start : start + 10])
            await asyncio.sleep(0.05)
    assert found == set(ids(written))


async def test_the_other_reader_takes_over_when_one_closes(log: EventLog, opened: Open) -> None:
    one, two = await opened(), await opened()
    await log.append(facts(3))
    await read_until(one, 3, seconds=1)
    await two.read(wait=0.1)
    await one.commit()
    await one.close()
    late = a_fact(99)
    await log.append([late])
    assert late.id in ids(await read_until(two, 1))


async def test_lag_counts_what_is_not_committed(log: EventLog, opened: Open) -> None:
    reader = await opened("feedback", "tasks", "members")
    assert await reader.lag() == 0
    await log.append([*facts(3), *facts(2, source="members"), *facts(5, source="feedback")])
    assert await reader.lag() == 5
    await read_until(reader, 5)
    assert await reader.lag() == 5
    await reader.commit()
    assert await reader.lag() == 0


async def test_rewinding_begins_at_the_first_fact_and_is_kept(log: EventLog, opened: Open) -> None:
    written = facts(4)
    await log.append(written)
    reader = await opened()
    await read_until(reader, 4)
    await reader.commit()
    await reader.rewind()
    assert await reader.lag() == 4
    assert ids(await read_until(reader, 4)) == ids(written)
    await reader.close()
    assert ids(await read_until(await opened(), 4)) == ids(written)


async def test_reading_nothing_waits_and_returns(log: EventLog, opened: Open) -> None:
    reader = await opened()
    await reader.read(wait=0.1)  # Kafka's first read joins the group
    begun = time.monotonic()
    assert await reader.read(wait=0.4) == []
    assert 0.35 < time.monotonic() - begun < 3


async def test_a_waiting_reader_wakes_up_at_once(log: EventLog, opened: Open) -> None:
    reader = await opened()
    await log.append([a_fact(0)])
    await read_until(reader, 1)
    reading = asyncio.create_task(reader.read(wait=10))
    await asyncio.sleep(0.7)  # by now a poller would sleep long
    begun = time.monotonic()
    await log.append([a_fact(1)])
    assert [record.body for record in await reading] == ["1"]
    assert time.monotonic() - begun < 2


async def test_a_batch_is_no_larger_than_asked_for(log: EventLog, opened: Open) -> None:
    await log.append([a_fact(number, key=f"k{number}") for number in range(20)])
    reader = await opened()
    found = 0
    while found < 20:
        batch = await reader.read(limit=3, wait=5)
        assert 0 < len(batch) <= 3
        found += len(batch)


async def test_every_attribute_survives_to_the_microsecond_and_the_rarest_character(
    log: EventLog, opened: Open
) -> None:
    written = Record(
        id=uuid4(),
        type="tasks.request.handled.v1",
        key="阿依古丽·买买提",
        time=datetime(2026, 2, 28, 23, 59, 59, 999999, tzinfo=UTC),
        body='{"name":"𠮷野家","note":"😀 · \\u0000"}',
        traceparent=TRACE,
    )
    on_the_second = a_fact(1, key=written.key)
    on_the_second = Record(
        id=uuid4(), type=written.type, key=written.key, time=datetime(2026, 1, 1, tzinfo=UTC), body="", traceparent=None
    )
    await log.append([written, on_the_second])
    assert await read_until(await opened(), 2) == [written, on_the_second]


async def test_a_batch_of_two_thousand_goes_through(log: EventLog, opened: Open) -> None:
    body = "x" * 1000
    written = [a_fact(number, key=f"k{number % 11}", body=f"{number}{body}") for number in range(2000)]
    await log.append(written)
    by_key = defaultdict(list)
    for record in await read_until(await opened(), 2000):
        by_key[record.key].append(record.id)
    for first in range(11):
        assert by_key[f"k{first}"] == ids(written[first::11])


async def test_appending_nothing_is_nothing(log: EventLog, opened: Open) -> None:
    await log.append([])
    assert await (await opened()).lag() == 0


async def test_a_reader_gets_the_topics_it_asked_for(log: EventLog, opened: Open) -> None:
    wanted = facts(3, source="members")
    await log.append([*facts(3), *wanted, *facts(3, source="feedback")])
    reader = await opened("tasks", "members")
    assert ids(await read_until(reader, 3)) == ids(wanted)
    assert await reader.read(wait=0.3) == []


async def test_a_topic_heard_for_the_first_time_is_read_from_its_beginning(log: EventLog, opened: Open) -> None:
    older = facts(3, source="members")
    await log.append([*older, *facts(2)])
    before = await opened("feedback", "tasks")
    await read_until(before, 2)
    await before.commit()
    await before.close()
    after = await opened("feedback", "tasks", "members")
    assert ids(await read_until(after, 3)) == ids(older)


async def test_what_was_appended_is_there_after_the_log_is_opened_anew(make_log: Callable[[], EventLog]) -> None:
    written = facts(4)
    for half in (written[:2], written[2:]):
        log = make_log()
        await log.open()
        await log.append(half)
        await log.close()
    log = make_log()
    await log.open()
    reader = await log.reader(group="feedback", sources=["tasks"])
    assert await read_until(reader, 4) == written
    await reader.close()
    await log.close()


async def test_two_may_append_and_both_are_heard(log: EventLog, opened: Open, make_log: Callable[[], EventLog]) -> None:
    other = make_log()
    await other.open()
    mine, others = facts(20, key="mine"), facts(20, key="others")

    async def append_singly(to: EventLog, records: list[Record]) -> None:
        for record in records:
            await to.append([record])

    reader = await opened()
    await asyncio.gather(append_singly(log, mine), append_singly(other, others))
    found = await read_until(reader, 40)
    assert [record for record in found if record.key == "mine"] == mine
    assert [record for record in found if record.key == "others"] == others
    await other.close()


async def test_lag_may_be_asked_for_while_a_read_waits(log: EventLog, opened: Open) -> None:
    reader = await opened()
    reading = asyncio.create_task(reader.read(wait=10))
    assert await reader.lag() == 0
    await log.append([a_fact(7)])
    assert [record.body for record in await reading] == ["7"]
    assert await reader.lag() == 1


async def test_committing_before_reading_changes_nothing(log: EventLog, opened: Open) -> None:
    await log.append(facts(2))
    reader = await opened()
    await reader.commit()
    assert await reader.lag() == 2
    assert len(await read_until(reader, 2)) == 2


async def test_a_reader_rewound_before_its_first_read_begins_at_the_first_fact(log: EventLog, opened: Open) -> None:
    written = facts(3)
    await log.append(written)
    first = await opened()
    await read_until(first, 3)
    await first.commit()
    await first.close()
    second = await opened()
    await second.rewind()
    assert await read_until(second, 3) == written
