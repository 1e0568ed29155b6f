"""Lines of the assessment: every number comes from the assignments, down to the villages, and nobody types one."""

from datetime import timedelta

import pytest

from services.tasks.assessments.api import EMPTY
from tests.tasks.checklists.lists import YEAR, broken_down, done, organization, plan, seen
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio


async def test_a_line_counts_the_leaves_that_name_it_and_what_arose_from_them(village: Village) -> None:
    by, secretary = village.people.operator, village.people.secretary
    body = {"organization_id": await organization(village, "区委"), "kind": "task", "title": "全区清单", **YEAR}
    made = (await done(village, "/checklists", by, **body))["id"]
    for title, line in (("修路", "民生"), ("治水", "民生"), ("学习", "党建"), ("其他", None)):
        said = {"title": title, "due_on": "2026-12-01"} | ({"assessment_line": line} if line else {})
        await done(village, f"/checklists/{made}/items", by, **said)
    await done(village, f"/checklists/{made}/publication", by)
    await broken_down(village, made)
    mine = {one["title"]: one for one in (await seen(village, "/assignments", secretary))["items"]}
    path = f"/assignments/{mine['修路']['id']}"
    await done(village, f"{path}/pledge", secretary, promised_on="2026-11-20")
    await done(village, f"{path}/report", secretary, words="修好了")
    await done(village, f"{path}/acceptance", by)
    below = {"title": "路基塌陷", "due_on": "2026-12-20", "organization_id": await organization(village, "村支部")}
    await done(village, f"/checklist-items/{mine['修路']['item_id']}/problems", by, **below)

    everybodys = (await seen(village, "/assignments", by, whose="below", limit=100, checklist_id=made))["items"]
    villages = len(everybodys) // 4
    party, living = (await seen(village, f"/checklists/{made}/assessment-lines", by))["items"]
    assert (party["line"], party["leaves"], party["signed"], party["problems"]) == ("党建", villages, 0, 0)
    assert living == {
        "line": "民生",
        "leaves": 2 * villages,
        "signed": 1,
        "done": 1,
        "in_time": 1,
        "late": 0,
        "problems": 1,
        "problems_open": 1,
    }
    lists = (await seen(village, "/checklists", secretary))["items"]
    own = next(one for one in lists if one["plan_id"] == made and one["id"] != made)
    told = (await seen(village, f"/checklists/{own['id']}/assessment-lines", secretary))["items"]
    assert [(one["line"], one["leaves"], one["done"]) for one in told] == [("党建", 1, 0), ("民生", 2, 1)]
    village.clock.at += timedelta(days=40)
    await village.stand.mounted.timers.fire_due()
    told = (await seen(village, f"/checklists/{made}/assessment-lines", by))["items"]
    assert {one["line"]: one["late"] for one in told} == {"党建": villages, "民生": 2 * villages - 1}


async def test_a_list_without_lines_says_where_they_come_from(village: Village) -> None:
    made, _ = await plan(village, "修路")
    told = await seen(village, f"/checklists/{made}/assessment-lines", village.people.operator)
    assert told == {"items": [], "hint_zh": EMPTY}
