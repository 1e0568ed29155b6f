"""A book on SQLite; what must hold on both databases asks for `village` itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from chassis.calendar import load_calendar
from chassis.log.memory import MemoryLog
from chassis.objects import objects_of
from chassis.settings import ObjectSettings
from services.tasks.app import build
from services.tasks.catalogue.model import Catalogue
from services.tasks.rules.pack import RulePack
from tests.mounting import HandClock, standing
from tests.tasks.conftest import MONDAY, People, Village, district
from tests.tasks.ledger.keeping import Keeping, keeping


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    """The village's book with its three hands."""
    people, clock, log = People(), HandClock(MONDAY), MemoryLog()
    objects = objects_of(ObjectSettings(), folder=tmp_path / "objects")
    service = build(pack=RulePack.load(), calendar=load_calendar(), items=Catalogue.load(), objects=objects)
    async with standing(service, tmp_path / "tasks.db", log=log, clock=clock, tells=district(people)) as stand:
        yield await keeping(Village(stand, people, clock, log))
