"""What is said of money, gifts or revenge goes to discipline supervision, and is there for nobody ordinary."""

import ast
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlmodel import col, select

import services.tasks
from contracts.feedback import GradeAskedFor, MoneyNamed
from contracts.members import AbsenceDeclared, PostHeld
from services.tasks.notices.model import Notice
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.reasons import FOR_DISCIPLINE, AboutReason
from services.tasks.roster.model import Organization, Post
from tests.gateway.authorisation.columns import PERSONS
from tests.gateway.authorisation.county import County
from tests.gateway.authorisation.filling import county
from tests.mounting import HandClock
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE
from tests.tasks.test_complaints import everything_for

COMPLAINT = {
    "division_code": VILLAGE,
    "kind": "complaint",
    "wording": "办低保要两条烟",
    "about_reason": "money_or_gifts",
}


@pytest_asyncio.fixture
async def there(tmp_path: Path) -> AsyncIterator[County]:
    """A county with everybody of the matrix, and a discipline inspector in the township and in the district."""
    async with county("tasks", tmp_path) as found:
        await inspectors(found, "inspector", at=TOWNSHIP)
        await inspectors(found, "chief", at=DISTRICT)
        yield found


@pytest_asyncio.fixture
async def without(tmp_path: Path) -> AsyncIterator[County]:
    """The same without any inspector."""
    async with county("tasks", tmp_path) as found:
        yield found


async def inspectors(there: County, name: str, *, at: str, since: date = date(2020, 1, 1)) -> UUID:
    """Put somebody in office as a discipline inspector."""
    async with there.stand.mounted.sessions() as session:
        places = {one.division_code: one.id for one in await session.all(select(Organization))}
    there.people.setdefault(name, uuid4())
    held = PostHeld(
        post_id=uuid4(),
        person_id=there.people[name],
        name=f"生成{name}",
        kind="discipline_inspector",
        organization_id=places[at],
        division_code=at,
        from_on=since,
        to_on=None,
    )
    await there.stand.hear(held)
    return held.post_id


async def complain(there: County, **said: Any) -> dict[str, Any]:
    """The citizen complains about the agent."""
    body = COMPLAINT | {"about_post_id": there.things["agency"]} | said
    answer = await there.stand.post("/requests", by=there.people["citizen"], **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def done(there: County, path: str, by: str, **body: Any) -> dict[str, Any]:
    """What somebody does."""
    answer = await there.stand.post(path, by=there.people[by], **body)
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


async def days_go_by(there: County, days: int) -> None:
    """The clock moves on, and what is due is done."""
    clock = there.stand.mounted.clock
    assert isinstance(clock, HandClock)
    clock.at += timedelta(days=days)
    await there.stand.settle()


pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("reason", FOR_DISCIPLINE)
async def test_it_goes_to_the_nearest_inspector_above(there: County, reason: AboutReason) -> None:
    told = await complain(there, about_reason=reason.value)
    assert (told["stage"], told["named_person"]) == ("dispatched", "生成inspector")


async def test_an_ordinary_reason_goes_to_supervision_as_before(there: County) -> None:
    told = await complain(there, about_reason="attitude")
    assert told["named_person"] == "生成supervisor"
    shown = (await there.stand.get(f"/requests/{told['id']}", by=there.people["supervisor"])).json()
    assert shown["about_reason_zh"] == "态度差"


async def test_who_knows_of_no_post_is_heard_by_the_inspector_of_the_area(there: County) -> None:
    told = await complain(there, about_post_id=None)
    assert told["named_person"] == "生成inspector"


async def test_money_named_beside_a_grade_is_a_complaint_of_its_own_past_the_unit(there: County) -> None:
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "要开证明"}
    case = (await done(there, "/requests", "citizen", **asked))["id"]
    await done(there, f"/requests/{case}/answer", "agent", words="已开")
    named = MoneyNamed(
        request_id=UUID(case), round=1, handler_id=there.people["agent"], named_at=there.stand.mounted.clock.now()
    )
    await there.stand.hear(named)
    async with there.stand.mounted.sessions() as session:
        [complaint] = await session.all(select(ServiceRequest.id).where(col(ServiceRequest.channel) == "survey_answer"))
    shown = (await there.stand.get(f"/requests/{complaint}", by=there.people["inspector"])).json()
    assert (shown["about_reason_zh"], shown["kind_zh"]) == (AboutReason.MONEY_OR_GIFTS.title_zh, "投诉")
    for own, there_for in (("citizen", 200), ("agent", 404), ("supervisor", 404), ("operator", 404)):
        answer = await there.stand.get(f"/requests/{complaint}", by=there.people[own])
        assert answer.status_code == there_for, own


async def test_a_grade_asked_for_is_a_complaint_of_its_own_to_those_above_whoever_holds_the_post_now(
    there: County,
) -> None:
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "要开证明"}
    case = (await done(there, "/requests", "citizen", **asked))["id"]
    await done(there, f"/requests/{case}/answer", "agent", words="已开")
    async with there.stand.mounted.sessions() as session:
        post = await session.get(Post, UUID(there.things["agency"]))
    assert post is not None
    over = {name: getattr(post, name) for name in PostHeld.model_fields if hasattr(post, name)} | {"post_id": post.id}
    await there.stand.hear(PostHeld(**over | {"to_on": date(2026, 1, 1)}))  # out of office: it still goes past the unit
    named = GradeAskedFor(
        request_id=UUID(case), round=1, handler_id=there.people["agent"], named_at=there.stand.mounted.clock.now()
    )
    await there.stand.hear(named)
    async with there.stand.mounted.sessions() as session:
        [complaint] = await session.all(select(ServiceRequest.id).where(col(ServiceRequest.channel) == "survey_answer"))
    shown = (await there.stand.get(f"/requests/{complaint}", by=there.people["supervisor"])).json()
    assert shown["about_reason_zh"] == AboutReason.GRADE_ASKED_FOR.title_zh
    assert shown["named_person"] == "生成supervisor"
    for own, there_for in (("citizen", 200), ("agent", 404), ("secretary", 404)):
        answer = await there.stand.get(f"/requests/{complaint}", by=there.people[own])
        assert answer.status_code == there_for, own


@pytest.mark.timeout(400)  # everybody asks every route
async def test_it_is_there_for_nobody_ordinary_by_any_route_whatever_comes_of_it(there: County) -> None:
    case = (await complain(there))["id"]
    await done(there, f"/requests/{case}/promise", "inspector", promised_on="2026-11-18")
    await done(there, f"/requests/{case}/report", "inspector", note="已核查")
    await done(there, f"/requests/{case}/judgement", "citizen", solved="no", round=1)
    shown = (await there.stand.get(f"/requests/{case}", by=there.people["citizen"])).json()
    ids = {"request_id": case, "rectification_id": shown["rectifications"][0]["id"]}
    await days_go_by(there, 60)  # every limit is missed, and climbs to the top
    for column in PERSONS:
        if column == "citizen":
            continue
        for row, where, answer in await everything_for(there, column, ids):
            assert not [one for one in ids.values() if one in answer.text], f"{column} {where}"
            if ids.keys() & set(row.parts) and not row.public:
                assert answer.status_code in {403, 404}, f"{column} {where}"
    async with there.stand.mounted.sessions() as session:
        told = {one.person_id for one in await session.all(select(Notice)) if str(one.request_id) == case}
    assert told == {there.people["citizen"], there.people["inspector"], there.people["chief"]}


async def test_inspectors_there_and_above_see_it_and_another_verifies(there: County) -> None:
    case = (await complain(there))["id"]
    for by in ("inspector", "chief"):
        assert (await there.stand.get(f"/requests/{case}", by=there.people[by])).status_code == 200, by
        assert case in (await there.stand.get("/requests", by=there.people[by], whose="below")).text, by
        assert case in (await there.stand.get("/cases", by=there.people[by])).text, by
    await done(there, f"/requests/{case}/answer", "inspector", words="已核查")
    await done(there, f"/requests/{case}/judgement", "citizen", solved="no", round=1)
    mending = (await there.stand.get("/rectifications", by=there.people["inspector"])).json()["items"][0]["id"]
    await done(there, f"/rectifications/{mending}/plan", "inspector", words="重新核查", ground="complex")
    paper = await there.stand.attach(by=there.people["inspector"])
    await done(there, f"/rectifications/{mending}/report", "inspector", words="已退还", evidence=[paper])
    refused = await there.stand.post(
        f"/rectifications/{mending}/verification", by=there.people["supervisor"], put_right=True
    )
    assert refused.status_code == 404
    verified = await done(there, f"/rectifications/{mending}/verification", "chief", put_right=True)
    assert verified["stage"] == "verified"


async def test_an_inspector_sees_nothing_ordinary_by_that_post(there: County) -> None:
    ordinary = await there.thing("request_id")
    assert (await there.stand.get(f"/requests/{ordinary}", by=there.people["chief"])).status_code == 404
    assert (await there.stand.get("/requests", by=there.people["chief"], whose="below")).json()["items"] == []
    assert (await there.stand.get("/cases", by=there.people["chief"])).json()["items"] == []


async def test_whoever_is_complained_of_is_passed_by_though_they_inspect(there: County) -> None:
    office = await inspectors(there, "inspector", at=TOWNSHIP)
    told = await complain(there, about_post_id=str(office))
    assert told["named_person"] == "生成chief"
    assert (await there.stand.get(f"/requests/{told['id']}", by=there.people["inspector"])).status_code == 404


async def test_it_is_given_to_inspectors_alone(there: County) -> None:
    case = (await complain(there))["id"]
    await done(there, f"/requests/{case}/return", "inspector", reason="请上级办理")
    for by in ("operator", "supervisor", "cadre"):
        refused = await there.stand.post(
            f"/requests/{case}/dispatch", by=there.people[by], post_id=there.things["agency"]
        )
        assert refused.status_code == 404, by
    refused = await there.stand.post(
        f"/requests/{case}/dispatch", by=there.people["chief"], post_id=there.things["agency"]
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "for-discipline-alone")


async def test_a_colleague_who_is_no_inspector_does_not_act_for_one(there: County) -> None:
    async with there.stand.mounted.sessions() as session:
        at = {one.division_code: one.id for one in await session.all(select(Organization))}
    inspecting = await inspectors(there, "away", at=TOWNSHIP)
    case = (await complain(there))["id"]
    clerk = PostHeld(
        post_id=uuid4(),
        person_id=uuid4(),
        name="生成书记员",
        kind="secretary",
        organization_id=at[TOWNSHIP],
        division_code=TOWNSHIP,
        from_on=date(2020, 1, 1),
        to_on=None,
    )
    away = [
        AbsenceDeclared(
            absence_id=uuid4(),
            post_id=inspecting,
            person_id=there.people[name],
            organization_id=at[TOWNSHIP],
            stand_in_post_id=clerk.post_id,
            stand_in_person_id=clerk.person_id,
            from_on=date(2026, 11, 16),
            to_on=date(2026, 11, 20),
            ended_at=None,
        )
        for name in ("inspector", "away")
    ]
    await there.stand.hear(clerk, *away)
    assert (await there.stand.get(f"/requests/{case}", by=clerk.person_id)).status_code == 404
    for whose in ("working", "below"):
        assert case not in (await there.stand.get("/requests", by=clerk.person_id, whose=whose)).text


async def test_without_an_inspector_it_waits_for_one_and_never_goes_to_anybody_ordinary(without: County) -> None:
    told = await complain(without)
    assert (told["stage"], told["named_person"]) == ("received", None)
    for column in PERSONS:
        if column != "citizen":
            answer = await without.stand.get(f"/requests/{told['id']}", by=without.people[column])
            assert answer.status_code == 404, column
    notices = (await without.stand.get("/notices", by=without.people["operator"])).json()["items"]
    assert [one["request_id"] for one in notices if one["kind"] == "no_inspector"] == [None]
    await inspectors(without, "chief", at=DISTRICT)
    shown = (await without.stand.get(f"/requests/{told['id']}", by=without.people["chief"])).json()
    assert (shown["stage"], shown["named_person"]) == ("dispatched", "生成chief")


async def test_an_inspector_whose_office_begins_later_gets_it_on_that_day(without: County) -> None:
    case = (await complain(without))["id"]
    await inspectors(without, "chief", at=DISTRICT, since=date(2026, 11, 18))
    assert (await without.stand.get(f"/requests/{case}", by=without.people["chief"])).status_code == 404
    await days_go_by(without, 1)
    assert (await without.stand.get(f"/requests/{case}", by=without.people["chief"])).status_code == 404
    await days_go_by(without, 1)
    assert (await without.stand.get(f"/requests/{case}", by=without.people["chief"])).status_code == 200


async def test_it_is_kept_out_of_figures_and_names_nobody_who_asked(there: County) -> None:
    case = (await complain(there))["id"]
    await there.stand.settle()
    log = [one for one in there.stand.log.records if one.key == case]  # type: ignore[attr-defined]
    submitted = next(one for one in log if one.type == "tasks.request.submitted.v1")
    protected = next(one for one in log if one.type == "tasks.request.protected.v1")
    assert '"discipline":true' in submitted.body
    for fact in (submitted, protected):
        assert str(there.people["citizen"]) not in fact.body


@pytest.mark.parametrize("said", [{"kind": "help"}, {"kind": None, "item_code": "identity-card"}])
async def test_a_reason_belongs_to_a_complaint_or_a_report(there: County, said: dict[str, object]) -> None:
    body = COMPLAINT | said
    refused = await there.stand.post("/requests", by=there.people["citizen"], **body)
    assert refused.json()["code"] == "no-complaint", refused.text


async def test_no_check_of_contents_outside_sees_what_was_said() -> None:
    """Nothing in `tasks` speaks to a server outside: neither by our own way out nor by a library's."""
    outside = {
        "chassis.outside",
        "aiohttp",
        "httpx",
        "requests",
        "urllib.request",  # its neighbour `urllib.parse` only takes addresses apart
        "urllib3",
        "http.client",
        "socket",
        "ssl",
        "smtplib",
        "ftplib",
    }
    for path in Path(services.tasks.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                named = [node.module]
            for name in named:
                whole = {name, name.partition(".")[0]}
                assert not whole & outside, f"{path}: {name}"


async def test_the_case_lies_with_the_inspectors_organisation(there: County) -> None:
    case = (await complain(there))["id"]
    async with there.stand.mounted.sessions() as session:
        request = await session.get(ServiceRequest, UUID(case))
        at = {one.division_code: one.id for one in await session.all(select(Organization))}
    assert request is not None
    assert request.organization_id == at[TOWNSHIP]
