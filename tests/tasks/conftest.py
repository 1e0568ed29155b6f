"""A small village for the tests of `tasks`: who lives and works there, and the service mounted on either database."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI
from chassis.log.memory import MemoryLog
from chassis.objects import objects_of
from chassis.settings import ObjectSettings
from contracts.event import Event
from contracts.members import DivisionListed, OrganizationRecorded, PostHeld
from services.tasks.app import build
from services.tasks.catalogue.model import Catalogue
from services.tasks.checklists.templates import ListTemplates
from services.tasks.rules.pack import RulePack
from tests.mounting import HandClock, Stand, standing

VILLAGE = "430702100201"
TOWNSHIP = "430702100000"
DISTRICT = "430702000000"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)


@dataclass
class People:
    """Everybody in the story, by what they do in it."""

    villager: UUID = field(default_factory=uuid4)
    neighbour: UUID = field(default_factory=uuid4)
    agent: UUID = field(default_factory=uuid4)
    other_agent: UUID = field(default_factory=uuid4)
    secretary: UUID = field(default_factory=uuid4)
    cadre: UUID = field(default_factory=uuid4)
    supervisor: UUID = field(default_factory=uuid4)
    operator: UUID = field(default_factory=uuid4)
    other_agent_post: UUID = field(default_factory=uuid4)


def district(people: People) -> list[Event]:
    """What `members` would have told of them."""
    county, township, village, other = uuid4(), uuid4(), uuid4(), uuid4()

    def organization(found: UUID, name: str, tier: str, superior: UUID | None, code: str) -> OrganizationRecorded:
        return OrganizationRecorded(
            organization_id=found, code=name, name=name, tier=tier, superior_id=superior, division_code=code
        )

    def post(person: UUID, kind: str, where: UUID, code: str, post_id: UUID | None = None) -> PostHeld:
        return PostHeld(
            post_id=post_id or uuid4(),
            person_id=person,
            name=f"生成{kind}",
            kind=kind,
            organization_id=where,
            division_code=code,
            from_on=date(2020, 1, 1),
            to_on=None,
        )

    return [
        DivisionListed(code=DISTRICT, name="区", kind="district", superior_code=None),
        DivisionListed(code=TOWNSHIP, name="镇", kind="township", superior_code=DISTRICT),
        DivisionListed(code=VILLAGE, name="村", kind="village", superior_code=TOWNSHIP),
        DivisionListed(code="430702100202", name="邻村", kind="village", superior_code=TOWNSHIP),
        DivisionListed(code="430702100203", name="无人村", kind="village", superior_code=TOWNSHIP),
        organization(county, "区委", "committee", None, DISTRICT),
        organization(township, "镇党委", "committee", county, TOWNSHIP),
        organization(village, "村支部", "branch", township, VILLAGE),
        organization(other, "邻村支部", "branch", township, "430702100202"),
        post(people.agent, "proxy_agent", village, VILLAGE),
        post(people.secretary, "secretary", village, VILLAGE),
        post(people.other_agent, "proxy_agent", other, "430702100202", people.other_agent_post),
        post(people.cadre, "township_cadre", township, TOWNSHIP),
        post(people.supervisor, "supervisor", county, DISTRICT),
        post(people.operator, "county_operator", county, DISTRICT),
    ]


@dataclass
class Village:
    """The service, the people and the clock."""

    stand: Stand
    people: People
    clock: HandClock
    log: MemoryLog

    async def submit(self, **body: object) -> dict[str, object]:
        """The villager reports something."""
        asked = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了𠮷"} | body
        answer = await self.stand.post("/requests", by=self.people.villager, **asked)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def handled(self, **body: object) -> str:
        """A request that the agent promised and reported done; its id."""
        case = str((await self.submit(**body))["id"])
        promised = await self.stand.post(f"/requests/{case}/promise", by=self.people.agent, promised_on="2026-11-18")
        assert promised.status_code == 200, promised.text
        done = await self.stand.post(f"/requests/{case}/report", by=self.people.agent, note="换了灯泡")
        assert done.status_code == 200, done.text
        return case

    async def handled_next_door(self) -> str:
        """A request of the villager's that the agent of the next village answered; its id."""
        case = str((await self.submit(division_code="430702100202"))["id"])
        done = await self.stand.post(f"/requests/{case}/answer", by=self.people.other_agent, words="已办妥")
        assert done.status_code == 200, done.text
        return case

    def told(self, of_type: str) -> list[dict[str, object]]:
        """The facts of a type on the log, as their fields."""
        return [json.loads(found.body) for found in self.log.records if found.type == of_type]


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def village(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Village]:
    """The service with its village, on both databases in turn."""
    place = tmp_path / "tasks.db" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    async with standing_village(place, tmp_path) as there:
        yield there


@asynccontextmanager
async def standing_village(place: Path | str, folder: Path) -> AsyncIterator[Village]:
    """The service with its village, in a SQLite file or a database; its files in a folder."""
    people, clock, log = People(), HandClock(MONDAY), MemoryLog()
    objects = objects_of(ObjectSettings(), folder=folder / "objects")
    service = build(
        pack=RulePack.load(),
        calendar=load_calendar(),
        items=Catalogue.load(),
        lists=ListTemplates.load(),
        objects=objects,
    )
    async with standing(service, place, log=log, clock=clock, tells=district(people)) as stand:
        yield Village(stand, people, clock, log)
