"""While somebody is away a named colleague acts for them; what they do says for whom, and ends with the absence."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from contracts.members import AbsenceDeclared, PostHeld
from services.tasks.roster.model import Post
from tests.tasks.conftest import VILLAGE, Village
from tests.tasks.rectifications.mending import plan, report

pytestmark = pytest.mark.asyncio

TODAY = date(2026, 11, 16)


async def post_of(village: Village, person_id: UUID) -> Post:
    """The post that a person holds."""
    async with village.stand.mounted.sessions() as session:
        return next(one for one in await session.all(select(Post)) if one.person_id == person_id)


def held(post: Post, **changes: object) -> PostHeld:
    """What `members` tells of a post once more, with some of it changed."""
    said = {name: getattr(post, name) for name in PostHeld.model_fields if name != "post_id"}
    return PostHeld.model_validate({"post_id": post.id, **said, **changes})


async def away(village: Village, *, to_on: date = TODAY) -> tuple[UUID, AbsenceDeclared]:
    """The agent is away, and the secretary's colleague acts for them: who that is, and what was told."""
    agency = await post_of(village, village.people.agent)
    stand_in, post_id = uuid4(), uuid4()
    absence = AbsenceDeclared(
        absence_id=uuid4(),
        post_id=agency.id,
        person_id=agency.person_id,
        organization_id=agency.organization_id,
        stand_in_post_id=post_id,
        stand_in_person_id=stand_in,
        from_on=TODAY,
        to_on=to_on,
        ended_at=None,
    )
    await village.stand.hear(
        held(agency, post_id=post_id, person_id=stand_in, name="生成替补", kind="stand_in"), absence
    )
    return stand_in, absence


async def shown(village: Village, case: object) -> dict[str, Any]:
    """The case as the villager sees it."""
    return dict((await village.stand.get(f"/requests/{case}", by=village.people.villager)).json())


async def test_what_comes_in_meanwhile_goes_to_the_stand_in_and_says_for_whom(village: Village) -> None:
    await away(village)
    told = await village.submit()
    assert told["named_person"] == "生成替补"
    entries = [one["what_zh"] for one in (await shown(village, told["id"]))["history"]]
    assert "第 1 次派给 生成替补（代生成proxy_agent）" in entries


async def test_a_stand_in_signs_for_the_absent_and_it_is_written_for_whom(village: Village) -> None:
    case = (await village.submit())["id"]
    stand_in, absence = await away(village)
    signed = await village.stand.post(f"/requests/{case}/promise", by=stand_in, promised_on="2026-11-18")
    signature = signed.json()["signature"]
    assert (signature["person_id"], signature["acting_for_post_id"]) == (str(stand_in), str(absence.post_id))
    assert (signature["person_name"], signature["acting_for_name"]) == ("生成替补", "生成proxy_agent")
    done = await village.stand.post(f"/requests/{case}/report", by=stand_in, note="换了灯泡")
    assert done.status_code == 200, done.text
    history = (await shown(village, case))["history"]
    assert [one["by"] for one in history if one["what_zh"] == "代生成proxy_agent报告办结"] == [str(stand_in)]
    await village.stand.settle()
    (handled,) = village.told("tasks.request.handled.v1")
    assert handled["handler_id"] == str(stand_in)


@pytest.mark.parametrize("ended_by", ["its last day", "coming back", "the end of the stand-in's post"])
async def test_the_right_to_act_ends_with_the_absence(village: Village, ended_by: str) -> None:
    case = (await village.submit())["id"]
    stand_in, absence = await away(village)
    working = await village.stand.get("/requests", by=stand_in, whose="working")
    assert [one["id"] for one in working.json()["items"]] == [case]
    desk = await village.stand.get("/cases", by=stand_in, order="limit")
    assert [one["id"] for one in desk.json()["items"]] == [case]
    match ended_by:
        case "its last day":
            village.clock.at += timedelta(days=1)
        case "coming back":
            await village.stand.hear(absence.model_copy(update={"ended_at": village.clock.now()}))
        case _:
            post = await post_of(village, stand_in)
            await village.stand.hear(held(post, to_on=TODAY, ended_at=village.clock.now()))
    assert (await village.stand.get("/requests", by=stand_in, whose="working")).json()["items"] == []
    assert (await village.stand.get("/cases", by=stand_in)).json()["items"] == []
    refused = await village.stand.post(f"/requests/{case}/promise", by=stand_in, promised_on="2026-11-18")
    assert refused.status_code == 404


async def test_a_stand_in_puts_right_for_the_absent_and_cannot_verify_it(village: Village) -> None:
    case = await village.handled()
    await village.stand.post(f"/requests/{case}/judgement", by=village.people.villager, solved="no", round=1)
    mending = (await shown(village, case))["rectifications"][0]["id"]
    secretary, cadre = await post_of(village, village.people.secretary), await post_of(village, village.people.cadre)
    absence = AbsenceDeclared(
        absence_id=uuid4(),
        post_id=secretary.id,
        person_id=secretary.person_id,
        organization_id=secretary.organization_id,
        stand_in_post_id=cadre.id,
        stand_in_person_id=cadre.person_id,
        from_on=TODAY,
        to_on=TODAY,
        ended_at=None,
    )
    await village.stand.hear(absence)
    path = f"/rectifications/{mending}"
    assert (await plan(village, mending, by=cadre.person_id)).status_code == 200
    assert (await report(village, mending, by=cadre.person_id)).status_code == 200
    refused = await village.stand.post(f"{path}/verification", by=cadre.person_id, put_right=True)
    assert refused.json()["code"] == "verifier-involved"
    entries = [one["what_zh"] for one in (await shown(village, case))["history"]]
    assert "整改报告完成（生成township_cadre代生成secretary）" in entries


@pytest.mark.parametrize("ended_by", ["its last day", "an order of today"])
async def test_a_post_that_ends_takes_its_rights_with_it_at_once(village: Village, ended_by: str) -> None:
    case = (await village.submit())["id"]
    cadre = await post_of(village, village.people.cadre)
    assert (await village.stand.get(f"/requests/{case}", by=cadre.person_id)).status_code == 200
    if ended_by == "its last day":
        await village.stand.hear(held(cadre, to_on=TODAY))
        assert (await village.stand.get(f"/requests/{case}", by=cadre.person_id)).status_code == 200
        village.clock.at += timedelta(hours=15)  # midnight in Shanghai
    else:
        await village.stand.hear(held(cadre, to_on=TODAY, ended_at=village.clock.now()))
    assert (await village.stand.get(f"/requests/{case}", by=cadre.person_id)).status_code == 404
    assert (await village.stand.get("/requests", by=cadre.person_id, whose="below")).json()["items"] == []


async def test_a_grid_worker_takes_in_for_their_own_village_alone(village: Village) -> None:
    agency = await post_of(village, village.people.agent)
    worker = uuid4()
    await village.stand.hear(held(agency, post_id=uuid4(), person_id=worker, kind="grid_worker"))
    body = {"kind": "help", "wording": "路灯坏了", "requester_id": str(village.people.villager), "channel": "agent"}
    here = await village.stand.post("/requests", by=worker, division_code=VILLAGE, **body)
    assert here.status_code == 201
    there = await village.stand.post("/requests", by=worker, division_code="430702100202", **body)
    assert there.json()["code"] == "may-not-send-in-for-others"
    assert (await village.stand.get(f"/requests/{here.json()['id']}", by=worker)).status_code == 404
