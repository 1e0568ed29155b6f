"""Numbers of a whole county's plan: derived from facts, and the same as counting from scratch, at every step."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.log.memory import MemoryLog
from chassis.session import Session
from chassis.settings import DevelopmentSettings, RuleSettings
from profiles.services import build
from services.tasks.assignments import actions
from services.tasks.assignments.model import DONE, Assignment, AssignmentStage
from services.tasks.checklists.model import ChecklistItem
from services.tasks.progress.model import COUNTED, Tally
from services.tasks.tables import Table
from tests.mounting import HandClock, Stand, standing
from tests.tasks.checklists.county import Holders
from tests.tasks.conftest import MONDAY

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(900)]

PATIENCE = 300  # seconds for thousands of facts on a busy machine
Verb = Callable[[Session, Assignment], Awaitable[object]]


@dataclass
class Plan:
    """A plan that was broken down, and everybody in office."""

    stand: Stand
    clock: HandClock
    holders: Holders
    id: str

    async def everybody(self, verb: Verb, *, each: int = 1) -> None:
        """Have a verb done with every assignment (or each n-th one), a village's in one transaction."""
        async with self.stand.mounted.sessions() as session:
            found = await session.all(select(Assignment).order_by(col(Assignment.id)))
        lists: dict[UUID, list[UUID]] = {}
        for place, one in enumerate(found):
            if place % each == 0:
                lists.setdefault(one.checklist_id, []).append(one.id)
        for ids in lists.values():
            async with self.stand.mounted.sessions() as session:
                await session.fetch(Assignment, ids, lock=True)
                for assignment_id in ids:
                    assignment = await session.get(Assignment, assignment_id, lock=True)
                    assert assignment is not None
                    await verb(session, assignment)
        await self.stand.settle(seconds=PATIENCE)

    def above(self, assignment: Assignment) -> Actor:
        """The cadre of the township in which an assignment is."""
        return Actor(self.holders.heads[assignment.township_code])


async def pledge(session: Session, one: Assignment) -> None:
    """Whoever has it signs."""
    by = Actor(one.assignee_id)
    await actions.pledge(session, one.id, by=by, promised_on=date(2027, 3, 31), words=None)


async def progress(session: Session, one: Assignment) -> None:
    """Some of it is done."""
    await actions.progress(session, one.id, by=Actor(one.assignee_id), share=37, words="在办", evidence=())


async def report(session: Session, one: Assignment) -> None:
    """It is done."""
    await actions.report(session, one.id, by=Actor(one.assignee_id), words="办好了", evidence=())


async def counted(stand: Stand) -> dict[UUID, tuple[int, ...]]:
    """The numbers as they were kept up, by list or item."""
    async with stand.mounted.sessions() as session:
        return {one.id: tuple(getattr(one, name) for name in COUNTED) for one in await session.all(select(Tally))}


async def recounted(stand: Stand) -> dict[UUID, tuple[int, ...]]:
    """The same from scratch: every assignment added to all that it is part of."""
    async with stand.mounted.sessions() as session:
        items = {one.id: one for one in await session.all(select(ChecklistItem))}
        assignments = await session.all(select(Assignment))
    sums: dict[UUID, Counter[str]] = {one: Counter() for one in items}
    sums |= {one.checklist_id: Counter() for one in items.values() if one.superior_id is None}
    for one in assignments:
        if one.stage is AssignmentStage.WITHDRAWN:
            continue
        done = one.stage in DONE
        said = {
            "leaves": 1,
            "signed": one.stage is not AssignmentStage.ISSUED,
            "reported": one.stage is AssignmentStage.REPORTED,
            "done": done,
            "closed": one.stage is AssignmentStage.CLOSED_OUT,
            "late": one.missed_at is not None and not done,
            "done_late": one.missed_at is not None and done,
            "shares": one.share,
        }
        following: UUID | None = one.item_id
        while following is not None:
            sums[following].update({name: int(value) for name, value in said.items()})
            item = items.get(following)
            following = (item.superior_id or item.checklist_id) if item else None
    return {found: tuple(total[name] for name in COUNTED) for found, total in sums.items()}


@asynccontextmanager
async def planned(place: Path | str, folder: Path, *, townships: int, villages: int, items: int) -> AsyncIterator[Plan]:
    """A county with a plan of so many items, broken down to every village."""
    holders, clock, log = Holders(), HandClock(MONDAY), MemoryLog()
    service = build("tasks", development=DevelopmentSettings(), rules=RuleSettings(), files=folder)
    told = list(holders.told(townships=townships, villages=villages))
    async with standing(service, place, log=log, clock=clock, tells=told) as stand:

        async def done(path: str, **body: object) -> dict[str, Any]:
            answer = await stand.post(path, by=holders.operator, **body)
            assert answer.status_code < 300, answer.text
            return dict(answer.json())

        body = {"organization_id": str(holders.county), "kind": "task", "title": "年度任务清单"}
        made = (await done("/checklists", **body, from_on="2026-11-01", to_on="2027-10-31"))["id"]
        for n in range(items):
            await done(f"/checklists/{made}/items", title=f"第{n}项", due_on="2027-06-30")
        await done(f"/checklists/{made}/publication")
        shown = await done(f"/checklists/{made}/breakdown/preview", level="village")
        assert shown["leaves"] == villages * items
        await done(f"/checklists/{made}/breakdown", level="village", token=shown["token"])
        await stand.settle(seconds=PATIENCE)
        yield Plan(stand, clock, holders, made)


async def work(plan: Plan) -> None:
    """Sign, work on, miss, report, accept and close; after each step the numbers are those of a recount."""

    async def accept(session: Session, one: Assignment) -> None:
        await actions.accept(session, one.id, by=plan.above(one), words=None)

    async def give_back(session: Session, one: Assignment) -> None:
        await actions.return_(session, one.id, by=plan.above(one), words="再补一补")

    async def close_out(session: Session, one: Assignment) -> None:
        await actions.close_out(session, one.id, by=plan.above(one), words=None)

    async def reported_only(session: Session, one: Assignment) -> None:
        if one.stage is AssignmentStage.RETURNED:
            await report(session, one)

    for verb, each in ((pledge, 1), (progress, 2), (report, 3), (give_back, 3), (reported_only, 1), (accept, 3)):
        await plan.everybody(verb, each=each)
        assert await counted(plan.stand) == await recounted(plan.stand), verb.__name__
    plan.clock.at = MONDAY.replace(year=2027, month=7, day=2)  # two thirds have missed their day
    await plan.stand.settle(seconds=PATIENCE)
    assert await counted(plan.stand) == await recounted(plan.stand)

    async def rest(session: Session, one: Assignment) -> None:
        if one.stage is AssignmentStage.PLEDGED:
            await report(session, one)
            await accept(session, one)

    for verb in (rest, close_out):
        await plan.everybody(verb)
        assert await counted(plan.stand) == await recounted(plan.stand), verb.__name__


async def same_after_replay(plan: Plan) -> None:
    """The log of all facts, read again into empty tables, gives the same rows."""
    table = Table.metadata.tables["tally"]
    async with plan.stand.mounted.sessions() as session:
        before = sorted(await session.all(table.select()), key=repr)
        for name in ("tally", "taken_fact"):
            kept = Table.metadata.tables[name]
            session.erase(kept, *[row[0] for row in await session.all(kept.select())])
    records = list(plan.stand.log.records)  # type: ignore[attr-defined]
    for start in range(0, len(records), 500):
        await plan.stand.mounted.inbox.take([one for one in records[start : start + 500] if one.source == "tasks"])
    await plan.stand.settle(seconds=PATIENCE)
    async with plan.stand.mounted.sessions() as session:
        assert sorted(await session.all(table.select()), key=repr) == before


async def test_a_plan_for_every_village_of_the_county_is_counted_as_from_scratch(tmp_path: Path) -> None:
    async with planned(tmp_path / "tasks.db", tmp_path, townships=19, villages=168, items=40) as plan:
        async with plan.stand.mounted.sessions() as session:
            assert len(await session.all(select(Assignment.id))) == 6720
        await work(plan)
        shown = (await plan.stand.get(f"/checklists/{plan.id}", by=plan.holders.operator)).json()["progress"]
        assert (shown["leaves"], shown["done"], shown["closed"], shown["share"]) == (6720, 6720, 6720, 100)
        assert shown["done_late"] == 6720 - 2240
        await same_after_replay(plan)


async def test_a_small_plan_is_counted_the_same_way_on_postgresql(postgres_database: str, tmp_path: Path) -> None:
    async with planned(postgres_database, tmp_path, townships=3, villages=10, items=6) as plan:
        await work(plan)
        await same_after_replay(plan)
