"""An agent acts for a villager by that villager's leave: within it, as long as it holds, and never in judgement."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from sqlmodel import select

from contracts.members import AbsenceDeclared, AccountBound, ConsentGiven, PersonErased, PostHeld
from services.tasks.mandates.model import Mandate, MandateUse
from services.tasks.notes.model import Note
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster.model import Organization
from tests.tasks.conftest import MONDAY, VILLAGE, Village
from tests.tasks.mandates.giving import give_mandate, post_of, upload

pytestmark = pytest.mark.asyncio

OTHER_VILLAGE = "430702100202"
HELP = {"division_code": VILLAGE, "kind": "help", "wording": "请代办低保申请", "channel": "agent"}


async def send_in(village: Village, *, by: UUID | None = None, **other: object) -> httpx.Response:
    """The agent sends something in for the villager."""
    body = {**HELP, "requester_id": str(village.people.villager), **other}
    return await village.stand.post("/requests", by=by or village.people.agent, **body)


async def ask(village: Village, *, way: str = "code", **other: object) -> httpx.Response:
    """The agent asks the villager for leave."""
    body = {"principal_id": str(village.people.villager), "way": way, "scope": "all", "to_on": "2026-12-31"}
    return await village.stand.post("/mandates/asked", by=village.people.agent, **body | other)


async def stage(village: Village, mandate_id: object) -> str:
    """How far it has come, as the villager sees it."""
    found = await village.stand.get(f"/mandates/{mandate_id}", by=village.people.villager)
    return str(found.json()["stage"])


async def facts(village: Village, of_type: str) -> list[dict[str, object]]:
    """What was told to the other services, once all of it has left."""
    await village.stand.settle()
    return village.told(of_type)


async def told(village: Village, person_id: UUID) -> list[str]:
    """What somebody was told, from new to old."""
    found = await village.stand.get("/notices", by=person_id)
    return [one["kind"] for one in found.json()["items"]]


async def test_without_leave_an_agent_only_takes_a_note_and_no_case_begins(village: Village) -> None:
    for channel in ("agent", "counter", "hotline", "household_visit", "mini_program", "spreadsheet"):
        answer = await send_in(village, channel=channel)
        assert answer.status_code == 202, answer.text
        assert "便签" in answer.json()["what_next_zh"]
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(ServiceRequest)) == []
    assert await facts(village, "tasks.request.submitted.v1") == []
    assert set(await told(village, village.people.villager)) == {"note_taken"}


async def test_whoever_the_requester_speaks_to_at_a_counter_or_at_the_county_needs_none(village: Village) -> None:
    for by in (village.people.cadre, village.people.operator):
        assert (await send_in(village, by=by, channel="counter")).status_code == 201
    own = await village.stand.post("/requests", by=village.people.agent, **HELP | {"channel": "agent"})
    assert own.status_code == 201, own.text
    nameless = await village.stand.post("/requests", by=village.people.agent, **HELP | {"anonymous": True})
    assert nameless.status_code == 201, nameless.text
    named = await send_in(village, anonymous=True)
    assert named.status_code == 202, named.text


async def test_leave_on_the_phone_holds_at_once_and_what_was_noted_becomes_a_case(village: Village) -> None:
    people = village.people
    noted = (await send_in(village)).json()
    mandate = await give_mandate(village.stand, by=people.villager, agent=people.agent)
    assert (mandate["stage"], mandate["way"], mandate["from_on"]) == ("given", "phone", "2026-11-16")
    (line,) = (await village.stand.get("/requests", by=people.villager)).json()["items"]
    note = (await village.stand.get(f"/notes/{noted['note_id']}", by=people.agent)).json()
    assert (note["stage"], note["request_id"], note["wording"]) == ("turned", line["id"], None)

    more = await send_in(village)
    assert more.status_code == 201, more.text
    async with village.stand.mounted.sessions() as session:
        uses = await session.all(select(MandateUse))
    assert {(str(use.mandate_id), use.by) for use in uses} == {(mandate["id"], people.agent)}
    assert {str(use.request_id) for use in uses} == {line["id"], more.json()["id"]}
    (fact,) = await facts(village, "tasks.mandate.given.v1")
    assert (fact["principal_id"], fact["agent_id"], fact["way"]) == (str(people.villager), str(people.agent), "phone")


async def test_the_villager_owns_notices_and_judgement_of_what_an_agent_sent_in(village: Village) -> None:
    people = village.people
    await give_mandate(village.stand, by=people.villager, agent=people.agent)
    case = str((await send_in(village)).json()["id"])
    done = await village.stand.post(f"/requests/{case}/answer", by=people.agent, words="已办妥")
    assert done.status_code == 200, done.text
    assert "answered" in await told(village, people.villager)
    assert "answered" not in await told(village, people.agent)
    (fact,) = await facts(village, "tasks.request.handled.v1")
    assert fact["requester_id"] == str(people.villager)


async def test_an_agent_judges_by_no_route_what_a_mandate_lets_them_see(village: Village) -> None:
    people = village.people
    await give_mandate(village.stand, by=people.villager, agent=people.agent)
    case = await village.handled_next_door()
    assert (await village.stand.get(f"/requests/{case}", by=people.agent)).status_code == 200
    bodies = (
        {"solved": "yes", "round": 1},
        {"solved": "no", "round": 1, "by_voice": True},
        {},
        {"words": "本人满意"},
        {"reason": "本人满意"},
        {"code": "000000", "solved": "yes"},
    )
    routes = [
        (method.upper(), path)
        for path, methods in village.stand.mounted.api.openapi()["paths"].items()
        for method in methods
        if "{request_id}" in path and method != "get"
    ]
    assert ("POST", "/requests/{request_id}/judgement") in routes
    for _, path in routes:
        for body in bodies:
            address = re.sub(r"\{\w+\}", str(uuid4()), path.replace("{request_id}", case))
            answer = await village.stand.post(address, by=people.agent, **body)
            assert answer.status_code >= 400, (path, body, answer.text)
    shown = (await village.stand.get(f"/requests/{case}", by=people.villager)).json()
    assert (shown["stage"], shown["solved"]) == ("handled", None)
    assert await facts(village, "tasks.request.judged.v1") == []
    own = await village.stand.post(f"/requests/{case}/judgement", by=people.villager, solved="yes", round=1)
    assert own.status_code == 200, own.text


async def test_a_mandate_reaches_its_own_cases_and_nothing_that_is_said_of_persons(village: Village) -> None:
    people = village.people
    there = {"division_code": OTHER_VILLAGE}
    first = str((await village.submit(**there))["id"])
    second = str((await village.submit(**there))["id"])
    complaint = str((await village.submit(**there, kind="complaint"))["id"])
    about = str(
        (await village.submit(kind="complaint", about_post_id=str(people.other_agent_post), wording="态度不好"))["id"]
    )
    nameless = str((await village.submit(**there, anonymous=True))["id"])

    async def seen() -> list[str]:
        cases = (first, second, complaint, about, nameless)
        answers = [await village.stand.get(f"/requests/{one}", by=people.agent) for one in cases]
        return [case for case, answer in zip(cases, answers, strict=True) if answer.status_code == 200]

    assert await seen() == []
    one = await give_mandate(village.stand, by=people.villager, agent=people.agent, scope="case", request_id=first)
    assert await seen() == [first]
    assert (await send_in(village)).status_code == 202  # no leave for anything new
    await village.stand.post(f"/mandates/{one['id']}/revocation", by=people.villager)
    assert await seen() == []
    await give_mandate(village.stand, by=people.villager, agent=people.agent)
    assert await seen() == [first, second]


async def test_leave_for_some_errands_is_for_no_other(village: Village) -> None:
    people = village.people
    items = [one["code"] for one in (await village.stand.get("/catalogue", by=people.agent)).json()["items"]][:2]
    await give_mandate(village.stand, by=people.villager, agent=people.agent, scope="items", items=[items[0]])
    asked = {"kind": None, "wording": None}
    assert (await send_in(village, item_code=items[0], **asked)).status_code == 201
    assert (await send_in(village, item_code=items[1], **asked)).status_code == 202
    assert (await send_in(village)).status_code == 202


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"to_on": "2026-11-15"}, "wrong-mandate-days"),
        ({"from_on": "2026-11-15"}, "wrong-mandate-days"),
        ({"from_on": "2026-12-02", "to_on": "2026-12-01"}, "wrong-mandate-days"),
        ({"to_on": "2027-11-16"}, "mandate-too-long"),
        ({"scope": "items"}, "wrong-scope"),
        ({"items": ["x"]}, "wrong-scope"),
        ({"scope": "items", "items": ["nothing-like-it"]}, "no-such-item"),
        ({"scope": "case"}, "wrong-scope"),
        ({"scope": "case", "request_id": str(uuid4())}, "wrong-scope"),
        ({"agent_post_id": str(uuid4())}, "no-such-agent"),
    ],
)
async def test_what_cannot_be_given_is_refused(village: Village, wrong: dict[str, object], code: str) -> None:
    people = village.people
    body = {"agent_post_id": str(await post_of(village.stand, people.agent)), "scope": "all", "to_on": "2026-12-31"}
    answer = await village.stand.post("/mandates", by=people.villager, **body | wrong)
    assert (answer.status_code, answer.json()["code"]) == (404 if code == "no-such-item" else 422, code)
    longest = await village.stand.post("/mandates", by=people.villager, **body | {"to_on": "2027-11-15"})
    assert longest.status_code == 201, longest.text


async def test_nobody_is_their_own_agent_and_a_cadre_is_none(village: Village) -> None:
    people = village.people
    for by, post, code in (
        (people.agent, people.agent, "not-for-yourself"),
        (people.villager, people.cadre, "no-such-agent"),
    ):
        body = {"agent_post_id": str(await post_of(village.stand, post)), "scope": "all", "to_on": "2026-12-31"}
        assert (await village.stand.post("/mandates", by=by, **body)).json()["code"] == code
    asked = {"principal_id": str(people.villager), "way": "code", "scope": "all", "to_on": "2026-12-31"}
    for by in (people.villager, people.cadre, people.secretary):
        assert (await village.stand.post("/mandates/asked", by=by, **asked)).json()["code"] == "no-such-agent"


@pytest.mark.parametrize("who", ["villager", "cadre", "operator", "agent"])
async def test_it_is_taken_back_at_any_time_on_the_phone_or_by_word_of_mouth(village: Village, who: str) -> None:
    people = village.people
    mandate = await give_mandate(village.stand, by=people.villager, agent=people.agent)
    path = f"/mandates/{mandate['id']}/revocation"
    for other in (people.neighbour, people.other_agent, people.supervisor):
        assert (await village.stand.post(path, by=other)).status_code == 404
    by = getattr(people, who)
    done = await village.stand.post(path, by=by)
    assert (done.status_code, done.json()["stage"]) == (200, "revoked"), done.text
    assert (await send_in(village)).status_code == 202
    (fact,) = await facts(village, "tasks.mandate.ended.v1")
    assert fact["how"] == "revoked"
    for person in {people.villager, people.agent} - {by}:
        assert "mandate_ended" in await told(village, person)
    assert (await village.stand.post(path, by=by)).json()["code"] == "not-allowed-now"


async def test_it_ends_with_its_last_day_and_both_are_told_beforehand(village: Village) -> None:
    people = village.people
    mandate = await give_mandate(village.stand, by=people.villager, agent=people.agent, to_on="2026-12-10")
    village.clock.at = MONDAY + timedelta(days=11)
    await village.stand.settle()
    assert "mandate_ends_soon" in await told(village, people.villager)
    assert "mandate_ends_soon" in await told(village, people.agent)
    village.clock.at = datetime(2026, 12, 10, 15, 59, tzinfo=UTC)
    assert (await send_in(village)).status_code == 201
    village.clock.at = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
    assert (await send_in(village)).status_code == 202
    await village.stand.settle()
    assert await stage(village, mandate["id"]) == "ended"


async def test_one_that_begins_later_is_not_in_force_yet(village: Village) -> None:
    people = village.people
    await give_mandate(village.stand, by=people.villager, agent=people.agent, from_on="2026-11-20")
    assert (await send_in(village)).status_code == 202
    village.clock.at = MONDAY + timedelta(days=4)
    assert (await send_in(village)).status_code == 201


async def test_a_post_that_ends_takes_its_mandates_with_it(village: Village) -> None:
    people = village.people
    await give_mandate(village.stand, by=people.villager, agent=people.agent)
    case = await village.handled_next_door()
    await village.stand.hear(await _post(village, people.agent, VILLAGE, to_on=date(2026, 11, 15), of=people.agent))
    assert (await village.stand.get(f"/requests/{case}", by=people.agent)).status_code == 404
    assert (await send_in(village)).status_code == 403


async def test_whoever_acts_for_the_absent_agent_acts_under_their_mandate(village: Village) -> None:
    people, stand_in = village.people, uuid4()
    await give_mandate(village.stand, by=people.villager, agent=people.agent)
    post = await _post(village, stand_in, VILLAGE, kind="stand_in")
    await village.stand.hear(post)
    assert (await send_in(village, by=stand_in)).status_code == 202
    away = AbsenceDeclared(
        absence_id=uuid4(),
        post_id=await post_of(village.stand, people.agent),
        person_id=people.agent,
        organization_id=post.organization_id,
        stand_in_post_id=post.post_id,
        stand_in_person_id=stand_in,
        from_on=date(2026, 11, 16),
        to_on=date(2026, 11, 16),
        ended_at=None,
    )
    await village.stand.hear(away)
    assert (await send_in(village, by=stand_in)).status_code == 201
    village.clock.at = MONDAY + timedelta(days=1)
    assert (await send_in(village, by=stand_in)).status_code == 202


async def test_a_code_that_only_the_villager_was_told_gives_it(village: Village) -> None:
    people = village.people
    asked = await ask(village)
    mandate_id = UUID(asked.json()["id"])
    assert (asked.status_code, asked.json()["stage"]) == (201, "asked"), asked.text
    (fact,) = await facts(village, "tasks.mandate.asked.v1")
    assert (fact["mandate_id"], fact["way"], fact["division_code"]) == (str(mandate_id), "code", VILLAGE)
    assert (await send_in(village)).status_code == 202
    assert (await ask(village)).json()["code"] == "asked-already"
    said = ConsentGiven(consent_id=mandate_id, person_id=people.villager, told_by=people.cadre, given_at=MONDAY)
    await village.stand.hear(said)
    assert await stage(village, mandate_id) == "given"
    assert len((await village.stand.get("/requests", by=people.villager)).json()["items"]) == 1  # the note
    assert "mandate_given" in await told(village, people.villager)
    await village.stand.hear(said)  # the log may repeat itself
    async with village.stand.mounted.sessions() as session:
        found = await session.get(Mandate, mandate_id)
    assert found is not None
    assert (found.seen_by, len(await facts(village, "tasks.mandate.given.v1"))) == (people.cadre, 1)


async def test_a_code_that_comes_after_the_refusal_changes_nothing(village: Village) -> None:
    people = village.people
    mandate_id = UUID((await ask(village)).json()["id"])
    for other in (people.agent, people.neighbour, people.cadre):
        for answer in ("consent", "refusal"):
            assert (await village.stand.post(f"/mandates/{mandate_id}/{answer}", by=other)).status_code == 404
    assert (await village.stand.post(f"/mandates/{mandate_id}/refusal", by=people.villager)).status_code == 200
    await village.stand.hear(
        ConsentGiven(consent_id=mandate_id, person_id=people.villager, told_by=None, given_at=MONDAY)
    )
    assert await stage(village, mandate_id) == "refused"
    assert (await ask(village)).status_code == 201  # they may be asked anew


async def test_the_villager_may_answer_in_their_own_sign_in_instead(village: Village) -> None:
    mandate_id = (await ask(village)).json()["id"]
    done = await village.stand.post(f"/mandates/{mandate_id}/consent", by=village.people.villager)
    assert (done.json()["stage"], done.json()["way"]) == ("given", "phone")


async def test_silence_is_no(village: Village) -> None:
    mandate_id = (await ask(village)).json()["id"]
    village.clock.at = MONDAY + timedelta(days=7)
    await village.stand.settle()
    assert await stage(village, mandate_id) == "asked"
    village.clock.at = MONDAY + timedelta(days=8)
    await village.stand.settle()
    assert await stage(village, mandate_id) == "refused"


async def test_a_sheet_of_paper_is_believed_by_a_second_person_and_stays(village: Village) -> None:
    people = village.people
    assert (await ask(village, way="paper")).json()["code"] == "paper-missing"
    assert (await ask(village, paper_id=await upload(village.stand, people.agent))).json()["code"] == "paper-missing"
    voice = await upload(village.stand, people.agent, b"#!AMR\n" + bytes(20))
    assert (await ask(village, way="paper", paper_id=voice)).json()["code"] == "paper-missing"
    foreign = await upload(village.stand, people.cadre)
    assert (await ask(village, way="paper", paper_id=foreign)).json()["code"] == "no-such-attachment"
    paper = await upload(village.stand, people.agent)
    mandate_id = (await ask(village, way="paper", paper_id=paper)).json()["id"]
    again = await ask(village, way="paper", paper_id=paper)
    assert again.status_code in {409, 422}

    (line,) = (await village.stand.get("/proposals", by=people.cadre)).json()["items"]
    assert (line["about"], line["title_zh"]) == (mandate_id, "核对群众签字的纸质委托书")
    for other in (people.agent, people.other_agent, people.villager, people.supervisor):
        assert (await village.stand.get("/proposals", by=other)).json()["items"] == []
    own = await village.stand.post(f"/proposals/{line['id']}/confirmation", by=people.agent)
    assert own.json()["code"] == "same-person"
    for other, code in (
        (people.cadre, 200),
        (people.villager, 200),
        (people.other_agent, 404),
        (people.neighbour, 404),
    ):
        assert (await village.stand.get(f"/mandates/{mandate_id}/paper", by=other)).status_code == code
    address = (await village.stand.get(f"/mandates/{mandate_id}/paper", by=people.cadre)).json()["address"]
    shown = await village.stand.client.get(address.removeprefix("/api/tasks"))
    assert (shown.status_code, shown.content) == (200, b"%PDF-1.7")

    assert (await send_in(village)).status_code == 202
    done = await village.stand.post(f"/proposals/{line['id']}/confirmation", by=people.cadre)
    assert done.status_code == 200, done.text
    assert await stage(village, mandate_id) == "given"
    assert (await send_in(village)).status_code == 201
    assert "mandate_given" in await told(village, people.villager)
    village.clock.at = MONDAY + timedelta(days=3)
    await village.stand.settle()
    assert (await village.stand.get(f"/mandates/{mandate_id}/paper", by=people.cadre)).status_code == 200


async def test_a_sheet_that_is_not_believed_gives_nothing(village: Village) -> None:
    people = village.people
    paper = await upload(village.stand, people.agent)
    mandate_id = (await ask(village, way="paper", paper_id=paper)).json()["id"]
    (line,) = (await village.stand.get("/proposals", by=people.operator)).json()["items"]
    assert (await village.stand.post(f"/proposals/{line['id']}/refusal", by=people.operator)).status_code == 200
    assert await stage(village, mandate_id) == "refused"
    assert (await send_in(village)).status_code == 202


async def test_mandates_are_listed_to_whoever_gave_or_holds_them_and_to_nobody_else(village: Village) -> None:
    people = village.people
    found = [
        (await give_mandate(village.stand, by=people.villager, agent=people.agent))["id"],
        (await ask(village)).json()["id"],
    ][::-1]

    async def listed(by: UUID, whose: str, **more: object) -> tuple[list[str], object]:
        page = (await village.stand.get("/mandates", by=by, whose=whose, **more)).json()
        return [one["id"] for one in page["items"]], page["next"]

    assert (await listed(people.villager, "given"))[0] == found
    assert (await listed(people.agent, "held"))[0] == found
    first, following = await listed(people.agent, "held", limit=1)
    assert (await listed(people.agent, "held", limit=1, cursor=following))[0] == found[1:]
    assert first == found[:1]
    for by in (people.neighbour, people.other_agent, people.cadre, people.supervisor):
        assert (await listed(by, "given"))[0] + (await listed(by, "held"))[0] == []


async def test_what_an_account_gave_is_the_persons_once_it_is_bound(village: Village) -> None:
    people, account = village.people, uuid4()
    mandate = await give_mandate(village.stand, by=account, agent=people.agent)
    assert (await send_in(village, requester_id=str(account), kind="enquiry")).status_code == 201
    await village.stand.hear(AccountBound(account_id=account, person_id=people.neighbour, bound_at=MONDAY))
    assert (await send_in(village, requester_id=str(people.neighbour))).status_code == 201
    assert (await village.stand.get(f"/mandates/{mandate['id']}", by=people.neighbour)).status_code == 200


async def test_who_is_erased_has_no_agent_no_note_and_no_paper(village: Village) -> None:
    people = village.people
    paper = await upload(village.stand, people.agent)
    mandate_id = (await ask(village, way="paper", paper_id=paper)).json()["id"]
    address = (await village.stand.get(f"/mandates/{mandate_id}/paper", by=people.cadre)).json()["address"]
    assert (await send_in(village)).status_code == 202
    await village.stand.hear(PersonErased(person_id=people.villager, erased_at=MONDAY))
    assert await stage(village, mandate_id) == "revoked"
    assert (await village.stand.client.get(address.removeprefix("/api/tasks"))).status_code == 404
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(Note)) == []


async def _post(
    village: Village,
    person_id: UUID,
    area: str,
    *,
    kind: str = "proxy_agent",
    to_on: date | None = None,
    of: UUID | None = None,
) -> PostHeld:
    """A post in the village, new or as one that is there."""
    async with village.stand.mounted.sessions() as session:
        at = {one.division_code: one.id for one in await session.all(select(Organization))}
    return PostHeld(
        post_id=await post_of(village.stand, of) if of else uuid4(),
        person_id=person_id,
        name="生成代办员",
        kind=kind,
        organization_id=at[area],
        division_code=area,
        from_on=date(2020, 1, 1),
        to_on=to_on,
    )
