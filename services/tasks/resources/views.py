"""Reading flags: those of the organisations that one's posts reach, and how many each sender has."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.cursors import NEWEST
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.checklists.model import ChecklistItem
from services.tasks.ledger.periods.views import total
from services.tasks.resources.checking import lacks_of, sent_of
from services.tasks.resources.model import Lack, ResourceFlag
from services.tasks.roster import views as roster

MOST_SENDERS = 500

_REACHED = col(ResourceFlag.receiver_id).in_(select(roster.DOWNWARD.c.id))
_OPEN = col(ResourceFlag.items) > 0
_sender = bindparam("sender", type_=sa.Uuid)
FLAGS = (
    select(ResourceFlag)
    .where(
        _REACHED,
        or_(bindparam("all_of_them", type_=sa.Boolean), _OPEN),
        or_(_sender == NEWEST, col(ResourceFlag.sender_id) == _sender),
        col(ResourceFlag.id) < bindparam("before"),
    )
    .order_by(col(ResourceFlag.id).desc())
    .limit(bindparam("limit"))
)
SENDERS = (
    sa.select(
        col(ResourceFlag.sender_id),
        total(col(ResourceFlag.items)),
        total(col(ResourceFlag.without_duty)),
        total(col(ResourceFlag.taken_back)),
        total(col(ResourceFlag.without_budget)),
        sa.func.count(sa.func.distinct(col(ResourceFlag.receiver_id))),
    )
    .where(_REACHED, _OPEN)
    .group_by(col(ResourceFlag.sender_id))
    .order_by(total(col(ResourceFlag.items)).desc(), col(ResourceFlag.sender_id))
    .limit(MOST_SENDERS)
)


async def flags(
    session: Session, actor: Actor, *, sender_id: UUID | None, settled: bool, before: UUID, limit: int
) -> list[ResourceFlag]:
    """Flags from new to old; with `settled` also those under which nothing lacks anything any more."""
    given = {"person": actor.person_id, "today": local_date(session.now), "all_of_them": settled}
    return await session.all(FLAGS, sender=sender_id or NEWEST, before=before, limit=limit, **given)


async def senders(session: Session, actor: Actor) -> list[tuple[UUID, int, int, int, int, int]]:
    """Each sender with how much of what it sent lacks something, and to how many; the most first."""
    return await session.all(SENDERS, person=actor.person_id, today=local_date(session.now))


async def lacks(session: Session, items: Sequence[ChecklistItem]) -> dict[UUID, Lack]:
    """What these items lack that went down, as things stand."""
    sent = await sent_of(session, items)
    found = await lacks_of(session, [one.need for one in sent])
    return {one.item.id: found[one.need] for one in sent if one.need in found}
