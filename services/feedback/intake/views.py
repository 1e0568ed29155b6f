"""Counting a month's cases of an area by heading and kind, in one pass over its records."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards.units import Level, Unit, part_of_case
from services.feedback.scorecards.views import OPEN_TO_THEM

AREAS = (Level.VILLAGE, Level.TOWNSHIP, Level.DISTRICT)

ON_THE_SPOT = col(CaseRecord.accepted_at).is_not(None) & col(CaseRecord.promised_at).is_(None)
"""Signed for without a promised date: answered at once."""

COUNTED = {
    level: select(
        col(CaseRecord.heading),
        col(CaseRecord.kind),
        func.count().label("came_in"),
        func.count().filter(ON_THE_SPOT, col(CaseRecord.round) > 0).label("answered"),
    )
    .where(part_of_case(level) == bindparam("code"), col(CaseRecord.month) == bindparam("month"), OPEN_TO_THEM)
    .group_by(col(CaseRecord.heading), col(CaseRecord.kind))
    for level in AREAS
}


@dataclass
class Intake:
    """How many cases came in: by heading (none for channels that the bulletin does not know), by kind, and in all."""

    headings: Counter[str | None] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    answered: int = 0  # on the spot; the others were, or are to be, dispatched and handled

    @property
    def total(self) -> int:
        """All of them."""
        return self.headings.total()


async def intake(session: Session, unit: Unit, *, by: Actor, month: str) -> Intake:
    """The cases of an area and a month of submission (local), of those that are open to the actor."""
    found = Intake()
    given = {"person": by.person_id, "today": local_date(session.now)}
    for heading, kind, came_in, answered in await session.all(
        COUNTED[unit.level], code=unit.code, month=month, **given
    ):
        found.headings[heading] += came_in
        found.kinds[kind] += came_in
        found.answered += answered
    return found
