"""Reading appeals: those that wait for somebody above, and those of one case."""

from uuid import UUID

from sqlalchemy import and_, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.appeals.model import Appeal, AppealStage
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import NOT_ABOUT_THEM, ORDINARY, WITH_DISCIPLINE
from services.tasks.roster.views import DOWNWARD, INSPECTED

OPEN = (
    select(Appeal)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Appeal.request_id))
    .where(
        col(Appeal.stage) == AppealStage.OPEN,
        NOT_ABOUT_THEM,
        or_(
            and_(ORDINARY, col(Appeal.organization_id).in_(columns(DOWNWARD.c.id))),
            and_(WITH_DISCIPLINE, col(Appeal.organization_id).in_(columns(INSPECTED.c.id))),
        ),
        col(ServiceRequest.handler_id) != bindparam("person"),
        col(Appeal.id) < bindparam("before"),
    )
    .order_by(col(Appeal.id).desc())
    .limit(bindparam("limit"))
)
OF_REQUEST = select(Appeal).where(col(Appeal.request_id) == bindparam("request")).order_by(col(Appeal.id))


async def waiting(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Appeal]:
    """Appeals at or below an organisation of the actor, of cases that they did not handle, from new to old."""
    today = local_date(session.now)
    return await session.all(OPEN, person=actor.person_id, today=today, before=before, limit=limit)


async def of_request(session: Session, request_id: UUID) -> list[Appeal]:
    """Every appeal of a case, in order."""
    return await session.all(OF_REQUEST, request=request_id)


def opened(session: Session, appeal: Appeal, column: str) -> str | None:
    """The words of an appeal, or the reason of its decision."""
    sealed: bytes | None = getattr(appeal, column)
    if not sealed:
        return None
    return session.use(Vault).open(sealed, place=place_of("appeal", column, appeal.id))
