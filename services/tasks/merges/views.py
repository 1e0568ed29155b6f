"""Reading merges: the parts of a lead, what a requester is told of it, and what happened."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.merges.model import Merge, MergeEnd
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage

PARTS = (
    select(Merge)
    .where(col(Merge.lead_id) == bindparam("lead"), col(Merge.ended_at).is_(None))
    .order_by(col(Merge.request_id))
)
PARTS_LOCKED = PARTS.with_for_update()
GOING_ON = select(Merge).where(col(Merge.request_id) == bindparam("request"), col(Merge.ended_at).is_(None))
GOING_ON_LOCKED = GOING_ON.with_for_update()
OF_PART = (
    select(Merge).where(col(Merge.request_id) == bindparam("request")).order_by(col(Merge.merged_at), col(Merge.id))
)
OF_LEAD = select(Merge).where(col(Merge.lead_id) == bindparam("lead")).order_by(col(Merge.merged_at), col(Merge.id))


async def parts_of(session: Session, lead_id: UUID) -> list[Merge]:
    """The cases that are done together with this one now."""
    return await session.all(PARTS, lead=lead_id)


async def lead_of(session: Session, request: ServiceRequest) -> ServiceRequest:
    """The case together with which it is done; itself if it is not merged."""
    if request.stage is not Stage.MERGED or request.merged_into is None:
        return request
    return await session.get(ServiceRequest, request.merged_into) or request


async def story(session: Session, request: ServiceRequest) -> list[tuple[datetime, str, UUID | None]]:
    """When it was merged with others, and how that ended: for the history of a case."""
    told: list[tuple[datetime, str, UUID | None]] = []
    for one in await session.all(OF_PART, request=request.id):
        told.append((one.merged_at, "与相同事项一并办理，时限和评价不变", one.merged_by))
        if one.ended_at is not None:
            said = "撤销并单，恢复单独办理" if one.end is MergeEnd.UNDONE else "随主办件一并办结"
            told.append((one.ended_at, said, one.ended_by))
    joined = {one.merged_at for one in await session.all(OF_LEAD, lead=request.id)}
    told.extend((at, "其他相同事项并入，一并办理", None) for at in sorted(joined))
    return told
