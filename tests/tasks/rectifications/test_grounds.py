"""A rectification: its ground gives the time, proof comes before «done», and what is late or bad again goes up."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from contracts.feedback import RatingFoundBad
from services.tasks.clocks.model import ClockFact
from tests.tasks.conftest import Village
from tests.tasks.rectifications.mending import plan, put_right, report

pytestmark = pytest.mark.asyncio


async def wanting(village: Village) -> tuple[str, str]:
    """A case that was graded badly; its id, and that of its rectification."""
    case = await village.handled()
    return case, await graded_badly(village, case)


async def graded_badly(village: Village, case: str, *, round_: int = 1) -> str:
    """The present round is found bad; the id of its rectification."""
    await village.stand.hear(RatingFoundBad(request_id=case, round=round_, found_at=village.clock.now()))  # type: ignore[arg-type]
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    return str(shown["rectifications"][-1]["id"])


async def last_day(village: Village, case: str) -> str:
    """The last day of the running limit, as the case shows it."""
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    return next(str(one["last_day"]) for one in shown["limits"] if one["clock"] == "rectify" and one["met_at"] is None)


async def whole(village: Village, mending: str, *, by: str) -> dict[str, Any]:
    """The rectification's page."""
    answer = await village.stand.get(f"/rectifications/{mending}", by=getattr(village.people, by))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_the_ground_gives_the_time_and_a_longer_one_needs_the_next_levels_leave(village: Village) -> None:
    case, mending = await wanting(village)  # on Monday
    secretary, cadre = village.people.secretary, village.people.cadre
    assert await last_day(village, case) == "2026-11-23"  # five working days (C21)
    assert (await plan(village, mending, by=secretary, ground="simple")).json()["ground_zh"] == "能马上改好"
    assert await last_day(village, case) == "2026-11-18"  # two (C23)

    asked = (await plan(village, mending, by=secretary, ground="complex")).json()
    assert (asked["ground"], asked["leave_granted"]) == ("complex", None)
    assert asked["leave_asked_at"]
    assert await last_day(village, case) == "2026-11-18"
    path = f"/rectifications/{mending}/leave"
    assert (await village.stand.post(path, by=secretary, granted=True)).status_code == 404
    granted = await village.stand.post(path, by=cadre, granted=True)
    assert granted.json()["leave_granted"] is True, granted.text
    assert await last_day(village, case) == "2026-11-19"  # three (C23), from the same start
    again = await village.stand.post(path, by=cadre, granted=True)
    assert (again.status_code, again.json()["code"]) == (409, "no-leave-asked")
    async with village.stand.mounted.sessions() as session:
        moved = await session.all(select(ClockFact).order_by(col(ClockFact.id)))
    assert [(one.rule, one.by, one.cause) for one in moved] == [
        ("rectify.simple", secretary, "ground"),
        ("rectify.complex", cadre, "ground"),
    ]

    await plan(village, mending, by=secretary, ground="policy")  # five again: refused, it stays
    refused = await village.stand.post(path, by=cadre, granted=False)
    assert refused.json()["leave_granted"] is False
    assert await last_day(village, case) == "2026-11-19"


async def test_what_is_named_late_ends_today_and_what_is_over_is_never_made_longer(village: Village) -> None:
    case, mending = await wanting(village)
    village.clock.at += timedelta(days=3)  # Thursday: two working days would be over
    await plan(village, mending, by=village.people.secretary, ground="simple")
    assert await last_day(village, case) == "2026-11-19"
    await plan(village, mending, by=village.people.secretary, ground="policy")
    village.clock.at += timedelta(days=1)
    late = await village.stand.post(f"/rectifications/{mending}/leave", by=village.people.cadre, granted=True)
    assert late.json()["code"] in {"limit-over-already", "verifier-involved", "not-found"}
    assert await last_day(village, case) == "2026-11-19"


async def test_bad_again_goes_up_with_every_earlier_round_and_no_name_of_the_citizen(village: Village) -> None:
    people = village.people
    case, first = await wanting(village)
    await put_right(village, first, by=people.secretary, verifier=people.supervisor)
    second = await graded_badly(village, case, round_=2)
    shown = await whole(village, second, by="cadre")
    assert shown["rectification"]["responsible_id"] == str(people.cadre)
    (earlier,) = shown["earlier"]
    before = earlier["rectification"]
    assert (before["cause"], before["ground"], before["responsible_name"]) == (
        "found_wanting",
        "simple",
        "生成secretary",
    )
    assert (earlier["plan"], earlier["note"], len(earlier["evidence"])) == ("明天去", "修好了", 1)
    assert str(people.villager) not in str(shown)
    for by in (people.agent, people.secretary, people.villager):
        assert (await village.stand.get(f"/rectifications/{second}", by=by)).status_code == 404


async def test_what_is_late_goes_one_level_up_and_counts_for_the_next_round(village: Village) -> None:
    people = village.people
    case, mending = await wanting(village)
    await plan(village, mending, by=people.secretary, ground="simple")
    village.clock.at += timedelta(days=4)
    await village.stand.settle()
    shown = (await whole(village, mending, by="cadre"))["rectification"]
    assert (shown["responsible_id"], shown["lifted_from_name"]) == (str(people.cadre), "生成secretary")
    assert shown["stage"] == "planned"
    told = (await village.stand.get("/notices", by=people.cadre)).json()["items"]
    assert "rectify_lifted" in {one["kind"] for one in told}
    assert (await report(village, mending, by=people.secretary)).status_code in {403, 404}
    assert (await report(village, mending, by=people.cadre)).status_code == 200
    own = await village.stand.post(f"/rectifications/{mending}/verification", by=people.cadre, put_right=True)
    assert own.json()["code"] == "verifier-involved"
    found = await village.stand.post(f"/rectifications/{mending}/verification", by=people.supervisor, put_right=True)
    assert found.status_code == 200, found.text
    await village.stand.settle()
    [fact] = village.told("tasks.rectification.verified.v1")
    assert fact["in_time"] is False
    further = await graded_badly(village, case, round_=2)
    assert (await whole(village, further, by="operator"))["rectification"]["responsible_name"] == "生成supervisor"


async def test_what_waits_to_be_verified_is_not_late_until_it_is_given_back(village: Village) -> None:
    people = village.people
    _, mending = await wanting(village)
    await plan(village, mending, by=people.secretary)
    await report(village, mending, by=people.secretary)
    village.clock.at += timedelta(days=4)
    await village.stand.settle()
    assert (await whole(village, mending, by="cadre"))["rectification"]["lifted_at"] is None
    back = await village.stand.post(f"/rectifications/{mending}/verification", by=people.supervisor, put_right=False)
    assert back.json()["responsible_id"] == str(people.cadre)
