"""What lies with discipline supervision: who looks into it, who answers above, and who is told; nobody ordinary is."""

from datetime import date, timedelta
from uuid import UUID

from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.reasons import FOR_DISCIPLINE
from services.tasks.requests.stages import Stage
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, on_duty
from services.tasks.roster.model import DISCIPLINE, Post

WAITING = (
    select(ServiceRequest)
    .where(
        col(ServiceRequest.about_reason).in_(FOR_DISCIPLINE),
        col(ServiceRequest.stage).in_([Stage.RECEIVED, Stage.RETURNED]),
        col(ServiceRequest.working_person_id).is_(None),
    )
    .order_by(col(ServiceRequest.id))
    .with_for_update()
)


async def inspectors_of(session: Session, request: ServiceRequest, *, past: UUID | None = None) -> list[Post]:
    """Who may look into it, the nearest first: above whoever it is about, else around the area that it is about.

    Neither whoever it is about nor a second person to be passed by.
    """
    today = local_date(session.now)
    if request.about_organization_id is not None:
        above = await roster.organizations_over(session, request.about_organization_id)
        found = await roster.inspectors_at_or_above(session, above, today=today, past=request.about_person_id)
    else:
        found = await roster.inspectors_over_area(session, request.division_code, today=today)
    return [post for post in found if post.person_id not in {past, request.requester_id}]


async def nearest_inspector(session: Session, request: ServiceRequest) -> Duty | None:
    """The nearest inspector who is there, or the colleague who acts for them, if an inspector too."""
    today = local_date(session.now)
    for post in await inspectors_of(session, request):
        found = await on_duty(session, post, today=today)
        if found.post.kind == DISCIPLINE and found.post.person_id not in {
            request.about_person_id,
            request.requester_id,
        }:
            return found
    return None


LOOK = "discipline"
"""The timer that looks day by day whether there is an inspector for what waits."""
EACH_DAY = timedelta(days=1)


async def wait_for_an_inspector(session: Session, request: ServiceRequest) -> None:
    """Lie with nobody until an inspector is in office; the county hears that one is missing, and of no case."""
    session.remind(LOOK, about=request.id, due_at=session.now + EACH_DAY)
    today = local_date(session.now)
    for post in await roster.operators_over_area(session, request.division_code, today=today):
        if post.person_id != request.about_person_id:
            tell(session, post.person_id, NoticeKind.NO_INSPECTOR, request_id=None)


async def tell_inspectors(session: Session, request: ServiceRequest, kind: NoticeKind) -> None:
    """Have those told who may look into it, and nobody else."""
    for person_id in sorted({post.person_id for post in await inspectors_of(session, request)}):
        tell(session, person_id, kind, request_id=request.id)


async def head_over(
    session: Session, request: ServiceRequest, organization_id: UUID, *, steps: int, today: date
) -> tuple[UUID, Post | None]:
    """The organisation so many steps above one (or the topmost), and who answers there for this case, or next above.

    For what lies with discipline supervision that is an inspector, for all else whoever heads the organisation; never
    the person complained of.
    """
    if not request.for_discipline:
        return await roster.head_at_or_above(
            session, organization_id, steps=steps, today=today, past=request.about_person_id
        )
    chain = await roster.organizations_above(session, organization_id)
    start = min(steps, len(chain) - 1) if chain else 0
    owner = chain[start] if chain else organization_id
    found = await roster.inspectors_at_or_above(session, chain[start:], today=today, past=request.about_person_id)
    return owner, found[0] if found else None
