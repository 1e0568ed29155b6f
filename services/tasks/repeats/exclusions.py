"""Leaving a case out of scores: one proposes with a reason, another confirms, and it is counted in public."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Index, bindparam, func, text
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import midnight
from chassis.divisions import span_of, township_of
from chassis.identity import Actor
from chassis.plans import table_of
from chassis.problems import NotFound
from chassis.session import Session
from chassis.two_persons import Act, Proposal, TwoPersons, propose
from contracts.tasks import RequestExcluded, RequestIncluded
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.repeats import policy
from services.tasks.repeats.model import ExclusionReason, LeftOutAlready, NotForComplaints
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.views import load
from services.tasks.roster.model import Organization

EXCLUDE, INCLUDE = "request.exclude", "request.include"
GOOD_FOR = timedelta(days=7)

_CASES = table_of(ServiceRequest).c
_LEFT_OUT = text("exclusion IS NOT NULL")
Index(
    "service_request_left_out",
    _CASES.township_code,
    _CASES.submitted_at,
    sqlite_where=_LEFT_OUT,
    postgresql_where=_LEFT_OUT,
)

FIGURES = (
    columns(_CASES.division_code, col(Organization.name), _CASES.exclusion, func.count())
    .select_from(
        table_of(ServiceRequest).outerjoin(table_of(Organization), col(Organization.id) == _CASES.organization_id)
    )
    .where(
        _CASES.exclusion.is_not(None),
        _CASES.township_code.between(bindparam("first_township"), bindparam("last")),
        _CASES.division_code.between(bindparam("first"), bindparam("last")),
        _CASES.submitted_at >= bindparam("since"),
        _CASES.submitted_at < bindparam("until"),
        _CASES.about_person_id.is_(None),
    )
    .group_by(_CASES.division_code, col(Organization.name), _CASES.exclusion)
    .order_by(_CASES.division_code, col(Organization.name), _CASES.exclusion)
    .limit(2000)
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many cases of an area, of one organisation, are left out for one reason."""

    division_code: str
    organization: str | None
    reason: ExclusionReason
    count: int


async def propose_exclusion(
    session: Session, request_id: UUID, *, by: Actor, reason: ExclusionReason, words: str
) -> Proposal:
    """Put forward that a case be left out of scores. Raises `MayNotLeaveOut`, `NotForComplaints`, `LeftOutAlready`."""
    request = await load(session, request_id)
    await policy.check_may_leave_out(session, by, request)
    if request.exclusion is not None:
        raise LeftOutAlready()
    return _propose(session, request, EXCLUDE, reason=reason.value, words=words, by=by)


async def propose_inclusion(session: Session, request_id: UUID, *, by: Actor, words: str) -> Proposal:
    """Put forward that a case count again. Raises `MayNotLeaveOut`, `LeftOutAlready`."""
    request = await load(session, request_id)
    await policy.check_may_leave_out(session, by, request)
    if request.exclusion is None:
        raise LeftOutAlready()
    return _propose(session, request, INCLUDE, reason=request.exclusion, words=words, by=by)


async def figures(session: Session, division_code: str, *, month: date) -> list[LeftOut]:
    """How many cases of an area are left out of scores, by unit and reason, of a month of submission (local)."""
    first, last = span_of(division_code)
    rows = await session.all(
        FIGURES,
        first_township=township_of(division_code),
        first=first,
        last=last,
        since=midnight(month),
        until=midnight((month + timedelta(days=31)).replace(day=1)),
    )
    return [LeftOut(code, name, ExclusionReason(str(reason)), int(count)) for code, name, reason, count in rows]


async def _exclude(session: Session, proposal: Proposal, second: UUID) -> None:
    request = await _proposed(session, proposal, second)
    if request.exclusion is not None:
        raise LeftOutAlready()
    request.exclusion = proposal.reason
    session.publish(RequestExcluded(request_id=request.id, reason=proposal.reason, excluded_at=session.now))
    tell(session, request.requester_id, NoticeKind.LEFT_OUT, request_id=request.id)


async def _include(session: Session, proposal: Proposal, second: UUID) -> None:
    request = await _proposed(session, proposal, second)
    if request.exclusion is None:
        raise LeftOutAlready()
    request.exclusion = None
    session.publish(RequestIncluded(request_id=request.id, included_at=session.now))


ACTS = (
    Act(
        kind=EXCLUDE,
        title_zh="从考核中剔除一件事项",
        good_for=GOOD_FOR,
        areas=policy.areas_of_second,
        carry_out=_exclude,
    ),
    Act(
        kind=INCLUDE,
        title_zh="恢复一件事项的考核",
        good_for=GOOD_FOR,
        areas=policy.areas_of_second,
        carry_out=_include,
    ),
)


def _propose(session: Session, request: ServiceRequest, kind: str, *, reason: str, words: str, by: Actor) -> Proposal:
    act = session.use(TwoPersons).act(kind)
    return propose(session, act, about=request.id, scope=request.division_code, reason=reason, words=words, by=by)


async def _proposed(session: Session, proposal: Proposal, second: UUID) -> ServiceRequest:
    """The case; whoever has it or is complained of in it is no second person."""
    request = await session.get(ServiceRequest, proposal.about, lock=True)
    if request is None or second in {request.about_person_id, request.handler_id, request.working_person_id}:
        raise NotFound()
    if request.about_person_id is not None:
        raise NotForComplaints()
    return request
