"""A village of generated people for the tests of `members`, and the service mounted on either database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import httpx
from sqlalchemy import select

from chassis.log import EventLog, Reader, Record
from chassis.log.memory import MemoryLog
from chassis.plans import table_of
from chassis.secrecy import PersonVault
from chassis.sheets.faults import RowFault
from services.members.app import build, prepare
from services.members.divisions.actions import list_divisions
from services.members.divisions.reading import DivisionRow
from services.members.imports.actions import Imported, import_roster
from services.members.imports.rows import Checked, CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.persons import Person, vault_of
from services.members.tables import Table
from services.members.words import DivisionKind, HouseholdTie, MemberStage, PostKind, Sex, Tier
from tests.members.imports.books import number
from tests.mounting import HandClock, Stand, standing

DISTRICT, TOWNSHIP, VILLAGE = "430702000000", "430702204000", "430702204216"
NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
PHONE, ADDRESS = "15400012345", "生成村七组18号"
RARE = "𠮷样·阿依"

DIVISIONS = [
    DivisionRow(DISTRICT, "武陵区", DivisionKind.DISTRICT, None),
    DivisionRow(TOWNSHIP, "河洑镇", DivisionKind.TOWNSHIP, DISTRICT),
    DivisionRow(VILLAGE, "坪湖村", DivisionKind.VILLAGE, TOWNSHIP),
]


def organization(code: str, superior: str | None = None, *, division: str | None = None) -> OrganizationRow:
    """A committee on top, a branch below."""
    tier = Tier.BRANCH if superior else Tier.COMMITTEE
    return OrganizationRow(code, f"组织{code}", tier, superior, division, date(1990, 7, 1), None, generated=True)


def member(serial: int, organization_code: str = "A1", *, name: str = "王样〇一", real: bool = False) -> MemberRow:
    """A full member with a phone and an address."""
    return MemberRow(
        citizen_number=number(serial, area="430702" if real else "999999"),
        name=name,
        sex=Sex.MALE if serial % 2 else Sex.FEMALE,
        ethnic_group="土家族",
        organization_code=organization_code,
        stage=MemberStage.FULL,
        admitted_on=date(2010, 7, 1),
        confirmed_on=date(2011, 7, 1),
        phone=PHONE,
        address=ADDRESS,
        division_code=VILLAGE,
        generated=not real,
    )


def post(serial: int, *, kind: PostKind = PostKind.PROXY_AGENT, until: date | None = None) -> PostRow:
    """A post in the village, in no organisation of its own."""
    return PostRow(number(serial), "王样〇一", kind, None, VILLAGE, date(2024, 1, 1), until, generated=True)


def citizen(serial: int, household: str = "H1") -> CitizenRow:
    """The head of a household."""
    sex = Sex.MALE if serial % 2 else Sex.FEMALE
    return CitizenRow(
        household, number(serial), "李样〇二", sex, VILLAGE, ADDRESS, PHONE, HouseholdTie.HEAD, generated=True
    )


def roster(
    *,
    organizations: Sequence[OrganizationRow] = (),
    members: Sequence[MemberRow] = (),
    posts: Sequence[PostRow] = (),
    citizens: Sequence[CitizenRow] = (),
    faults: Sequence[RowFault] = (),
) -> Checked:
    """A roster after checking."""
    return Checked(list(organizations), list(members), list(posts), list(citizens), list(faults), [], [])


def village_roster() -> Checked:
    """Two organisations, an agent with a rare name, a member who is a citizen too, a real person, two households."""
    return roster(
        organizations=[organization("A2", "A1", division=VILLAGE), organization("A1")],
        members=[member(1, "A2", name=RARE), member(2, "A2"), member(3, real=True)],
        posts=[post(1), post(2, kind=PostKind.SECRETARY, until=date(2025, 12, 31))],
        citizens=[citizen(2), citizen(4, "H2")],
    )


@dataclass
class Office:
    """The service, what it told, and everything that lies in its tables."""

    stand: Stand
    reader: Reader

    @property
    def client(self) -> httpx.AsyncClient:
        """Calls the service's application."""
        return self.stand.client

    async def take_in(self, checked: Checked, *, leave_out_faulty: bool = False) -> Imported:
        """Import a roster in a transaction of its own."""
        async with self.stand.mounted.sessions() as session:
            return await import_roster(session, checked, leave_out_faulty=leave_out_faulty)

    async def told(self) -> list[Record]:
        """The facts told since the last call."""
        await self.stand.settle()
        records = await self.reader.read(limit=5000, wait=0.05)
        await self.reader.commit()
        return records

    async def rows(self, kind: type[Table] | str) -> list[tuple[object, ...]]:
        """Every row of a table, in the order of its first column."""
        table = Table.metadata.tables[kind] if isinstance(kind, str) else table_of(kind)
        async with self.stand.mounted.sessions() as session:
            return [tuple(row) for row in await session.all(select(table).order_by(*table.primary_key.columns))]

    async def own(self, person: Person) -> PersonVault | None:
        """What opens a person's secrets."""
        async with self.stand.mounted.sessions() as session:
            return await vault_of(session, person.id)

    async def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table but those that only remember which facts were heard."""
        names = sorted(set(Table.metadata.tables) - {"taken_fact"})
        return {name: await self.rows(name) for name in names}

    async def sign_in(self, person_id: UUID | str, code: str) -> httpx.Response:
        """Sign in with a development code."""
        return await self.client.post("/sign-in/development", json={"person_id": str(person_id), "code": code})

    async def people(self, role: str) -> list[dict[str, str]]:
        """The people to try of a role."""
        answer = await self.client.get("/sign-in/development/people", params={"role": role})
        found: list[dict[str, str]] = answer.json()["items"]
        return found

    async def token(self, role: str) -> str:
        """The token of the first of these people."""
        somebody = (await self.people(role))[0]
        token: str = (await self.sign_in(somebody["person_id"], somebody["code"])).json()["access_token"]
        return token

    async def read(self, path: str, token: str, **query: object) -> httpx.Response:
        """Read with a token."""
        params = {name: str(value) for name, value in query.items()}
        return await self.client.get(path, params=params, headers={"authorization": f"Bearer {token}"})


@asynccontextmanager
async def open_office(
    place: Path | str, *, development: bool = True, log: EventLog | None = None
) -> AsyncIterator[Office]:
    """The service with its key and its divisions, and nobody in it yet."""
    log = log or MemoryLog()
    async with standing(build(development=development), place, log=log, clock=HandClock(NOW)) as stand:
        await prepare(stand.mounted)
        async with stand.mounted.sessions() as session:
            await list_divisions(session, DIVISIONS)
        office = Office(stand, await log.reader(group="test", sources=["members"]))
        await office.told()
        yield office
        await office.reader.close()
