"""Who is on now, weekly patterns, gaps, and handing over; on both databases."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from contracts.members import AbsenceDeclared
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RuleId, RulePack
from tests.tasks.conftest import DISTRICT, MONDAY, TOWNSHIP, VILLAGE
from tests.tasks.hotline.conftest import PHONE, DeskOf

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)


async def test_a_villager_is_told_who_is_on_now_under_the_offices_number(desk: DeskOf) -> None:
    people, clock = desk.village.people, desk.village.clock
    await desk.shift(people.agent, MONDAY, MONDAY + 8 * HOUR)
    await desk.shift(people.secretary, MONDAY + 8 * HOUR, MONDAY + 16 * HOUR)
    told = await desk.now()
    assert [one["name"] for one in told["on_duty"]] == ["生成proxy_agent"]  # type: ignore[attr-defined]
    assert PHONE in str(told["says_zh"])
    clock.at = MONDAY + 8 * HOUR
    assert [one["name"] for one in (await desk.now())["on_duty"]] == ["生成secretary"]  # type: ignore[attr-defined]
    clock.at = MONDAY + 16 * HOUR
    told = await desk.now()
    assert told["on_duty"] == []
    assert "无人值班" in str(told["says_zh"])


async def test_where_the_villages_desk_is_empty_the_next_one_up_answers(desk: DeskOf) -> None:
    people = desk.village.people
    await desk.set_up(TOWNSHIP, "镇便民中心")
    await desk.set_up(DISTRICT, "区热线")
    await desk.shift(people.operator, MONDAY, MONDAY + 8 * HOUR, DISTRICT)
    assert (await desk.now())["desk"]["name"] == "区热线"  # type: ignore[index]
    await desk.shift(people.cadre, MONDAY, MONDAY + 8 * HOUR, TOWNSHIP)
    assert (await desk.now())["desk"]["name"] == "镇便民中心"  # type: ignore[index]
    await desk.shift(people.agent, MONDAY, MONDAY + 8 * HOUR)
    assert (await desk.now())["desk"]["name"] == "村值班室"  # type: ignore[index]
    unknown = await desk.now("430799100201")
    assert unknown["desk"] is None
    assert "没有设立值班电话" in str(unknown["says_zh"])


async def test_whoever_acts_for_somebody_on_leave_is_on_in_their_place(desk: DeskOf) -> None:
    people = desk.village.people
    await desk.shift(people.agent, MONDAY, MONDAY + 8 * HOUR)
    async with desk.village.stand.mounted.sessions() as session:
        post = await session.get(Post, desk.posts[people.agent])
        assert post is not None
    await desk.village.stand.hear(
        AbsenceDeclared(
            absence_id=uuid4(),
            post_id=post.id,
            person_id=people.agent,
            organization_id=post.organization_id,
            stand_in_post_id=desk.posts[people.secretary],
            stand_in_person_id=people.secretary,
            from_on=MONDAY.date(),
            to_on=MONDAY.date(),
            ended_at=None,
        )
    )
    (told,) = (await desk.now())["on_duty"]  # type: ignore[misc]
    assert (told["name"], told["acting_for_name"]) == ("生成secretary", "生成proxy_agent")


async def test_a_weekly_pattern_makes_shifts_ahead_and_goes_on_making_them(desk: DeskOf) -> None:
    people, stand, clock = desk.village.people, desk.village.stand, desk.village.clock
    made = await stand.post(
        "/hotline/patterns",
        by=people.cadre,
        division_code=VILLAGE,
        post_id=str(desk.posts[people.agent]),
        weekdays=[1, 3],
        from_minute=8 * 60,
        minutes=600,
        first_on="2026-11-16",
    )
    assert made.status_code == 201, made.text
    ahead = RulePack.load().rule(RuleId.DUTY_AHEAD, on=MONDAY.date()).value

    async def shifts(first: date) -> list[dict[str, object]]:
        shown = await stand.get(
            "/hotline/shifts", by=people.agent, division_code=VILLAGE, from_on=first.isoformat(), days=62
        )
        return list(shown.json()["items"])

    wanted = [day for n in range(ahead + 1) if (day := MONDAY.date() + timedelta(days=n)).isoweekday() in {1, 3}]
    assert len(await shifts(MONDAY.date())) == len(wanted)
    for _ in range(5):
        clock.at += timedelta(days=7)
        await stand.settle()
    later = await shifts(clock.at.date())
    assert len(later) >= len(wanted) - 1
    assert len({one["from_at"] for one in later}) == len(later), "no shift is made twice"
    ended = await stand.post(f"/hotline/patterns/{made.json()['id']}/end", by=people.cadre)
    assert ended.status_code == 200, ended.text
    assert [one for one in await shifts(clock.at.date()) if str(one["from_at"]) > clock.at.isoformat()] == []


async def test_gaps_are_listed_beforehand(desk: DeskOf) -> None:
    people, stand = desk.village.people, desk.village.stand
    await desk.set_up(VILLAGE, "村值班室", from_minute=8 * 60, minutes=600)

    async def gaps() -> dict[str, object]:
        shown = await stand.get("/hotline/gaps", by=people.agent, division_code=VILLAGE, from_on="2026-11-17", days=1)
        assert shown.status_code == 200, shown.text
        return dict(shown.json())

    tuesday = MONDAY.replace(hour=8) + timedelta(days=1)
    assert len((await gaps())["items"]) == 1  # type: ignore[arg-type]
    await desk.shift(people.agent, tuesday, tuesday + 4 * HOUR)
    last = await desk.shift(people.secretary, tuesday + 5 * HOUR, tuesday + 10 * HOUR)
    found = await gaps()
    (gap,) = found["items"]  # type: ignore[misc]
    assert gap["what_zh"] == "11月17日 12:00至11月17日 13:00无人值班，请排班"
    await desk.shift(people.agent, tuesday + 4 * HOUR, tuesday + 5 * HOUR)
    assert (await gaps())["summary_zh"] == "这些日子都有人值班。"
    cancelled = await stand.post(f"/hotline/shifts/{last}/cancellation", by=people.cadre)
    assert cancelled.status_code == 200
    assert len((await gaps())["items"]) == 1  # type: ignore[arg-type]


async def test_a_desk_has_no_persons_number_and_no_shift_without_hours(desk: DeskOf) -> None:
    people, stand = desk.village.people, desk.village.stand
    body = {"division_code": VILLAGE, "name": "村值班室", "office_phone": "13907361234"}
    refused = await stand.post("/hotline/desks", by=people.cadre, **body)
    assert refused.json()["type"].endswith("personal-number")
    body["office_phone"] = "+86 139 0736 1234"
    assert (await stand.post("/hotline/desks", by=people.cadre, **body)).status_code == 422
    refused = await stand.post("/hotline/desks", by=people.agent, **body)
    assert refused.json()["type"].endswith("may-not-roster")
    shift = {"division_code": VILLAGE, "post_id": str(desk.posts[people.agent]), "from_at": MONDAY.isoformat()}
    refused = await stand.post("/hotline/shifts", by=people.cadre, to_at=MONDAY.isoformat(), **shift)
    assert refused.json()["type"].endswith("wrong-hours")
    shift["division_code"] = TOWNSHIP
    refused = await stand.post("/hotline/shifts", by=people.cadre, to_at=(MONDAY + HOUR).isoformat(), **shift)
    assert refused.json()["type"].endswith("no-such-desk")


async def test_a_shift_that_has_begun_stays(desk: DeskOf) -> None:
    shift = await desk.shift(desk.village.people.agent, MONDAY, MONDAY + HOUR)
    refused = await desk.village.stand.post(f"/hotline/shifts/{shift}/cancellation", by=desk.village.people.cadre)
    assert refused.json()["type"].endswith("shift-over")


async def test_one_signs_what_is_open_and_another_takes_it_over_with_both_names(desk: DeskOf) -> None:
    people, stand, clock = desk.village.people, desk.village.stand, desk.village.clock
    first = await desk.shift(people.agent, MONDAY, MONDAY + 8 * HOUR)
    await desk.shift(people.secretary, MONDAY + 8 * HOUR, MONDAY + 16 * HOUR)
    note = await stand.post("/hotline/notes", by=people.agent, division_code=VILLAGE, words="三组停水，等水厂回话")
    draft = await stand.post(
        "/hotline/drafts", by=people.agent, desk_code=VILLAGE, division_code=VILLAGE, kind="help", wording="路灯不亮"
    )
    missed = await stand.post(
        "/hotline/missed-calls", by=people.agent, division_code=VILLAGE, requester_id=str(people.villager)
    )
    assert (note.status_code, draft.status_code, missed.status_code) == (201, 201, 201), missed.text
    path = f"/hotline/shifts/{first}/hand-over"
    refused = await stand.post(path, by=people.cadre, words="我来交")
    assert refused.json()["type"].endswith("not-your-shift")
    clock.at = MONDAY + 8 * HOUR - timedelta(minutes=5)
    signed = await stand.post(path, by=people.agent, words="请留意停水")
    assert signed.status_code == 201, signed.text
    act = signed.json()
    assert (act["notes"], act["drafts"], act["missed_calls"]) == (
        [note.json()["id"]],
        [draft.json()["id"]],
        [missed.json()["id"]],
    )
    assert (act["outgoing_name"], act["incoming_name"]) == ("生成proxy_agent", None)
    again = await stand.post(path, by=people.agent, words="再交一次")
    assert again.json()["type"].endswith("already-handed-over")
    notices = (await stand.get("/notices", by=people.secretary)).json()["items"]
    assert [one["kind"] for one in notices] == ["hand_over"]
    taking = f"/hotline/hand-overs/{act['id']}/taking"
    assert (await stand.post(taking, by=people.agent)).json()["type"].endswith("not-yet-your-turn")
    assert (await stand.post(taking, by=people.villager)).status_code == 404
    taken = await stand.post(taking, by=people.secretary)
    assert taken.status_code == 200, taken.text
    assert (taken.json()["outgoing_name"], taken.json()["incoming_name"]) == ("生成proxy_agent", "生成secretary")
    assert (await stand.post(taking, by=people.secretary)).json() == taken.json()
    lying = (await stand.get("/hotline/open", by=people.secretary, division_code=VILLAGE)).json()
    assert {one["holder_id"] for one in lying["notes"] + lying["drafts"]} == {str(people.secretary)}
    case = (await stand.get(f"/requests/{missed.json()['request_id']}", by=people.secretary)).json()
    assert (case["named_person"], case["stage"]) == ("生成secretary", "dispatched")
    listed = (await stand.get("/hotline/hand-overs", by=people.cadre, division_code=VILLAGE)).json()
    assert [one["id"] for one in listed["items"]] == [act["id"]]


async def test_a_draft_is_sent_once_and_its_words_go_with_it(desk: DeskOf) -> None:
    people, stand = desk.village.people, desk.village.stand
    await desk.shift(people.secretary, MONDAY, MONDAY + 8 * HOUR)  # holds no post that takes requests in
    begun = await stand.post("/hotline/drafts", by=people.secretary, desk_code=VILLAGE, wording="路灯")
    assert begun.status_code == 201, begun.text
    path = f"/hotline/drafts/{begun.json()['id']}"
    refused = await stand.post(f"{path}/sending", by=people.secretary)
    assert refused.json()["type"].endswith("draft-incomplete")
    body = {"division_code": VILLAGE, "requester_id": str(people.villager), "kind": "help", "wording": "路灯坏了三天"}
    changed = await stand.post(f"{path}/change", by=people.secretary, **body)
    assert changed.json()["wording"] == "路灯坏了三天"
    sent = await stand.post(f"{path}/sending", by=people.secretary)
    assert sent.status_code == 201, sent.text
    case = (await stand.get(f"/requests/{sent.json()['request_id']}", by=people.villager)).json()
    assert (case["wording"], case["channel_zh"]) == ("路灯坏了三天", "热线电话")
    again = await stand.post(f"{path}/sending", by=people.secretary)
    assert again.json()["type"].endswith("draft-over")
    assert (await stand.get("/hotline/open", by=people.secretary, division_code=VILLAGE)).json()["drafts"] == []
