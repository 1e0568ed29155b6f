"""A cell below the line opens one rectification, one level above the unit; the next cell alone ends it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select

from contracts.feedback import CellFoundBelowLine, CellJudgedAgain
from services.tasks.checklists.model import ChecklistItem, ChecklistKind, Origin
from tests.tasks.checklists.lists import done, seen
from tests.tasks.checklists.test_problems import paper
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio


def below(village: Village, *, month: int) -> CellFoundBelowLine:
    """The village's cell of a month closed below the line."""
    return CellFoundBelowLine(
        cell_id=uuid4(),
        township_code=TOWNSHIP,
        division_code=VILLAGE,
        owner_code=TOWNSHIP,
        group_code="all",
        item_codes=(),
        served_from=date(2026, month, 1),
        served_to=date(2026, month, 28),
        found_at=village.clock.now(),
    )


def again(village: Village, first: CellFoundBelowLine, after: UUID, *, above: bool) -> CellJudgedAgain:
    """The cell after it has closed."""
    return CellJudgedAgain(
        cell_id=first.cell_id,
        next_cell_id=after,
        township_code=TOWNSHIP,
        above_line=above,
        judged_at=village.clock.now(),
    )


async def opened(village: Village, fact: CellFoundBelowLine) -> list[ChecklistItem]:
    """What was put on a list for a cell."""
    of_cell = select(ChecklistItem).where(col(ChecklistItem.origin_id) == fact.cell_id)
    async with village.stand.mounted.sessions() as session:
        return list(await session.all(of_cell))


async def worked_off(village: Village, item: ChecklistItem, *, by: UUID) -> str:
    """The item, done with proof and accepted above; its path."""
    path = f"/assignments/{item.assignment_id}"
    await done(village, f"{path}/pledge", by, promised_on="2026-11-20")
    await done(village, f"{path}/report", by, words="已整改", evidence=[await paper(village, by)])
    await done(village, f"{path}/acceptance", village.people.operator)
    return path


async def struck_off(village: Village, path: str) -> Any:
    """The stage, or the code of the refusal."""
    answer = await village.stand.post(f"{path}/closing-out", by=village.people.operator)
    said = answer.json()
    return said["stage"] if answer.status_code == 200 else said["code"]


async def test_it_is_opened_once_above_the_unit_and_ends_with_the_next_cell_above_the_line(village: Village) -> None:
    first, cadre = below(village, month=9), village.people.cadre
    await village.stand.hear(first, first.model_copy())  # as a log may repeat itself, under another id
    [item] = await opened(village, first)
    assert (item.origin, item.due_on, item.evidence) == (Origin.SURVEY, date(2026, 12, 7), True)  # 15 working days
    [mine] = (await seen(village, "/assignments", cadre))["items"]
    assert mine["title"] == "村 2026-09-01 至 2026-09-28 匿名测评低于合格线，限期整改"
    [listed] = (await seen(village, "/checklists", cadre, kind="rectification"))["items"]
    assert listed["kind"] == ChecklistKind.RECTIFICATION
    path = await worked_off(village, item, by=cadre)
    assert await struck_off(village, path) == "next-cell-not-above-line"

    second = below(village, month=10)
    await village.stand.hear(second, again(village, first, second.cell_id, above=False))
    [further_up] = await opened(village, second)
    assert further_up.organization_id != item.organization_id
    assert await struck_off(village, path) == "next-cell-not-above-line"
    [theirs] = (await seen(village, "/assignments", village.people.supervisor))["items"]
    assert "第 2 次" in theirs["title"]

    await village.stand.hear(again(village, second, uuid4(), above=True))
    assert await struck_off(village, path) == "closed_out"


async def test_what_is_late_is_the_next_level_s_with_a_day_anew_and_all_that_was_done(village: Village) -> None:
    first, people = below(village, month=9), village.people
    await village.stand.hear(first)
    [item] = await opened(village, first)
    path = f"/assignments/{item.assignment_id}"
    await done(village, f"{path}/pledge", people.cadre, promised_on="2026-11-20")
    village.clock.at += timedelta(days=40)
    await village.stand.settle()
    [listed] = (await seen(village, "/assignments", people.supervisor, late=True))[
        "items"
    ]  # the day missed stays missed
    late = await seen(village, path, people.supervisor)
    assert (listed["id"], late["assignee_id"], late["stage"]) == (late["id"], str(people.supervisor), "issued")
    assert date.fromisoformat(late["due_on"]) > village.clock.at.date() > item.due_on
    assert [one["move"] for one in late["steps"]] == ["pledge", "miss", "lift"]
    answer = await village.stand.post(f"{path}/progress", by=people.cadre, share=50, words="在办", evidence=[])
    assert answer.json()["code"] == "not-your-assignment"
    await done(village, f"{path}/pledge", people.supervisor, promised_on=late["due_on"])
