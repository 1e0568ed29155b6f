"""A villager without a phone judges by call-back: asked by somebody without a part in it, answered by themselves."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlmodel import col, select

from contracts.members import PostHeld
from services.tasks.requests.model import Judgement
from services.tasks.roster.model import Organization
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.rectifications.mending import put_right

pytestmark = pytest.mark.asyncio


async def by_hotline(village: Village) -> str:
    """A request of the villager's that the cadre took in by telephone, and the agent handled; its id."""
    made = await village.stand.post(
        "/requests",
        by=village.people.cadre,
        division_code=VILLAGE,
        kind="help",
        wording="路灯坏了",
        channel="hotline",
        requester_id=str(village.people.villager),
    )
    assert made.status_code == 201, made.text
    case = str(made.json()["id"])
    done = await village.stand.post(f"/requests/{case}/answer", by=village.people.agent, words="已修")
    assert done.status_code == 200, done.text
    return case


async def call(village: Village, case: str, *, by: str = "supervisor", **said: Any) -> httpx.Response:
    """Somebody calls back."""
    body = {"reached": "not_reached", "round": 1} | said
    if body["reached"] == "answered":
        body = {"presence": "no"} | body
    return await village.stand.post(f"/requests/{case}/call-back", by=getattr(village.people, by), **body)


async def waits(village: Village, by: str = "supervisor") -> list[str]:
    """Which cases a desk is to call back."""
    found = await village.stand.get("/call-backs", by=getattr(village.people, by))
    return [one["id"] for one in found.json()["items"]]


async def seen(village: Village, case: str) -> dict[str, Any]:
    """The case as its requester sees it."""
    return dict((await village.stand.get(f"/requests/{case}", by=village.people.villager)).json())


async def test_who_asked_by_telephone_waits_to_be_asked_within_the_limit(village: Village) -> None:
    case = await by_hotline(village)
    assert await waits(village) == [case]
    limits = {one["clock"]: one for one in (await seen(village, case))["limits"]}
    assert limits["call_back"]["last_day"] == "2026-11-17"
    assert await waits(village, "agent") == []  # whoever handled it asks nobody


async def test_who_asked_on_a_screen_judges_there(village: Village) -> None:
    case = await village.handled()
    assert await waits(village) == []
    assert "call_back" not in {one["clock"] for one in (await seen(village, case))["limits"]}


async def test_the_answer_is_the_requesters_own_and_says_by_whom_it_was_taken(village: Village) -> None:
    case = await by_hotline(village)
    told = await call(village, case, reached="answered", solved="yes")
    assert (told.json()["stage"], told.json()["attempts"]) == ("judged", 1)
    solved = (await seen(village, case))["outcome"]["solved"]
    assert (solved["answer"], solved["source"]) == ("yes", "call_back")
    async with village.stand.mounted.sessions() as session:
        (kept,) = await session.all(select(Judgement))
    assert (kept.by, kept.taken_by) == (village.people.villager, village.people.supervisor)
    assert await waits(village) == []


async def test_not_solved_by_call_back_opens_a_rectification(village: Village) -> None:
    case = await by_hotline(village)
    told = await call(village, case, reached="answered", solved="no", words="灯还是不亮")
    assert told.json()["stage"] == "rectifying"
    assert (await seen(village, case))["rectifications"][0]["cause"] == "not_solved"


@pytest.mark.parametrize(("by", "code"), [("agent", "had-a-part-in-it"), ("secretary", "not-at-a-call-back-desk")])
async def test_neither_the_handler_nor_somebody_without_a_desk_asks(village: Village, by: str, code: str) -> None:
    case = await by_hotline(village)
    refused = await call(village, case, by=by, reached="answered", solved="yes")
    assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_the_agent_of_another_village_finds_nothing_there(village: Village) -> None:
    case = await by_hotline(village)
    assert (await call(village, case, by="other_agent")).status_code == 404


async def test_whoever_put_it_right_does_not_ask_about_it(village: Village) -> None:
    case = await by_hotline(village)
    await call(village, case, reached="answered", solved="no")
    mending = (await seen(village, case))["rectifications"][0]["id"]
    await put_right(village, mending, by=village.people.secretary, verifier=village.people.cadre)
    assert await waits(village) == [case]  # a new round is asked about anew
    refused = await call(village, case, by="secretary", round=2)
    assert refused.json()["code"] == "had-a-part-in-it"
    told = await call(village, case, reached="answered", solved="yes", round=2)
    assert told.json()["stage"] == "judged"


async def test_nobody_reached_is_no_answer_however_often_it_was_tried(village: Village) -> None:
    case = await by_hotline(village)
    for attempt in range(1, 4):
        told = await call(village, case)
        assert (told.json()["stage"], told.json()["attempts"]) == ("call_back", attempt)
        assert told.json()["solved"] is None
        assert await waits(village) == ([case] if attempt < 3 else [])
    village.clock.at += timedelta(days=40)
    await village.stand.settle()
    shown = await seen(village, case)
    assert (shown["stage"], shown["solved"], shown["outcome"]["solved"]["answer"]) == ("archived", None, None)
    assert sum("回访：未接通" in one["what_zh"] for one in shown["history"]) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"reached": "answered"},
        {"reached": "answered", "solved": "yes", "presence": None},
        {"reached": "refused", "solved": "yes"},
        {"reached": "refused", "presence": "no"},
    ],
)
async def test_an_answer_is_what_was_said_and_nothing_else(village: Village, said: dict[str, str]) -> None:
    refused = await call(village, await by_hotline(village), **said)
    assert (refused.status_code, refused.json()["code"]) == (422, "answer-missing")


async def test_an_attempt_about_an_old_round_is_refused(village: Village) -> None:
    refused = await call(village, await by_hotline(village), round=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "round-over")


async def test_a_missed_call_back_climbs(village: Village) -> None:
    case = await by_hotline(village)
    village.clock.at += timedelta(days=5)
    await village.stand.settle()
    missed = [one for one in village.told("tasks.limit.missed.v1") if one["request_id"] == case]
    assert "call_back" in {one["clock"] for one in missed}


async def test_that_somebody_was_there_is_shown_to_the_desks_above_without_a_part_and_to_nobody_else(
    village: Village,
) -> None:
    there, alone = await by_hotline(village), await by_hotline(village)
    assert (await call(village, there, reached="answered", solved="yes", presence="yes")).status_code == 200
    assert (await call(village, alone, reached="answered", solved="yes")).status_code == 200
    for desk in ("supervisor", "cadre"):
        shown = await village.stand.get("/call-backs/presence", by=getattr(village.people, desk))
        assert [(one["request_id"], one["presence_zh"]) for one in shown.json()["items"]] == [(there, "在场")]
    for nobody in ("agent", "secretary", "villager"):
        refused = await village.stand.get("/call-backs/presence", by=getattr(village.people, nobody))
        assert (refused.status_code, refused.json()["code"]) == (403, "not-at-a-call-back-desk")
        told = await village.stand.get(f"/requests/{there}", by=getattr(village.people, nobody))
        assert "在场" not in told.text
        assert "presence" not in told.text


async def test_a_desk_that_handled_the_case_does_not_read_who_was_there(village: Village) -> None:
    made = await village.stand.post(
        "/requests",
        by=village.people.cadre,
        division_code=VILLAGE,
        kind="help",
        wording="路灯坏了",
        channel="hotline",
        requester_id=str(village.people.villager),
    )
    case = made.json()["id"]
    async with village.stand.mounted.sessions() as session:
        [town] = await session.all(select(Organization).where(col(Organization.division_code) == TOWNSHIP))
    await village.stand.hear(
        PostHeld(
            post_id=uuid4(),
            person_id=village.people.agent,
            name="张三",
            kind="township_cadre",
            organization_id=town.id,
            division_code=TOWNSHIP,
            from_on=date(2020, 1, 1),
            to_on=None,
        )
    )
    await village.stand.post(f"/requests/{case}/answer", by=village.people.agent, words="已修")
    assert (await call(village, case, reached="answered", solved="yes", presence="yes")).status_code == 200
    shown = await village.stand.get("/call-backs/presence", by=village.people.agent)
    assert (shown.status_code, shown.json()["items"]) == (200, [])
