"""Visits: taken in once, needs become cases once, read and contested by the household, and silent about all else."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.clock import real_now
from chassis.idempotency import KEPT
from chassis.tables import IDEMPOTENCY
from contracts.members import PairingEnded, PersonErased
from services.tasks.visits.model import VisitNeed
from tests.tasks.conftest import VILLAGE
from tests.tasks.visits.paying import Homes

pytestmark = pytest.mark.asyncio


async def test_a_visit_is_taken_in_once_and_its_need_is_one_case_with_the_usual_clocks(anywhere: Homes) -> None:
    homes = anywhere
    visit, people = uuid4(), homes.village.people
    answers = [await homes.put(visit, by=homes.member) for _ in range(3)]
    assert {(one.status_code, one.text) for one in answers} == {(201, answers[0].text)}
    await homes.village.stand.settle()
    submitted = homes.village.told("tasks.request.submitted.v1")
    assert [one["channel"] for one in submitted] == ["household_visit"]
    [need] = (await homes.seen(visit, by=people.villager))["needs"]
    case = (await homes.village.stand.get(f"/requests/{need['request_id']}", by=people.villager)).json()
    assert (case["channel_zh"], case["wording"]) == ("走访记录", "屋顶漏雨，想修𠮷")
    assert {one["clock"] for one in case["limits"]} == {"accept", "finish"}


async def test_it_is_the_same_visit_long_after_the_idempotency_records_are_gone(homes: Homes) -> None:
    visit = uuid4()
    first = await homes.put(visit, by=homes.member)
    homes.village.clock.at += timedelta(days=200)
    async with homes.village.stand.mounted.sessions() as session:
        assert await session.all(IDEMPOTENCY.select().where(IDEMPOTENCY.c.expires_at > real_now() + KEPT)) == []
    again = await homes.put(visit, by=homes.member)
    other = await homes.put(visit, by=homes.member, visited_on="2026-11-14")
    assert (again.status_code, again.text) == (201, first.text)
    assert (other.status_code, other.json()["code"]) == (409, "recorded-differently")
    assert other.json()["differs"] == ["visited_on"]
    assert len({other.json()["held"], other.json()["given"]}) == 2
    assert (await homes.seen(visit, by=homes.member))["visit"]["visited_on"] == "2026-11-15"


async def test_two_phones_at_once_make_one_visit_and_one_case(anywhere: Homes) -> None:
    homes = anywhere
    visit = uuid4()
    both = await asyncio.gather(*(homes.put(visit, by=homes.member) for _ in range(2)))
    assert [one.status_code for one in both] == [201, 201]
    await homes.village.stand.settle()
    assert len(homes.village.told("tasks.request.submitted.v1")) == 1


async def test_needs_are_written_down_with_the_leave_of_somebody_of_the_household_alone(homes: Homes) -> None:
    refused = {
        "leave-missing": {"leave": None},
        "not-of-the-household": {"leave": {"by": str(homes.village.people.neighbour), "way": "spoken"}},
        "visit-ahead": {"visited_on": "2026-11-17"},
        "voice-not-asked": {"needs": [{"kind": "help", "voice_id": str(uuid4())}]},
    }
    for code, said in refused.items():
        answer = await homes.put(uuid4(), by=homes.member, **said)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    for kind in ("complaint", "report", None):
        answer = await homes.put(uuid4(), by=homes.member, needs=[{"kind": kind, "words": "他"}])
        assert answer.json()["code"] == "not-a-need"
    assert (await homes.put(uuid4(), by=homes.member, leave=None, needs=[])).status_code == 201


async def test_only_who_answers_for_a_household_or_has_a_post_there_visits_it(homes: Homes) -> None:
    people = homes.village.people
    codes = {
        (await homes.put(uuid4(), by=by, needs=[])).status_code
        for by in (people.neighbour, people.villager, people.other_agent, uuid4())
    }
    assert codes == {404}
    assert (await homes.put(uuid4(), by=homes.member, household_id=str(homes.next_door), needs=[])).status_code == 404
    for by in (people.secretary, people.cadre, people.agent):
        assert (await homes.put(uuid4(), by=by, needs=[])).status_code == 201
    ended = PairingEnded(pairing_id=homes.pairing, to_on=date(2026, 11, 10), handed_over_to=None)
    await homes.village.stand.hear(ended)
    assert (await homes.put(uuid4(), by=homes.member)).status_code == 404
    assert (await homes.put(uuid4(), by=homes.member, visited_on="2026-11-10")).status_code == 201


async def test_what_an_agent_writes_down_without_a_mandate_the_household_makes_a_case_itself(homes: Homes) -> None:
    people, visit = homes.village.people, uuid4()
    assert (await homes.put(visit, by=people.agent)).status_code == 201
    [need] = (await homes.seen(visit, by=people.villager))["needs"]
    assert (need["request_id"], need["words"]) == (None, "屋顶漏雨，想修𠮷")
    path = f"/visits/{visit}/needs/1/case"
    assert (await homes.village.stand.post(path, by=people.agent)).status_code == 403
    made = await homes.village.stand.post(path, by=homes.spouse)
    assert made.status_code == 201, made.text
    again = await homes.village.stand.post(path, by=people.villager)
    assert (again.json()["code"], again.json()["request_id"]) == ("case-already", made.json()["request_id"])
    case = await homes.village.stand.get(f"/requests/{made.json()['request_id']}", by=homes.spouse)
    assert case.json()["channel_zh"] == "走访记录"


async def test_the_household_contests_an_entry_and_a_superior_answers_and_both_are_kept(anywhere: Homes) -> None:
    homes = anywhere
    people, stand = homes.village.people, homes.village.stand
    visit = await homes.paid()
    before = await homes.seen(visit, by=people.cadre)
    assert [one["words"] for one in before["needs"]] == [None]  # nobody above needs to read it
    path = f"/visits/{visit}/contest"
    assert (await stand.post(path, by=people.neighbour, words="?")).status_code == 404
    assert (await stand.post(path, by=homes.member, words="?")).status_code == 403
    made = await stand.post(path, by=homes.spouse, words="不是屋顶，是厨房")
    assert made.status_code == 201, made.text
    assert (await stand.post(path, by=people.villager, words="再说一次")).json()["code"] == "not-allowed-now"
    told = (await stand.get("/notices", by=people.cadre)).json()["items"]
    assert [one["kind"] for one in told if one["kind"] == "visit_contested"] == ["visit_contested"]
    seen = await homes.seen(visit, by=people.cadre)
    assert (seen["visit"]["stage"], seen["needs"][0]["words"]) == ("contested", "屋顶漏雨，想修𠮷")
    said = {"upheld": True, "words": "已与农户核对"}
    assert (await stand.post(f"{path}/answer", by=homes.member, **said)).json()["code"] == "visitors-own"
    assert (await stand.post(f"{path}/answer", by=people.secretary, **said)).status_code == 403
    assert (await stand.post(f"{path}/answer", by=homes.spouse, **said)).status_code == 403
    assert (await stand.post(f"{path}/answer", by=people.cadre, **said)).status_code == 200
    whole = await homes.seen(visit, by=people.villager)
    [contest] = whole["contests"]
    assert (contest["words"], contest["answer"], contest["upheld"]) == ("不是屋顶，是厨房", "已与农户核对", True)
    assert (whole["visit"]["stage"], whole["needs"][0]["words"]) == ("answered", "屋顶漏雨，想修𠮷")
    assert "visit_answered" in {one["kind"] for one in (await stand.get("/notices", by=homes.spouse)).json()["items"]}
    assert (await stand.post(path, by=people.villager, words="仍不对")).status_code == 201


async def test_each_finds_the_visits_that_concern_them(homes: Homes) -> None:
    people, stand = homes.village.people, homes.village.stand
    visit = str(await homes.paid())

    async def listed(by: UUID, **query: object) -> list[str]:
        return [one["id"] for one in (await stand.get("/visits", by=by, **query)).json()["items"]]

    assert await listed(homes.member) == [visit]
    assert await listed(homes.spouse, whose="received") == [visit]
    assert await listed(people.neighbour, whose="received") == await listed(people.neighbour) == []
    assert await listed(people.cadre, division_code=VILLAGE) == [visit]
    assert (await stand.get("/visits", by=people.other_agent, division_code=VILLAGE)).status_code == 403


async def test_who_was_not_visited_in_the_rules_period_is_listed(anywhere: Homes) -> None:
    homes = anywhere
    people, stand = homes.village.people, homes.village.stand

    async def due(by: UUID, **query: object) -> list[str]:
        answer = await stand.get("/visits/coverage", by=by, **query)
        assert answer.status_code == 200, answer.text
        return [one["household_id"] for one in answer.json()["items"]]

    assert await due(homes.member) == await due(people.cadre, division_code=VILLAGE) == [str(homes.home)]
    await homes.paid(needs=[], leave=None)
    assert await due(homes.member) == await due(people.cadre, division_code=VILLAGE) == []
    homes.village.clock.at += timedelta(days=88)  # the ninetieth day after the visit, both counted
    assert await due(homes.member) == []
    homes.village.clock.at += timedelta(days=1)
    assert await due(homes.member) == [str(homes.home)]
    sheet = await stand.get("/visits/coverage/export", by=people.cadre, division_code=VILLAGE)
    assert sheet.content.startswith(b"PK")
    assert (await stand.get("/visits/coverage", by=people.neighbour, division_code=VILLAGE)).status_code == 403


async def test_of_an_erased_person_no_word_is_left_in_a_visit(homes: Homes) -> None:
    people, stand = homes.village.people, homes.village.stand
    visit = await homes.paid()
    await stand.post(f"/visits/{visit}/contest", by=people.villager, words="不对")
    await stand.hear(PersonErased(person_id=people.villager, erased_at=real_now()))
    async with stand.mounted.sessions() as session:
        rows = await session.all(VisitNeed.__table__.select())  # type: ignore[attr-defined]
    assert len(rows) == 1
    seen = await homes.seen(visit, by=homes.spouse)
    assert [one["words"] for one in (*seen["needs"], *seen["contests"])] == [None, None]
    assert (await stand.get(f"/visits/{visit}", by=people.neighbour)).status_code == 404
