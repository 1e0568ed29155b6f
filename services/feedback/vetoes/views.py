"""Vetoes, for those above a unit and for who speaks for it; and the caps that stand."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.feedback.accountability.policy import SPOKEN_FOR
from services.feedback.grades.words import Grade
from services.feedback.roster.views import BELOW
from services.feedback.vetoes.model import Veto, VetoStage

SEEN = (
    select(Veto)
    .where(
        or_(
            col(Veto.organization_id).in_(select(BELOW.c.id)),
            col(Veto.organization_id).in_(SPOKEN_FOR)
            & col(Veto.stage).in_([VetoStage.CONFIRMED.value, VetoStage.LIFTED.value]),
        ),
        col(Veto.id) < bindparam("before"),
    )
    .order_by(col(Veto.id).desc())
    .limit(bindparam("limit"))
)
STANDING = select(Veto).where(col(Veto.year) == bindparam("year"), col(Veto.stage) == VetoStage.CONFIRMED)


async def seen(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[Veto]:
    """Vetoes of units below one's posts; of the unit that one speaks for, those that were confirmed."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(SEEN, **given)


async def caps(session: Session, *, year: int) -> Mapping[UUID, Grade]:
    """For each unit with a veto that stands in a year, the best grade that it can have."""
    found: dict[UUID, Grade] = {}
    for veto in await session.all(STANDING, year=year):
        known = found.get(veto.organization_id)
        if known is None or known.better_than(veto.best):
            found[veto.organization_id] = veto.best
    return found
