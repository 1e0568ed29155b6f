"""How many of those who were asked graded, of the units below one: counted, never listed."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Select, bindparam, cast, func, or_, select
from sqlmodel import col

from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.ratings.model import Invitation, InvitationStage
from services.feedback.ratings.pressure import GradePressure
from services.feedback.scorecards.model import Figure
from services.feedback.scorecards.units import Level, Unit, part_of_case, parts_directly_below
from services.feedback.scorecards.views import OPEN_TO_ALL

LEVEL_BELOW = {
    Level.DISTRICT: Level.TOWNSHIP,
    Level.TOWNSHIP: Level.VILLAGE,
    Level.ORGANIZATION: Level.ORGANIZATION,
}
COUNTED = (InvitationStage.OPEN, InvitationStage.RATED, InvitationStage.EXPIRED, InvitationStage.OVER)


class Rounds(NamedTuple):
    """The rounds of a unit's cases of which somebody was asked for a grade."""

    code: str
    name: str
    open: int
    rated: int
    expired: int  # silence
    over: int  # gave way to a newer round without a grade
    asked_for_a_grade: int  # of the rated, those in which somebody asked for a certain grade

    @property
    def asked(self) -> int:
        """All of them."""
        return self.open + self.rated + self.expired + self.over

    @property
    def percent(self) -> str | None:
        """The response rate: graded of all that were asked about, so that silence lowers it; none of nothing."""
        return Figure("responded", self.rated, self.asked).percent


def _counted(level: Level) -> Select[str, str, *tuple[int, ...]]:
    parts, part = parts_directly_below(level), part_of_case(LEVEL_BELOW[level])
    own = select(col(Invitation.request_id)).where(col(Invitation.handler_id) == bindparam("person"))
    counted = (
        select(
            part.label("part"),
            *(func.count().filter(col(Invitation.stage) == stage).label(stage.value) for stage in COUNTED),
            func.count(col(GradePressure.id)).label("pressed"),
        )
        .select_from(CaseRecord)
        .join(Invitation, col(Invitation.request_id) == col(CaseRecord.request_id))
        .outerjoin(GradePressure, col(GradePressure.id) == col(Invitation.id))
        .where(
            col(CaseRecord.month) == bindparam("month"),
            part.in_(select(parts.c.part)),
            OPEN_TO_ALL,
            col(CaseRecord.request_id).not_in(own),
            or_(col(CaseRecord.assignee_id).is_(None), col(CaseRecord.assignee_id) != bindparam("person")),
        )
        .group_by(part)
        .subquery("counted")
    )
    names = (*(stage.value for stage in COUNTED), "pressed")
    sums = [cast(func.coalesce(func.sum(counted.c[name]), 0), BigInteger) for name in names]
    return (
        select(parts.c.code, parts.c.name, *sums)
        .select_from(parts.outerjoin(counted, counted.c.part == parts.c.part))
        .group_by(parts.c.code, parts.c.name)
        .order_by(parts.c.code)
    )


OF_PARTS = {level: _counted(level) for level in LEVEL_BELOW}


async def rounds_below(session: Session, unit: Unit, *, by: Actor, month: str) -> list[Rounds]:
    """The rounds of each unit right below one, of the cases of a month of submission that the actor did not handle.

    None below a village.
    """
    if unit.level not in OF_PARTS:
        return []
    span = {} if unit.level is Level.ORGANIZATION else {"last": span_of(unit.code)[1]}
    rows = await session.all(OF_PARTS[unit.level], code=unit.code, month=month, person=by.person_id, **span)
    return [_rounds(row) for row in rows]


def _rounds(row: tuple[str, str, *tuple[int, ...]]) -> Rounds:
    code, name, *counts = row
    open_, rated, expired, over, pressed = counts
    return Rounds(code, name, open_, rated, expired, over, pressed)
