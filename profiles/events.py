"""Looking at facts: those on the log, and those that a service put aside because it could not take them in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from chassis.clock import real_now
from chassis.log import EventLog, Record
from chassis.service import Mounted
from chassis.tables import WAITING_FACT

PUT_ASIDE = select(
    WAITING_FACT.c.position,
    WAITING_FACT.c.type,
    WAITING_FACT.c.key,
    WAITING_FACT.c.attempts,
    WAITING_FACT.c.since,
    WAITING_FACT.c.next_at,
    WAITING_FACT.c.parked_at,
    WAITING_FACT.c.reason,
).order_by(WAITING_FACT.c.position)
SILENCE = 10.0  # seconds; longer than a consumer of Kafka needs to join its group


@dataclass(frozen=True, slots=True)
class PutAside:
    """A fact that waits for its next try, or that was parked after the last one; its body is not shown."""

    position: int
    type: str
    key: str
    attempts: int
    since: datetime  # real time, UTC
    next_at: datetime
    parked_at: datetime | None
    reason: str


async def put_aside(service: Mounted) -> list[PutAside]:
    """What a service could not take in, in the order of arrival."""
    async with service.sessions() as session:
        return [PutAside(*row) for row in await session.all(PUT_ASIDE)]


async def make_due(service: Mounted, position: int | None = None) -> int:
    """Have the running service try its waiting facts, or this one, at once; returns how many."""
    waiting = [
        fact.position
        for fact in await put_aside(service)
        if fact.parked_at is None and position in {None, fact.position}
    ]
    async with service.sessions() as session:
        for place in waiting:
            session.alter(WAITING_FACT, place, {"next_at": real_now()})
    return len(waiting)


async def replay(service: Mounted, positions: Sequence[int]) -> list[PutAside]:
    """Take parked facts in now, the oldest first; returns those that failed again, with the reason."""
    failed = {position for position in sorted(positions) if not await service.inbox.replay(position)}
    return [fact for fact in await put_aside(service) if fact.position in failed]


async def tail(log: EventLog, sources: Sequence[str], *, follow: bool) -> AsyncIterator[Record]:
    """The facts of these services from the first on; with `follow` also those that come later, without end.

    Reads for a group of its own, which never commits: no service misses a fact because of it.
    """
    reader = await log.reader(group=f"tail-{uuid4().hex[:12]}", sources=sources)
    loop = asyncio.get_running_loop()
    try:
        left, heard_at = await reader.lag(), loop.time()
        while follow or (left > 0 and loop.time() - heard_at < SILENCE):
            for record in await reader.read(wait=0.5):
                left, heard_at = left - 1, loop.time()
                yield record
    finally:
        await reader.close()


def sweep(home: Path) -> None:
    """Take away the lock files that readers of the SQLite log left for groups that nobody will use again."""
    for lock in home.glob("log.db.tail-*.lock"):
        lock.unlink(missing_ok=True)
