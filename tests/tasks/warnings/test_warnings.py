"""Warnings: each threshold once, told in one digest, in working hours; and the colour that a case has now."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from services.tasks.clocks.actions import fire
from services.tasks.clocks.model import Clock
from services.tasks.notices.actions import remind, tell_digest
from services.tasks.notices.kinds import NoticeKind
from services.tasks.notices.model import Reminded
from tests.tasks.conftest import Village
from tests.tasks.warnings.telling import at, colour_of, digests, move, notices, pass_through, told, warned

pytestmark = pytest.mark.asyncio


async def test_each_threshold_is_noted_once_at_its_instant_and_colours_the_case(village: Village) -> None:
    case = str((await village.submit())["id"])
    seen = []
    for minutes in (89, 90, 107, 108, 119, 120, 180):
        await move(village, at("2026-11-16 09:00") + timedelta(minutes=minutes))
        seen.append(await colour_of(village, case))
    assert seen == [None, "blue", "blue", "yellow", "yellow", "red", "red"]
    assert await warned(village, case) == [("blue", "11-16 10:30"), ("yellow", "11-16 10:48"), ("red", "11-16 11:00")]


async def test_thresholds_that_passed_while_nobody_looked_are_noted_each_at_its_own_instant(village: Village) -> None:
    case = str((await village.submit())["id"])
    await move(village, timedelta(hours=4))
    assert await warned(village, case) == [("blue", "11-16 10:30"), ("yellow", "11-16 10:48"), ("red", "11-16 11:00")]
    assert (await told(village, village.people.agent, case)).count("warning") == 0  # it is missed: that is what is told


async def test_a_clock_that_is_met_takes_its_colour_along(village: Village) -> None:
    case = str((await village.submit())["id"])
    await move(village, timedelta(minutes=95))
    assert await colour_of(village, case) == "blue"
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    assert await colour_of(village, case) is None
    await move(village, timedelta(hours=3))
    assert await colour_of(village, case) is None


async def test_a_case_has_the_gravest_colour_of_its_clocks(village: Village) -> None:
    case = str((await village.submit(kind="enquiry"))["id"])  # 1 day: its end is Tuesday 24:00, long after signing
    await move(village, timedelta(hours=3))
    assert await colour_of(village, case) == "red"
    await move(village, at("2026-11-17 21:00"))  # the finishing limit is blue now, signing is still red
    assert await colour_of(village, case) == "red"
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-17")
    assert await colour_of(village, case) == "yellow"


async def test_what_is_gathered_comes_as_one_digest_in_working_hours(village: Village) -> None:
    people = village.people
    village.clock.at = at("2026-11-20 20:00")  # Friday evening
    cases = [str((await village.submit(wording=f"路灯{n}"))["id"]) for n in range(3)]
    await pass_through(village, at("2026-11-23 08:29"), step=timedelta(hours=7))
    for person in (people.agent, people.cadre):
        assert await digests(village, person) == []
    assert await colour_of(village, cases[0]) == "red"  # colours do not wait
    await move(village, at("2026-11-23 08:30"))
    for person in (people.agent, people.cadre):
        [lines] = await digests(village, person)
        assert {line["request_id"] for line in lines} == set(cases)
        [notice] = [one for one in await notices(village, person) if one["kind"] == "digest"]
        assert notice["lines"] == len(lines)
        assert f"有 {len(lines)} 件事" in notice["title_zh"]
    await pass_through(village, at("2026-11-23 12:00"))
    assert len(await digests(village, people.agent)) == 1


async def test_a_line_says_in_words_which_limit_ends_when_and_what_to_do(village: Village) -> None:
    await village.submit()
    await move(village, timedelta(minutes=91))
    await move(village, timedelta(minutes=15))
    [[line]] = await digests(village, village.people.agent)
    assert line["title_zh"] == "【蓝色】一件事项的签收时限到 11月16日11:00 为止，请马上签收，派错的请说明理由退回。"
    assert (line["kind"], line["colour"], line["due_at"]) == ("warning", "blue", "2026-11-16T03:00:00Z")


async def test_what_was_done_before_the_digest_is_left_out_of_it(village: Village) -> None:
    case = str((await village.submit())["id"])
    await move(village, timedelta(minutes=91))
    await village.stand.post(f"/requests/{case}/promise", by=village.people.agent, promised_on="2026-11-18")
    await move(village, timedelta(minutes=30))
    assert await digests(village, village.people.agent) == []


async def test_a_digest_whose_timer_comes_after_hours_waits_for_the_morning(village: Village) -> None:
    await village.submit()
    await move(village, timedelta(minutes=91))
    village.clock.at = at("2026-11-16 19:00")
    async with village.stand.mounted.sessions() as session:
        await tell_digest(village.people.agent, session)
    await village.stand.settle()
    assert await digests(village, village.people.agent) == []
    await move(village, at("2026-11-17 08:30"))
    assert len(await digests(village, village.people.agent)) == 1


async def test_a_dispatch_is_told_at_once_and_rings_in_working_hours_alone(village: Village) -> None:
    village.clock.at = at("2026-11-20 20:00")
    await village.submit()
    [notice] = await notices(village, village.people.agent)
    assert (notice["kind"], notice["tell_at"]) == ("dispatched", "2026-11-23T00:30:00Z")
    unread = (await village.stand.get("/notices/unread", by=village.people.agent)).json()
    assert unread == {"unread": 0, "more": False, "title_zh": "没有未读通知。"}
    await pass_through(village, at("2026-11-23 08:30"), step=timedelta(hours=12))
    assert (await village.stand.get("/notices/unread", by=village.people.agent)).json()["unread"] == 2  # and the digest


async def test_a_citizen_hears_on_a_rest_day_and_not_in_the_night(village: Village) -> None:
    people = village.people
    for begins, tell_at in (("2026-11-21 12:00", "2026-11-21T04:00:00Z"), ("2026-11-21 23:30", "2026-11-21T23:00:00Z")):
        village.clock.at = at(begins)
        case = str((await village.submit())["id"])
        await village.stand.post(f"/requests/{case}/answer", by=people.agent, words="已修")
        [newest, *_] = await notices(village, people.villager)
        assert (newest["kind"], newest["request_id"], newest["tell_at"]) == ("answered", case, tell_at)


async def test_reminders_are_capped_and_what_is_more_is_counted_and_not_told(village: Village) -> None:
    case, agent = str((await village.submit())["id"]), village.people.agent
    answers = []
    for _ in range(7):
        async with village.stand.mounted.sessions() as session:
            answers.append(await remind(session, agent, NoticeKind.INTERIM_DUE, request_id=UUID(case)))
    assert answers == [True] * 5 + [False] * 2
    async with village.stand.mounted.sessions() as session:
        [counted] = await session.all(select(Reminded))
    assert (counted.told, counted.held_back) == (5, 2)
    await move(village, timedelta(minutes=15))
    assert (await told(village, agent, case)).count("interim_due") == 5


async def test_reading_a_digest_reads_its_lines_and_everything_can_be_read_at_once(village: Village) -> None:
    agent = village.people.agent
    await village.submit()
    await move(village, timedelta(minutes=91))
    await move(village, timedelta(minutes=15))
    assert [one["kind"] for one in await notices(village, agent, unread=True)] == ["digest", "dispatched"]
    assert (await village.stand.get("/notices/unread", by=agent)).json()["unread"] == 2
    all_read = (await village.stand.post("/notices/read", by=agent)).json()
    assert all_read == {"read": 2, "more": False, "title_zh": "已全部标为已读。"}
    assert await notices(village, agent, unread=True) == []
    [[line]] = await digests(village, agent)
    assert line["read_at"] is not None
    empty = (await village.stand.get("/notices", by=agent, unread=True)).json()
    assert empty["title_zh"] == "没有未读通知。"


async def test_somebody_elses_digest_is_not_there(village: Village) -> None:
    await village.submit()
    await move(village, timedelta(minutes=91))
    await move(village, timedelta(minutes=15))
    digest = next(one for one in await notices(village, village.people.agent) if one["kind"] == "digest")
    refused = await village.stand.get(f"/notices/{digest['id']}/lines", by=village.people.secretary)
    assert refused.status_code == 404


async def test_a_timer_that_comes_again_or_too_early_changes_nothing(village: Village) -> None:
    case = str((await village.submit())["id"])
    await move(village, timedelta(minutes=91))
    before = await warned(village, case)
    async with village.stand.mounted.sessions() as session:
        ids = [clock.id for clock in await session.all(select(Clock))]
    for _ in range(3):
        for clock_id in ids:
            async with village.stand.mounted.sessions() as session:
                await fire(clock_id, session)
    assert await warned(village, case) == before
    await move(village, timedelta(minutes=15))
    assert (await told(village, village.people.agent, case)).count("warning") == 1


async def test_the_history_of_a_case_tells_its_colours_and_its_climbs(village: Village) -> None:
    case = str((await village.submit())["id"])
    await move(village, timedelta(hours=3))
    shown = (await village.stand.get(f"/requests/{case}", by=village.people.villager)).json()
    said = [entry["what_zh"] for entry in shown["history"]]
    assert "签收时限亮蓝色预警" in said
    assert "签收逾期上报第 1 级：镇党委，已告知 生成township_cadre" in said
