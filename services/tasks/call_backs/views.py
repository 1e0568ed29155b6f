"""Which cases wait for a desk to ask the person served, and at which of them somebody was there."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.call_backs.model import CallBack, Presence
from services.tasks.call_backs.policy import DESK
from services.tasks.clocks.model import Clock, ClockKind
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests.model import Completion, ServiceRequest
from services.tasks.requests.scope import BY_POST, WITH_DISCIPLINE
from services.tasks.requests.stages import Stage
from services.tasks.roster.model import AGENTS
from services.tasks.roster.views import covered_by_a_post
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


SomebodyThere = tuple[UUID, UUID, str, int, datetime, str]

_person = bindparam("person", type_=ServiceRequest.__table__.c.requester_id.type)  # type: ignore[attr-defined]
SOMEBODY_THERE = (
    sa.select(
        col(CallBack.id),
        col(CallBack.request_id),
        col(ServiceRequest.division_code),
        col(CallBack.round),
        col(CallBack.at),
        col(CallBack.by_name),
    )
    .join(ServiceRequest, col(ServiceRequest.id) == col(CallBack.request_id))
    .where(
        col(CallBack.presence) == Presence.YES,
        col(CallBack.id) < bindparam("before"),
        BY_POST,
        sa.or_(WITH_DISCIPLINE, covered_by_a_post(col(ServiceRequest.division_code), *DESK)),
        ~covered_by_a_post(col(ServiceRequest.division_code), *AGENTS),
        sa.func.coalesce(col(ServiceRequest.handler_id) != _person, sa.true()),
        col(ServiceRequest.id).not_in(sa.select(col(Dispatch.request_id)).where(col(Dispatch.person_id) == _person)),
        col(ServiceRequest.id).not_in(sa.select(col(Completion.request_id)).where(col(Completion.by) == _person)),
    )
    .order_by(col(CallBack.id).desc())
    .limit(bindparam("limit"))
)


async def somebody_there(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[SomebodyThere]:
    """Call-backs that found somebody there, of cases in the area of the actor's desk in which they had no part."""
    today = local_date(session.now)
    return await session.all(SOMEBODY_THERE, person=actor.person_id, today=today, before=before, limit=limit)
