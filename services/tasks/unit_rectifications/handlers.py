"""Taking in that a cell closed below the line, and what the next cell said."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.feedback import CellFoundBelowLine, CellJudgedAgain
from services.tasks.checklists.actions import enter_problem
from services.tasks.checklists.model import ChecklistKind, Origin
from services.tasks.roster import views as roster
from services.tasks.rules.days import last_day
from services.tasks.rules.pack import RuleId
from services.tasks.unit_rectifications.model import UnitRectification

EARLIER = (
    select(UnitRectification)
    .where(
        col(UnitRectification.township_code) == bindparam("township"),
        col(UnitRectification.division_code) == bindparam("division"),
        col(UnitRectification.group_code) == bindparam("group"),
        col(UnitRectification.served_to) < bindparam("before"),
        col(UnitRectification.above_line).is_not(True),
        col(UnitRectification.set_aside_at).is_(None),
    )
    .with_for_update()
)


async def open_for_a_cell(event: CellFoundBelowLine, session: Session) -> None:
    """Open the one rectification of a cell: in the name of whoever answers one level above the unit.

    After each cell that was still below the line it is one level further up. It waits while the organisation is not
    known or nobody is in office at or above it.
    """
    if await session.get(UnitRectification, event.cell_id) is not None:
        return
    unit, owners = await roster.division(session, event.division_code), await roster.in_area(session, event.owner_code)
    if unit is None or not owners:
        raise NotYetHeard()
    today = local_date(session.now)
    before = await _waiting(session, event, before=event.served_from)
    owner, head = await roster.head_at_or_above(session, owners[0].id, steps=len(before), today=today)
    if head is None:
        raise NotYetHeard()
    again = f"第 {len(before) + 1} 次" if before else ""
    item = await enter_problem(
        session,
        organization_id=owner,
        title=f"{unit.name} {event.served_from} 至 {event.served_to} 匿名测评{again}低于合格线，限期整改",
        origin=Origin.SURVEY,
        origin_id=event.cell_id,
        due_on=last_day(session, RuleId.RECTIFY_UNIT),
        by=head.person_id,
        post=head,
        kind=ChecklistKind.RECTIFICATION,
    )
    session.add(UnitRectification.begin(event, item_id=item.id))


async def hear_the_next_cell(event: CellJudgedAgain, session: Session) -> None:
    """The next cell of the unit has closed: above the line, this and what came before it may be struck off."""
    found = await session.get(UnitRectification, event.cell_id, lock=True)
    if found is None:
        raise NotYetHeard()
    found.judge(event)
    if event.above_line:
        for one in await _waiting(session, found, before=found.served_to):
            one.judge(event)


async def _waiting(
    session: Session, of: CellFoundBelowLine | UnitRectification, *, before: date
) -> Sequence[UnitRectification]:
    """Rectifications of the same unit and items, of what was before a day, that no cell has found put right yet."""
    return await session.all(
        EARLIER, township=of.township_code, division=of.division_code, group=of.group_code, before=before
    )
