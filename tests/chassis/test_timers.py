"""A deadline fires once at or after its domain instant, whatever restarts, fails or runs twice in between."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select as columns

from chassis.inbox import Patience
from chassis.session import Session
from chassis.tables import OUTBOX, TIMER
from tests.chassis.conftest import NOON, Mount
from tests.chassis.toys import ToyMade, build
from tests.mounting import HandClock

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)
AT_ONCE = Patience(tries=3, first=timedelta(0), longest=timedelta(0))


class Bell:
    """Notes what fired, and tells it."""

    def __init__(self) -> None:
        self.rung: list[UUID] = []
        self.broken: set[UUID] = set()

    async def ring(self, about: UUID, session: Session) -> None:
        """Fire."""
        session.publish(ToyMade(toy_id=about))
        await session.flush()
        if about in self.broken:
            raise ArithmeticError("with a value")
        self.rung.append(about)


async def test_a_timer_fires_once_and_not_before_its_instant(mount: Mount) -> None:
    bell, clock, about = Bell(), HandClock(NOON), uuid4()
    mounted = await mount(build(keeps_time={"ring": bell.ring}), clock=clock)
    async with mounted.sessions() as session:
        session.remind("ring", about=about, due_at=NOON + HOUR)
    clock.at = NOON + HOUR - timedelta(microseconds=1)
    assert await mounted.timers.fire_due() == 0
    assert (await mounted.backlog()).overdue == 0
    clock.at = NOON + HOUR
    assert (await mounted.backlog()).overdue == 1
    assert [await mounted.timers.fire_due() for _ in range(2)] == [1, 0]
    assert bell.rung == [about]


async def test_a_timer_survives_a_restart(mount: Mount) -> None:
    bell, clock, about = Bell(), HandClock(NOON), uuid4()
    first = await mount(clock=clock)
    async with first.sessions() as session:
        session.remind("ring", about=about, due_at=NOON + HOUR)
    await first.store.close()
    clock.at = NOON + timedelta(days=400)
    second = await mount(build(keeps_time={"ring": bell.ring}), clock=clock)
    assert await second.timers.fire_due() == 1
    assert bell.rung == [about]


async def test_timers_fire_in_the_order_of_their_instants(mount: Mount) -> None:
    bell, clock = Bell(), HandClock(NOON)
    mounted = await mount(build(keeps_time={"ring": bell.ring}), clock=clock)
    things = [uuid4() for _ in range(9)]
    async with mounted.sessions() as session:
        for number in (4, 8, 0, 2, 6, 1, 7, 3, 5):
            session.remind("ring", about=things[number], due_at=NOON + number * timedelta(milliseconds=1))
    clock.at = NOON + HOUR
    assert await mounted.timers.fire_due() == 9
    assert bell.rung == things


async def test_two_processes_fire_each_timer_once(mount_on_postgres: Mount) -> None:
    bell, clock = Bell(), HandClock(NOON)
    mounts = [await mount_on_postgres(build(keeps_time={"ring": bell.ring}), clock=clock) for _ in range(2)]
    things = [uuid4() for _ in range(30)]
    async with mounts[0].sessions() as session:
        for about in things:
            session.remind("ring", about=about, due_at=NOON)
    assert sum(await asyncio.gather(*(mounted.timers.fire_due() for mounted in mounts))) == 30
    assert sorted(bell.rung) == sorted(things)
    async with mounts[0].sessions() as session:
        assert len(await session.all(columns(OUTBOX.c.id))) == 30


async def test_a_failing_timer_leaves_nothing_backs_off_and_is_parked_and_its_neighbours_fire(mount: Mount) -> None:
    bell, good, bad = Bell(), uuid4(), uuid4()
    bell.broken = {bad}
    mounted = await mount(build(keeps_time={"ring": bell.ring}), patience=AT_ONCE)
    async with mounted.sessions() as session:
        session.remind("ring", about=bad, due_at=NOON - HOUR)
        session.remind("ring", about=good, due_at=NOON)
    assert [await mounted.timers.fire_due() for _ in range(5)] == [1, 0, 0, 0, 0]
    assert bell.rung == [good]
    asked = columns(TIMER.c.about, TIMER.c.attempts, TIMER.c.reason, TIMER.c.parked_at)
    async with mounted.sessions() as session:
        ((about, attempts, reason, parked_at),) = await session.all(asked)
        assert len(await session.all(columns(OUTBOX.c.id))) == 1
    assert (about, attempts, reason) == (bad, 3, "ArithmeticError")
    assert parked_at is not None


async def test_a_timer_that_failed_is_not_tried_before_its_next_time(mount: Mount) -> None:
    bell, about = Bell(), uuid4()
    bell.broken = {about}
    slow = Patience(first=HOUR, longest=HOUR)
    mounted = await mount(build(keeps_time={"ring": bell.ring}), patience=slow)
    async with mounted.sessions() as session:
        session.remind("ring", about=about, due_at=NOON)
    await mounted.timers.fire_due()
    bell.broken = set()
    assert await mounted.timers.fire_due() == 0
    assert bell.rung == []


async def test_a_running_service_fires_by_itself_when_the_clock_is_moved(mount: Mount) -> None:
    bell, clock, about = Bell(), HandClock(NOON), uuid4()
    mounted = await mount(build(keeps_time={"ring": bell.ring}), clock=clock, loops=True)
    async with mounted.sessions() as session:
        session.remind("ring", about=about, due_at=NOON + HOUR)
    clock.at = NOON + HOUR
    async with asyncio.timeout(5):
        while not bell.rung:
            await asyncio.sleep(0.01)
    assert bell.rung == [about]
