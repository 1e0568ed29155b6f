"""Open clocks under another calendar or another rule: listed first, moved only by order, and each minute explained."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from chassis.calendar import WorkCalendar, load_calendar, read_calendar
from chassis.clock import SHANGHAI
from services.tasks.calendars import actions as calendars
from services.tasks.calendars.model import KeptCalendar
from services.tasks.clocks.life import What, limit_of
from services.tasks.clocks.limits import Amount, Unit, latest_promise
from services.tasks.clocks.model import Clock, ClockFact, ClockKind
from services.tasks.clocks.moving import course_of
from services.tasks.clocks.opened import Change, Order, carry_out, changes
from services.tasks.dispatches import recounting
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.tracking.words import Until, says
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio

NEW_YEAR = (
    "2027,published,年度放假安排,国办发明电〔2026〕1号（试样）\n2027-01-01,rest,元旦,国办发明电〔2026〕1号（试样）\n"
)
OF_2027 = read_calendar(load_calendar().table() + NEW_YEAR, name="2027")
EVE = datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)
RECOUNT = Order(What.RECOUNTED, cause=f"calendar:{OF_2027.version}", calendar=OF_2027)


async def done(village: Village, path: str, by: UUID, **body: Any) -> dict[str, Any]:
    answer = await village.stand.post(path, by=by, **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def seen(village: Village, order: Order) -> list[Change]:
    return [one async for one in changes(village.stand.mounted.sessions, order)]


async def clock_of(village: Village, case: str, kind: ClockKind) -> Clock:
    async with village.stand.mounted.sessions() as session:
        found = await session.first(select(Clock).where(col(Clock.request_id) == UUID(case), col(Clock.kind) == kind))
    assert found is not None
    return found


async def accepted(village: Village) -> str:
    """Signed for on New Year's Eve, to be contacted within one working day: provisionally on New Year's Day."""
    village.clock.at = EVE
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/acceptance", village.people.agent)
    return case


async def test_what_a_new_calendar_would_move_is_listed_before_anything_moves(village: Village) -> None:
    case = await accepted(village)
    before = await clock_of(village, case, ClockKind.CONTACT)
    assert (latest_promise(before.due_at), before.provisional) == (date(2027, 1, 1), True)
    (change,) = await seen(village, RECOUNT)
    assert (str(change.request_id), change.kind, change.unit) == (case, ClockKind.CONTACT, "村支部")
    assert (latest_promise(change.before), latest_promise(change.after)) == (date(2027, 1, 1), date(2027, 1, 4))
    assert (change.provisional_before, change.provisional_after, change.over) == (True, False, False)
    assert await clock_of(village, case, ClockKind.CONTACT) == before  # the finishing limit is in natural days


async def test_a_calendar_in_use_counts_what_starts_and_moves_what_runs_only_by_order(village: Village) -> None:
    case = await accepted(village)
    async with village.stand.mounted.sessions() as session:
        await calendars.apply(session, OF_2027, by=None)
    old = await clock_of(village, case, ClockKind.CONTACT)
    assert latest_promise(old.due_at) == date(2027, 1, 1)
    fresh = await clock_of(village, await accepted(village), ClockKind.CONTACT)
    assert (latest_promise(fresh.due_at), fresh.provisional) == (date(2027, 1, 4), False)
    async with village.stand.mounted.sessions() as session:  # by the calendar of its day, which is kept
        course = await course_of(session, old)
        assert limit_of(course).due_at == old.due_at
    (moved,) = await carry_out(village.stand.mounted.sessions, RECOUNT)
    assert str(moved.request_id) == case
    now = await clock_of(village, case, ClockKind.CONTACT)
    assert (latest_promise(now.due_at), now.provisional) == (date(2027, 1, 4), False)
    async with village.stand.mounted.sessions() as session:
        (fact,) = await session.all(select(ClockFact).where(col(ClockFact.clock_id) == now.id))
        assert limit_of(await course_of(session, now)).due_at == now.due_at
    assert (fact.what, fact.calendar_version, fact.due_before, fact.due_after) == (
        What.RECOUNTED,
        OF_2027.version,
        old.due_at,
        now.due_at,
    )
    assert await carry_out(village.stand.mounted.sessions, RECOUNT) == []
    village.clock.at = datetime(2027, 1, 2, 9, 0, tzinfo=SHANGHAI)
    await village.stand.settle()
    assert (await clock_of(village, case, ClockKind.CONTACT)).missed_at is None  # the timer of before means nothing


async def test_every_calendar_that_was_in_use_is_kept_and_each_process_goes_by_the_newest_order(
    village: Village,
) -> None:
    async with village.stand.mounted.sessions() as session:
        before = session.use(WorkCalendar).version
        await calendars.apply(session, OF_2027, by=None)
    async with village.stand.mounted.sessions() as session:
        session.use(WorkCalendar).become(load_calendar())  # as in a process that has not looked yet
    await village.stand.mounted.follow()
    async with village.stand.mounted.sessions() as session:
        assert session.use(WorkCalendar).version == OF_2027.version
        kept = await session.all(select(KeptCalendar))
    assert {one.version: one.applied_at is not None for one in kept} == {before: False, OF_2027.version: True}
    assert load_calendar().version == before  # nobody else's calendar was changed


async def test_a_changed_rule_moves_nothing_that_runs_until_it_is_ordered(village: Village) -> None:
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/promise", village.people.agent, promised_on="2026-11-21")
    order = Order(What.ORDERED, cause="notice-3", amount=Amount(value=3, unit=Unit.DAYS), of_rule="finish.help")
    (change,) = await seen(village, order)
    assert (latest_promise(change.before), latest_promise(change.after)) == (date(2026, 11, 21), date(2026, 11, 19))
    assert (change.promised_on, change.promise_after) == (date(2026, 11, 21), date(2026, 11, 19))
    assert latest_promise((await clock_of(village, case, ClockKind.FINISH)).due_at) == date(2026, 11, 21)
    assert len(await carry_out(village.stand.mounted.sessions, order)) == 1
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case))
        assert request is not None
        assert latest_promise(request.finish_due_at) == date(2026, 11, 19)
        assert (request.first_promised_on, request.promised_on) == (date(2026, 11, 21), date(2026, 11, 19))
    assert await seen(village, order) == []


async def test_an_order_makes_nobody_late(village: Village) -> None:
    case = str((await village.submit())["id"])
    village.clock.at += timedelta(days=3)
    order = Order(What.ORDERED, cause="notice-3", amount=Amount(value=1, unit=Unit.DAYS), of_rule="finish.help")
    assert [one.over for one in await seen(village, order)] == [True]
    assert await carry_out(village.stand.mounted.sessions, order) == []
    assert latest_promise((await clock_of(village, case, ClockKind.FINISH)).due_at) == date(2026, 11, 21)
    other = Order(What.ORDERED, cause=None, amount=Amount(value=9, unit=Unit.DAYS), of_rule="finish.complaint")
    assert await seen(village, other) == []


async def test_each_minute_of_a_case_is_told_by_what_caused_it_to_those_who_may_see_it(village: Village) -> None:
    people = village.people
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/promise", people.agent, promised_on="2026-11-18")
    village.clock.at = datetime(2026, 11, 17, 10, 0, tzinfo=SHANGHAI)
    await done(village, f"/requests/{case}/pause", people.agent, reason="papers")
    village.clock.at = datetime(2026, 11, 18, 15, 0, tzinfo=SHANGHAI)
    await done(village, f"/requests/{case}/resume", people.agent)
    village.clock.at = datetime(2026, 11, 19, 9, 0, tzinfo=SHANGHAI)
    asked = await done(village, f"/requests/{case}/extension", people.agent, days=2, reason="等配件")
    await done(village, f"/extensions/{asked['id']}/decision", people.cadre, granted=True)
    village.clock.at = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)
    answer = await village.stand.get(f"/requests/{case}/clocks", by=people.villager)
    assert answer.status_code == 200, answer.text
    found = {one["clock"]: one for one in answer.json()}["finish"]
    assert (found["amount_zh"], found["confidence"], found["last_day"]) == ("5天", "B", "2026-11-24")
    told = [(one["state"], one["minutes"], one["why_zh"].split("（")[0]) for one in found["intervals"]]
    assert told == [
        ("first_day", 900, "开始计时"),
        ("counted", 2040 - 1440, "求助类办结时限：5天"),
        ("paused", 1740, "挂起：等待群众补充材料"),
        ("resumed_day", 540, "恢复计时，当日不计入"),
        ("counted", 540, "恢复计时，最后一天改为 2026-11-22"),
        ("counted", 900 + 3 * 1440 + 480, "同意延期2个工作日，最后一天改为 2026-11-24"),
    ]
    assert sum(one["minutes"] for one in found["intervals"]) == found["running_minutes"] + found["paused_minutes"]
    assert found["intervals"][-1]["rule"] == "extension"
    assert "C4" in found["intervals"][-1]["source"]
    assert (await village.stand.get(f"/requests/{case}/clocks", by=people.other_agent)).status_code == 404


async def test_a_date_of_2027_is_provisional_wherever_it_is_shown_until_the_notice_is_imported(
    village: Village,
) -> None:
    people = village.people
    village.clock.at = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/promise", people.agent, promised_on="2026-12-30")

    async def said() -> tuple[bool, bool]:
        """By the list of the requester, and by that of a desk."""
        own = (await village.stand.get("/requests", by=people.villager)).json()["items"][0]
        desk = (await village.stand.get("/cases", by=people.cadre)).json()["items"][0]
        return own["finish_provisional"], desk["finish_provisional"]

    assert await said() == (False, False)  # natural days: no notice can move them
    asked = await done(village, f"/requests/{case}/extension", people.agent, days=3, reason="等配件")
    await done(village, f"/extensions/{asked['id']}/decision", people.cadre, granted=True)
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case))
        assert request is not None
        promised, request_id = request.promised_on, request.id
    assert await said() == (True, True)
    assert promised == date(2027, 1, 6)  # three working days after Saturday, 2 January
    (change,) = await seen(village, RECOUNT)
    assert change.request_id == request_id
    assert (latest_promise(change.after), change.provisional_after) == (date(2027, 1, 6), False)
    assert await carry_out(village.stand.mounted.sessions, RECOUNT) == [change]
    assert await said() == (False, False)


async def test_whoever_tracks_a_case_is_told_that_its_limit_is_provisional() -> None:
    until = Until(None, date(2027, 1, 6), None, None, None, None, None)
    assert "最迟应于 2027年1月6日 办结" in says(Stage.ACCEPTED, until)
    assert "最迟应于 2027年1月6日（暂定） 办结" in says(Stage.ACCEPTED, replace(until, finish_provisional=True))


async def test_the_limit_for_returning_moves_with_the_calendar_when_ordered_and_not_before(village: Village) -> None:
    village.clock.at = datetime(2026, 12, 31, 9, 0, tzinfo=SHANGHAI)
    await village.submit()
    calendar = RECOUNT.calendar
    assert calendar is not None
    (change,) = await recounting.changes(village.stand.mounted.sessions, calendar)

    async def limit_of_return() -> datetime:
        async with village.stand.mounted.sessions() as session:
            (given,) = await session.all(select(Dispatch))
        return given.return_by

    assert await limit_of_return() == change.before != change.after
    assert list(await recounting.carry_out(village.stand.mounted.sessions, calendar)) == [change]
    assert await limit_of_return() == change.after
    assert await recounting.changes(village.stand.mounted.sessions, calendar) == []
