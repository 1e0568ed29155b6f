"""A county's plan for tests, and what is done with it."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.tasks.assignments.model import Assignment
from services.tasks.roster.model import Organization, Post
from tests.tasks.conftest import Village

YEAR = {"from_on": "2026-11-01", "to_on": "2027-10-31"}


async def organization(village: Village, code: str) -> str:
    """The organisation of this code."""
    async with village.stand.mounted.sessions() as session:
        return str(next(one.id for one in await session.all(select(Organization)) if one.code == code))


async def post_of(village: Village, person: UUID) -> str:
    """The post of this person."""
    async with village.stand.mounted.sessions() as session:
        return str(next(one.id for one in await session.all(select(Post)) if one.person_id == person))


async def done(village: Village, path: str, by: UUID, **body: object) -> dict[str, Any]:
    """A POST that succeeds; its answer."""
    answer = await village.stand.post(path, by=by, **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def seen(village: Village, path: str, by: UUID, **query: object) -> dict[str, Any]:
    """A GET that succeeds; its answer."""
    answer = await village.stand.get(path, by=by, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def plan(village: Village, *titles: str, kind: str = "task", evidence: bool = False) -> tuple[str, list[str]]:
    """A published list of the county with these items; its id and theirs."""
    by = village.people.operator
    body = {"organization_id": await organization(village, "区委"), "kind": kind, "title": "全区清单", **YEAR}
    made = (await done(village, "/checklists", by, **body))["id"]
    items = [
        (await done(village, f"/checklists/{made}/items", by, title=title, due_on="2027-06-30", evidence=evidence))[
            "id"
        ]
        for title in titles
    ]
    await done(village, f"/checklists/{made}/publication", by)
    return made, items


async def broken_down(village: Village, list_id: str, **body: object) -> dict[str, Any]:
    """All items of a list, broken down to every village."""
    by, asked = village.people.operator, {"level": "village"} | body
    shown = await done(village, f"/checklists/{list_id}/breakdown/preview", by, **asked)
    return await done(village, f"/checklists/{list_id}/breakdown", by, **asked, token=shown["token"])


async def assignments(village: Village, person: UUID) -> list[Assignment]:
    """What a person has, in the order of items."""
    async with village.stand.mounted.sessions() as session:
        found = [one for one in await session.all(select(Assignment)) if one.assignee_id == person]
    return sorted(found, key=lambda one: one.id)


async def numbers(village: Village, path: str) -> tuple[int, ...]:
    """Assignments, signed, reported, done, closed, late, done late and the share of a list or item."""
    await village.stand.settle()
    found = await seen(village, path, village.people.operator)
    progress = found.get("item", found)["progress"]
    names = ("leaves", "signed", "reported", "done", "closed", "late", "done_late", "share")
    return tuple(progress[name] for name in names)
