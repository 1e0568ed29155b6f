"""A township whose twenty branches are inspected, its teams, and the officers who draw."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from sqlmodel import select

from services.tasks.roster.model import Organization, Post
from services.tasks.samples.drawing import commitment
from tests.tasks.conftest import DISTRICT, TOWNSHIP, Village, standing_village

BRANCHES = 18


def secret(word: str) -> str:
    """32 bytes that a test can name."""
    return sha256(word.encode()).hexdigest()


@dataclass
class Inspected:
    """The village of every test, with more branches in its township, and those who inspect them."""

    village: Village
    county: UUID
    township: UUID
    auditor: UUID = field(default_factory=uuid4)
    inspector: UUID = field(default_factory=uuid4)
    inspector_post: UUID = field(default_factory=uuid4)
    heads: dict[str, UUID] = field(default_factory=dict)

    async def done(self, path: str, by: UUID, expected: int = 200, **body: Any) -> dict[str, Any]:
        """Something that somebody does, answered as expected."""
        answer = await self.village.stand.post(path, by=by, **body)
        assert answer.status_code in {expected, 201 if expected == 200 else expected}, answer.text
        return dict(answer.json())

    async def got(self, path: str, by: UUID, expected: int = 200, **query: object) -> dict[str, Any]:
        """What somebody reads."""
        answer = await self.village.stand.get(path, by=by, **query)
        assert answer.status_code == expected, answer.text
        return dict(answer.json())

    async def public(self, path: str) -> dict[str, Any]:
        """What anybody reads."""
        answer = await self.village.stand.client.get(path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def plan(self, **said: Any) -> dict[str, Any]:
        """A draft for all branches of the township."""
        body = {
            "organization_id": str(self.township),
            "title": "下半年党建督查",
            "tiers": ["branch"],
            "from_on": "2026-11-16",
            "to_on": "2026-12-31",
        }
        return await self.done("/inspection-plans", self.village.people.supervisor, **body | said)

    async def frozen(self, **said: Any) -> tuple[str, str]:
        """A plan whose two officers are to commit; the ids of plan and round."""
        plan = str((await self.plan(**said))["id"])
        people = self.village.people
        officers = [str(people.supervisor), str(people.cadre)]
        await self.done(f"/inspection-plans/{plan}/freezing", people.supervisor, officer_ids=officers)
        return plan, str((await self.public("/inspection-draws"))["items"][0]["draw_id"])

    async def commit(self, draw: str, place: int, by: UUID, word: str, expected: int = 200) -> dict[str, Any]:
        """An officer hands in the commitment to what a word gives."""
        made = commitment(UUID(draw), place, value=secret(word), salt=secret(f"salt of {word}"))
        return await self.done(f"/inspection-draws/{draw}/commitment", by, expected, commitment=made)

    async def reveal(self, draw: str, by: UUID, word: str, expected: int = 200) -> dict[str, Any]:
        """An officer shows what a word gives."""
        said = {"value": secret(word), "salt": secret(f"salt of {word}")}
        return await self.done(f"/inspection-draws/{draw}/reveal", by, expected, **said)

    async def drawn(self, **said: Any) -> tuple[str, dict[str, Any]]:
        """A plan whose units are drawn; its id and the public record."""
        plan, draw = await self.frozen(**said)
        people = self.village.people
        for place, person in ((1, people.supervisor), (2, people.cadre)):
            await self.commit(draw, place, person, f"word {place}")
        for place, person in ((1, people.supervisor), (2, people.cadre)):
            await self.reveal(draw, person, f"word {place}")
        return plan, await self.public(f"/inspection-draws/{draw}")

    async def notices(self, person: UUID, kind: str) -> list[dict[str, Any]]:
        """What somebody was told of one kind."""
        found = (await self.got("/notices", person, limit=100))["items"]
        return [one for one in found if one["kind"] == kind]


@pytest_asyncio.fixture
async def village(tmp_path: Path) -> AsyncIterator[Village]:
    """On SQLite alone: `tests/tasks/test_inspections.py` goes the whole way on both databases."""
    async with standing_village(tmp_path / "tasks.db", tmp_path) as there:
        yield there


@pytest_asyncio.fixture
async def inspected(village: Village) -> Inspected:
    """Twenty branches below the township, and those who inspect them."""
    return await inspecting(village)


async def inspecting(village: Village) -> Inspected:
    """Twenty branches below the township; an auditor and an inspector of the county beside those of every test."""
    async with village.stand.mounted.sessions() as session:
        known = {one.code: one.id for one in await session.all(select(Organization))}
        cadre_posts = [one for one in await session.all(select(Post)) if one.person_id == village.people.secretary]
    there = Inspected(village, known["区委"], known["镇党委"])
    there.heads["村支部"] = cadre_posts[0].person_id
    rows: list[Organization | Post] = []
    for n in range(1, BRANCHES + 1):
        branch, code, place = uuid4(), f"支部{n:02}", f"43070210{n + 20:04}"
        rows.append(
            Organization(
                id=branch, code=code, name=f"第{n}支部", tier="branch", superior_id=there.township, division_code=place
            )
        )
        there.heads[code] = uuid4()
        rows.append(post(there.heads[code], "secretary", branch, place))
    rows.append(post(there.auditor, "auditor", there.county, DISTRICT))
    rows.append(post(there.inspector, "supervisor", there.county, DISTRICT, there.inspector_post))
    rows.append(post(uuid4(), "secretary", there.township, TOWNSHIP))
    async with village.stand.mounted.sessions() as session:  # what `members` would have told, in one go
        session.add(*rows)
    return there


def post(person: UUID, kind: str, where: UUID, code: str, post_id: UUID | None = None) -> Post:
    """A post that somebody holds."""
    return Post(
        id=post_id or uuid4(),
        person_id=person,
        name=f"生成{kind}",
        kind=kind,
        organization_id=where,
        division_code=code,
        from_on=date(2020, 1, 1),
        to_on=None,
        ended_at=None,
    )
