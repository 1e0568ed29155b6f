"""One fix, as many judgements as requesters: everybody keeps their limits; on both databases."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Post
from tests.tasks.conftest import MONDAY, VILLAGE, Village

pytestmark = pytest.mark.asyncio
HOUR = timedelta(hours=1)
OTHER_VILLAGE = "430702100202"
EMPTY_VILLAGE = "430702100203"


class Cases:
    """Cases of several people, and what is done with them."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.stand, self.people = village.stand, village.people

    async def ask(self, by: str = "villager", division_code: str = VILLAGE, **body: object) -> str:
        """Somebody reports the lamp."""
        asked = {"division_code": division_code, "kind": "help", "wording": "三组路口路灯坏了"} | body
        answer = await self.stand.post("/requests", by=getattr(self.people, by), **asked)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def do(self, case: str, act: str, by: str, code: int = 200, **body: object) -> dict[str, Any]:
        """Do something with a case."""
        answer = await self.stand.post(f"/requests/{case}/{act}", by=getattr(self.people, by), **body)
        assert answer.status_code == code, answer.text
        return dict(answer.json())

    async def merge(self, lead: str, *others: str, by: str = "cadre", code: int = 200) -> dict[str, Any]:
        """Have the others done together with the lead."""
        return await self.do(lead, "parts", by, code, request_ids=list(others))

    async def attempt(self, act: str, case: str, other: str) -> None:
        """Try something, by everybody who might do it; that it is refused is well."""
        people = self.people
        posts = [await _post_of(self, one) for one in (people.other_agent, people.agent, people.cadre)]
        bodies: dict[str, list[dict[str, object]]] = {
            "parts": [{"request_ids": [other]}],
            "parting": [{}],
            "dispatch": [{"post_id": one} for one in posts],  # to somebody who has not returned it yet
            "promise": [{"promised_on": "2026-11-18"}],
            "return": [{"reason": "不归我管"}],
            "report": [{"note": "已办"}],
        }
        for by in (people.cadre, people.secretary, people.operator, people.agent, people.other_agent):
            for body in bodies[act]:
                answer = await self.stand.post(f"/requests/{case}/{act}", by=by, **body)
                assert answer.status_code < 500, answer.text

    async def row(self, case: str) -> ServiceRequest:
        """The case as it lies in the database."""
        async with self.stand.mounted.sessions() as session:
            return next(one for one in await session.all(select(ServiceRequest)) if str(one.id) == case)

    async def clocks(self, case: str) -> dict[ClockKind, Clock]:
        """Its newest clock of each kind."""
        async with self.stand.mounted.sessions() as session:
            found = sorted(await session.all(select(Clock)), key=lambda one: (one.turn, one.started_at))
        return {one.kind: one for one in found if str(one.request_id) == case}

    def told(self, of_type: str, case: str) -> list[dict[str, object]]:
        """The facts of a type about a case."""
        return [one for one in self.village.told(of_type) if one["request_id"] == case]


@pytest.fixture
def cases(village: Village) -> Cases:
    """The village's."""
    return Cases(village)


async def test_one_fix_has_as_many_judgements_as_requesters(cases: Cases) -> None:
    lead, part = await cases.ask(), await cases.ask("neighbour")
    merged = await cases.merge(lead, part)
    assert merged["says_zh"].startswith("您的事项与另外 1 件相同事项一并办理，您的时限和评价不变。")
    assert (await cases.row(part)).stage == "merged"
    cases.village.clock.at = MONDAY + HOUR
    await cases.do(lead, "promise", "agent", promised_on="2026-11-18")
    seen = (await cases.stand.get(f"/requests/{part}/together", by=cases.people.neighbour)).json()
    assert seen["lead_promised_on"] == "2026-11-18"
    assert (seen["lead_id"], seen["part_ids"]) == (None, [])  # whose the others are is not said to a requester
    cases.village.clock.at = MONDAY + 2 * HOUR
    await cases.do(lead, "report", "agent", note="换了灯泡")
    await cases.stand.settle()
    for case in (lead, part):
        (handled,) = cases.told("tasks.request.handled.v1", case)
        assert (handled["round"], handled["in_time"]) == (1, True)
        assert len(cases.told("tasks.request.accepted.v1", case)) == 1
    await cases.do(lead, "judgement", "villager", solved="yes", round=1)
    await cases.do(part, "judgement", "neighbour", solved="no", round=1)
    assert (await cases.row(lead)).stage == "judged"
    assert (await cases.row(part)).stage == "rectifying"
    mendings = (await cases.stand.get("/rectifications", by=cases.people.secretary)).json()["items"]
    assert [one["request_id"] for one in mendings] == [part]
    story = [
        one["what_zh"]
        for one in (await cases.stand.get(f"/requests/{part}", by=cases.people.neighbour)).json()["history"]
    ]
    assert "与相同事项一并办理，时限和评价不变" in story
    assert "随主办件一并办结" in story


async def test_each_requester_is_told_in_plain_words(cases: Cases) -> None:
    lead, one, two = await cases.ask(), await cases.ask("neighbour"), await cases.ask("secretary")
    await cases.merge(lead, one, two)
    for who in ("villager", "neighbour", "secretary"):
        notices = (await cases.stand.get("/notices", by=getattr(cases.people, who))).json()["items"]
        (merged,) = [found for found in notices if found["kind"] == "merged"]
        assert merged["title_zh"] == "您的事项与另外 2 件相同事项一并办理，您的时限和评价不变。"


@pytest.mark.parametrize("done", [[], ["promise"], ["return"], ["empty"]])
async def test_an_undone_merge_stands_as_before_and_its_clocks_went_on(cases: Cases, done: list[str]) -> None:
    part = await cases.ask("neighbour", EMPTY_VILLAGE if "empty" in done else VILLAGE)
    if "promise" in done:
        await cases.do(part, "promise", "agent", promised_on="2026-11-19")
    if "return" in done:
        await cases.do(part, "return", "agent", reason="不归我管")
    lead = await cases.ask(division_code=OTHER_VILLAGE)
    await cases.do(lead, "promise", "other_agent", promised_on="2026-11-18")
    before, clocks = await cases.row(part), await cases.clocks(part)
    await cases.merge(lead, part)
    merged = await cases.row(part)
    assert (merged.stage, merged.working_person_id) == ("merged", cases.people.other_agent)
    cases.village.clock.at = MONDAY + HOUR
    await cases.do(part, "parting", "cadre")
    after = await cases.row(part)
    keep = (
        "stage",
        "working_person_id",
        "working_organization_id",
        "organization_id",
        "handler_id",
        "turn",
        "promised_on",
    )
    assert {name: getattr(after, name) for name in keep} == {name: getattr(before, name) for name in keep}
    assert after.merged_into is None
    now = await cases.clocks(part)
    assert {kind: (one.started_at, one.due_at, one.met_at) for kind, one in now.items()} == {
        kind: (one.started_at, one.due_at, one.met_at) for kind, one in clocks.items()
    }
    if not done:
        await cases.do(part, "promise", "agent", promised_on="2026-11-18")  # the work goes on where it stood
    await cases.do(part, "parting", "cadre", 409)


async def test_merging_twice_changes_nothing_and_there_are_no_chains(cases: Cases) -> None:
    a, b, c = await cases.ask(), await cases.ask("neighbour"), await cases.ask("secretary")
    await cases.merge(a, b)
    before = await cases.row(b)
    await cases.merge(a, b)
    assert (await cases.row(b)).merged_into == before.merged_into
    refused = await cases.merge(c, a, code=409)
    assert refused["code"] == "leads-others"
    refused = await cases.merge(c, b, code=409)
    assert refused["code"] == "merged-elsewhere"
    assert (await cases.merge(a, a, code=409))["code"] == "with-itself"
    await cases.merge(b, c)  # merged into a part, it is merged into the part's lead
    assert str((await cases.row(c)).merged_into) == a


async def test_when_the_lead_changes_hands_so_do_its_parts(cases: Cases) -> None:
    lead, part = await cases.ask(), await cases.ask("neighbour")
    await cases.merge(lead, part)
    await cases.do(lead, "return", "agent", reason="不归我管")
    assert (await cases.row(part)).working_person_id is None
    await cases.do(lead, "dispatch", "cadre", post_id=str(cases.people.other_agent_post))
    assert (await cases.row(part)).working_person_id == cases.people.other_agent
    await cases.do(lead, "answer", "other_agent", words="已修好")
    await cases.stand.settle()
    done = await cases.row(part)
    assert (done.stage, done.handler_id, done.organization_id) == (
        "handled",
        cases.people.other_agent,
        (await cases.row(lead)).organization_id,
    )
    assert cases.told("tasks.request.dispatched.v1", part)[-1]["person_id"] == str(cases.people.other_agent)
    case = (await cases.stand.get(f"/requests/{part}", by=cases.people.neighbour)).json()
    assert (
        case["named_person"]
        == (await cases.stand.get(f"/requests/{lead}", by=cases.people.villager)).json()["named_person"]
    )


async def test_a_part_that_nobody_had_is_put_right_by_whoever_handled_the_lead(cases: Cases) -> None:
    lead, part = await cases.ask(), await cases.ask("neighbour", EMPTY_VILLAGE)
    await cases.merge(lead, part)
    await cases.do(lead, "answer", "agent", words="已修好")
    await cases.do(part, "judgement", "neighbour", solved="no", round=1)
    mendings = (await cases.stand.get("/rectifications", by=cases.people.secretary)).json()["items"]
    assert [one["request_id"] for one in mendings] == [part]


async def test_what_is_late_is_late_for_each_alone(cases: Cases) -> None:
    part = await cases.ask("neighbour")
    cases.village.clock.at = MONDAY + timedelta(days=4)
    lead = await cases.ask()
    await cases.merge(lead, part)
    await cases.do(lead, "promise", "agent", promised_on="2026-11-24")
    cases.village.clock.at = MONDAY + timedelta(days=7)
    await cases.do(lead, "report", "agent", note="换了灯泡")
    await cases.stand.settle()
    assert cases.told("tasks.request.handled.v1", lead)[0]["in_time"] is True
    assert cases.told("tasks.request.handled.v1", part)[0]["in_time"] is False


async def test_who_has_the_case_or_is_complained_of_does_not_merge(cases: Cases) -> None:
    lead, part = await cases.ask(), await cases.ask("neighbour")
    assert (await cases.merge(lead, part, by="agent", code=403))["code"] == "may-not-merge"
    await cases.merge(lead, part, by="neighbour", code=404)
    said = {"kind": "complaint", "wording": "干部态度不好"}
    cadre = (await cases.stand.get("/requests", by=cases.people.cadre)).status_code
    assert cadre == 200
    about = await _post_of(cases, cases.people.cadre)
    one = await cases.ask(about_post_id=about, **said)
    two = await cases.ask("neighbour", about_post_id=about, **said)
    await cases.merge(one, two, by="cadre", code=404)
    assert (await cases.merge(lead, one, by="operator", code=409))["code"] == "not-the-same-matter"
    await cases.merge(one, two, by="operator")
    assert (await cases.row(two)).stage == "merged"


async def test_a_case_that_is_done_leads_nobody(cases: Cases) -> None:
    lead, part = await cases.village.handled(), await cases.ask("neighbour")
    assert (await cases.merge(lead, part, code=409))["code"] == "lead-is-done"
    assert (await cases.merge(part, lead, code=409))["code"] == "not-allowed-now"


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_merged_undone_and_handled_everybody_has_one_owner_own_clocks_and_a_judgement(
    cases: Cases, seed: int
) -> None:
    chance = random.Random(seed)
    asked = ["villager", "neighbour", "secretary", "supervisor", "operator"]
    ids = [await cases.ask(who, chance.choice([VILLAGE, OTHER_VILLAGE, EMPTY_VILLAGE])) for who in asked]
    limits = {case: (await cases.clocks(case))[ClockKind.FINISH] for case in ids}
    for _ in range(14):
        cases.village.clock.at += timedelta(minutes=5)
        act = chance.choice(["parts", "parts", "parting", "promise", "return", "dispatch", "report"])
        await cases.attempt(act, *chance.sample(ids, 2))
        await _everybody_has_one_owner(cases, ids)
        for one, limit in limits.items():
            clock = (await cases.clocks(one))[ClockKind.FINISH]
            assert (clock.id, clock.started_at, clock.due_at) == (limit.id, limit.started_at, limit.due_at)
    for act in ("dispatch", "promise", "report"):  # whatever is left is done
        for case in ids:
            await cases.attempt(act, case, case)
    await cases.stand.settle()
    for who, case in zip(asked, ids, strict=True):
        assert len(cases.told("tasks.request.handled.v1", case)) == 1, (await cases.row(case)).stage
        for stranger in {*asked} - {who}:
            await cases.do(case, "judgement", stranger, 404, solved="no", round=1)
        await cases.do(case, "judgement", who, solved="yes", round=1)


async def _everybody_has_one_owner(cases: Cases, ids: list[str]) -> None:
    rows = {one: await cases.row(one) for one in ids}
    for row in rows.values():
        if row.stage == "merged":
            owner = rows[str(row.merged_into)]
            assert owner.stage != "merged", "no chains"
            assert row.working_person_id == owner.working_person_id
        else:
            assert row.merged_into is None or row.stage == "handled"
            nobodys = {"received", "returned", "handled", "difficult"}  # the first and the last may lie before a chair
            assert row.working_person_id is not None or row.stage in nobodys, row.stage
            assert row.working_person_id is None or row.stage not in {"returned", "handled"}, row.stage


async def _post_of(cases: Cases, person: object) -> str:
    async with cases.stand.mounted.sessions() as session:
        return str(next(one.id for one in await session.all(select(Post)) if one.person_id == person))


async def test_two_merges_that_name_each_others_lead_at_one_moment_end_in_one_and_lock_up_neither(
    cases: Cases,
) -> None:
    for _ in range(5):
        one, other = await cases.ask(), await cases.ask(by="neighbour")
        stand, people = cases.stand, cases.people
        answers = await asyncio.gather(
            stand.post(f"/requests/{one}/parts", by=people.cadre, request_ids=[other]),
            stand.post(f"/requests/{other}/parts", by=people.operator, request_ids=[one]),
        )
        codes = sorted(answer.status_code for answer in answers)
        assert codes in ([200, 200], [200, 409]), [answer.text for answer in answers]
        rows = [await cases.row(case) for case in (one, other)]
        assert [row.stage.value for row in rows].count("merged") == 1  # never each the part of the other
