"""Filling a county: what `alive` brings, somebody in every role here and elsewhere, and fresh things of each kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from chassis.tables import new_id
from contracts.event import Event
from contracts.members import AbsenceDeclared, ClientRegistered, DivisionListed, OrganizationRecorded, PostHeld
from services.feedback.cells.cutting import Cut
from services.feedback.cells.model import BallotTerm, Cell, TermStage
from services.tasks.notices.kinds import NoticeKind
from services.tasks.notices.model import Notice
from services.tasks.roster.model import Organization, Post
from tests.feedback import facts
from tests.gateway.authorisation import clocks, credentials, pairing, registers
from tests.gateway.authorisation.asking import ask_for_consent
from tests.gateway.authorisation.columns import OTHER, PERSONS, SCOPES, SIGNED_IN, Row
from tests.gateway.authorisation.county import County, Maker
from tests.gateway.authorisation.members import NEXT_YEAR
from tests.gateway.authorisation.registers import FAR_TOWNSHIP, FAR_VILLAGE
from tests.gateway.authorisation.slices import FEEDBACK, SLICES
from tests.mounting import token
from tests.tasks.conftest import DISTRICT, MONDAY, TOWNSHIP, VILLAGE
from tests.three_services import Lived, alive

TODAY = MONDAY.date()
KINDS = {"agent": "proxy_agent", "cadre": "township_cadre", "operator": "county_operator"}
AT_THE_TOWNSHIP = {"guide", "cadre", "supervisor", "auditor"}
OF_THE_VILLAGE = {"agent", "stand_in", "grid_worker", "guide", "secretary"}


@asynccontextmanager
async def county(name: str, folder: Path) -> AsyncIterator[County]:
    """The service of this name with everybody of the matrix in it."""
    building = {"members": _members, "tasks": _tasks, "feedback": _feedback}[name]
    async with alive(name, folder) as lived:
        found = await building(lived)
        assert set(SIGNED_IN) <= found.people.keys()
        yield found


def _somebody(people: dict[str, UUID]) -> dict[str, UUID]:
    """Everybody of the matrix: those who are there already, and new ones."""
    return {column: people.get(column) or uuid4() for column in SIGNED_IN}


def _places(column: str, near: tuple[str, str], far: tuple[str, str]) -> tuple[str, str]:
    """Township and village of a column."""
    return far if column.endswith(OTHER) else near


async def _members(lived: Lived) -> County:
    stand = lived.stand
    filled, things = await registers.fill(stand)
    await credentials.fill(stand)
    people = _somebody(filled | {"citizen": lived.people["citizen"]})

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await stand.post(path, by=people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def post_id() -> str:
        """A post of the village that may be ended."""
        body = {"person_id": things["newcomer"], "kind": "guide", "organization_id": things["branch"]}
        return str((await done("/posts", "operator", **body, from_on=await free_day()))["post_id"])

    async def absence_id() -> str:
        """Somebody of the village is away on a day of its own."""
        body = {"post_id": things["agency"], "stand_in_post_id": things["standby"], "reason": "leave"}
        on = await free_day()
        return str((await done("/absences", "agent", **body, from_on=on, to_on=on))["id"])

    async def free_day() -> str:
        """A day on which nobody is away yet."""
        return str(TODAY + timedelta(days=next(later)))

    async def client_id() -> str:
        body = {"name": "生成系统", "organization_id": things["township"], "requests_per_minute": 60}
        given = {"scopes": ["requests.send"], "kinds": ["api-key"], "expires_at": NEXT_YEAR}
        return str((await done("/clients", "operator", **body, **given))["id"])

    async def key_id() -> str:
        issued = await done(f"/clients/{await found.thing('client_id')}/keys", "operator", kind="api-key")
        return str(UUID(str(issued["key_id"])))

    async def unmasking() -> dict[str, str]:
        """The agent wants to see a citizen number, which waits for a second person."""
        body = {"person_id": things["newcomer"], "request_id": things["branch"], "reason": "visit", "words": "核对"}
        asked = await done("/unmaskings", "agent", **body, parts=["citizen_number"])
        waiting = await stand.get("/proposals", by=people["operator"])
        return {"unmasking": str(asked["id"]), "proposal": str(waiting.json()["items"][0]["id"])}

    async def proposal_id() -> str:
        return (await unmasking())["proposal"]

    async def unmasking_id() -> str:
        asked = await unmasking()
        await done(f"/proposals/{asked['proposal']}/confirmation", "operator")
        return asked["unmasking"]

    async def erasure_id() -> str:
        """Somebody wants to be erased, and asks once."""
        leaver = UUID(things["leaver"])
        await stand.post("/me/erasure", by=leaver)
        return str((await stand.get("/me/erasure", by=leaver)).json()["id"])

    async def consent_id() -> str:
        """The agent asked somebody of the village for a mandate; no text can be sent."""
        return str(await ask_for_consent(stand, UUID(things["newcomer"]), by=people["agent"]))

    later = count(1)
    there = {name: ids[0] for name, ids in lived.things.items()} | things
    makers = (post_id, absence_id, free_day, client_id, key_id, proposal_id, unmasking_id, erasure_id, consent_id)
    found = County(stand, people, there, {maker.__name__: maker for maker in makers})
    found.makers |= pairing.makers_of_members(found)
    found.makers |= credentials.makers(found)
    return found


async def _tasks(lived: Lived) -> County:
    stand, there = lived.stand, lived.people
    people = _somebody(
        {
            "citizen": there["villager"],
            "citizen/other": there["neighbour"],
            "agent": there["agent"],
            "secretary": there["secretary"],
            "cadre": there["cadre"],
            "operator": there["operator"],
        }
    )
    async with stand.mounted.sessions() as session:
        at = {one.division_code: one.id for one in await session.all(select(Organization))}
        agency = next(one.id for one in await session.all(select(Post)) if one.person_id == people["agent"])
    at |= {FAR_TOWNSHIP: uuid4(), FAR_VILLAGE: uuid4()}
    await stand.hear(
        DivisionListed(code=FAR_TOWNSHIP, name="远镇", kind="township", superior_code=DISTRICT),
        DivisionListed(code=FAR_VILLAGE, name="远村", kind="village", superior_code=FAR_TOWNSHIP),
        _organization(at[FAR_TOWNSHIP], "committee", at[DISTRICT], FAR_TOWNSHIP),
        _organization(at[FAR_VILLAGE], "branch", at[FAR_TOWNSHIP], FAR_VILLAGE),
    )
    posts = [
        _post(people[column], column, at, _places(column, (TOWNSHIP, VILLAGE), (FAR_TOWNSHIP, FAR_VILLAGE)))
        for column in PERSONS
        if people[column] not in there.values() and not column.startswith("citizen")
    ]
    client = ClientRegistered(
        client_id=people["client"], organization_id=at[TOWNSHIP], division_code=TOWNSHIP, scopes=list(SCOPES)
    )
    await stand.hear(*posts, client)
    stand_in = next(one for one in posts if one.person_id == people["stand_in"])
    absence = AbsenceDeclared(
        absence_id=uuid4(),
        post_id=agency,
        person_id=people["agent"],
        organization_id=at[VILLAGE],
        stand_in_post_id=stand_in.post_id,
        stand_in_person_id=stand_in.person_id,
        from_on=TODAY,
        to_on=TODAY,
        ended_at=MONDAY,
    )
    things = {name: ids[0] for name, ids in lived.things.items()}
    things |= {
        "service_code": "street-light",
        "post_id": str(there["other_agent_post"]),
        "citizen": str(people["citizen"]),
        "agency": str(agency),
    }
    found = County(stand, people, things, absence=absence)
    found.makers |= _requests(found)
    found.makers["digest_id"] = partial(_digest, found, "agent")
    for one in SLICES:
        if making := getattr(one, "makers", None):
            made = making(found)
            twice = made.keys() & found.makers.keys()
            assert not twice, f"{one.__name__}: {sorted(twice)}"
            found.makers |= made
    found.elsewhere = await _elsewhere(found)
    return found


async def _elsewhere(there: County) -> dict[str, str]:
    """Cases of the right columns, asked in the far village: one just dispatched, and one found wanting."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    asked = {"division_code": FAR_VILLAGE, "kind": "help", "wording": "桥断了"}
    case = await done("/requests", "citizen/other", **asked)
    path = f"/requests/{case['id']}"
    await done(f"{path}/answer", "agent/other", words="已修")
    await done(f"{path}/judgement", "citizen/other", solved="no", round=1)
    mending = (await there.stand.get(path, by=there.people["citizen/other"])).json()["rectifications"][0]
    notices = (await there.stand.get("/notices", by=there.people["agent/other"])).json()["items"]
    ordered = (await done("/requests", "citizen/other", **asked))["id"]
    order = await done(f"/requests/{ordered}/orders", "supervisor/other", words="请三日内解决")
    return {
        "request_id": str((await done("/requests", "citizen/other", **asked))["id"]),
        "rectification_id": mending["id"],
        "notice_id": next(one["id"] for one in notices if one["request_id"] == case["id"]),
        "digest_id": await _digest(there, "agent/other"),
        "extension_id": await clocks.extension_of(
            there, citizen="citizen/other", agent="agent/other", division=FAR_VILLAGE
        ),
        "order_id": str(order["id"]),
    }


def _requests(there: County) -> dict[str, Maker]:
    """Requests at each stage, and what comes with them."""

    async def done(path: str, by: str, **body: Any) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def request_id() -> str:
        body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}
        return str((await done("/requests", "citizen", **body))["id"])

    async def returned() -> str:
        case = await request_id()
        await done(f"/requests/{case}/return", "agent", reason="不归我管")
        return case

    async def handling() -> str:
        case = await request_id()
        await done(f"/requests/{case}/promise", "agent", promised_on="2026-11-18")
        return case

    async def handled() -> str:
        case = await handling()
        await done(f"/requests/{case}/report", "agent", note="换了灯泡")
        return case

    async def notice_id() -> str:
        await request_id()
        notices = await there.stand.get("/notices", by=there.people["agent"])
        return str(notices.json()["items"][0]["id"])

    async def attachment_id() -> str:
        """A paper that proves that the case was handled."""
        case, by = await handling(), there.people["agent"]
        headers = {"authorization": f"Bearer {token(by)}", "idempotency-key": uuid4().hex}
        kept = await there.stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
        paper = str(kept.json()["id"])
        await done(f"/requests/{case}/report", "agent", note="换了灯泡", evidence=[paper])
        return paper

    async def sent_in() -> str:
        """A system of the township sent it in."""
        body = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"}
        body["requester_id"] = str(there.people["citizen"])
        sending = Row("POST /requests", "", 201)
        answer = await there.call(sending, sending.path, by="client", scopes=SCOPES[0], body=body)
        return str(answer.json()["id"])

    of_requests = (request_id, returned, handling, handled, sent_in, notice_id, attachment_id)
    return {maker.__name__: maker for maker in of_requests}


async def _digest(there: County, column: str) -> str:
    """Somebody was told what was gathered for them."""
    told = Notice(
        id=new_id(),
        person_id=there.people[column],
        kind=NoticeKind.DIGEST,
        request_id=None,
        about_id=None,
        at=MONDAY,
        tell_at=None,
        read_at=None,
        gathered=False,
        digest_id=None,
        lines=0,
        clock_id=None,
        clock=None,
        due_at=None,
        colour=None,
    )
    async with there.stand.mounted.sessions() as session:
        session.add(told)
    return str(told.id)


async def _feedback(lived: Lived) -> County:
    stand, there = lived.stand, lived.people
    people = _somebody({"citizen": there["requester"], "agent": there["agent"]})
    areas = (facts.DISTRICT, facts.TOWNSHIP, facts.VILLAGE, facts.OTHER_TOWNSHIP, facts.FAR_VILLAGE)
    at = dict(zip(areas, map(facts.organization_id, ("D", "D-1", "D-1-1", "D-2", "D-2-1")), strict=True))
    near, away = (facts.TOWNSHIP, facts.VILLAGE), (facts.OTHER_TOWNSHIP, facts.FAR_VILLAGE)
    await stand.hear(
        *(
            _post(people[column], column, at, _places(column, near, away))
            for column in PERSONS
            if people[column] not in there.values() and not column.startswith("citizen")
        )
    )

    carrier = facts.post(uuid4(), "proxy_agent", at="D-1-2", area=facts.NEXT_VILLAGE)
    await stand.hear(carrier)

    async def invitation_id() -> str:
        lately = stand.mounted.clock.now() - timedelta(days=2)  # so that it can still be graded
        case = facts.Case(requester=people["citizen"], agent=people["agent"], submitted_at=lately)
        await stand.hear(*case.up_to_handling())
        asked = (await stand.get("/invitations", by=people["citizen"])).json()["items"]
        return str(next(one["id"] for one in asked if one["request_id"] == str(case.id)))

    years = count(2030)

    async def term(stage: TermStage) -> str:
        """A term of a year of its own, with one cell."""
        year = next(years)
        made = BallotTerm(
            id=new_id(),
            district_code=facts.DISTRICT,
            served_from=date(year, 1, 1),
            served_to=date(year, 1, 31),
            draws_until=date(year, 2, 1),
            closes_on=date(year, 2, 10),
            least_expected=20,
            least_cast=5,
            line_percent=85,
            stage=stage,
            planned_by=people["operator"],
            planned_at=lived.stand.mounted.clock.now(),
            opened_at=None,
            closed_at=None,
        )
        cell = Cell.begin(made, Cut(facts.DISTRICT, 20, None), group_code="all", item_codes=[])
        cell.stage = stage
        async with stand.mounted.sessions() as session:
            session.add(made, cell)
        cells[str(made.id)] = str(cell.id)
        return str(made.id)

    cells: dict[str, str] = {}

    async def cell_id() -> str:
        return cells[await term(TermStage.OPEN)]

    lately = MONDAY - timedelta(days=3)  # enough people for a term
    served = [facts.Case(village=facts.NEXT_VILLAGE, submitted_at=lately) for _ in range(20)]
    await stand.hear(*(fact for one in served for fact in (one.submitted(), one.handled())))

    async def free_period() -> str:
        """A month of long ago that has no report yet."""
        years, month = divmod(next(months), 12)
        return f"{2001 + years}-{month + 1:02}"

    async def report_id() -> str:
        body = {"unit": "division", "code": facts.VILLAGE, "period": await free_period()}
        made = await stand.post("/reports", by=people["secretary"], **body)
        assert made.status_code == 201, made.text
        return str(made.json()["report"]["id"])

    async def proposal_id() -> str:
        """The secretary wants a report issued anew, since a case of its month came in late."""
        report = await report_id()
        shown = (await stand.get(f"/reports/{report}", by=people["secretary"])).json()
        day = date.fromisoformat(f"{shown['report']['period']}-10")
        late = facts.Case(submitted_at=facts.NOON.replace(year=day.year, month=day.month))
        await stand.hear(late.submitted())
        asked = await stand.post(f"/reports/{report}/editions", by=people["secretary"], reason="late_facts")
        assert asked.status_code == 201, asked.text
        return str(asked.json()["proposal_id"])

    months = count()
    case = facts.Case(requester=people["citizen"], agent=people["agent"])
    far = facts.Case(
        village=facts.FAR_VILLAGE, organization="D-2-1", requester=people["citizen/other"], agent=people["agent/other"]
    )
    await stand.hear(*case.up_to_handling(), *far.up_to_handling())
    theirs = (await stand.get("/invitations", by=people["citizen/other"])).json()["items"]
    things = {name: ids[0] for name, ids in lived.things.items()} | {"case": str(case.id)}
    makers = {
        "invitation_id": invitation_id,
        "term_id": partial(term, TermStage.PLANNED),
        "closed_term": partial(term, TermStage.CLOSED),
        "cell_id": cell_id,
        "free_period": free_period,
        "report_id": report_id,
        "proposal_id": proposal_id,
    }
    things["carrier_post"] = str(carrier.post_id)
    found = County(stand, people, things, makers, {"invitation_id": theirs[0]["id"]})
    for one in FEEDBACK:
        made = one.makers(found)
        twice = made.keys() & found.makers.keys()
        assert not twice, f"{one.__name__}: {sorted(twice)}"
        found.makers |= made
    return found


def _organization(found: UUID, tier: str, superior: UUID | None, code: str) -> Event:
    return OrganizationRecorded(
        organization_id=found, code=code, name=f"组织{code}", tier=tier, superior_id=superior, division_code=code
    )


def _post(person_id: UUID, column: str, at: dict[str, UUID], places: tuple[str, str]) -> PostHeld:
    role = column.removesuffix(OTHER)
    township, village = places
    district = f"{village[:6]}000000"
    area = village if role in OF_THE_VILLAGE else district if role == "operator" else township
    organization = township if role in AT_THE_TOWNSHIP else area
    return PostHeld(
        post_id=uuid4(),
        person_id=person_id,
        name=f"生成{role}",
        kind=KINDS.get(role, role),
        organization_id=at[organization],
        division_code=area,
        from_on=date(2020, 1, 1),
        to_on=None,
    )
