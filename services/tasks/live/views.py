"""Which cases have moved since an instant, among those that somebody may see."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col

from chassis.clock import local_date, real_now
from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import REACHED
from services.tasks.requests.stages import Stage

LATE = timedelta(seconds=10)
"""How long after its instant a move may still be committed; who looks, looks back this far."""
MOST = 200
"""Moves that are told one by one; who missed more reads their lists anew."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Moved = tuple[UUID, Stage, int, datetime]

MOVES = (
    sa.select(
        col(ServiceRequest.id), col(ServiceRequest.stage), col(ServiceRequest.round), col(ServiceRequest.moved_at)
    )
    .where(col(ServiceRequest.moved_at) >= bindparam("since"), REACHED)
    .order_by(col(ServiceRequest.moved_at), col(ServiceRequest.id))
    .limit(MOST + 1)
)
ALL_MOVES = (
    sa.select(
        col(ServiceRequest.id),
        col(ServiceRequest.moved_at),
        col(ServiceRequest.requester_id),
        col(ServiceRequest.working_person_id),
        col(ServiceRequest.handler_id),
    )
    .where(col(ServiceRequest.moved_at) >= bindparam("since"))
    .order_by(col(ServiceRequest.moved_at))
    .limit(10_000)
)


class WrongPlace(Invalid):
    """This is not a place that the live feed gave."""

    title_zh = "续传位置无效，请刷新页面。"


async def moves(session: Session, actor: Actor, *, since: datetime) -> list[Moved]:
    """What has moved since a real instant, in order; one more than `MOST` says that there is more."""
    return await session.all(MOVES, since=since - LATE, person=actor.person_id, today=local_date(session.now))


def place_of(at: datetime) -> str:
    """An instant as the feed gives it out: microseconds since 1970."""
    return str((at - EPOCH) // timedelta(microseconds=1))


def instant_of(place: str) -> datetime:
    """The instant of a place; one to come counts as now. Raises `WrongPlace`."""
    if not (place.isascii() and place.isdecimal() and len(place) <= 17):
        raise WrongPlace()
    return min(EPOCH + timedelta(microseconds=int(place)), real_now())
