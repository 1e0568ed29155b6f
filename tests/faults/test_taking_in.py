"""A database that is away for a moment costs no fact, however far the log was read by then."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from chassis.log import EventLog
from chassis.log.memory import MemoryLog
from chassis.log.sqlite import SqliteLog
from chassis.problems import StoreAway
from chassis.service import Service
from chassis.session import Session
from tests.chassis.toys import GuestCame, Table
from tests.mounting import HandClock, standing

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_facts_that_were_read_while_the_database_was_away_are_read_again(tmp_path: Path, kind: str) -> None:
    log: EventLog = MemoryLog() if kind == "memory" else SqliteLog(tmp_path / "log.db")
    came: list[UUID] = []
    away = 1

    async def hear(event: GuestCame, session: Session) -> None:
        nonlocal away
        if away:
            away -= 1
            raise StoreAway()
        came.append(event.guest_id)

    service = Service(name="toys", owns=Table.metadata, hears=[hear])
    clock = HandClock(datetime(2025, 3, 3, tzinfo=UTC))
    first, second = uuid4(), uuid4()
    async with standing(service, tmp_path / "toys.db", log=log, clock=clock) as stand:
        await stand.hear(GuestCame(guest_id=first, name="first"))
        await stand.hear(GuestCame(guest_id=second, name="second"))
    assert came == [first, second]
