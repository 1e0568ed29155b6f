"""Reading the rectifications of the organisations below those whose work one oversees, what is due first at the top."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, true
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.rectifications.model import IN_WORK, Rectification, RectificationStage
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import NOT_ABOUT_THEM, ORDINARY
from services.tasks.roster.model import Organization
from services.tasks.roster.views import BELOW_ONE, overseen


class Waits(StrEnum):
    """For what a rectification waits."""

    WORK = "work"
    VERIFICATION = "verification"
    NOTHING = "nothing"


_STAGES = {
    Waits.WORK: IN_WORK,
    Waits.VERIFICATION: (RectificationStage.DONE,),
    Waits.NOTHING: (RectificationStage.VERIFIED,),
}
_instant = Rectification.__table__.c.due_at.type  # type: ignore[attr-defined]
_unit = bindparam("organization", type_=Rectification.__table__.c.organization_id.type)  # type: ignore[attr-defined]
_of_unit = or_(col(Rectification.organization_id) == _unit, col(Rectification.organization_id).in_(BELOW_ONE))
_at = bindparam("at", type_=_instant)
_beyond = or_(
    col(Rectification.due_at) > _at,
    and_(col(Rectification.due_at) == _at, col(Rectification.id) > bindparam("after")),
)
_PAGES = {
    (waits, of_one): select(Rectification)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Rectification.request_id))
    .where(
        col(Rectification.stage).in_(stages),
        overseen(col(Rectification.organization_id)),
        ORDINARY,
        NOT_ABOUT_THEM,
        _of_unit if of_one else true(),
        col(Rectification.due_at) < bindparam("until", type_=_instant),
        _beyond,
    )
    .order_by(col(Rectification.due_at), col(Rectification.id))
    .limit(bindparam("limit"))
    for waits, stages in _STAGES.items()
    for of_one in (False, True)
}


async def page(
    session: Session,
    actor: Actor,
    waits: Waits,
    *,
    organization_id: UUID | None,
    until: datetime,
    after: tuple[datetime, UUID],
    limit: int,
) -> list[Rectification]:
    """Rectifications by their date from early to late, after a place: so what is overdue comes first.

    With an organisation those of it and below it alone; `until` cuts off what is due then or later.
    """
    at, last = after
    given = {"person": actor.person_id, "today": local_date(session.now), "until": until, "at": at, "after": last}
    if organization_id is not None:
        given["organization"] = organization_id
    return await session.all(_PAGES[waits, organization_id is not None], **given, limit=limit)


async def names_of(session: Session, found: list[Rectification]) -> dict[UUID, str]:
    """The names of the organisations that own them."""
    ids = list(dict.fromkeys(one.organization_id for one in found))
    await session.fetch(Organization, ids)
    return {id_: one.name for id_ in ids if (one := await session.get(Organization, id_))}
