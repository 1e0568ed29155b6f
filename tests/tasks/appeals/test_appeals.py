"""An appeal is decided by somebody above who had no part in the case, within its limit, and the requester hears why."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import select

from services.tasks.roster.model import Post
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

WORDS = "说是修好了，其实没有𠮷"
REASON = "现场查看，确实没有修好"


async def appealed(village: Village, case: str) -> dict[str, Any]:
    """The villager appeals."""
    answer = await village.stand.post(f"/requests/{case}/appeal", by=village.people.villager, words=WORDS)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def decide(village: Village, appeal: object, *, by: str = "cadre", upheld: bool = True) -> httpx.Response:
    """Somebody decides."""
    return await village.stand.post(
        f"/appeals/{appeal}/decision", by=getattr(village.people, by), upheld=upheld, words=REASON
    )


async def seen(village: Village, case: str) -> dict[str, Any]:
    """The case as its requester sees it."""
    return dict((await village.stand.get(f"/requests/{case}", by=village.people.villager)).json())


async def test_it_goes_to_somebody_above_and_has_a_limit_of_its_own(village: Village) -> None:
    case = await village.handled()
    made = await appealed(village, case)
    assert (made["stage"], made["decider_name"]) == ("open", "生成township_cadre")
    shown = await seen(village, case)
    assert shown["stage"] == "appealed"
    limits = {one["clock"]: one for one in shown["limits"]}
    assert limits["appeal"]["met_at"] is None
    notices = (await village.stand.get("/notices", by=village.people.cadre)).json()["items"]
    assert "appealed" in {one["kind"] for one in notices}
    waiting = (await village.stand.get("/appeals", by=village.people.cadre)).json()["items"]
    assert [(one["id"], one["words"]) for one in waiting] == [(made["id"], WORDS)]


async def test_upheld_has_it_put_right_with_a_new_limit(village: Village) -> None:
    case = await village.handled()
    made = await appealed(village, case)
    decided = await decide(village, made["id"])
    assert (decided.status_code, decided.json()["stage"]) == (200, "upheld"), decided.text
    shown = await seen(village, case)
    assert shown["stage"] == "rectifying"
    assert shown["rectifications"][0]["cause"] == "appeal_upheld"
    limits = {one["clock"]: one for one in shown["limits"]}
    assert limits["appeal"]["met_at"] is not None
    assert limits["rectify"]["met_at"] is None


async def test_dismissed_keeps_the_outcome_tells_the_reason_and_is_no_answer(village: Village) -> None:
    case = await village.handled()
    made = await appealed(village, case)
    assert (await decide(village, made["id"], upheld=False)).json()["stage"] == "dismissed"
    shown = await seen(village, case)
    assert (shown["stage"], shown["solved"], shown["outcome"]["solved"]["answer"]) == ("judged", None, None)
    (own,) = (await village.stand.get(f"/requests/{case}/appeals", by=village.people.villager)).json()["items"]
    assert (own["words"], own["reason"]) == (WORDS, REASON)
    notices = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    assert "appeal_decided" in {one["kind"] for one in notices}
    assert any("维持原处理结果" in one["what_zh"] for one in shown["history"])


async def test_who_handled_it_neither_decides_nor_reads_what_was_said(village: Village) -> None:
    case = await village.handled()
    made = await appealed(village, case)
    for by in ("agent", "secretary"):
        assert (await decide(village, made["id"], by=by)).status_code == 404, by
        assert (await village.stand.get("/appeals", by=getattr(village.people, by))).json()["items"] == [], by
    (shown,) = (await village.stand.get(f"/requests/{case}/appeals", by=village.people.agent)).json()["items"]
    assert (shown["words"], shown["stage"]) == (None, "open")


async def test_whoever_had_a_part_in_it_does_not_decide(village: Village) -> None:
    made = await village.submit()
    case = str(made["id"])
    returned = await village.stand.post(f"/requests/{case}/return", by=village.people.agent, reason="不归我管")
    assert returned.status_code == 200, returned.text
    async with village.stand.mounted.sessions() as session:
        posts = await session.all(select(Post))
    office = next(one.id for one in posts if one.person_id == village.people.cadre)
    given = await village.stand.post(f"/requests/{case}/dispatch", by=village.people.operator, post_id=str(office))
    assert given.status_code == 200, given.text
    await village.stand.post(f"/requests/{case}/answer", by=village.people.cadre, words="已办")
    appeal = await appealed(village, case)
    assert appeal["decider_name"] != "生成township_cadre"
    assert (await decide(village, appeal["id"], by="cadre")).status_code in {403, 404}
    assert (await decide(village, appeal["id"], by="supervisor")).status_code == 200


@pytest.mark.parametrize("by", ["neighbour", "agent", "secretary", "cadre"])
async def test_only_the_requester_appeals(village: Village, by: str) -> None:
    case = await village.handled()
    refused = await village.stand.post(f"/requests/{case}/appeal", by=getattr(village.people, by), words=WORDS)
    assert refused.status_code == 404


async def test_before_there_is_an_outcome_nobody_appeals(village: Village) -> None:
    case = str((await village.submit())["id"])
    refused = await village.stand.post(f"/requests/{case}/appeal", by=village.people.villager, words=WORDS)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-allowed-now")


async def test_each_further_appeal_goes_one_level_up_until_the_rules_end(village: Village) -> None:
    case = await village.handled()
    first = await appealed(village, case)
    await decide(village, first["id"], upheld=False)
    second = await appealed(village, case)
    assert second["decider_name"] == "生成supervisor"
    assert (await decide(village, second["id"], by="cadre", upheld=False)).status_code == 404
    assert (await decide(village, second["id"], by="supervisor", upheld=False)).status_code == 200
    over = await village.stand.post(f"/requests/{case}/appeal", by=village.people.villager, words=WORDS)
    assert (over.status_code, over.json()["code"]) == (409, "appeals-over")
    assert (await decide(village, first["id"])).json()["code"] == "not-allowed-now"


async def test_a_case_put_away_can_be_appealed_and_a_late_decision_climbs(village: Village) -> None:
    case = await village.handled()
    village.clock.at += timedelta(days=40)
    await village.stand.settle()
    assert (await seen(village, case))["stage"] == "archived"
    await appealed(village, case)
    village.clock.at += timedelta(days=40)
    await village.stand.settle()
    assert (await seen(village, case))["stage"] == "appealed"
    assert "appeal" in {one["clock"] for one in village.told("tasks.limit.missed.v1")}
