"""Signing without a date, the first contact, pauses and extensions: over HTTP, on both databases."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from chassis.clock import SHANGHAI
from chassis.session import Session
from services.tasks.clocks.life import What, limit_of
from services.tasks.clocks.model import Clock, ClockFact, ClockKind
from services.tasks.clocks.moving import course_of
from services.tasks.notices.model import Notice
from tests.tasks.conftest import MONDAY, Village

pytestmark = pytest.mark.asyncio


def at(text: str) -> datetime:
    """An instant of November 2026 written in local time."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


async def done(village: Village, path: str, by: UUID, expect: int = 200, **body: Any) -> dict[str, Any]:
    answer = await village.stand.post(path, by=by, **body)
    assert answer.status_code == expect, answer.text
    return dict(answer.json())


async def refused(village: Village, path: str, by: UUID, **body: Any) -> tuple[int, str]:
    answer = await village.stand.post(path, by=by, **body)
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


async def handling(village: Village, **body: object) -> str:
    """A request that the agent promised for Wednesday; its limit of five natural days ends on Saturday."""
    case = str((await village.submit(**body))["id"])
    await done(village, f"/requests/{case}/promise", village.people.agent, promised_on="2026-11-18")
    return case


async def shown(village: Village, case: str) -> dict[str, Any]:
    return dict((await village.stand.get(f"/requests/{case}", by=village.people.villager)).json())


async def told(village: Village, person: UUID) -> list[str]:
    async with village.stand.mounted.sessions() as session:
        found = await session.all(select(Notice).where(col(Notice.person_id) == person).order_by(col(Notice.id)))
    return [one.kind.value for one in found]


async def finish(session: Session, case: str) -> Clock:
    found = await session.first(
        select(Clock).where(col(Clock.request_id) == UUID(case), col(Clock.kind) == ClockKind.FINISH)
    )
    assert found is not None
    return found


async def test_a_request_is_signed_for_without_a_date_and_its_requester_contacted_in_time(village: Village) -> None:
    people = village.people
    case = str((await village.submit())["id"])
    signed = await done(village, f"/requests/{case}/acceptance", people.agent)
    assert signed["stage"] == "accepted"
    assert signed["signature"]["promised_on"] is None
    (fact,) = village.told("tasks.request.accepted.v1") if await _settled(village) else ()
    assert (fact["in_time"], fact["promised_on"]) == (True, None)
    limits = {one["clock"]: one for one in (await shown(village, case))["limits"]}
    assert limits["contact"]["last_day"] == "2026-11-17"  # one working day
    assert limits["accept"]["met_at"] is not None
    village.clock.at += timedelta(hours=3)
    assert (await done(village, f"/requests/{case}/contact", people.agent))["stage"] == "contacted"
    assert await refused(village, f"/requests/{case}/contact", people.agent) == (409, "contacted-already")
    limits = {one["clock"]: one for one in (await shown(village, case))["limits"]}
    assert limits["contact"]["met_at"] is not None
    village.clock.at += timedelta(hours=1)
    await done(village, f"/requests/{case}/promise", people.agent, promised_on="2026-11-19")
    story = [one["what_zh"] for one in (await shown(village, case))["history"]]
    assert story[2:] == ["生成proxy_agent签收", "承办人首次联系群众", "生成proxy_agent签收，承诺 2026-11-19 前办结"]


async def _settled(village: Village) -> bool:
    await village.stand.settle()
    return True


async def test_a_late_signature_stays_late_when_a_date_is_promised_later(village: Village) -> None:
    case = str((await village.submit())["id"])
    village.clock.at = MONDAY + timedelta(hours=3)  # two were allowed
    await done(village, f"/requests/{case}/acceptance", village.people.agent)
    await done(village, f"/requests/{case}/promise", village.people.agent, promised_on="2026-11-19")
    await village.stand.settle()
    assert [one["in_time"] for one in village.told("tasks.request.accepted.v1")] == [False, False]


async def test_who_answers_has_been_in_contact(village: Village) -> None:
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/acceptance", village.people.agent)
    await done(village, f"/requests/{case}/answer", village.people.agent, words="已办")
    limits = (await shown(village, case))["limits"]
    assert [one["clock"] for one in limits if one["met_at"] is None] == []


async def test_only_who_has_it_signs_contacts_pauses_and_asks_for_more_time(village: Village) -> None:
    people = village.people
    case = str((await village.submit())["id"])
    for path, body in (("acceptance", {}), ("contact", {}), ("pause", {"reason": "papers"})):
        assert await refused(village, f"/requests/{case}/{path}", people.villager, **body) == (403, "not-yours")
        assert await refused(village, f"/requests/{case}/{path}", people.other_agent, **body) == (404, "not-found")
    asked = {"days": 2, "reason": "等料"}
    assert await refused(village, f"/requests/{case}/extension", people.villager, **asked) == (403, "not-yours")


async def test_a_pause_stops_the_finishing_clock_and_its_end_moves_limit_and_promise(village: Village) -> None:
    people = village.people
    case = await handling(village)
    village.clock.at = at("11-17 10:00")
    paused = await done(village, f"/requests/{case}/pause", people.agent, reason="papers", words="缺户口本")
    assert (paused["stage"], paused["reason_zh"], paused["last_day"]) == ("paused", "等待群众补充材料", "2026-11-21")
    assert await refused(village, f"/requests/{case}/report", people.agent, note="好了") == (409, "not-allowed-now")
    village.clock.at = at("11-30 09:00")  # nine days after the limit, had it not been paused
    await village.stand.settle()
    assert (await shown(village, case))["stage"] == "paused"
    assert all(one["missed_at"] is None for one in (await shown(village, case))["limits"])
    village.clock.at = at("12-01 09:00")
    resumed = await done(village, f"/requests/{case}/resume", people.agent)
    # Paused through the beginnings of fourteen days: 18 November to 1 December.
    assert (resumed["stage"], resumed["last_day"]) == ("handling", "2026-12-05")
    assert (resumed["first_promised_on"], resumed["promised_on"]) == ("2026-11-18", "2026-12-02")
    assert (await told(village, people.villager)) == ["paused", "resumed"]
    village.clock.at = at("12-05 23:00")
    await done(village, f"/requests/{case}/report", people.agent, note="好了")
    await village.stand.settle()
    assert village.told("tasks.request.handled.v1")[-1]["in_time"] is True
    assert "暂停计时：等待群众补充材料" in [one["what_zh"] for one in (await shown(village, case))["history"]]


async def test_a_pause_that_lasts_too_long_ends_by_itself_once(village: Village) -> None:
    people = village.people
    case = await handling(village)
    await done(village, f"/requests/{case}/pause", people.agent, reason="season")
    village.clock.at = at("12-14 00:00")  # the twentieth working day, 14 December, has just begun
    await village.stand.settle()
    assert (await shown(village, case))["stage"] == "paused"
    village.clock.at = at("12-15 00:00")
    await village.stand.settle()
    case_now = await shown(village, case)
    assert case_now["stage"] == "handling"
    finish_limit = next(one for one in case_now["limits"] if one["clock"] == "finish")
    assert finish_limit["last_day"] == "2026-12-20"  # 29 days after 21 November
    assert (await told(village, people.agent)).count("resumed_by_itself") == 1
    assert await refused(village, f"/requests/{case}/resume", people.agent) == (409, "not-allowed-now")


async def test_pausing_and_resuming_within_one_minute_changes_nothing(village: Village) -> None:
    people = village.people
    case = await handling(village)
    before = await shown(village, case)
    village.clock.at = at("11-17 10:00")
    await done(village, f"/requests/{case}/pause", people.agent, reason="requester")
    village.clock.at += timedelta(seconds=40)
    await done(village, f"/requests/{case}/resume", people.agent)
    after = await shown(village, case)
    assert (after["limits"], after["promised_on"]) == (before["limits"], before["promised_on"])


async def test_pauses_are_counted_and_what_is_late_cannot_be_paused(village: Village) -> None:
    people = village.people
    case = await handling(village)
    for _ in range(2):
        await done(village, f"/requests/{case}/pause", people.agent, reason="court")
        await done(village, f"/requests/{case}/resume", people.cadre)  # from above
    assert await refused(village, f"/requests/{case}/pause", people.agent, reason="court") == (409, "too-many-pauses")
    late = await handling(village)
    village.clock.at = at("11-22 00:00")
    assert await refused(village, f"/requests/{late}/pause", people.agent, reason="court") == (
        409,
        "too-late-to-pause",
    )


async def test_an_extension_is_asked_for_in_time_and_granted_from_above(village: Village) -> None:
    people = village.people
    case = await handling(village)
    asked = await done(village, f"/requests/{case}/extension", people.agent, 201, days=4, reason="等配件")
    assert (asked["more_zh"], asked["last_day"], asked["would_be_last_day"]) == (
        "4个工作日",
        "2026-11-21",
        "2026-11-26",
    )
    path = f"/extensions/{asked['id']}/decision"
    assert await refused(village, path, people.agent, granted=True) == (403, "may-not-decide")
    assert await refused(village, path, people.villager, granted=True) == (403, "may-not-decide")
    assert await refused(village, path, people.other_agent, granted=True) == (404, "not-found")
    waiting = (await village.stand.get("/extensions", by=people.cadre)).json()["items"]
    assert [one["id"] for one in waiting] == [asked["id"]]
    assert (await village.stand.get("/extensions", by=people.other_agent)).json()["items"] == []
    granted = await done(village, path, people.cadre, granted=True, words="同意")
    assert (granted["granted"], granted["new_last_day"], granted["words"]) == (True, "2026-11-26", "同意")
    now = await shown(village, case)
    assert (now["stage"], now["first_promised_on"], now["promised_on"]) == ("extended", "2026-11-18", "2026-11-26")
    assert await refused(village, path, people.cadre, granted=False) == (409, "decided-already")
    assert "extended" in await told(village, people.villager)
    assert "extension_granted" in await told(village, people.agent)
    village.clock.at = at("11-25 09:00")
    await village.stand.settle()
    assert all(one["missed_at"] is None for one in (await shown(village, case))["limits"])
    village.clock.at = at("11-27 00:01")
    await village.stand.settle()
    missed = [one["clock"] for one in (await shown(village, case))["limits"] if one["missed_at"]]
    assert missed == ["finish"]
    assert len(village.told("tasks.limit.missed.v1")) == 1


async def test_an_extension_that_is_refused_moves_nothing(village: Village) -> None:
    people = village.people
    case = await handling(village)
    asked = await done(village, f"/requests/{case}/extension", people.agent, 201, days=4, reason="等配件")
    await done(village, f"/extensions/{asked['id']}/decision", people.supervisor, granted=False, words="理由不足")
    now = await shown(village, case)
    assert (now["stage"], now["promised_on"]) == ("handling", "2026-11-18")
    again = await done(village, f"/requests/{case}/extension", people.agent, 201, days=10, reason="确需等待")
    assert again["more_zh"] == "10个工作日"  # what was refused does not count


async def test_the_caps_and_the_notice_of_an_extension(village: Village) -> None:
    people = village.people
    case = await handling(village)
    path = f"/requests/{case}/extension"
    assert await refused(village, path, people.agent, days=11, reason="久") == (409, "extension-too-long")
    await done(village, path, people.agent, 201, days=1, reason="等")
    assert await refused(village, path, people.agent, days=1, reason="再等") == (409, "too-many-extensions")
    other = await handling(village)  # its limit ends with Saturday, 21 November
    village.clock.at = at("11-19 23:59")  # the working day after is Friday, 20 November
    await done(village, f"/requests/{other}/extension", people.agent, 201, days=1, reason="等")
    third = await handling_at(village, at("11-16 09:00"))
    village.clock.at = at("11-20 00:00")  # the working day after is Monday, too late
    assert await refused(village, f"/requests/{third}/extension", people.agent, days=1, reason="等") == (
        409,
        "extension-too-late",
    )


async def handling_at(village: Village, when: datetime) -> str:
    """A request of then, whatever the time is now."""
    now, village.clock.at = village.clock.at, when
    try:
        return await handling(village)
    finally:
        village.clock.at = now


async def test_replaying_what_happened_gives_the_same_limit_to_the_minute(village: Village) -> None:
    people = village.people
    case = await handling(village)
    village.clock.at = at("11-16 15:20")
    await done(village, f"/requests/{case}/pause", people.agent, reason="papers")
    village.clock.at = at("11-18 08:10")
    await done(village, f"/requests/{case}/resume", people.agent)
    asked = await done(village, f"/requests/{case}/extension", people.agent, 201, days=3, reason="等配件")
    village.clock.at = at("11-18 16:45")
    await done(village, f"/extensions/{asked['id']}/decision", people.cadre, granted=True)
    village.clock.at = at("11-20 09:00")
    await done(village, f"/requests/{case}/pause", people.agent, reason="papers")
    village.clock.at = at("11-23 18:00")
    await done(village, f"/requests/{case}/resume", people.agent)
    async with village.stand.mounted.sessions() as session:
        clock = await finish(session, case)
        course = await course_of(session, clock)
        facts = await session.all(
            select(ClockFact).where(col(ClockFact.clock_id) == clock.id).order_by(col(ClockFact.id))
        )
        assert [one.what for one in facts] == [
            What.PAUSED,
            What.RESUMED,
            What.EXTENDED,
            What.PAUSED,
            What.RESUMED,
        ]
        assert limit_of(course).due_at == clock.due_at
        for one in facts:  # and at every step on the way
            assert limit_of(course, as_of=one.at).due_at == one.due_after
