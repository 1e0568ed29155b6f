"""Supervision orders: one matter, one order; blue, orange, red; answered, kept, and closed when it is done."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from contracts.members import AbsenceDeclared
from services.tasks.notices.model import Notice
from services.tasks.orders.actions import fire
from services.tasks.orders.model import ExpediteNotice, ExpediteStep
from tests.tasks.conftest import DISTRICT, TOWNSHIP, Village
from tests.tasks.warnings.telling import at, move, notices, pass_through
from tests.tasks.warnings.test_ladder import ends, holds, missed, post_of

pytestmark = pytest.mark.asyncio

WORDS = "请三日内解决并说明原因𠮷"


async def issue(village: Village, case: str, *, by: UUID | None = None, **said: object) -> dict[str, Any]:
    """The supervisor puts a case under an order."""
    answer = await village.stand.post(
        f"/requests/{case}/orders", by=by or village.people.supervisor, **({"words": WORDS} | said)
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def orders(village: Village, person: UUID, **query: object) -> list[dict[str, Any]]:
    """Orders as somebody lists them."""
    return list((await village.stand.get("/orders", by=person, **query)).json()["items"])


async def test_the_clock_issues_one_at_the_level_that_the_pack_names(village: Village) -> None:
    case = await missed(village)
    assert await orders(village, village.people.secretary) == []
    await pass_through(village, at("2026-11-18 00:00"), step=timedelta(hours=6))
    [order] = await orders(village, village.people.secretary)
    assert (order["request_id"], order["colour"], order["stage"], order["by_clock"]) == (case, "blue", "issued", True)
    assert (order["organization_name"], order["addressee_name"]) == ("村支部", "生成secretary")
    assert order["due_at"] == "2026-11-23T16:00:00Z"  # three working days after the day of issue
    assert [one["id"] for one in await orders(village, village.people.supervisor, whose="issued")] == [order["id"]]
    [told] = [one for one in await notices(village, village.people.secretary) if one["kind"] == "order_issued"]
    assert told["request_id"] == case


async def test_what_is_not_answered_becomes_orange_and_then_red_and_no_more(village: Village) -> None:
    case = str((await village.submit(kind="complaint"))["id"])
    order = await issue(village, case)
    seen = [order["colour"]]
    for day in ("2026-11-20 00:00", "2026-11-25 00:00", "2026-11-26 00:00", "2026-12-01 00:00"):
        await pass_through(village, at(day), step=timedelta(hours=12))
        [now] = await orders(village, village.people.secretary)
        seen.append(now["colour"])
    assert seen[0] == "blue"
    assert seen[1:] == ["orange", "red", "red", "red"]
    async with village.stand.mounted.sessions() as session:
        steps = [one.move for one in await session.all(select(ExpediteStep)) if str(one.request_id) == case]
    assert steps.count("raise") == 2


async def test_a_timer_that_comes_again_raises_nothing(village: Village) -> None:
    case = str((await village.submit(kind="complaint"))["id"])
    order = await issue(village, case)
    await move(village, at("2026-11-20 00:00"))
    for _ in range(3):
        async with village.stand.mounted.sessions() as session:
            await fire(UUID(order["id"]), session)
    [now] = await orders(village, village.people.secretary)
    assert (now["colour"], now["stage"]) == ("orange", "raised")


async def test_a_second_order_for_one_matter_raises_the_first(village: Village) -> None:
    case = str((await village.submit())["id"])
    first, second = await issue(village, case), await issue(village, case, words="还没有办")
    assert (second["id"], second["colour"], second["stage"]) == (first["id"], "orange", "raised")
    assert [step["words"] for step in second["steps"]] == [WORDS, "还没有办"]
    async with village.stand.mounted.sessions() as session:
        assert len(await session.all(select(ExpediteNotice))) == 1


async def test_an_urgent_one_begins_higher(village: Village) -> None:
    order = await issue(village, str((await village.submit())["id"]), urgent=True)
    assert (order["colour"], order["colour_zh"]) == ("orange", "橙色督办单")


async def test_the_head_answers_with_a_date_and_a_promise_that_is_not_kept_raises_it(village: Village) -> None:
    people, case = village.people, str((await village.submit(kind="complaint"))["id"])
    order = await issue(village, case)
    said = {"words": "明天修好", "promised_on": "2026-11-17"}
    answered = await village.stand.post(f"/orders/{order['id']}/reply", by=people.secretary, **said)
    assert answered.status_code == 200, answered.text
    assert (answered.json()["stage"], answered.json()["promised_on"]) == ("answered", "2026-11-17")
    assert "order_answered" in [one["kind"] for one in await notices(village, people.supervisor)]
    again = await village.stand.post(f"/orders/{order['id']}/reply", by=people.secretary, **said)
    assert again.json()["type"] == "/problems/not-allowed-now"
    await move(village, at("2026-11-17 23:59"))
    assert [one["stage"] for one in await orders(village, people.secretary)] == ["answered"]
    await move(village, at("2026-11-18 00:00"))
    assert [(one["stage"], one["colour"]) for one in await orders(village, people.secretary)] == [("raised", "orange")]


async def test_a_date_that_is_over_is_no_answer(village: Village) -> None:
    order = await issue(village, str((await village.submit())["id"]))
    refused = await village.stand.post(
        f"/orders/{order['id']}/reply", by=village.people.secretary, words="已办", promised_on="2026-11-15"
    )
    assert refused.json()["type"] == "/problems/promise-in-the-past"


async def test_it_is_closed_when_the_matter_is_done_and_comes_back_with_it(village: Village) -> None:
    people, case = village.people, str((await village.submit())["id"])
    order = await issue(village, case)
    await village.stand.post(f"/requests/{case}/answer", by=people.agent, words="已修")
    shown = (await village.stand.get(f"/orders/{order['id']}", by=people.supervisor)).json()
    assert (shown["stage"], shown["steps"][-1]["what_zh"]) == ("closed", "事项办结，蓝色督办单销号")
    assert await orders(village, people.secretary) == []
    assert [one["id"] for one in await orders(village, people.secretary, closed=True)] == [order["id"]]
    refused = await village.stand.post(f"/requests/{case}/orders", by=people.supervisor, words=WORDS)
    assert refused.json()["type"] == "/problems/nothing-to-expedite"
    await move(village, at("2026-11-27 00:00"))  # its timer finds it closed
    assert (await village.stand.get(f"/orders/{order['id']}", by=people.supervisor)).json()["stage"] == "closed"
    await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="no", round=1)
    assert (await issue(village, case))["id"] == order["id"]


async def test_it_can_be_taken_back_with_words(village: Village) -> None:
    order = await issue(village, str((await village.submit())["id"]))
    people = village.people
    refused = await village.stand.post(f"/orders/{order['id']}/close", by=people.secretary, words="不用办")
    assert refused.json()["type"] == "/problems/not-the-issuer"
    closed = await village.stand.post(f"/orders/{order['id']}/close", by=people.supervisor, words="发错了")
    assert (closed.json()["stage"], closed.json()["steps"][-1]["words"]) == ("closed", "发错了")


async def test_whoever_acts_for_the_head_answers_and_a_vacant_post_is_passed_over(village: Village) -> None:
    people = village.people
    deputy = await holds(village, "first_secretary", "村支部", "430702100201")
    head, acting = await post_of(village, people.secretary), await post_of(village, deputy)
    await village.stand.hear(
        AbsenceDeclared(
            absence_id=uuid4(),
            post_id=head.id,
            person_id=head.person_id,
            organization_id=head.organization_id,
            stand_in_post_id=acting.id,
            stand_in_person_id=deputy,
            from_on=date(2026, 11, 16),
            to_on=date(2026, 11, 20),
            ended_at=None,
        )
    )
    order = await issue(village, str((await village.submit())["id"]))
    assert order["addressee_name"] == "新任first_secretary"
    answered = await village.stand.post(
        f"/orders/{order['id']}/reply", by=deputy, words="今天办", promised_on="2026-11-16"
    )
    assert answered.status_code == 200, answered.text
    for person in (people.secretary, deputy):
        await ends(village, person, village.clock.now())
    other = await issue(village, str((await village.submit(wording="另一件"))["id"]))
    assert (other["organization_name"], other["addressee_name"]) == ("镇党委", "生成township_cadre")


async def test_who_may_not_is_refused(village: Village) -> None:
    people, case = village.people, str((await village.submit())["id"])
    for person, code in ((people.agent, 403), (people.secretary, 403), (people.cadre, 403), (people.other_agent, 404)):
        refused = await village.stand.post(f"/requests/{case}/orders", by=person, words=WORDS)
        assert refused.status_code == code, refused.text
    order = await issue(village, case)
    for person in (people.villager, people.agent, people.other_agent):
        assert (await village.stand.get(f"/orders/{order['id']}", by=person)).status_code == 404
    refused = await village.stand.post(
        f"/orders/{order['id']}/reply", by=people.cadre, words="已办", promised_on="2026-11-17"
    )
    assert refused.json()["type"] == "/problems/not-the-addressee"


async def test_counts_and_lists_are_by_colour(village: Village) -> None:
    people = village.people
    for urgent in (False, False, True):
        await issue(village, str((await village.submit(wording=f"路{uuid4()}"))["id"]), urgent=urgent)
    counted = (await village.stand.get("/orders/counts", by=people.supervisor)).json()
    assert [(one["colour"], one["orders"]) for one in counted["colours"]] == [("red", 0), ("orange", 1), ("blue", 2)]
    assert [one["colour"] for one in await orders(village, people.cadre, whose="below", colour="orange")] == ["orange"]
    assert (await village.stand.get("/orders", by=people.villager)).json()["title_zh"] == "没有督办单。"
    first = (await village.stand.get("/orders", by=people.secretary, limit=2)).json()
    second = (await village.stand.get("/orders", by=people.secretary, limit=2, cursor=first["next"])).json()
    assert len({one["id"] for one in [*first["items"], *second["items"]]}) == 3


async def test_whoever_is_complained_of_gets_no_order_about_it_and_finds_none(village: Village) -> None:
    people = village.people
    secretary = await post_of(village, people.secretary)
    case = str((await village.submit(kind="complaint", about_post_id=str(secretary.id)))["id"])
    await holds(village, "secretary", "区委", DISTRICT)
    other = await holds(village, "supervisor", "区委", DISTRICT)
    await holds(village, "supervisor", "镇党委", TOWNSHIP)
    order = await issue(village, case, by=people.operator)
    assert other is not None
    assert order["addressee_name"] != "生成secretary"
    for query in ({}, {"whose": "below"}, {"whose": "issued"}):
        assert await orders(village, people.secretary, **query) == []
    assert (await village.stand.get(f"/orders/{order['id']}", by=people.secretary)).status_code == 404
    async with village.stand.mounted.sessions() as session:
        assert people.secretary not in {one.person_id for one in await session.all(select(Notice))}
