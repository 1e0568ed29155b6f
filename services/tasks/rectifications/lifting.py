"""What happens to a rectification that is late: whoever answers one level up owns it."""

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.rectifications.model import Rectification, RectificationStage
from services.tasks.requests.discipline import head_over
from services.tasks.requests.model import ServiceRequest

OF_CLOCK = (
    select(Rectification)
    .where(col(Rectification.request_id) == bindparam("request"), col(Rectification.round) == bindparam("round"))
    .with_for_update()
)


async def lift_by_clock(session: Session, clock: Clock, request: ServiceRequest) -> None:
    """The limit of a rectification was looked at; both are locked."""
    if clock.kind is ClockKind.RECTIFY and session.now >= clock.due_at:
        mending = await session.first(OF_CLOCK, request=request.id, round=clock.turn)
        if mending is not None:
            await lift_what_is_late(session, mending, request)


async def lift_what_is_late(session: Session, mending: Rectification, request: ServiceRequest) -> None:
    """Have the next level own what is late and not reported done, once; at the top there is none."""
    at_work = mending.stage in {RectificationStage.OPENED, RectificationStage.PLANNED}
    if not at_work or mending.lifted_at is not None or session.now < mending.due_at:
        return
    owner, head = await head_over(session, request, mending.organization_id, steps=1, today=local_date(session.now))
    if owner == mending.organization_id or (head is not None and head.person_id == mending.responsible_id):
        return
    mending.lift(
        owner, responsible_id=head.person_id if head else None, name=head.name if head else None, at=session.now
    )
    request.working_person_id, request.working_organization_id = mending.responsible_id, owner
    if head is not None:
        tell(session, head.person_id, NoticeKind.RECTIFY_LIFTED, request_id=request.id)
