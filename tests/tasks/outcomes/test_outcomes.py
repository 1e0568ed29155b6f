"""Handled, solved and satisfied are kept apart; «not solved» is heard at any time; silence is no answer."""

from datetime import timedelta

import pytest
from sqlmodel import select

from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest
from tests.tasks.conftest import Village
from tests.tasks.rectifications.mending import put_right

pytestmark = pytest.mark.asyncio

FIRST_DAY_TOO_LATE = timedelta(days=31)  # 30 natural days, to the end of the last


async def seen(village: Village, case: str) -> dict[str, object]:
    """The case as its requester sees it."""
    return dict((await village.stand.get(f"/requests/{case}", by=village.people.villager)).json())


async def judge(village: Village, case: str, solved: str, *, round_: int = 1) -> int:
    """What the requester says of it."""
    answer = await village.stand.post(
        f"/requests/{case}/judgement", by=village.people.villager, solved=solved, round=round_
    )
    return answer.status_code


async def days_go_by(village: Village, time: timedelta) -> None:
    """The clock moves on, and what is due is done."""
    village.clock.at += time
    await village.stand.settle()


async def test_the_three_facts_stand_apart_each_with_its_source(village: Village) -> None:
    case = str((await village.submit())["id"])
    outcome = (await seen(village, case))["outcome"]
    assert outcome["handled"] == {"at": None, "in_time": None, "source_zh": "尚未报告办结"}  # type: ignore[index]
    case = await village.handled()
    outcome = (await seen(village, case))["outcome"]
    assert outcome["handled"]["in_time"] is True  # type: ignore[index]
    assert outcome["solved"]["answer"] is None  # type: ignore[index]
    assert "不视为已解决" in outcome["solved"]["source_zh"]  # type: ignore[index]
    assert await judge(village, case, "yes") == 200
    outcome = (await seen(village, case))["outcome"]
    assert (outcome["solved"]["answer"], outcome["solved"]["source"]) == ("yes", "self")  # type: ignore[index]
    assert outcome["satisfied"]["told_here"] is False  # type: ignore[index]  # a grade is never derived from «solved»


async def test_silence_puts_a_case_away_and_is_neither_solved_nor_satisfied(village: Village) -> None:
    case = await village.handled()
    await days_go_by(village, FIRST_DAY_TOO_LATE - timedelta(days=1))
    assert (await seen(village, case))["stage"] == "handled"
    await days_go_by(village, timedelta(days=1))
    shown = await seen(village, case)
    assert (shown["stage"], shown["solved"]) == ("archived", None)
    assert shown["outcome"]["solved"]["answer"] is None  # type: ignore[index]
    assert [fact["answered"] for fact in village.told("tasks.request.archived.v1")] == [False]
    notices = (await village.stand.get("/notices", by=village.people.villager)).json()["items"]
    assert "archived" in [one["kind"] for one in notices]


async def test_a_further_word_lets_a_case_rest_from_then_on(village: Village) -> None:
    case = await village.handled()
    await days_go_by(village, timedelta(days=20))
    told = await village.stand.post(f"/requests/{case}/reply", by=village.people.agent, how="phone", words="灯好了")
    assert told.json()["stage"] == "replied"
    await days_go_by(village, timedelta(days=20))
    assert (await seen(village, case))["stage"] == "replied"
    await days_go_by(village, timedelta(days=11))
    assert (await seen(village, case))["stage"] == "archived"


@pytest.mark.parametrize("before", ["handled", "replied", "judged", "archived", "judged and archived"])
async def test_not_solved_is_heard_at_any_time_and_starts_a_limit_of_its_own(village: Village, before: str) -> None:
    case = await village.handled()
    if before == "replied":
        await village.stand.post(f"/requests/{case}/reply", by=village.people.agent, how="in_person")
    if "judged" in before:
        assert await judge(village, case, "yes") == 200
    if "archived" in before:
        await days_go_by(village, timedelta(days=40))
        assert (await seen(village, case))["stage"] == "archived"
    assert await judge(village, case, "no") == 200
    shown = await seen(village, case)
    assert (shown["stage"], shown["solved"]) == ("rectifying", "no")
    async with village.stand.mounted.sessions() as session:
        (mending,) = await session.all(select(Rectification))
        request = await session.get(ServiceRequest, mending.request_id)
    assert mending.opened_at == village.clock.now()
    assert mending.due_at > village.clock.now()
    assert request is not None
    assert (request.archived_at, request.archive_at) == (None, None)
    await days_go_by(village, timedelta(days=40))  # a case in rectification is never put away
    assert (await seen(village, case))["stage"] == "rectifying"


async def test_a_verified_rectification_asks_anew_and_rests_anew(village: Village) -> None:
    case = await village.handled()
    await judge(village, case, "no")
    mending = (await village.stand.get("/rectifications", by=village.people.secretary)).json()["items"][0]["id"]
    await put_right(village, mending, by=village.people.secretary, verifier=village.people.cadre)
    shown = await seen(village, case)
    assert (shown["stage"], shown["round"], shown["solved"]) == ("handled", 2, None)
    assert shown["outcome"]["solved"]["answer"] is None  # type: ignore[index]  # the answer of round 1 is not one of round 2
    await days_go_by(village, FIRST_DAY_TOO_LATE)
    assert (await seen(village, case))["stage"] == "archived"
    assert await judge(village, case, "no", round_=2) == 200
    assert (await seen(village, case))["stage"] == "rectifying"


async def test_before_it_was_handled_nobody_can_find_it_wanting(village: Village) -> None:
    case = str((await village.submit())["id"])
    assert await judge(village, case, "no") == 409


async def test_who_told_the_result_and_how_is_in_the_story(village: Village) -> None:
    case = await village.handled()
    refused = await village.stand.post(f"/requests/{case}/reply", by=village.people.secretary, how="phone")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-for-you-to-tell")
    await village.stand.post(f"/requests/{case}/reply", by=village.people.agent, how="paper", words="已换灯泡")
    history = (await seen(village, case))["history"]
    assert "生成proxy_agent书面告知办理结果" in [one["what_zh"] for one in history]  # type: ignore[attr-defined]
    again = await village.stand.post(f"/requests/{case}/reply", by=village.people.agent, how="paper")
    assert (again.status_code, again.json()["code"]) == (409, "not-allowed-now")
