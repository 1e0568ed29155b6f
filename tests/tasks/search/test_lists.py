"""A desk's lists, on both databases: each filter, both orders, page by page, and nothing that is not within reach."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Organization, Post
from services.tasks.search import statements, views
from services.tasks.search.views import _months_before
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio

NEXT_VILLAGE = "430702100202"
Find = Callable[..., Awaitable[list[str]]]


async def found(village: Village, by: UUID, **asked: object) -> list[str]:
    """The ids of a list, every page of it, two at a time."""
    ids: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        answer = await village.stand.get("/cases", by=by, limit=2, **asked, **cursor)
        assert answer.status_code == 200, answer.text
        ids += [one["id"] for one in answer.json()["items"]]
        if answer.json()["next"] is None:
            return ids
        cursor = {"cursor": answer.json()["next"]}


async def ask(village: Village, **body: object) -> str:
    """A case that the villager asks for; its id."""
    return str((await village.submit(**body))["id"])


async def change(village: Village, case: str, **values: object) -> None:
    """Columns of a case, set as other slices would set them."""
    async with village.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case), lock=True)
        assert request is not None
        for name, value in values.items():
            setattr(request, name, value)


async def test_a_desk_sees_its_area_from_new_to_old_page_by_page(village: Village) -> None:
    cases = [await ask(village, wording=f"第{n}件路灯") for n in range(5)]
    for person in (village.people.cadre, village.people.secretary, village.people.supervisor):
        assert await found(village, person) == cases[::-1]
    assert await found(village, village.people.agent) == cases[::-1]  # waits for them
    assert await found(village, village.people.other_agent) == []
    assert await found(village, village.people.villager) == []  # whose cases are in their own list


async def test_a_line_says_what_a_desk_needs_and_names_nobody_but_who_has_it(village: Village) -> None:
    case = await ask(village, kind=None, item_code="identity-card", wording=None)
    (line,) = (await village.stand.get("/cases", by=village.people.cadre)).json()["items"]
    assert line["id"] == case
    assert line["named_person"] == "生成proxy_agent"
    assert line["stage_zh"] == "已派给承办人，等待签收"
    assert line["channel"] == "mini_program"
    assert line["title_zh"] not in {"", "求助"}
    assert str(village.people.villager) not in str(line)


async def test_by_words(village: Village) -> None:
    light = await ask(village, wording="村口路灯坏了")
    money = await ask(village, wording="低保没发")
    both = await ask(village, wording="低保户门口的路灯坏了")
    cadre = village.people.cadre
    assert await found(village, cadre, text="低保") == [both, money]
    assert await found(village, cadre, text="路灯 低保") == [both]
    assert await found(village, cadre, text="路灯", order="limit") == [light, both]
    assert await found(village, village.people.operator, text="路灯") == [both, light]
    assert await found(village, village.people.agent, text="低保") == [both, money]
    assert await found(village, village.people.other_agent, text="低保") == []
    assert await found(village, cadre, text="低保", area=NEXT_VILLAGE) == []
    for refused, code in (("灯", "nothing-to-find"), (" ".join(map(str, range(30))), "too-many-words")):
        answer = await village.stand.get("/cases", by=cadre, text=refused)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_by_words_in_a_county_that_is_not_there(village: Village) -> None:
    await ask(village, wording="村口路灯坏了")
    nowhere = {"text": "路灯", "area": "000000000000"}
    assert await found(village, village.people.cadre, **nowhere) == []
    told = await village.stand.get("/cases/counts", by=village.people.cadre, **nowhere)
    assert told.status_code == 200, told.text
    assert not any(chip["count"] for chip in told.json()["stages"])


async def test_by_stage_kind_item_channel_and_area(village: Village) -> None:
    fresh = await ask(village)
    done = await village.handled()
    card = await ask(village, kind=None, item_code="identity-card", wording=None)
    far = await ask(village, division_code=NEXT_VILLAGE, kind="enquiry")
    cadre = village.people.cadre
    assert await found(village, cadre, stage="handled") == [done]
    assert await found(village, cadre, stage="dispatched") == [far, card, fresh]
    assert await found(village, cadre, open="true") == [far, card, fresh]
    assert await found(village, cadre, kind="enquiry") == [far]
    assert await found(village, cadre, item="identity-card") == [card]
    assert await found(village, cadre, channel="mini_program", kind="help") == [card, done, fresh]
    assert await found(village, cadre, area=NEXT_VILLAGE) == [far]
    assert await found(village, cadre, area=VILLAGE) == [card, done, fresh]
    assert await found(village, cadre, area=TOWNSHIP) == [far, card, done, fresh]
    assert await found(village, cadre, area="430702000000") == [far, card, done, fresh]
    assert await found(village, cadre, area="430703000000") == []
    assert await found(village, village.people.secretary, area=TOWNSHIP) == [card, done, fresh]
    assert await found(village, village.people.agent, stage="handled") == [done]  # which they signed for


async def test_several_stages_at_once(village: Village) -> None:
    fresh, done = await ask(village), await village.handled()
    await ask(village)
    asked = await village.stand.client.get(
        "/cases?stage=handled&stage=dispatched&stage=handled",
        headers=(await village.stand.get("/cases", by=village.people.cadre)).request.headers,
    )
    assert {fresh, done} <= {one["id"] for one in asked.json()["items"]}
    assert len(asked.json()["items"]) == 3


async def test_by_limit_and_what_is_late(village: Village) -> None:
    first, second, third = [await ask(village) for _ in range(3)]
    done = await village.handled()
    await change(village, first, finish_due_at=MONDAY + timedelta(days=3))
    await change(village, second, finish_due_at=MONDAY + timedelta(days=1))
    await change(village, third, finish_due_at=MONDAY + timedelta(days=2))
    await change(village, done, finish_due_at=MONDAY + timedelta(hours=1))
    cadre = village.people.cadre
    assert await found(village, cadre, order="limit") == [second, third, first]
    before = (MONDAY + timedelta(days=3)).isoformat()
    assert await found(village, cadre, due_before=before, open="true") == [third, second]
    assert await found(village, cadre, due_from=before) == [first]
    assert await found(village, cadre, overdue="true") == []
    village.clock.at += timedelta(days=2)
    assert await found(village, cadre, overdue="true", order="limit") == [second, third]
    lines = (await village.stand.get("/cases", by=cadre)).json()["items"]
    assert {one["id"] for one in lines if one["overdue"]} == {second, third}


async def test_by_colour_and_by_day_of_asking(village: Village) -> None:
    first = await ask(village)
    village.clock.at += timedelta(days=1)
    second = await ask(village)
    await change(village, first, colour="red")
    cadre = village.people.cadre
    assert await found(village, cadre, colour="red") == [first]
    assert await found(village, cadre, colour="yellow") == []
    assert await found(village, cadre, submitted_from="2026-11-17") == [second]
    assert await found(village, cadre, submitted_to="2026-11-16") == [first]
    assert await found(village, cadre, submitted_from="2026-11-16", submitted_to="2026-11-17") == [second, first]
    for asked in (
        {"submitted_to": "9999-12-31"},
        {"submitted_from": "0001-01-01"},
        {"due_from": "0001-01-01T00:00:00+14:00"},
        {"due_before": "9999-12-31T23:59:59-12:00"},
    ):
        refused = await village.stand.get("/cases", by=cadre, **asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_of_certain_days_it_runs_by_when_it_was_asked_for_page_by_page(village: Village) -> None:
    cases = [await ask(village) for _ in range(5)]
    days = [3, 1, 2, 2, 9]  # as a paper that was entered late
    for case, day in zip(cases, days, strict=True):
        await change(village, case, submitted_at=MONDAY - timedelta(days=day))
    first, second, third, fourth, old = cases
    cadre = village.people.cadre
    asked = {"submitted_from": "2026-11-08", "submitted_to": "2026-11-15"}
    assert await found(village, cadre, **asked) == [second, fourth, third, first]
    assert await found(village, village.people.operator, **asked) == [second, fourth, third, first]
    assert await found(village, village.people.agent, **asked) == [second, fourth, third, first]
    assert await found(village, cadre, submitted_to="2026-11-14") == [fourth, third, first, old]
    assert await found(village, cadre, **asked, order="limit") == [first, second, third, fourth]
    late = (await village.stand.get("/cases", by=cadre, limit=1, submitted_from="2026-11-08")).json()
    on = {"submitted_to": "2026-11-13", "limit": 1, "cursor": late["next"]}  # a place of another list than this one
    assert [one["id"] for one in (await village.stand.get("/cases", by=cadre, **on)).json()["items"]] == [first]


async def test_by_whoever_handles_it_and_by_organisation(village: Village) -> None:
    mine = await village.handled()
    waiting = await ask(village)
    far = await ask(village, division_code=NEXT_VILLAGE)
    async with village.stand.mounted.sessions() as session:
        at = {one.division_code: one.id for one in await session.all(select(Organization))}
    cadre = village.people.cadre
    assert await found(village, cadre, handler_id=village.people.agent) == [waiting, mine]
    assert await found(village, cadre, organization_id=at[NEXT_VILLAGE]) == [far]
    assert await found(village, village.people.secretary, organization_id=at[NEXT_VILLAGE]) == []


async def test_by_person_and_never_where_they_want_to_stay_unnamed_or_complain(village: Village) -> None:
    named = await ask(village)
    unnamed = await ask(village)
    await change(village, unnamed, anonymous=True)
    async with village.stand.mounted.sessions() as session:
        agency = next(one.id for one in await session.all(select(Post)) if one.person_id == village.people.agent)
    complaint = await ask(village, kind="complaint", about_post_id=str(agency))
    supervisor = village.people.supervisor
    assert await found(village, supervisor, person_id=village.people.villager) == [named]
    assert await found(village, supervisor, person_id=village.people.neighbour) == []
    assert set(await found(village, supervisor)) == {named, unnamed, complaint}
    assert complaint not in await found(village, village.people.secretary)
    for asked in ({}, {"text": "路灯"}, {"kind": "complaint"}, {"order": "limit"}, {"area": VILLAGE}):
        assert complaint not in await found(village, village.people.agent, **asked)


async def test_counts_say_what_the_list_would_show(village: Village) -> None:
    await ask(village)
    late = await ask(village)
    await village.handled()
    await change(village, late, colour="red", finish_due_at=MONDAY - timedelta(days=1))
    for person in (village.people.cadre, village.people.supervisor):
        told = (await village.stand.get("/cases/counts", by=person)).json()
        by_stage = {one["code"]: one["count"] for one in told["stages"] if one["count"]}
        assert by_stage == {"dispatched": 2, "handled": 1}
        assert {one["code"]: one["count"] for one in told["colours"] if one["count"]} == {"red": 1}
        assert (told["overdue"]["count"], told["overdue"]["shown_zh"]) == (1, "1")
    chosen = (await village.stand.get("/cases/counts", by=village.people.cadre, stage="handled")).json()
    assert {one["code"]: one["count"] for one in chosen["stages"] if one["count"]} == by_stage  # the others, too
    assert [one["count"] for one in chosen["colours"] if one["count"]] == []  # of those that are handled
    other = (await village.stand.get("/cases/counts", by=village.people.other_agent)).json()
    assert {one["count"] for one in other["stages"]} == {0}


async def test_more_than_were_counted_are_said_to_be_more(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        await ask(village)
    monkeypatch.setattr(statements, "MOST", 2)
    monkeypatch.setattr(views, "MOST", 2)
    statements.counts_of.cache_clear()
    told = (await village.stand.get("/cases/counts", by=village.people.cadre)).json()
    statements.counts_of.cache_clear()
    assert [one["shown_zh"] for one in told["stages"] if one["count"]] == ["2+"]


async def test_what_somebody_asked_before_for_who_takes_requests_in(village: Village) -> None:
    old = await ask(village)
    village.clock.at += timedelta(days=366)
    young, unnamed = await ask(village), await ask(village)
    await change(village, unnamed, anonymous=True)
    await ask(village, kind="complaint")
    far = await ask(village, division_code=NEXT_VILLAGE)
    path = f"/persons/{village.people.villager}/cases"

    async def history(by: UUID) -> list[str]:
        answer = await village.stand.get(path, by=by)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["items"]]

    assert await history(village.people.agent) == [young]
    assert await history(village.people.other_agent) == [far]
    assert await history(village.people.cadre) == [far, young]
    assert old not in await history(village.people.operator)
    for nobody in (village.people.villager, village.people.secretary, village.people.supervisor):
        assert (await village.stand.get(path, by=nobody)).status_code == 404
    assert (await village.stand.get(f"/persons/{uuid4()}/cases", by=village.people.agent)).json()["items"] == []


async def test_a_person_is_shown_who_looked_at_what_they_asked_before(village: Village) -> None:
    await village.stand.get(f"/persons/{village.people.villager}/cases", by=village.people.agent)
    person = village.people.villager
    told = await village.stand.get("/audit/rows", by=person, about=person)
    assert [(one["action"], one["actor_id"]) for one in told.json()["items"]] == [
        ("look_at_history", str(village.people.agent))
    ]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-16", 12, "2025-11-16"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-01-05", 1, "2025-12-05"),
    ],
)
async def test_months_back_end_on_the_same_day_or_the_last_of_the_month(day: str, months: int, before: str) -> None:
    assert _months_before(date.fromisoformat(day), months) == date.fromisoformat(before)


async def test_words_that_many_have_are_met_on_the_walk_and_found_alike(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await ask(village, wording=f"第{n}盏路灯坏了") for n in range(3)]
    cadre = village.people.cadre
    for order, wanted in (("newest", cases[::-1]), ("limit", cases)):
        assert await found(village, cadre, text="路灯", order=order) == wanted
    told = (await village.stand.get("/cases/counts", by=cadre, text="路灯")).json()
    assert [one["shown_zh"] for one in told["stages"] if one["count"]] == ["3"]
    monkeypatch.setattr(views, "FREQUENT", 2)
    for order, wanted in (("newest", cases[::-1]), ("limit", cases)):
        assert await found(village, cadre, text="路灯", order=order) == wanted
    told = (await village.stand.get("/cases/counts", by=cadre, text="路灯")).json()
    assert [one["shown_zh"] for one in told["stages"] if one["count"]] == ["3+"]


async def test_chips_of_a_list_by_words_fit_the_list(village: Village) -> None:
    late, _, done = await ask(village), await ask(village), await village.handled()
    await ask(village, wording="低保没发")
    await change(village, late, colour="red", finish_due_at=MONDAY - timedelta(days=1))
    await change(village, done, colour="red")

    async def chips(**asked: object) -> dict[str, int]:
        told = (await village.stand.get("/cases/counts", by=village.people.cadre, text="路灯", **asked)).json()
        counted = [*told["stages"], *told["colours"], told["overdue"]]
        return {one["code"]: one["count"] for one in counted if one["count"]}

    assert await chips() == {"dispatched": 2, "handled": 1, "red": 2, "overdue": 1}
    assert await chips(stage="handled") == {"dispatched": 2, "handled": 1, "red": 1}
    assert await chips(colour="red") == {"dispatched": 1, "handled": 1, "red": 2, "overdue": 1}
