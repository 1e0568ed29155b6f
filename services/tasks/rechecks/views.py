"""The calls that an organisation owes, and what came of a month's draw."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import and_, bindparam, or_
from sqlmodel import col

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.call_backs.model import CallBack
from services.tasks.rechecks.model import OwedCall, OwedStage, RecheckDraw
from services.tasks.requests.model import ServiceRequest, Solved
from services.tasks.requests.scope import NOT_ABOUT_THEM, ORDINARY, WITH_DISCIPLINE
from services.tasks.roster.model import Organization
from services.tasks.roster.views import DOWNWARD, INSPECTED
from services.tasks.rules.pack import MatterKind

FEW = 5
"""An own value: of fewer answers it is not told in public how many of them were «solved»."""


class Owed(NamedTuple):
    """A call that is due; not why."""

    id: UUID
    request_id: UUID
    kind: MatterKind
    item_code: str | None
    division_code: str
    round: int
    due_at: datetime


class Progress(NamedTuple):
    """A draw, and what came of it so far."""

    draw: RecheckDraw
    organization: str
    done: int
    answered: int
    solved: int


OWED = (
    sa.select(
        col(OwedCall.id),
        col(OwedCall.request_id),
        col(ServiceRequest.kind),
        col(ServiceRequest.item_code),
        col(ServiceRequest.division_code),
        col(OwedCall.round),
        col(OwedCall.due_at),
    )
    .join(ServiceRequest, col(ServiceRequest.id) == col(OwedCall.request_id))
    .where(
        col(OwedCall.stage) == OwedStage.DUE,
        NOT_ABOUT_THEM,
        or_(
            and_(ORDINARY, col(OwedCall.organization_id).in_(sa.select(DOWNWARD.c.id))),
            and_(WITH_DISCIPLINE, col(OwedCall.organization_id).in_(sa.select(INSPECTED.c.id))),
        ),
        sa.func.coalesce(col(ServiceRequest.handler_id) != bindparam("person"), sa.true()),
        col(OwedCall.due_at) <= bindparam("due_before"),
        col(OwedCall.id) < bindparam("before"),
    )
    .order_by(col(OwedCall.id).desc())
    .limit(bindparam("limit"))
)

_over = col(OwedCall.stage).in_([OwedStage.ANSWERED, OwedStage.UNREACHED])
PROGRESS = (
    sa.select(
        col(RecheckDraw.id),
        col(Organization.name),
        sa.func.count(col(OwedCall.id)).filter(_over),
        sa.func.count(col(OwedCall.id)).filter(col(OwedCall.stage) == OwedStage.ANSWERED),
        sa.func.count(col(OwedCall.id)).filter(col(CallBack.solved) == Solved.YES),
    )
    .select_from(RecheckDraw)
    .join(Organization, col(Organization.id) == col(RecheckDraw.organization_id))
    .outerjoin(OwedCall, col(OwedCall.draw_id) == col(RecheckDraw.id))
    .outerjoin(CallBack, col(CallBack.id) == col(OwedCall.call_back_id))
    .where(
        col(RecheckDraw.month) == bindparam("month"),
        col(Organization.division_code).between(bindparam("first"), bindparam("last")),
    )
    .group_by(col(RecheckDraw.id), col(Organization.name), col(Organization.code))
    .order_by(col(Organization.code))
    .limit(500)
)


async def owed(session: Session, actor: Actor, *, due_before: datetime, before: UUID, limit: int) -> list[Owed]:
    """The calls that are due at or below an organisation of the actor, about cases they did not handle."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return [Owed._make(row) for row in await session.all(OWED, due_before=due_before, **given)]


async def progress(session: Session, division_code: str, *, month: str) -> list[Progress]:
    """What came of a month's draws of the organisations of an area, by their code."""
    first, last = span_of(division_code)
    rows = await session.all(PROGRESS, month=month, first=first, last=last)
    await session.fetch(RecheckDraw, {row[0] for row in rows})
    found: list[Progress] = []
    for draw_id, organization, done, answered, solved in rows:
        draw = await session.get(RecheckDraw, draw_id)
        if draw is not None:
            found.append(Progress(draw, organization, int(done), int(answered), int(solved)))
    return found
