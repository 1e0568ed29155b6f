"""How a missed limit climbs: from organisation to organisation, by the tree of the day, each with its own time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date, midnight
from chassis.session import Session
from chassis.tables import new_id
from contracts.members import PostHeld
from services.tasks.clocks.limits import limit
from services.tasks.clocks.model import Clock
from services.tasks.notices.actions import remind
from services.tasks.notices.kinds import NoticeKind
from services.tasks.orders import actions as orders
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import DISCIPLINE, HEADS, Organization
from services.tasks.rules.pack import RuleId, RulePack
from services.tasks.warnings.model import Climb

FILLED = "post_filled"
"""The timer that tells the new holder of a post what climbed up to it while it was vacant."""

CLIMBS_OF = select(Climb).where(col(Climb.clock_id) == bindparam("clock")).order_by(col(Climb.level), col(Climb.id))
MISSED_AT = (
    select(Climb)
    .where(col(Climb.organization_id) == bindparam("organization"), col(Climb.told_at).is_(None))
    .order_by(col(Climb.id))
    .limit(1000)
    .with_for_update()
)


async def climb(
    session: Session, clock: Clock, request: ServiceRequest, *, with_whom: set[UUID]
) -> tuple[bool, datetime | None]:
    """Climb to the next organisation above if that is due; whether it climbed, and when it does again, if ever.

    At the level that the rule pack names, the unit is put under a supervision order.

    A vacant post is passed over, and noted for whoever fills it; whoever is complained of is never told. At the top
    there is nobody further to tell.
    """
    before = await session.all(CLIMBS_OF, clock=clock.id)
    if before:
        next_at = before[-1].next_at
        if next_at is None or session.now < next_at:
            return False, next_at
    today = local_date(session.now)
    known = {one.organization_id for one in before}
    path = [one for one in await _path(session, request) if one not in known]
    if not before:
        path = path[clock.level :]  # it has climbed so far in the days before climbs were noted
    if not path and clock.level:
        return False, None
    passed: list[UUID] = []
    told: tuple[UUID, Duty] | None = None
    for organization_id in path:
        found = await _there(session, organization_id, request, today=today)
        if found is None:
            passed.append(organization_id)
        elif found.post.person_id not in with_whom:
            told = organization_id, found
            break
    session.publish(clock.climb(organization_id=path[0] if path else None))
    rule = session.use(RulePack).ladder(clock.level, on=today)
    next_at = limit(rule.amount, session.now, session.use(WorkCalendar)).due_at if rule else None
    for organization_id in passed:
        session.add(await _row(session, clock, organization_id, duty=None, next_at=next_at))
    if told is not None:
        organization_id, duty = told
        session.add(await _row(session, clock, organization_id, duty=duty, next_at=next_at))
        await _remind(session, duty, request, clock)
    if clock.level == session.use(RulePack).rule(RuleId.ORDER_LEVEL, on=today).value:
        await orders.issue_by_clock(session, request, told[1] if told else None)
    return True, next_at if passed or told else None


async def tell_once_it_is_held(event: PostHeld, session: Session) -> None:
    """A post that answers for an organisation was filled: what climbed up to it is told from its first day on."""
    if event.kind not in {*HEADS, DISCIPLINE} or event.ended_at is not None:
        return
    begins = midnight(event.from_on)
    if begins <= session.now and await session.first(MISSED_AT, organization=event.organization_id) is None:
        return
    session.remind(FILLED, about=event.organization_id, due_at=max(begins, session.now))


async def tell_new_holder(organization_id: UUID, session: Session) -> None:
    """Tell whoever answers for an organisation now what was missed while its post was vacant, and is not done yet."""
    today = local_date(session.now)
    for waiting in await session.all(MISSED_AT, organization=organization_id):
        request = await session.get(ServiceRequest, waiting.request_id)
        clock = await session.get(Clock, waiting.clock_id)
        if request is None or clock is None or not clock.running:
            continue
        found = await _there(session, organization_id, request, today=today)
        if found is None:
            continue
        _name(waiting, found, at=session.now)
        await _remind(session, found, request, clock)


async def _path(session: Session, request: ServiceRequest) -> list[UUID]:
    """The organisations above whoever has the case, from the bottom up; those of its area while nobody has it.

    An organisation that is not in the tree any more leaves its cases to those of the area.
    """
    base = request.working_organization_id or request.organization_id
    found = await roster.unit_and_above(session, base, area=request.township_code)
    return (found[1:] or found) if base in found else found


async def _there(session: Session, organization_id: UUID, request: ServiceRequest, *, today: date) -> Duty | None:
    """Who answers for an organisation today, or acts for them; nobody where that is who is complained of."""
    if request.for_discipline:
        past = request.about_person_id
        inspecting = await roster.inspectors_at_or_above(session, [organization_id], today=today, past=past)
        return Duty(inspecting[0], None) if inspecting else None
    head = await roster.head_of(session, organization_id, today=today, past=request.about_person_id)
    if head is None:
        return None
    duty = await on_duty(session, head, today=today)
    return None if duty.post.person_id == request.about_person_id else duty


async def _row(
    session: Session, clock: Clock, organization_id: UUID, *, duty: Duty | None, next_at: datetime | None
) -> Climb:
    organization = await session.get(Organization, organization_id)
    row = Climb(
        id=new_id(),
        request_id=clock.request_id,
        clock_id=clock.id,
        level=clock.level,
        organization_id=organization_id,
        organization_name=organization.name if organization else "",
        at=session.now,
        post_id=None,
        person_id=None,
        person_name=None,
        acting_for_name=None,
        told_at=None,
        next_at=next_at,
    )
    if duty is not None:
        _name(row, duty, at=session.now)
    return row


async def _remind(session: Session, duty: Duty, request: ServiceRequest, clock: Clock) -> None:
    told, case = duty.post.person_id, request.id
    await remind(session, told, NoticeKind.MISSED, request_id=case, clock=clock, colour=request.colour)


def _name(row: Climb, duty: Duty, *, at: datetime) -> None:
    row.post_id, row.person_id, row.person_name = duty.post.id, duty.post.person_id, duty.post.name
    row.acting_for_name = duty.acting_for.name if duty.acting_for else None
    row.told_at = at
