"""What goes down without a duty line or a budget line is flagged to both ends and the county, and held up nowhere."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.tasks.checklists.lists import broken_down, done, organization, plan, post_of, seen
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village, standing_village
from tests.tasks.duties.lists import entry, in_force

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Village]:
    """The village, on SQLite."""
    async with standing_village(tmp_path / "tasks.db", tmp_path) as village:
        yield village


async def budget_line(village: Village, division_code: str, code: str = "L-1") -> str:
    """A budget line of a division's book."""
    by = village.people.operator
    book = await done(village, "/ledger/books", by, division_code=division_code, from_on="2026-11-01")
    body = {"code": code, "title": "禁烧经费", "year": 2026, "commodity": "money", "planned": 100}
    return str((await done(village, f"/ledger/books/{book['id']}/budget-lines", by, **body))["id"])


async def told(village: Village, person: UUID) -> list[str]:
    """What somebody was told about resources."""
    found = (await seen(village, "/notices", person))["items"]
    return [one["kind"] for one in found if one["kind"].startswith("resources")]


async def flags(village: Village, by: UUID, **query: object) -> list[dict[str, Any]]:
    """The flags that somebody sees."""
    return list((await seen(village, "/resource-flags", by, **query))["items"])


async def test_both_ends_and_the_county_hear_of_it_and_the_work_goes_on(here: Village) -> None:
    people = here.people
    assert (await seen(here, "/resource-flags", people.operator))["title_zh"] != ""
    list_id, (item,) = await plan(here, "秸秆禁烧巡查")
    await broken_down(here, list_id)
    mine = (await seen(here, "/assignments", people.secretary))["items"]
    assert len(mine) == 1  # it went down all the same
    for person, kind in (
        (people.secretary, "resources_lacking"),
        (people.cadre, "resources_lacking"),
        (people.operator, "resources_lacking_sent"),
    ):
        assert kind in await told(here, person), kind
    around = await seen(here, f"/checklist-items/{item}", people.operator)
    assert around["item"]["lacking_zh"] is None  # the county's own line was not sent to it
    (township,) = around["below"]
    assert township["lacking_zh"] == (
        "未列入接收乡镇现行的履职事项清单；没有对应的经费（预算科目）。请下派单位补充依据和经费，或撤回。"
    )
    county = await organization(here, "区委")
    found = await flags(here, people.operator)
    by_receiver = {one["receiver"]: (one["sender"], one["items"]) for one in found}
    assert by_receiver["镇党委"] == ("区委", 1)
    assert by_receiver["村支部"] == ("镇党委", 1)
    assert {one["receiver"] for one in await flags(here, people.secretary)} == {"村支部"}
    assert await flags(here, people.villager) == []
    senders = (await seen(here, "/resource-flags/senders", people.operator))["items"]
    assert {one["sender"]: one["items"] for one in senders}["区委"] == 1
    assert len(await flags(here, people.operator, sender_id=county)) == 1
    page = await seen(here, "/resource-flags", people.operator, limit=1)
    rest = await seen(here, "/resource-flags", people.operator, limit=1, cursor=page["next"])
    assert page["items"][0]["id"] != rest["items"][0]["id"]


async def test_what_has_both_is_not_flagged_and_what_was_taken_back_is(here: Village) -> None:
    await in_force(here)
    people, by = here.people, here.people.operator
    line = await budget_line(here, DISTRICT)
    basic, back = await entry(here, "便民服务和全程代办"), await entry(here, "违法建设处罚")
    list_id, (good, bad) = await plan(here, "代办", "拆违")
    await done(here, f"/checklist-items/{good}/changes", by, duty_entry_id=str(basic.id), budget_line_id=line)
    await done(here, f"/checklist-items/{bad}/changes", by, duty_entry_id=str(back.id), budget_line_id=line)
    await broken_down(here, list_id, level="township")
    (found,) = await flags(here, by)
    assert (found["receiver"], found["items"], found["without_duty"], found["taken_back"]) == ("镇党委", 1, 0, 1)
    below = (await seen(here, f"/checklist-items/{good}", by))["below"]
    assert below[0]["lacking_zh"] is None
    taken = (await seen(here, f"/checklist-items/{bad}", by))["below"][0]["lacking_zh"]
    assert taken.startswith("属于已由上级收回的事项。")
    assert await told(here, people.cadre) == ["resources_lacking"]


async def test_it_is_settled_by_giving_what_lacks_all_the_way_down(here: Village) -> None:
    await in_force(here)
    by = here.people.operator
    list_id, (item,) = await plan(here, "代办")
    await broken_down(here, list_id)
    before = await flags(here, by)
    assert sum(one["items"] for one in before) >= 3
    basic = await entry(here, "便民服务和全程代办")
    village_line = await budget_line(here, VILLAGE)
    path = f"/checklist-items/{item}/resources"
    some = await done(here, path, by, duty_entry_id=str(basic.id), budget_line_id=village_line)
    assert some["items"] == 5  # the county's, the township's and three villages', one of them without an organisation
    # A village's own line pays for that village alone.
    assert {one["receiver"] for one in await flags(here, by)} == {"镇党委", *_villages(before)} - {"村支部"}
    await done(here, path, by, budget_line_id=await budget_line(here, TOWNSHIP, "L-2"))
    assert await flags(here, by) == []
    settled = await flags(here, by, settled="true")
    assert len(settled) == len(before)
    assert {one["said_zh"] for one in settled} == {"已补齐。"}
    strange = await here.stand.post(path, by=by, duty_entry_id=list_id)
    assert (strange.status_code, strange.json()["code"]) == (422, "no-such-duty-entry")
    refused = await here.stand.post(path, by=here.people.secretary, budget_line_id=village_line)
    assert refused.status_code in {403, 404}


async def test_a_withdrawn_item_lacks_nothing_and_a_problem_is_no_task(here: Village) -> None:
    by = here.people.operator
    list_id, (item, other) = await plan(here, "甲", "乙")
    await broken_down(here, list_id, level="township")
    assert [one["items"] for one in await flags(here, by)] == [2]
    await done(here, f"/checklist-items/{item}/withdrawal", by, words="不再需要")
    assert [one["items"] for one in await flags(here, by)] == [1]
    post = await post_of(here, here.people.cadre)
    unit = await organization(here, "镇党委")
    body = {"title": "缺水泥", "due_on": "2027-06-30", "organization_id": unit, "post_id": post}
    await done(here, f"/checklist-items/{other}/problems", by, **body)
    assert [one["items"] for one in await flags(here, by)] == [1]


def _villages(found: list[dict[str, Any]]) -> set[str]:
    return {one["receiver"] for one in found if one["receiver"] != "镇党委"}
