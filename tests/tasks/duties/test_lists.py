"""Versions of a duty list: taken in as drafts, put in force by the county, replaced, asked by day and by words."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from services.tasks.duties.actions import DutiesFaulty, Imported, ListDecidedAlready, NoSuchTownship, known
from services.tasks.duties.model import DutyEntry
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.duties.lists import ROWS, TODAY, duty, entry, imported, in_force, list_id

pytestmark = pytest.mark.asyncio
TOMORROW = TODAY + timedelta(days=1)


async def asked(village: Village, **query: object) -> dict[str, Any]:
    """The list as a villager reads it."""
    answer = await village.stand.get("/duties", by=village.people.villager, township_code=TOWNSHIP, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_draft_holds_for_nobody_until_the_county_says_so(village: Village) -> None:
    assert await imported(village) == Imported(1, new=5, changed=0, unchanged=0, gone=0)
    empty = await asked(village)
    assert (empty["version"], empty["items"]) == (None, [])
    assert "没有施行的履职事项清单" in empty["hint_zh"]
    drafted = await entry(village, "秸秆禁烧")
    people, stand = village.people, village.stand
    assert (await stand.get(f"/duties/{drafted.id}", by=people.villager)).status_code == 404
    assert (await stand.get("/duties/lists", by=people.agent, township_code=TOWNSHIP)).json() == {"items": []}
    held = await list_id(village, by=people.cadre)
    refused = await stand.post(f"/duties/lists/{held}/in-force", by=people.cadre)
    assert (refused.status_code, refused.json()["code"]) == (403, "may-not-decide-duties")
    assert (await stand.post(f"/duties/lists/{held}/in-force", by=people.agent)).status_code == 404
    done = await stand.post(f"/duties/lists/{held}/in-force", by=people.operator)
    assert (done.status_code, done.json()["stage_zh"]) == (200, "现行")
    there = await asked(village)
    assert there["counts"] == {"basic": 2, "cooperating": 1, "taken_back": 2}
    assert (await stand.get(f"/duties/{drafted.id}", by=people.villager)).json()["entry"]["number"] == "配合-1"


async def test_twice_changes_nothing_and_a_changed_file_changes_the_draft(village: Village) -> None:
    await imported(village)
    before = await entry(village, "秸秆禁烧")
    assert await imported(village) == Imported(1, new=0, changed=0, unchanged=5, gone=0)
    rows = [*ROWS[:2], {**ROWS[2], "关键词": "秸秆、焚烧"}, duty(9, "新事项")]
    assert await imported(village, rows) == Imported(1, new=1, changed=1, unchanged=2, gone=2)
    after = await entry(village, "秸秆禁烧")
    assert (after.id, after.keywords) == (before.id, ["秸秆", "焚烧"])


async def test_a_bad_row_keeps_all_out_unless_the_good_ones_are_asked_for(village: Village) -> None:
    rows = [*ROWS, duty(7, "事项", 代办事项编码="no-such")]
    with pytest.raises(DutiesFaulty):
        await imported(village, rows)
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(DutyEntry)) == []
    assert (await imported(village, rows, faulty=True)).new == 5


async def test_a_list_is_a_townships(village: Village) -> None:
    for code in (VILLAGE, "430702000000", "430702999000"):
        async with village.stand.mounted.sessions() as session:
            with pytest.raises(NoSuchTownship):
                await known(session, code)


async def test_the_version_of_a_day_can_be_asked_after_the_next_one_holds(village: Village) -> None:
    first = await in_force(village, from_on=date(2025, 1, 1))
    second = await in_force(village, ROWS[:1], from_on=TOMORROW)
    assert first != second
    assert (await asked(village))["version"]["stage_zh"] == f"现行，施行至 {TODAY}"
    assert len((await asked(village))["items"]) == 5
    later = await asked(village, on=TOMORROW)
    assert (later["version"]["id"], len(later["items"])) == (second, 1)
    assert (await asked(village, on="2024-12-31"))["version"] is None
    village.clock.at += timedelta(days=1)
    assert (await asked(village))["version"]["id"] == second
    assert (await asked(village, on=TODAY))["version"]["stage_zh"] == f"已于 {TODAY} 后失效"


async def test_a_version_in_force_is_not_changed_by_an_import(village: Village) -> None:
    await in_force(village)
    assert (await imported(village)).unchanged == 5
    with pytest.raises(ListDecidedAlready):
        await imported(village, ROWS[:1])


@pytest.mark.parametrize("from_on", [date(2024, 12, 31), date(2026, 11, 15)])
async def test_a_new_version_does_not_rewrite_what_was_dispatched_by_the_old(village: Village, from_on: date) -> None:
    await in_force(village, from_on=date(2025, 1, 1))
    await imported(village, ROWS[:1], from_on=from_on)
    refused = await village.stand.post(f"/duties/lists/{await list_id(village)}/in-force", by=village.people.operator)
    assert (refused.status_code, refused.json()["code"]) == (409, "list-begins-too-early")


async def test_what_lies_ahead_is_taken_back_and_what_has_begun_is_not(village: Village) -> None:
    first = await in_force(village, from_on=date(2025, 1, 1))
    second = await in_force(village, ROWS[:1], from_on=TOMORROW)
    stand, operator = village.stand, village.people.operator
    back = await stand.post(f"/duties/lists/{second}/draft", by=operator)
    assert (back.status_code, back.json()["stage"]) == (200, "draft")
    held = (await asked(village, on=TOMORROW))["version"]
    assert (held["id"], held["stage"], held["to_on"]) == (first, "in_force", None)
    refused = await stand.post(f"/duties/lists/{first}/draft", by=operator)
    assert (refused.status_code, refused.json()["code"]) == (409, "list-has-begun")


async def test_lines_are_found_by_words_by_kind_and_page_by_page(village: Village) -> None:
    await in_force(village)

    async def names(**query: object) -> list[str]:
        return [one["name"] for one in (await asked(village, **query))["items"]]

    assert await names(words="秸秆") == ["秸秆禁烧"]
    assert await names(words="低保") == ["最低生活保障受理"]  # by a keyword that its name does not hold
    assert await names(words="区委 违建") == ["违法建设处罚"]
    assert await names(words="收回-2") == ["燃气安全检查"]
    assert await names(kind="taken_back") == ["违法建设处罚", "燃气安全检查"]
    assert await names(words="%") == await names(words="_") == []
    nothing = await asked(village, words="火箭")
    assert (nothing["items"], nothing["hint_zh"]) == ([], "没有找到含有这些词的事项，请换一个说法，或去掉类别再查。")
    first = await asked(village, limit=2)
    second = await asked(village, limit=3, after=first["next"])
    assert [one["number"] for one in first["items"] + second["items"]] == [
        "基本-1",
        "基本-2",
        "配合-1",
        "收回-1",
        "收回-2",
    ]
