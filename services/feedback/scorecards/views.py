"""Figures, counted afresh from the records of cases by one statement, and the cases behind a figure."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, bindparam, cast, false, func, literal, or_, select, true
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import Instant
from services.feedback.cases.model import CaseRecord
from services.feedback.ratings.model import Invitation
from services.feedback.roster.views import BELOW
from services.feedback.scorecards.formulas import AS_OF
from services.feedback.scorecards.model import INDICATORS, Figure, Indicator, Part, Scorecard
from services.feedback.scorecards.units import Level, Unit, part_of_case, parts_of_one, parts_of_page


class CaseBehind(NamedTuple):
    """A case that a figure counts; never with its grade."""

    request_id: UUID
    division_code: str
    organization_id: UUID | None
    kind: str
    item_code: str | None
    channel: str
    submitted_at: datetime
    finish_due_at: datetime
    handled_at: datetime | None


OPEN_TO_THEM: ColumnElement[bool] = col(CaseRecord.discipline).is_(False) & or_(
    col(CaseRecord.about_person_id).is_(None),
    (col(CaseRecord.about_person_id) != bindparam("person"))
    & col(CaseRecord.about_organization_id).in_(select(BELOW.c.id)),
)
"""A complaint about somebody in office counts for those above them alone; give `person` and `today`.

Left out of every figure that others see, it cannot be found by taking one figure from another. What lies with
discipline supervision counts for nobody.
"""

OPEN_TO_ALL: ColumnElement[bool] = col(CaseRecord.discipline).is_(False) & col(CaseRecord.about_person_id).is_(None)
"""What is said about a person in office counts in nothing that is the same for every reader."""


def _sides(indicator: Indicator) -> list[tuple[str, ColumnElement[bool]]]:
    """What is above the line, below it and outside of it, and what would be below, were it not left out of scores."""
    sides = [(side.value, indicator.counted(side) & COUNTS) for side in Part]
    return [*sides, ("excluded", indicator.counted(Part.DENOMINATOR) & ~COUNTS)]


COUNTS: ColumnElement[bool] = col(CaseRecord.exclusion).is_(None)
"""Two persons did not leave it out of scores; how many they did is said beside each figure."""


def figures(
    level: Level,
    parts: CTE,
    indicators: Iterable[Indicator],
    months: ColumnElement[bool],
    *,
    open_: ColumnElement[bool] = OPEN_TO_THEM,
) -> Select[str, str, *tuple[int, ...]]:
    """Count the cases of each part in these months once, then add the parts of each unit up."""
    part = part_of_case(level)
    counts = [
        func.count().filter(condition).label(f"{name}_{indicator.id}")
        for indicator in indicators
        for name, condition in _sides(indicator)
    ]
    counted = (
        select(part.label("part"), *counts)
        .where(AS_OF, months, part.in_(select(parts.c.part)), open_)
        .group_by(part)
        .subquery("counted")
    )
    sums = [cast(func.coalesce(func.sum(counted.c[count.name]), 0), BigInteger) for count in counts]
    return (
        select(parts.c.code, parts.c.name, *sums)
        .select_from(parts.outerjoin(counted, counted.c.part == parts.c.part))
        .group_by(parts.c.code, parts.c.name)
        .order_by(parts.c.code)
    )


OF_MONTH = col(CaseRecord.month) == bindparam("month")
FIGURES_OF_ONE = {level: figures(level, parts_of_one(level), INDICATORS.values(), OF_MONTH) for level in Level}
FIGURES_OF_PAGE = {level: figures(level, parts_of_page(level), INDICATORS.values(), OF_MONTH) for level in Level}


async def scorecard(session: Session, unit: Unit, *, by: Actor, month: str) -> Scorecard:
    """One unit's figures for a month of submission (local, `2023-05`), of the cases open to an actor."""
    (row,) = await session.all(FIGURES_OF_ONE[unit.level], code=unit.code, **_given(session, by, month=month))
    return _scorecard(row)


async def scorecards(
    session: Session, level: Level, *, by: Actor, month: str, after: str, limit: int
) -> list[Scorecard]:
    """The figures of a page of units, in the order of their codes and in no other, of the cases open to an actor."""
    given = _given(session, by, month=month)
    rows = await session.all(FIGURES_OF_PAGE[level], after=after, limit=limit, **given)
    return [_scorecard(row) for row in rows]


async def cases_behind(
    session: Session,
    unit: Unit,
    *,
    month: str,
    indicator: Indicator,
    part: Part,
    person_id: UUID,
    only_own: bool,
    before: UUID,
    limit: int,
) -> list[CaseBehind]:
    """The cases that a figure counts, newest first, before an id.

    What a person handled is left out where it would show them what the person served thinks.
    """
    mine = _handled_by(person_id)
    behind = (
        select(
            col(CaseRecord.request_id),
            col(CaseRecord.division_code),
            col(CaseRecord.organization_id),
            col(CaseRecord.kind),
            col(CaseRecord.item_code),
            col(CaseRecord.channel),
            col(CaseRecord.submitted_at),
            col(CaseRecord.finish_due_at),
            col(CaseRecord.handled_at),
        )
        .where(
            col(CaseRecord.month) == month,
            part_of_case(unit.level).in_(select(parts_of_one(unit.level).c.part)),
            indicator.counted(part, literal(session.now, Instant())),
            col(CaseRecord.request_id) < before,
            mine if only_own else true(),
            ~mine if indicator.kept_from_handler else true(),
            OPEN_TO_THEM,
            COUNTS,
        )
        .order_by(col(CaseRecord.request_id).desc())
        .limit(limit)
    )
    rows = await session.all(behind, code=unit.code, person=person_id, today=local_date(session.now))
    return [CaseBehind(*row) for row in rows]


def _given(session: Session, by: Actor, *, month: str) -> dict[str, object]:
    return {"month": month, "now": session.now, "person": by.person_id, "today": local_date(session.now)}


def _handled_by(person_id: UUID) -> ColumnElement[bool]:
    """The case lies with this person, or a round of it was handled by them."""
    rounds = select(col(Invitation.request_id)).where(col(Invitation.handler_id) == person_id)
    return or_(
        func.coalesce(col(CaseRecord.assignee_id) == person_id, false()),
        func.coalesce(col(CaseRecord.handler_id) == person_id, false()),
        col(CaseRecord.request_id).in_(rounds),
    )


def _scorecard(row: tuple[str, str, *tuple[int, ...]]) -> Scorecard:
    code, name, *counts = row
    return Scorecard(code, name, figures_in(counts, INDICATORS))


def figures_in(counts: Iterable[int], indicators: Iterable[str]) -> list[Figure]:
    """The figures of a row that `figures` counted."""
    found = iter(counts)
    return [
        Figure(indicator, numerator=next(found), denominator=next(found), outside=next(found), excluded=next(found))
        for indicator in indicators
    ]
