"""A late problem is put under a supervision order like a case: one matter, one order, closed with the matter."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from tests.tasks.checklists.lists import assignments, done, post_of, seen
from tests.tasks.checklists.test_problems import paper, problem
from tests.tasks.conftest import Village, standing_village
from tests.tasks.warnings.telling import at, move

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    """The village, on SQLite."""
    async with standing_village(tmp_path / "tasks.db", tmp_path) as village:
        yield village


async def refused(village: Village, path: str, by: UUID) -> tuple[int, str]:
    """An order that is not issued: the status and the code."""
    answer = await village.stand.post(path, by=by, words="请限期解决")
    return answer.status_code, answer.json()["code"]


async def test_a_late_problem_is_ordered_raised_answered_and_closed_with_its_item(here: Village) -> None:
    people = here.people
    item = await problem(here, "水渠年久失修")
    path = f"/checklist-items/{item['id']}/orders"
    assert await refused(here, path, people.supervisor) == (409, "not-a-late-problem")
    await move(here, at("2026-12-20 23:59"))
    assert await refused(here, path, people.supervisor) == (409, "not-a-late-problem")
    await move(here, at("2026-12-21 09:00"))
    plans = f"/checklist-items/{item['superior_id'] or item['origin_id']}/orders"
    assert await refused(here, plans, people.supervisor) == (409, "not-a-late-problem")  # a plan's line is no problem
    for person, code in ((people.cadre, (403, "may-not-issue")), (people.villager, (404, "not-found"))):
        assert await refused(here, path, person) == code
    order = await done(here, path, people.supervisor, words="请限期解决")
    assert (order["item_id"], order["request_id"], order["finding_id"]) == (item["id"], None, None)
    assert order["colour"] == "blue"
    for person, whose in ((people.secretary, "addressed"), (people.supervisor, "issued"), (people.cadre, "below")):
        listed = (await seen(here, "/orders", person, whose=whose))["items"]
        assert [one["id"] for one in listed] == [order["id"]], whose
    for outsider in (people.other_agent, people.villager):
        assert (await here.stand.get(f"/orders/{order['id']}", by=outsider)).status_code == 404
    told = (await seen(here, "/notices", people.secretary))["items"]
    assert [one["about_id"] for one in told if one["kind"] == "order_issued"] == [item["id"]]

    await done(here, f"/orders/{order['id']}/reply", people.secretary, words="本周修好", promised_on="2026-12-22")
    await move(here, at("2026-12-23 00:00"))
    raised = await seen(here, f"/orders/{order['id']}", people.secretary)
    assert (raised["stage"], raised["colour"]) == ("raised", "orange")  # the promise was not kept
    again = await done(here, path, people.supervisor, words="仍未解决")
    assert (again["id"], again["colour"]) == (order["id"], "red")

    [held] = await assignments(here, people.secretary)
    work = f"/assignments/{held.id}"
    promised = await here.stand.post(f"{work}/pledge", by=people.secretary, promised_on="2026-12-20")
    assert promised.status_code == 422, promised.text
    await done(here, f"{work}/hand-over", people.cadre, post_id=await post_of(here, people.agent), words="请接办")
    assert (await seen(here, f"/orders/{order['id']}", people.secretary))["stage"] == "raised"
    await done(here, f"/checklist-items/{item['id']}/withdrawal", people.operator, words="渠已改道")
    closed = await seen(here, f"/orders/{order['id']}", people.secretary)
    assert (closed["stage"], "事项办结" in closed["steps"][-1]["what_zh"]) == ("closed", True)
    assert await refused(here, path, people.supervisor) == (409, "nothing-to-expedite")


async def test_an_order_waits_while_the_unit_has_reported_and_is_closed_when_it_is_struck_off(here: Village) -> None:
    people = here.people
    item = await problem(here, "路灯线路老化")
    work = f"/assignments/{item['holder']['assignment_id']}"
    await done(here, f"{work}/pledge", people.secretary, promised_on="2026-12-20")
    await move(here, at("2026-12-21 09:00"))
    order = await done(here, f"/checklist-items/{item['id']}/orders", people.supervisor, words="请限期解决")
    proof = await paper(here, people.secretary)
    await done(here, f"{work}/report", people.secretary, words="修好了", evidence=[proof])
    for day in ("2026-12-31 00:00", "2027-01-08 00:00"):
        await move(here, at(day))
    assert (await seen(here, f"/orders/{order['id']}", people.secretary))["colour"] == "blue"  # others' turn
    await done(here, f"{work}/acceptance", people.cadre)
    await done(here, f"{work}/closing-out", people.cadre)
    assert (await seen(here, f"/orders/{order['id']}", people.secretary))["stage"] == "closed"
