"""A letter made of the lists follows them: whatever changes there makes a version to be signed anew."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.tasks.checklists.lists import assignments, broken_down, done, plan
from tests.tasks.conftest import Village
from tests.tasks.letters.writing import post_of, sign

pytestmark = pytest.mark.asyncio


async def from_lists(village: Village, person: UUID) -> str:
    """The letter of somebody, of the items that the lists hold in their name; its id."""
    made = await done(
        village, "/letters", village.people.cadre, post_id=await post_of(village, person), year=2027, title="责任书"
    )
    return str(made["letter"]["id"])


async def later(village: Village) -> None:
    """What changed is looked at."""
    await village.stand.settle()
    village.clock.at += timedelta(minutes=11)
    await village.stand.settle()


async def shown(village: Village, letter: str) -> dict[str, Any]:
    answer = await village.stand.get(f"/letters/{letter}", by=village.people.cadre)
    return dict(answer.json())


async def test_a_letter_follows_the_lists(village: Village) -> None:
    people = village.people
    list_id, _ = await plan(village, "修好路灯", "清理沟渠")
    await broken_down(village, list_id)
    held = await assignments(village, people.secretary)
    letter = await from_lists(village, people.secretary)
    first = await shown(village, letter)
    assert sorted(line["title"] for line in first["versions"][0]["lines"]) == ["修好路灯", "清理沟渠"]
    assert {line["due_on"] for line in first["versions"][0]["lines"]} == {str(one.due_on) for one in held}
    assert (await sign(village, first)).status_code == 200
    await later(village)
    assert (await shown(village, letter))["letter"]["version"] == 1  # nothing changed, nothing to sign anew

    refused = await village.stand.post(f"/letters/{letter}/versions", by=people.cadre, lines=[])
    assert refused.json()["code"] == "follows-the-lists"

    other = await from_lists(village, people.agent)
    await done(
        village,
        f"/assignments/{held[0].id}/hand-over",
        people.cadre,
        post_id=await post_of(village, people.agent),
        words="由代办员承办",
    )
    await later(village)
    after = await shown(village, letter)
    assert (after["letter"]["version"], after["letter"]["stage"]) == (2, "made")
    assert after["versions"][0]["changes_zh"] == "移出 1 项"
    assert len(after["versions"][1]["signatures"]) == 1
    assert (await shown(village, other))["versions"][0]["changes_zh"] == "新增 1 项"


async def test_everybody_on_a_list_gets_a_letter(village: Village) -> None:
    people = village.people
    list_id, _ = await plan(village, "修好路灯")
    nobody = await village.stand.post(
        "/letter-batches", by=people.operator, year=2027, title="责任书", checklist_id=list_id
    )
    assert nobody.json()["code"] == "nobody-on-the-list"
    await broken_down(village, list_id)
    both = await village.stand.post("/letter-batches", by=people.operator, year=2027, title="责任书")
    assert both.json()["code"] == "which-letters"
    begun = await village.stand.post(
        "/letter-batches", by=people.operator, year=2027, title="责任书", checklist_id=list_id
    )
    assert begun.status_code == 202, begun.text
    path = f"/letter-batches/{begun.json()['id']}"
    async with asyncio.timeout(20):
        while not (told := (await village.stand.get(path, by=people.operator)).json())["finished_at"]:
            await asyncio.sleep(0.05)
    assert (told["size"], told["failed"]) == (begun.json()["size"], 0)
    unsigned = (await village.stand.get("/letters", by=people.operator, stage="unsigned")).json()["items"]
    assert len(unsigned) == told["size"] > 0
    assert all(one["from_lists"] for one in unsigned)
