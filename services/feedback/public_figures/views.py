"""Counting the promises of a page of units, by the same formulas as their scorecards."""

from typing import NamedTuple

from sqlalchemy import CTE, BigInteger, Select, bindparam, cast, func, select
from sqlmodel import col

from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards.formulas import AS_OF
from services.feedback.scorecards.model import INDICATORS, Figure, Part
from services.feedback.scorecards.units import Level, part_of_case, parts_of_one, parts_of_page
from services.feedback.scorecards.views import COUNTS, OPEN_TO_ALL

KEPT = INDICATORS["promise_kept"]
FEW = 5
"""An own value: nobody is measured by fewer promises; they count in the figures of the area around."""


class Kept(NamedTuple):
    """How many of a unit's promises were kept."""

    code: str
    name: str
    figure: Figure  # with how many two persons left out

    @property
    def few(self) -> bool:
        """Whether there were some, and too few to be told."""
        return 0 < self.figure.denominator < FEW


def _counted(level: Level, parts: CTE) -> Select[str, str, int, int, int]:
    part = part_of_case(level)
    due, kept = KEPT.counted(Part.DENOMINATOR), KEPT.counted(Part.NUMERATOR)
    counted = (
        select(
            part.label("part"),
            func.count().filter(kept & COUNTS).label("kept"),
            func.count().filter(due & COUNTS).label("due"),
            func.count().filter(due & ~COUNTS).label("left_out"),
        )
        .where(
            AS_OF,
            col(CaseRecord.month) == bindparam("month"),
            part.in_(select(parts.c.part)),
            OPEN_TO_ALL,
        )
        .group_by(part)
        .subquery("counted")
    )
    return (
        select(
            parts.c.code,
            parts.c.name,
            cast(func.coalesce(func.sum(counted.c.kept), 0), BigInteger),
            cast(func.coalesce(func.sum(counted.c.due), 0), BigInteger),
            cast(func.coalesce(func.sum(counted.c.left_out), 0), BigInteger),
        )
        .select_from(parts.outerjoin(counted, counted.c.part == parts.c.part))
        .group_by(parts.c.code, parts.c.name)
        .order_by(parts.c.code)
    )


LEVELS = (Level.VILLAGE, Level.TOWNSHIP, Level.DISTRICT)
OF_PAGE = {level: _counted(level, parts_of_page(level)) for level in LEVELS}
OF_ONE = {level: _counted(level, parts_of_one(level)) for level in LEVELS}


async def kept_by_page(session: Session, level: Level, *, month: str, after: str, limit: int) -> list[Kept]:
    """The promises of a page of units that were due, by code and in no other order, for a month of submission."""
    rows = await session.all(OF_PAGE[level], month=month, now=session.now, after=after, limit=limit)
    return [_kept(row) for row in rows]


async def kept_by_one(session: Session, level: Level, code: str, *, month: str) -> Kept:
    """The promises of one unit that were due."""
    (row,) = await session.all(OF_ONE[level], month=month, now=session.now, code=code)
    return _kept(row)


def _kept(row: tuple[str, str, int, int, int]) -> Kept:
    code, name, kept, due, left_out = row
    return Kept(code, name, Figure(KEPT.id, numerator=kept, denominator=due, excluded=left_out))
