"""Starting clocks, meeting them, and what happens when nobody does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.clocks.limits import Amount, limit, warn_at
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.notices.actions import tell
from services.tasks.notices.model import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.rules.pack import RuleId, RulePack

TIMER = "clock"

RUNNING = (
    select(Clock)
    .where(
        col(Clock.request_id) == bindparam("request"),
        col(Clock.kind) == bindparam("kind"),
        col(Clock.met_at).is_(None),
    )
    .order_by(col(Clock.turn).desc())
    .with_for_update()
)


def start(
    session: Session,
    kind: ClockKind,
    *,
    request_id: UUID,
    turn: int,
    amount: Amount,
    rule: str,
) -> Clock:
    """Start a clock now, by the rule pack and the calendar of today, and have it warned of and missed in time."""
    pack, calendar = session.use(RulePack), session.use(WorkCalendar)
    end = limit(amount, session.now, calendar)
    share = pack.rule(RuleId.WARN, on=local_date(session.now)).value
    clock = Clock(
        id=new_id(),
        request_id=request_id,
        kind=kind,
        turn=turn,
        started_at=session.now,
        warn_at=warn_at(session.now, end.due_at, share=share),
        due_at=end.due_at,
        provisional=end.provisional,
        rule=rule,
        rule_version=pack.version,
        met_at=None,
        warned_at=None,
        missed_at=None,
        level=0,
    )
    session.add(clock)
    session.remind(TIMER, about=clock.id, due_at=clock.warn_at)
    return clock


async def meet(session: Session, kind: ClockKind, *, request_id: UUID, at: datetime | None = None) -> bool:
    """What the running clock of this kind waits for has happened, now or at that instant; returns whether in time."""
    clock = await session.first(RUNNING, request=request_id, kind=kind)
    return clock is None or clock.meet(at or session.now)


async def fire(clock_id: UUID, session: Session) -> None:
    """Warn before the limit; at its end note that it was missed, and climb one level; later climb further."""
    clock = await session.get(Clock, clock_id, lock=True)
    if clock is None or not clock.running:
        return
    request = await session.get(ServiceRequest, clock.request_id)
    if request is None:
        return
    if session.now < clock.due_at:
        await _warn(session, clock, request)
    else:
        await _climb(session, clock, request)


async def _warn(session: Session, clock: Clock, request: ServiceRequest) -> None:
    clock.warned_at = session.now
    session.remind(TIMER, about=clock.id, due_at=clock.due_at)
    if request.working_person_id is not None:
        tell(session, request.working_person_id, NoticeKind.WARNING, request_id=request.id)


async def _climb(session: Session, clock: Clock, request: ServiceRequest) -> None:
    """One step up the tree; a vacant post is passed over, and at the top there is nobody further to tell."""
    today = local_date(session.now)
    owner = head = None
    if request.working_organization_id is not None:
        owner, head = await roster.head_at_or_above(
            session, request.working_organization_id, steps=clock.level + 1, today=today, past=request.about_person_id
        )
    session.publish(clock.climb(organization_id=owner))
    told = {head.person_id} if head else set[UUID]()
    if clock.level == 1 and request.working_person_id is not None:
        told.add(request.working_person_id)
    for person_id in sorted(told):
        tell(session, person_id, NoticeKind.MISSED, request_id=request.id)
    rule = session.use(RulePack).ladder(clock.level, on=today)
    if rule is not None:
        session.remind(TIMER, about=clock.id, due_at=next_step(session, rule.amount))


def next_step(session: Session, amount: Amount) -> datetime:
    """When a missed limit climbs again."""
    return limit(amount, session.now, session.use(WorkCalendar)).due_at
