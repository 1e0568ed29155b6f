"""What happens when nobody does what a clock waits for: a warning, then one level up after the other."""

from datetime import datetime
from uuid import UUID

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.session import Session
from services.tasks.clocks.limits import Amount, limit
from services.tasks.clocks.model import Clock
from services.tasks.clocks.running import look_again
from services.tasks.notices.actions import tell
from services.tasks.notices.model import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.rules.pack import RulePack


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
    look_again(session, clock, at=clock.due_at)
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
        look_again(session, clock, at=next_step(session, rule.amount))


def next_step(session: Session, amount: Amount) -> datetime:
    """When a missed limit climbs again."""
    return limit(amount, session.now, session.use(WorkCalendar)).due_at
