"""A township with cadres, members and households, for the tests of pairings and aid files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlmodel import col, select

from services.members.households.model import Citizen, Household
from services.members.imports.rows import PostRow
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.village import (
    DISTRICT,
    TOWNSHIP,
    VILLAGE,
    Office,
    citizen,
    member,
    open_office,
    organization,
    roster,
)

DEPARTMENTS = [f"B{n}" for n in range(1, 8)]
HOUSEHOLDS = [f"H{n}" for n in range(1, 7)]
NAMES = {1: "代办员", 2: "书记", 3: "乡镇干部", 4: "另一干部", 5: "县管理员", 6: "党员甲", 7: "党员乙", 8: "接任干部"}
POSTS = {
    1: (PostKind.PROXY_AGENT, VILLAGE),
    2: (PostKind.SECRETARY, VILLAGE),
    3: (PostKind.TOWNSHIP_CADRE, TOWNSHIP),
    4: (PostKind.TOWNSHIP_CADRE, TOWNSHIP),
    5: (PostKind.COUNTY_OPERATOR, DISTRICT),
    8: (PostKind.GRID_WORKER, VILLAGE),
}


@dataclass
class Township:
    """The service with its people, by what they are called here."""

    office: Office
    people: dict[str, UUID]
    posts: dict[str, UUID]
    households: dict[str, UUID]
    organizations: dict[str, UUID]
    heads: dict[str, UUID]

    async def get(self, path: str, *, by: str, **query: object) -> httpx.Response:
        """Read as somebody."""
        return await self.office.stand.get(path, by=self._who(by), **query)

    async def post(self, path: str, *, by: str = "乡镇干部", **body: Any) -> httpx.Response:
        """Change something as somebody; by the township's cadre, unless said."""
        return await self.office.stand.post(path, by=self._who(by), **body)

    async def pair(self, person: str, household: str, *, by: str = "乡镇干部", **more: Any) -> httpx.Response:
        """Have a person answer for a household."""
        body = {"kind": "household", "helper": {"person_id": str(self.people[person])}, "from_on": "2026-11-16"}
        return await self.post("/pairings", by=by, **body | {"household_id": str(self.households[household])} | more)

    async def stand_by(self, department: str, **more: Any) -> httpx.Response:
        """Have a department stand by the village."""
        helper = {"organization_id": str(self.organizations[department])}
        body = {"kind": "department_village", "helper": helper, "division_code": VILLAGE}
        return await self.post("/pairings", **body | more)

    def _who(self, name: str) -> UUID:
        return self.people.get(name) or self.heads[name]


@asynccontextmanager
async def township(place: Path | str) -> AsyncIterator[Township]:
    """The township, on a database."""
    async with open_office(place) as office:
        departments = [organization(code, "A1", division=TOWNSHIP) for code in DEPARTMENTS]
        posts = [
            PostRow(number(n), NAMES[n], kind, None, area, date(2024, 1, 1), None, generated=True)
            for n, (kind, area) in POSTS.items()
        ]
        await office.take_in(
            roster(
                organizations=[organization("A1"), organization("A2", "A1", division=VILLAGE), *departments],
                members=[member(n, "A2", name=name) for n, name in NAMES.items()],
                posts=posts,
                citizens=[
                    replace(citizen(20 + 2 * n, code), name=f"户主{'甲乙丙丁戊己'[n]}")
                    for n, code in enumerate(HOUSEHOLDS)
                ],
            )
        )
        await office.told()
        async with office.stand.mounted.sessions() as session:
            people = dict(await session.all(select(col(Member.name), col(Member.id))))
            of_person = dict(await session.all(select(col(Post.person_id), col(Post.id))))
            households = dict(await session.all(select(col(Household.code), col(Household.id))))
            organizations = dict(await session.all(select(col(Organization.code), col(Organization.id))))
            heads = dict(await session.all(select(col(Citizen.name), col(Citizen.id))))
        posts_by_name = {name: of_person[found] for name, found in people.items() if found in of_person}
        yield Township(office, people, posts_by_name, households, organizations, heads)
