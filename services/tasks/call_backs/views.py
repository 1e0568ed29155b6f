"""Which cases wait for a desk to ask the person served."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import BY_POST
from services.tasks.requests.stages import Stage
from services.tasks.rules.pack import MatterKind

Waiting = tuple[UUID, MatterKind, str | None, Stage, str, int, datetime]

WAITING = (
    sa.select(
        col(ServiceRequest.id),
        col(ServiceRequest.kind),
        col(ServiceRequest.item_code),
        col(ServiceRequest.stage),
        col(ServiceRequest.division_code),
        col(ServiceRequest.round),
        col(Clock.due_at),
    )
    .join(Clock, col(Clock.request_id) == col(ServiceRequest.id))
    .where(
        col(Clock.kind) == ClockKind.CALL_BACK,
        col(Clock.met_at).is_(None),
        col(Clock.turn) == col(ServiceRequest.round),
        col(ServiceRequest.stage).in_([Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK]),
        sa.func.coalesce(col(ServiceRequest.handler_id) != bindparam("person"), sa.true()),
        BY_POST,
        col(ServiceRequest.id) < bindparam("before"),
    )
    .order_by(col(ServiceRequest.id).desc())
    .limit(bindparam("limit"))
)


async def waiting(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Waiting]:
    """Cases within reach that the actor did not handle and whose requesters wait to be asked, from new to old."""
    today = local_date(session.now)
    return await session.all(WAITING, person=actor.person_id, today=today, before=before, limit=limit)
