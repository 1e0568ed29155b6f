"""Duties come by themselves, once; a missed one is seen on its day; they follow the post, and two persons skip one."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from chassis.clock import midnight
from contracts.members import AbsenceDeclared, OrganizationRecorded, PostHeld
from services.tasks.recurring_duties import making
from services.tasks.recurring_duties.model import RecurringDuty, RecurringPeriod
from services.tasks.roster.model import Organization, Post
from tests.mounting import Stand, token
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE, Village
from tests.tasks.warnings.telling import at, digests, move, notices

pytestmark = pytest.mark.asyncio


async def begun(village: Village) -> None:
    """The upkeep has begun every rule, and its timers have fired."""
    async with village.stand.mounted.sessions() as session:
        await making.begin(session)
    await village.stand.settle()
    await village.stand.settle()


async def duties(stand: Stand, by: UUID, **query: object) -> list[dict[str, Any]]:
    """A list, as somebody sees it."""
    answer = await stand.get("/recurring-duties", by=by, limit=100, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def report_of(village: Village, **query: object) -> dict[str, Any]:
    """The secretary's report of this month."""
    (found,) = await duties(village.stand, village.people.secretary, rule="monthly-report", **query)
    return found


async def titles(village: Village, person: UUID, kind: str, *, about: str | None = None) -> list[str]:
    """What somebody was told of one kind, alone or in digests; about one duty, if it is named."""
    told = await notices(village, person) + [one for lines in await digests(village, person) for one in lines]
    return [one["title_zh"] for one in told if one["kind"] == kind and about in {None, one["about_id"]}]


async def test_duties_are_there_ahead_and_each_once(village: Village) -> None:
    await begun(village)
    for _ in range(3):  # upkeep comes every ten minutes, in each copy
        await begun(village)
    found = await report_of(village)
    assert (found["first_on"], found["due_on"], found["when"]) == ("2026-11-01", "2026-12-07", "open")
    assert "由系统自动生成" in found["says_zh"]
    detail = (await village.stand.get(f"/recurring-duties/{found['id']}", by=village.people.secretary)).json()
    assert (detail["material"]["period"], detail["material"]["address"]) == (
        "2026-11",
        "/api/feedback/reports?unit=organization&code=%E6%9D%91%E6%94%AF%E9%83%A8",
    )
    mine = await duties(village.stand, village.people.cadre)
    assert {one["rule_code"] for one in mine} == {"committee-study", "quarterly-assessment", "yearly-report-review"}
    await move(village, at("2026-11-20 23:00"))
    assert len(await duties(village.stand, village.people.secretary, rule="monthly-report")) == 1
    await move(village, at("2026-11-21 00:30"))  # ten days before December
    days = [one["first_on"] for one in await duties(village.stand, village.people.secretary, rule="monthly-report")]
    assert days == ["2026-12-01", "2026-11-01"]


async def test_a_restart_in_between_neither_loses_nor_repeats(village: Village) -> None:
    await begun(village)
    async with village.stand.mounted.sessions() as session:
        (period,) = [one for one in await session.all(select(RecurringPeriod)) if one.rule_code == "monthly-report"]
        (first, *_) = sorted(await session.all(select(Organization.id)))
        locked = await session.get(RecurringPeriod, period.id, lock=True)
        assert locked is not None
        locked.made_at, locked.made_to = None, first  # as if the process had ended after the first batch
        session.remind(making.MAKE, about=period.id, due_at=session.now)
        session.remind(making.MAKE, about=period.id, due_at=session.now)
    await village.stand.settle()
    async with village.stand.mounted.sessions() as session:
        made = [one for one in await session.all(select(RecurringDuty)) if one.rule_code == "monthly-report"]
    assert len(made) == len({one.organization_id for one in made}) == 2  # both villages' branches


async def test_months_in_which_the_service_was_down_are_made_up_for(village: Village) -> None:
    await begun(village)
    village.clock.at = at("2027-02-16 09:00")
    await begun(village)  # the upkeep may come before the timers
    for _ in range(6):
        await village.stand.settle()
    found = await duties(village.stand, village.people.secretary, rule="monthly-report")
    assert [one["first_on"] for one in found] == ["2027-02-01", "2027-01-01", "2026-12-01", "2026-11-01"]


async def test_batches_go_on_to_the_last_organisation(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ORGANIZATIONS", "STILL_OPEN"):
        monkeypatch.setattr(making, name, getattr(making, name).limit(1))
    monkeypatch.setattr(making, "BATCH", 1)
    await begun(village)
    for _ in range(8):
        await village.stand.settle()
    assert len(await duties(village.stand, village.people.operator, whose="below", rule="monthly-report")) == 2
    await move(village, at("2026-12-08 09:00"))
    for _ in range(8):
        await village.stand.settle()
    assert len(await titles(village, village.people.secretary, "recurring_missed")) == 1


async def test_a_duty_not_done_is_seen_on_its_day_and_told_once(village: Village) -> None:
    people, stand = village.people, village.stand
    await begun(village)
    await move(village, at("2026-12-03 12:00"))  # two working days before
    await move(village, timedelta(minutes=20))  # gathered
    duty = (await report_of(village, when="soon"))["id"]
    assert (await report_of(village, when="soon"))["says_zh"].startswith("请在 2026-12-07 前完成")
    assert len(await titles(village, people.secretary, "recurring_due", about=duty)) == 1
    await move(village, at("2026-12-07 08:00"))
    assert (await report_of(village, when="today"))["when"] == "today"
    below = await duties(stand, people.operator, whose="below", when="today", rule="monthly-report")
    assert len(below) == 2
    await move(village, at("2026-12-08 09:00"))
    missed = await report_of(village, when="missed")
    assert missed["late"] is True
    for person in (people.cadre, people.supervisor, people.operator):
        seen = await duties(stand, person, whose="below", when="missed", rule="monthly-report")
        assert missed["id"] in {one["id"] for one in seen}
    counted = (await stand.get("/recurring-duties/counts", by=people.cadre, whose="below")).json()
    assert {one["when"]: one["duties"] for one in counted["items"]}["missed"] == 2
    assert len(await titles(village, people.secretary, "recurring_missed")) == 1
    facts = village.told("tasks.recurring_duty.missed.v1")
    assert {one["duty_id"] for one in facts if one["rule_code"] == "monthly-report"} == {one["id"] for one in below}
    assert [one["due_on"] for one in facts if one["duty_id"] == duty] == ["2026-12-07"]
    (told,) = await titles(village, people.cadre, "recurring_missed_below")
    assert "2 项" in told
    await move(village, at("2026-12-11 09:00"))
    assert len(await titles(village, people.secretary, "recurring_missed")) == 1
    assert len(await titles(village, people.cadre, "recurring_missed_below")) == 1


async def test_what_is_done_in_time_is_told_to_nobody(village: Village) -> None:
    await begun(village)
    found = await report_of(village)
    done = await village.stand.post(
        f"/recurring-duties/{found['id']}/done", by=village.people.secretary, done_on="2026-11-16"
    )
    assert done.status_code == 200, done.text
    assert (done.json()["stage"], done.json()["late"]) == ("done", False)
    await village.stand.settle()
    (fact,) = village.told("tasks.recurring_duty.done.v1")
    assert (fact["duty_id"], fact["done_on"], fact["in_time"]) == (found["id"], "2026-11-16", True)
    await move(village, at("2026-12-03 12:00"))
    await move(village, at("2026-12-04 12:00"))
    await move(village, at("2026-12-08 09:00"))
    assert len(await titles(village, village.people.secretary, "recurring_due")) == 1, "of the review alone"
    assert await titles(village, village.people.secretary, "recurring_due", about=found["id"]) == []
    assert await titles(village, village.people.secretary, "recurring_missed") == []
    assert found["id"] not in {one["duty_id"] for one in village.told("tasks.recurring_duty.missed.v1")}


async def test_evidence_is_asked_only_where_the_rule_asks(village: Village) -> None:
    people, stand = village.people, village.stand
    await begun(village)
    (review,) = await duties(stand, people.secretary, rule="yearly-report-review")
    bare = await stand.post(f"/recurring-duties/{review['id']}/done", by=people.secretary, done_on="2026-11-16")
    assert bare.json()["code"] == "evidence-missing"
    paper = await stand.client.post(
        "/attachments",
        content=b"%PDF-1.4\n" + b"x" * 200,
        headers={**_headers(people.secretary), "content-type": "application/pdf"},
    )
    assert paper.status_code == 201, paper.text
    done = await stand.post(
        f"/recurring-duties/{review['id']}/done",
        by=people.secretary,
        done_on="2026-11-16",
        evidence=[paper.json()["id"]],
    )
    assert done.status_code == 200, done.text
    seen = (await stand.get(f"/recurring-duties/{review['id']}", by=people.cadre)).json()
    assert [one["media_type"] for one in seen["evidence"]] == ["application/pdf"]
    early = await stand.post(
        f"/recurring-duties/{(await report_of(village))['id']}/done", by=people.secretary, done_on="2026-10-31"
    )
    assert early.json()["code"] == "done-outside-its-period"


async def test_a_duty_follows_the_post_and_the_stand_in(village: Village) -> None:
    people, stand, successor, helper = village.people, village.stand, uuid4(), uuid4()
    await begun(village)
    duty = (await report_of(village))["id"]
    async with stand.mounted.sessions() as session:
        posts = await session.all(select(Post))
    post = next(one for one in posts if one.person_id == people.secretary)
    ended = PostHeld(post_id=post.id, to_on=date(2026, 11, 15), ended_at=None, **_post(post, people.secretary))
    following = PostHeld(post_id=uuid4(), to_on=None, ended_at=None, **_post(post, successor))
    helping = PostHeld(
        post_id=uuid4(), to_on=None, ended_at=None, **_post(post, helper) | {"kind": "first_secretary", "name": "老周"}
    )
    await stand.hear(ended, following, helping)
    assert await duties(stand, people.secretary) == []
    gone = await stand.post(f"/recurring-duties/{duty}/done", by=people.secretary, done_on="2026-11-16")
    assert gone.status_code == 404
    assert duty in {one["id"] for one in await duties(stand, successor)}
    refused = await stand.post(f"/recurring-duties/{duty}/done", by=helper, done_on="2026-11-16")
    assert refused.json()["code"] == "not-your-duty"
    await stand.hear(
        AbsenceDeclared(
            absence_id=uuid4(),
            post_id=following.post_id,
            person_id=successor,
            organization_id=post.organization_id,
            stand_in_post_id=helping.post_id,
            stand_in_person_id=helper,
            from_on=date(2026, 11, 16),
            to_on=date(2026, 11, 20),
            ended_at=None,
        )
    )
    assert duty in {one["id"] for one in await duties(stand, helper)}
    done = await stand.post(f"/recurring-duties/{duty}/done", by=helper, done_on="2026-11-16")
    assert done.json()["steps"][0]["by_name"] == "老周（代生成secretary）"


async def test_it_is_sent_back_by_those_above_alone(village: Village) -> None:
    people, stand = village.people, village.stand
    await begun(village)
    duty = (await report_of(village))["id"]
    early = await stand.post(f"/recurring-duties/{duty}/return", by=people.cadre, words="没看")
    assert early.json()["code"] == "not-allowed-now"
    await stand.post(f"/recurring-duties/{duty}/done", by=people.secretary, done_on="2026-11-16")
    own = await stand.post(f"/recurring-duties/{duty}/return", by=people.secretary, words="没看")
    assert own.json()["code"] == "may-not-return-duty"
    assert (await stand.get(f"/recurring-duties/{duty}", by=people.villager)).status_code == 404
    assert (await stand.get(f"/recurring-duties/{duty}", by=people.other_agent)).status_code == 404
    back = await stand.post(f"/recurring-duties/{duty}/return", by=people.cadre, words="十月的数字没有核对")
    assert back.status_code == 200, back.text
    assert back.json()["stage"] == "open"
    await village.stand.settle()
    (fact,) = village.told("tasks.recurring_duty.returned.v1")
    assert (fact["duty_id"], fact["missed"]) == (duty, False)
    assert back.json()["steps"][-1]["words"] == "十月的数字没有核对"
    assert len(await titles(village, people.secretary, "recurring_returned")) == 1


async def test_a_period_is_left_out_with_a_reason_and_a_second_person(village: Village) -> None:
    people, stand = village.people, village.stand
    await begun(village)
    duty = (await report_of(village))["id"]
    why = {"reason": "disaster", "words": "全村抗洪"}
    asked = await stand.post(f"/recurring-duties/{duty}/skip", by=people.secretary, **why)
    assert asked.status_code == 202, asked.text
    again = await stand.post(f"/recurring-duties/{duty}/skip", by=people.cadre, **why)
    assert again.json()["code"] == "duty-has-ended"
    proposal = asked.json()["proposal_id"]
    assert (await report_of(village))["stage"] == "open", "it stays due until it is confirmed"
    assert (await stand.post(f"/proposals/{proposal}/confirmation", by=people.secretary)).status_code == 403
    done = await stand.post(f"/proposals/{proposal}/confirmation", by=people.cadre)
    assert done.status_code == 200, done.text
    await village.stand.settle()
    (fact,) = village.told("tasks.recurring_duty.skipped.v1")
    assert (fact["duty_id"], fact["reason"]) == (duty, "disaster")
    skipped = await report_of(village, when="skipped")
    assert skipped["says_zh"] == "经两人确认，本期不办。"
    late = await stand.post(f"/recurring-duties/{duty}/done", by=people.secretary, done_on="2026-11-16")
    assert late.json()["code"] == "not-allowed-now"


async def test_an_organisation_that_comes_later_has_its_duties_too(village: Village) -> None:
    await begun(village)
    branch, person = uuid4(), uuid4()
    async with village.stand.mounted.sessions() as session:
        township = next(one.id for one in await session.all(select(Organization)) if one.division_code == TOWNSHIP)
    recorded = OrganizationRecorded(
        organization_id=branch, code="新", name="新支部", tier="branch", superior_id=township, division_code=VILLAGE
    )
    held = PostHeld(
        post_id=uuid4(),
        person_id=person,
        name="新书记",
        kind="secretary",
        organization_id=branch,
        division_code=VILLAGE,
        from_on=date(2026, 11, 1),
        to_on=None,
    )
    await village.stand.hear(recorded, held, recorded)
    assert {one["rule_code"] for one in await duties(village.stand, person)} == {
        "monthly-report",
        "yearly-report-review",
    }


async def test_the_list_is_a_spreadsheet_and_the_rules_say_their_source(village: Village) -> None:
    await begun(village)
    village.clock.at = MONDAY + timedelta(days=60)
    sheet = await village.stand.get("/recurring-duties/sheet", by=village.people.cadre, whose="below")
    assert sheet.content.startswith(b"PK")
    rules = (await village.stand.get("/recurring-duties/rules", by=village.people.villager)).json()["items"]
    assert {one["every_zh"] for one in rules} == {"每月", "每季度", "每半年", "每年"}
    assert all(one["source"] for one in rules)
    assert midnight(date(2026, 11, 16)) < MONDAY


def _post(post: Post, person: UUID) -> dict[str, Any]:
    return {
        "person_id": person,
        "name": post.name,
        "kind": post.kind,
        "organization_id": post.organization_id,
        "division_code": post.division_code,
        "from_on": post.from_on,
    }


def _headers(person: UUID) -> dict[str, str]:
    return {"authorization": f"Bearer {token(person)}", "idempotency-key": uuid4().hex}
