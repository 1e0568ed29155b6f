"""What was committed reaches the log at least once and in order for each key, whatever fails in between."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

import pytest

from chassis.log import LogUncertain, Record
from chassis.log.memory import MemoryLog
from chassis.outbox import relay
from chassis.service import Mounted
from tests.chassis.conftest import Mount
from tests.chassis.toys import Toy, ToyMade, make, praise

pytestmark = pytest.mark.asyncio


class Unsure(MemoryLog):
    """A log that fails now and then, before or after it has kept what it was given."""

    before = 0
    after = 0

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts in this order."""
        if self.before:
            self.before -= 1
            raise LogUncertain
        await super().append(records)
        if self.after:
            self.after -= 1
            raise LogUncertain


async def carry(mounted: Mounted, log: MemoryLog) -> int:
    """One round of the relay."""
    async with mounted.sessions() as session:
        return await relay(session, log)


async def make_one(mounted: Mounted, name: str) -> Toy:
    """A toy in a transaction of its own."""
    async with mounted.sessions() as session:
        return await make(session, name=name)


async def told_all(mounted: Mounted, seconds: float = 20) -> None:
    """Wait until the outbox is empty."""
    async with asyncio.timeout(seconds):
        while (await mounted.backlog()).outbox:
            await asyncio.sleep(0.01)


def praises(log: MemoryLog, toy_id: UUID) -> list[int]:
    """The numbers told of a toy's praises, each where it first appears."""
    said = [
        json.loads(fact.body)["praises"]
        for fact in log.records
        if fact.type == "toys.toy.praised.v1" and fact.key == str(toy_id)
    ]
    return list(dict.fromkeys(said))


async def test_what_is_committed_is_told_oldest_first_and_struck_off(mount: Mount) -> None:
    mounted, log = await mount(), MemoryLog()
    made = [await make_one(mounted, str(number)) for number in range(7)]
    assert await carry(mounted, log) == 7
    assert await carry(mounted, log) == 0
    assert [(fact.type, fact.key) for fact in log.records] == [(ToyMade.type, str(toy.id)) for toy in made]
    assert ToyMade.read(log.records[0].body).toy_id == made[0].id


async def test_what_is_rolled_back_is_told_to_nobody(mount: Mount) -> None:
    mounted, log = await mount(), MemoryLog()

    async def fail_midway() -> None:
        async with mounted.sessions() as session:
            await make(session, name="never")
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail_midway()
    assert await carry(mounted, log) == 0
    assert log.records == []


async def test_a_crash_between_append_and_delete_repeats_but_loses_none(mount: Mount) -> None:
    mounted, log = await mount(), Unsure()
    made = await make_one(mounted, "ball")
    log.after = 1
    with pytest.raises(LogUncertain):
        await carry(mounted, log)
    assert (await mounted.backlog()).outbox == 1
    assert await carry(mounted, log) == 1
    assert [fact.key for fact in log.records] == [str(made.id)] * 2
    assert len({fact.id for fact in log.records}) == 1  # by which whoever hears it knows it again


async def test_an_append_of_unknown_end_strikes_nothing_off(mount: Mount) -> None:
    mounted, log = await mount(), Unsure()
    await make_one(mounted, "ball")
    log.before = 1
    with pytest.raises(LogUncertain):
        await carry(mounted, log)
    assert log.records == []
    assert await carry(mounted, log) == 1


async def test_writers_at_once_and_a_failing_log_leave_each_key_in_order(mount: Mount) -> None:
    log = Unsure()
    mounted = await mount(log=log, loops=True)
    toys = [await make_one(mounted, str(number)) for number in range(3)]

    async def praise_often(toy_id: UUID) -> None:
        for _ in range(25):
            async with mounted.sessions() as session:
                await praise(session, toy_id)

    log.before, log.after = 2, 2
    await asyncio.gather(*(praise_often(toy.id) for toy in toys for _ in range(2)))
    await told_all(mounted)
    assert [praises(log, toy.id) for toy in toys] == [list(range(1, 51))] * 3


async def test_of_two_processes_on_one_database_one_carries_at_a_time(mount_on_postgres: Mount) -> None:
    at_once, most = 0, 0

    class Slow(MemoryLog):
        async def append(self, records: Sequence[Record]) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.01)
            at_once -= 1
            await super().append(records)

    log = Slow()
    first, second = [await mount_on_postgres(log=log, loops=True) for _ in range(2)]
    for number in range(20):
        await make_one((first, second)[number % 2], str(number))
    await told_all(first)
    assert most == 1
    assert len(log.records) == len({fact.id for fact in log.records}) == 20


async def test_a_process_that_waits_to_carry_stops_at_once_and_takes_over_when_the_other_ends(
    mount_on_postgres: Mount,
) -> None:
    log = MemoryLog()
    first, second, third = [await mount_on_postgres(log=log, loops=True) for _ in range(3)]
    await make_one(first, "a")
    await told_all(first)
    async with asyncio.timeout(5):
        await second.stop()
        await first.stop()
    await make_one(third, "b")
    await told_all(third)
    assert len(log.records) == 2


async def test_a_stop_ends_what_was_begun_and_leaves_the_rest_in_the_outbox(mount: Mount) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Held(MemoryLog):
        async def append(self, records: Sequence[Record]) -> None:
            begun.set()
            await go_on.wait()
            await super().append(records)

    log = Held()
    mounted = await mount(log=log, loops=True)
    await make_one(mounted, "a")
    await begun.wait()
    ending = asyncio.create_task(mounted.stop())
    await asyncio.sleep(0.05)
    assert not ending.done()
    go_on.set()
    await ending
    assert len(log.records) == 1
    after = await mount()
    assert (await after.backlog()).outbox == 0
