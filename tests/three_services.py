"""Each of the three services on a database of its own, with some life in it, for tests that go over all routes."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlmodel import select
from starlette.routing import Route

from chassis.clock import SystemClock
from chassis.log.memory import MemoryLog
from chassis.secrecy import Vault, place_of
from chassis.service import Mounted
from chassis.settings import DevelopmentSettings, RuleSettings
from chassis.sqlite import SqliteStore
from contracts.event import Event
from profiles.services import NAMES, build, prepare
from services.members.divisions.model import Division
from services.members.households.model import Citizen, Household
from services.members.organizations.model import Organization
from services.members.persons import PersonKey
from services.members.sessions.actions import open_session
from services.members.sessions.model import Method
from services.members.words import DivisionKind, HouseholdTie, Sex, Tier
from services.tasks.roster.model import Post
from tests.feedback import facts
from tests.gateway.authorisation.asking import ask_for_consent
from tests.mounting import HandClock, Stand, standing, token
from tests.tasks.conftest import MONDAY, VILLAGE, People, Village, district
from tests.tasks.duties.lists import entry, in_force

DEVELOPMENT = DevelopmentSettings(development=True)


@dataclass(frozen=True)
class Lived:
    """A service in which something has happened: who is in it, and what is there, by the name in a route's path."""

    stand: Stand
    people: dict[str, UUID]
    things: dict[str, list[str]]


def unopened(name: str, *, development: DevelopmentSettings = DEVELOPMENT) -> FastAPI:
    """The application of a service, to look at; nothing of it is open."""
    service = build(name, development=development, rules=RuleSettings())
    store = SqliteStore(Path(name))  # no file is made before the store is opened
    return Mounted(service, store=store, log=MemoryLog(), clock=SystemClock(), vault=Vault(bytes(32))).api


def routes_of(app: FastAPI) -> Iterable[tuple[str, str]]:
    """Method and path of every route that an application answers, those out of its document too."""
    for route in iter_route_contexts(app.routes):
        assert isinstance(route.original_route, Route), route.original_route  # a mount would hide routes from here
        for method in route.original_route.methods or ():
            if method != "HEAD":
                yield method, route.path


@asynccontextmanager
async def alive(name: str, place: Path | str) -> AsyncIterator[Lived]:
    """The service of this name, with some life in it: in a folder, or in a PostgreSQL database."""
    making = {"members": _members, "tasks": _tasks, "feedback": _feedback}
    assert making.keys() == set(NAMES)
    async with making[name](place / f"{name}.db" if isinstance(place, Path) else place) as lived:
        lived.things.update({"day": ["1999-12-31"], "audit_id": [str(uuid4())]})
        yield lived


@asynccontextmanager
async def _stand(name: str, place: Path | str, *tells: Event) -> AsyncIterator[tuple[Stand, HandClock, MemoryLog]]:
    clock, log = HandClock(MONDAY), MemoryLog()
    with TemporaryDirectory() as files:
        service = build(name, development=DEVELOPMENT, rules=RuleSettings(), files=Path(files))
        async with standing(service, place, log=log, clock=clock, tells=tells) as stand:
            yield stand, clock, log


@asynccontextmanager
async def _members(place: Path | str) -> AsyncIterator[Lived]:
    async with _stand("members", place) as (stand, _, _):
        await prepare(stand.mounted)
        async with stand.mounted.sessions() as session:
            session.add(Division(code=facts.DISTRICT, name="区", kind=DivisionKind.DISTRICT, superior_code=None))
            committee, household = _committee(), _household()
            session.add(committee, household, citizen := _citizen(household))
            session.add(PersonKey(id=citizen.id, salt=bytes(16)))
            signed_in = await open_session(session, citizen.id, method=Method.DEVELOPMENT, device="手机")
        things = {"organization_id": committee.id, "person_id": citizen.id, "session_id": signed_in.session_id}
        things |= {"post_id": uuid4(), "absence_id": uuid4()}  # nobody here fills posts
        things["consent_id"] = await ask_for_consent(stand, citizen.id, by=uuid4())
        yield Lived(stand, {"citizen": citizen.id}, {name: [str(found)] for name, found in things.items()})


def _committee() -> Organization:
    return Organization(
        id=uuid4(),
        township_code=facts.DISTRICT,
        division_code=facts.DISTRICT,
        code="D",
        name="某区委",
        tier=Tier.COMMITTEE,
        superior_id=None,
        founded_on=None,
        term_ends_on=None,
        generated=True,
    )


def _household() -> Household:
    return Household(
        id=uuid4(), township_code=facts.TOWNSHIP, division_code=facts.VILLAGE, code="H-1", generated=True, ended_on=None
    )


def _citizen(household: Household) -> Citizen:
    found = uuid4()
    return Citizen(
        id=found,
        township_code=household.township_code,
        division_code=household.division_code,
        name="生成人员",
        sex=Sex.FEMALE,
        citizen_number=Vault(bytes(32))
        .person(bytes(16))
        .seal("430702199001010024", place=place_of("citizen", "citizen_number", found)),
        citizen_number_index=found.bytes,
        phone=None,
        phone_index=None,
        address=None,
        fingerprint=b"",
        generated=True,
        household_id=household.id,
        tie=HouseholdTie.HEAD,
    )


@asynccontextmanager
async def _tasks(place: Path | str) -> AsyncIterator[Lived]:
    people = People()
    async with _stand("tasks", place, *district(people)) as (stand, clock, log):
        village = Village(stand, people, clock, log)
        held = await in_force(village)
        dispatched = str((await village.submit())["id"])
        helping = await stand.post(
            f"/requests/{dispatched}/helpers", by=people.agent, post_id=str(people.other_agent_post)
        )
        handled, mended = await village.handled(), await village.handled()
        found = await stand.post(f"/requests/{mended}/judgement", by=people.villager, solved="no", round=1)
        assert found.status_code == 200, found.text
        mending = (await stand.get("/rectifications", by=people.secretary)).json()["items"]
        notices = (await stand.get("/notices", by=people.agent)).json()["items"]
        waiting = str((await village.submit())["id"])
        await stand.post(f"/requests/{waiting}/promise", by=people.agent, promised_on="2026-11-18")
        asked = await stand.post(f"/requests/{waiting}/extension", by=people.agent, days=2, reason="等配件")
        ordered = await stand.post(f"/requests/{waiting}/orders", by=people.supervisor, words="请三日内解决")
        asking = {"principal_id": str(people.villager), "scope": "all", "to_on": "2026-12-31"}
        mandate = await stand.post("/mandates/asked", by=people.agent, way="code", **asking)
        body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了", "requester_id": str(people.villager)}
        note = await stand.post("/requests", by=people.agent, **body)
        headers = {"authorization": f"Bearer {token(people.agent)}", "idempotency-key": uuid4().hex}
        paper = (await stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)).json()
        yield Lived(
            stand,
            vars(people),
            {
                "request_id": [dispatched, handled, mended],
                "rectification_id": [one["id"] for one in mending],
                "notice_id": [one["id"] for one in notices],
                "mandate_id": [mandate.json()["id"]],
                "note_id": [note.json()["note_id"]],
                "proposal_id": [str(uuid4())],
                "attachment_id": [paper["id"]],
                "extension_id": [asked.json()["id"]],
                "list_id": [held],
                "promise_id": [str(await _own_time(stand, people.agent))],
                "file": ["mandate.html"],
                "helper_id": [helping.json()["id"]],
                "order_id": [ordered.json()["id"]],
                "entry_id": [str((await entry(village, "便民服务和全程代办")).id)],
                "service_code": ["street-light"],
                "service_request_id": [handled],
            },
        )


async def _own_time(stand: Stand, agent: UUID) -> str:
    """The agent says how long an errand usually takes them."""
    async with stand.mounted.sessions() as session:
        post = next(one for one in await session.all(select(Post)) if one.person_id == agent)
    body = {"post_id": str(post.id), "item_code": "senior-certificate", "own_days": 3}
    return str((await stand.post("/catalogue/promises", by=agent, **body)).json()["id"])


@asynccontextmanager
async def _feedback(place: Path | str) -> AsyncIterator[Lived]:
    case, supervisor = facts.Case(submitted_at=MONDAY - timedelta(days=2)), uuid4()  # it can still be graded
    posts = [
        facts.post(supervisor, "supervisor", at="D", area=facts.DISTRICT),
        facts.post(case.agent, "proxy_agent", at="D-1-1", area=facts.VILLAGE),
    ]
    told = [*facts.areas(), *facts.organizations(), *posts, *case.up_to_handling()]
    async with _stand("feedback", place, *told) as (stand, _, _):
        asked = (await stand.get("/invitations", by=case.requester)).json()["items"]
        people = {"requester": case.requester, "agent": case.agent, "supervisor": supervisor}
        yield Lived(stand, people, {"invitation_id": [one["id"] for one in asked]})
