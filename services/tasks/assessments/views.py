"""The numbers of each line of the assessment that a list's items name, with all that the list was broken down into."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chassis.divisions import span_of
from chassis.session import Session
from services.tasks.assignments.model import DONE, Assignment, AssignmentStage
from services.tasks.checklists.model import Checklist, ChecklistItem, Origin


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_done = col(Assignment.stage).in_(DONE)
_late = col(Assignment.missed_at).is_not(None)
_line = col(ChecklistItem.assessment_line)
_below = (
    col(Checklist.plan_id) == bindparam("plan"),
    col(Checklist.division_code).between(bindparam("first"), bindparam("last")),
    _line.is_not(None),
    col(ChecklistItem.withdrawn_at).is_(None),
)
LINES = (
    select(
        _line,
        func.count(),
        _many(col(Assignment.stage) != AssignmentStage.ISSUED),
        _many(_done),
        _many(_done & col(Assignment.in_time)),
        _many(_late & ~_done),
    )
    .select_from(Checklist)
    .join(ChecklistItem, col(ChecklistItem.checklist_id) == col(Checklist.id))
    .join(Assignment, col(Assignment.id) == col(ChecklistItem.assignment_id))
    .where(*_below, col(Assignment.stage) != AssignmentStage.WITHDRAWN)
    .group_by(_line)
    .order_by(_line)
)
"""Leaves alone: an item that was broken down counts by those below it, which name its line as well."""

_arisen = aliased(ChecklistItem)
ARISEN = (
    select(_line, func.count(), _many(col(Assignment.stage) != AssignmentStage.CLOSED_OUT))
    .select_from(Checklist)
    .join(ChecklistItem, col(ChecklistItem.checklist_id) == col(Checklist.id))
    .join(_arisen, col(_arisen.origin_id) == col(ChecklistItem.id))
    .join(Assignment, col(Assignment.id) == col(_arisen.assignment_id))
    .where(*_below, col(_arisen.origin) == Origin.ITEM, col(_arisen.withdrawn_at).is_(None))
    .group_by(_line)
)
"""Problems that were met in doing them, and what is put right because of them."""


@dataclass(frozen=True, slots=True)
class LineNumbers:
    """What counts for one line: assignments by how far they are, and what arose from them."""

    line: str
    leaves: int
    signed: int
    done: int
    in_time: int  # of those done, reported on their day or before
    late: int  # their day went by, and they are not done
    problems: int
    problems_open: int  # not struck off


async def lines_of(session: Session, checklist: Checklist) -> Sequence[LineNumbers]:
    """The lines that items of a list name, by name."""
    first, last = span_of(checklist.division_code)
    given = {"plan": checklist.plan_id, "first": first, "last": last}
    arisen = {line: (problems, still) for line, problems, still in await session.all(ARISEN, **given)}
    found = []
    for line, leaves, signed, done, in_time, late in await session.all(LINES, **given):
        problems, still = arisen.get(line, (0, 0))
        found.append(LineNumbers(line or "", leaves, signed, done, in_time, late, problems, still))
    return found
