"""Who oversees organisations sees their rectifications, what is overdue first, and nobody else does."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from python_calamine import load_workbook

from contracts.feedback import RatingFoundBad
from tests.tasks.checklists.lists import organization
from tests.tasks.conftest import Village
from tests.tasks.rectifications.mending import plan, report

pytestmark = pytest.mark.asyncio


async def found_bad(village: Village, case: str) -> str:
    """The rectification of a case that was graded badly."""
    await village.stand.hear(RatingFoundBad(request_id=UUID(case), round=1, found_at=village.clock.now()))
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    return str(shown["rectifications"][-1]["id"])


async def listed(village: Village, by: UUID, **query: object) -> Any:
    """The ids on a page, and the cursor of the next."""
    answer = await village.stand.get("/rectifications/below", by=by, **query)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    return [one["id"] for one in page["items"]], page["next"]


async def test_those_above_see_what_is_below_them_overdue_first_page_by_page(village: Village) -> None:
    people = village.people
    first = await found_bad(village, await village.handled())
    village.clock.at += timedelta(days=1)
    second = await found_bad(village, await village.handled_next_door())
    third = await found_bad(village, await village.handled())
    await plan(village, third, by=people.secretary, ground="simple")  # due before the others
    await report(village, third, by=people.secretary)

    above = (people.cadre, people.supervisor, people.operator)
    for by in above:
        assert (await listed(village, by))[0] == [first, second]
        assert (await listed(village, by, waits="verification"))[0] == [third]
    assert (await listed(village, people.secretary))[0] == []  # their own are in their own list
    for beside in (people.agent, people.villager, people.other_agent):
        assert await listed(village, beside) == ([], None)

    page, after = await listed(village, people.cadre, limit=1)
    assert page == [first]
    assert (await listed(village, people.cadre, limit=1, cursor=after))[0] == [second]
    branch = await organization(village, "村支部")
    assert (await listed(village, people.operator, organization_id=branch))[0] == [first]
    township = await organization(village, "镇党委")
    assert (await listed(village, people.operator, organization_id=township))[0] == [first, second]
    assert (await listed(village, people.cadre, late="true"))[0] == []

    village.clock.at += timedelta(days=8)  # both are late, and the branch's is the township's now
    await village.stand.settle()
    page = await village.stand.get("/rectifications/below", by=people.operator, late="true")
    assert [(one["id"], one["late"], one["organization_name"]) for one in page.json()["items"]] == [
        (first, True, "镇党委"),
        (second, True, "邻村支部"),  # of which the township answers already
    ]
    assert (await listed(village, people.operator, waits="verification", late="true"))[0] == [third]
    sheet = await village.stand.get("/rectifications/below/sheet", by=people.operator)
    rows = load_workbook(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()[1:]
    assert [(row[0], row[7]) for row in rows] == [("镇党委", "是"), ("邻村支部", "是")]
