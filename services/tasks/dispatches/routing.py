"""To whom a request goes when it comes in: by errand and words, duty list, area, absence, and load."""

from dataclasses import dataclass

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.dispatches import chair
from services.tasks.dispatches.load import Load
from services.tasks.dispatches.model import Way, Why
from services.tasks.duties.book import NOTHING, DutyBook, Fit
from services.tasks.duties.model import DutyEntry, DutyKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import AGENTS

_WAYS = dict(zip(AGENTS, (Way.AGENT, Way.STAND_IN), strict=True))


@dataclass(frozen=True, slots=True)
class Decision:
    """Whom a request goes to and why; nobody where a chair has to decide."""

    duty: Duty | None
    why: Why | None
    entry: DutyEntry | None
    helping: tuple[Duty, ...] = ()
    county: bool = False  # it is the county's, whoever it goes to


async def decide(session: Session, request: ServiceRequest, *, agents: list[Duty], wording: str | None) -> Decision:
    """Who has it first: the county's department, its lead with helpers, an agent in turn, or nobody but a chair."""
    fit = await _fit(session, request, wording)
    if fit.unclear:
        return Decision(None, None, None)
    entry = fit.entry
    if entry is not None and entry.kind is DutyKind.TAKEN_BACK:
        head = await _head(session, entry, request)
        return Decision(head, Why(Way.DEPARTMENT), entry, county=True)
    able = agents or await _grid_workers(session, request)
    duty, why = await in_turn(session, able, request)
    if entry is not None and entry.kind is DutyKind.COOPERATING and entry.lead_organization_id is not None:
        lead = await _head(session, entry, request)
        if lead is not None:
            helping = [] if duty is None or duty.post.person_id == lead.post.person_id else [duty]
            return Decision(lead, Why(Way.LEAD), entry, tuple(helping))
    return Decision(duty, why, entry)


async def in_turn(session: Session, able: list[Duty], request: ServiceRequest) -> tuple[Duty | None, Why | None]:
    """Of those of the first kind who could have it the one with the fewest open cases; no question where it is one."""
    first = [one for one in able if one.kind == able[0].kind]
    if not first:
        return None, None
    way = _WAYS.get(first[0].kind, Way.GRID_WORKER)
    if len(first) == 1:
        return first[0], Why(way, among=1)
    duty, load = await session.use(Load).least(session, first, request.id)
    return duty, Why(way, open_cases=load, among=len(first))


async def _fit(session: Session, request: ServiceRequest, wording: str | None) -> Fit:
    book = await session.use(DutyBook).of(session, request.township_code, today=local_date(request.submitted_at))
    return book.fitting(item_code=request.item_code, wording=wording) if book else NOTHING


async def _head(session: Session, entry: DutyEntry, request: ServiceRequest) -> Duty | None:
    """Who answers for the department that has the duty; where it is no organisation here, for the county."""
    today = local_date(session.now)
    organization_id = entry.lead_organization_id
    if organization_id is None:
        county = await chair.top_of_area(session, f"{request.township_code[:6]}000000")
        organization_id = county.id if county else None
    if organization_id is None:
        return None
    _, head = await roster.head_at_or_above(session, organization_id, steps=0, today=today, past=request.requester_id)
    return await on_duty(session, head, today=today) if head else None


async def _grid_workers(session: Session, request: ServiceRequest) -> list[Duty]:
    today = local_date(session.now)
    posts = await roster.grid_workers_of(session, request.division_code, today=today)
    found = [await on_duty(session, post, today=today) for post in posts]
    return [one for one in found if one.post.person_id != request.requester_id]
