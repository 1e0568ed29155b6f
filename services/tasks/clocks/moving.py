"""What happens to a running clock, written down as a fact of it, and the limit that follows."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.calendars.views import calendar_of
from services.tasks.catalogue.model import CatalogueItem
from services.tasks.clocks.life import Course, Happening, What, limit_of
from services.tasks.clocks.limits import Amount, Limit
from services.tasks.clocks.model import Clock, ClockFact, ClockKind
from services.tasks.clocks.running import schedule
from services.tasks.rectifications.model import Rectification
from services.tasks.requests.model import ServiceRequest
from services.tasks.rules.pack import Rule, RulePack
from services.tasks.warnings import colours

FACTS = (
    select(ClockFact)
    .where(col(ClockFact.clock_id) == bindparam("clock"))
    .order_by(col(ClockFact.at), col(ClockFact.id))
)
MENDING = (
    select(Rectification)
    .where(col(Rectification.request_id) == bindparam("request"), col(Rectification.round) == bindparam("round"))
    .with_for_update()
)


async def facts_of(session: Session, clock: Clock) -> list[ClockFact]:
    """What happened to a clock, in order."""
    return await session.all(FACTS, clock=clock.id)


async def course_of(session: Session, clock: Clock) -> Course:
    """Everything that a clock's limit follows from.

    Of a clock that is older than the keeping of its amount only its first end is known. A calendar that is kept no
    more is stood in for by the one in use.
    """
    in_use = session.use(WorkCalendar)
    happened = []
    first_end = clock.due_at
    for n, fact in enumerate(await facts_of(session, clock)):
        if n == 0:
            first_end = fact.due_before
        amount = None if fact.amount is None or fact.unit is None else Amount(value=fact.amount, unit=fact.unit)
        counted = await calendar_of(session, fact.calendar_version) if fact.calendar_version else None
        happened.append(Happening(fact.what, fact.at, amount, counted))
    calendar = await calendar_of(session, clock.calendar_version) if clock.calendar_version else None
    return Course(
        started_at=clock.started_at,
        base=clock.base() or first_end,
        calendar=calendar or in_use,
        happened=tuple(happened),
        met_at=clock.met_at,
    )


async def would_be(session: Session, clock: Clock, happening: Happening) -> Limit:
    """Where a clock's limit would be if this happened to it."""
    course = await course_of(session, clock)
    return limit_of(replace(course, happened=(*course.happened, happening)))


async def happen(
    session: Session,
    clock: Clock,
    request: ServiceRequest,
    what: What,
    *,
    amount: Amount | None = None,
    calendar: WorkCalendar | None = None,
    rule: Rule | CatalogueItem | None = None,
    about_id: UUID | None = None,
    by: UUID | None = None,
    cause: str | None = None,
) -> Limit:
    """Write down what happens to a clock now, and have its limit, and what stands by it, follow. Both are locked."""
    found = await would_be(session, clock, Happening(what, session.now, amount, calendar))
    session.add(
        ClockFact(
            id=new_id(),
            clock_id=clock.id,
            request_id=request.id,
            what=what,
            at=session.now,
            amount=amount.value if amount else None,
            unit=amount.unit if amount else None,
            calendar_version=calendar.version if calendar else None,
            rule=(rule.id.value if isinstance(rule, Rule) else rule.code) if rule else None,
            rule_version=session.use(RulePack).version if rule else None,
            rule_source=rule.source if rule else None,
            rule_confidence=rule.confidence.value if rule else None,
            due_before=clock.due_at,
            due_after=found.due_at,
            about_id=about_id,
            by=by,
            cause=cause,
        )
    )
    if what is What.PAUSED:
        clock.paused_at, clock.look_at = session.now, None
    else:
        if what is What.RESUMED:
            clock.paused_at = None
            clock.counts_from = (clock.counts_from or clock.started_at) + (found.due_at - clock.due_at)
        clock.due_at, clock.provisional = found.due_at, found.provisional
        schedule(session, clock)
        await _carry(session, clock, request)
    await colours.show(session, request)
    return found


async def _carry(session: Session, clock: Clock, request: ServiceRequest) -> None:
    """Have the copies of a limit follow it."""
    if clock.kind is ClockKind.FINISH:
        request.finish_due_at, request.finish_provisional = clock.due_at, clock.provisional
    elif clock.kind is ClockKind.RECTIFY:
        for mending in await session.all(MENDING, request=clock.request_id, round=clock.turn):
            mending.due_at = clock.due_at
