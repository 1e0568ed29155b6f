"""The items that the lists hold in a post's name, as the lines of its letter."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.checklists.model import ChecklistItem
from services.tasks.letters.model import MOST_LINES, TooManyItems
from services.tasks.letters.text import Line, plain

_day = Assignment.__table__.c.due_on.type  # type: ignore[attr-defined]
ITEMS = (
    sa.select(col(ChecklistItem.id), col(ChecklistItem.number), col(ChecklistItem.title), col(Assignment.due_on))
    .join(ChecklistItem, col(ChecklistItem.id) == col(Assignment.item_id))
    .where(
        col(Assignment.post_id) == bindparam("post"),
        col(Assignment.assignee_id) == bindparam("person"),
        col(Assignment.stage) != AssignmentStage.WITHDRAWN,
        col(Assignment.due_on).between(bindparam("first", type_=_day), bindparam("last", type_=_day)),
    )
    .order_by(col(Assignment.due_on), col(ChecklistItem.number), col(ChecklistItem.id))
    .limit(MOST_LINES + 1)
)
POSTS_OF_LIST = (
    select(col(Assignment.post_id))
    .where(
        sa.or_(
            col(Assignment.checklist_id) == bindparam("checklist"), col(Assignment.plan_id) == bindparam("checklist")
        ),
        col(Assignment.stage) != AssignmentStage.WITHDRAWN,
    )
    .distinct()
    .order_by(col(Assignment.post_id))
    .limit(bindparam("limit"))
)


async def of_post(session: Session, post_id: UUID, person_id: UUID, *, year: int) -> tuple[Line, ...]:
    """The items in a post's name that are due in a year, as a letter has them. Raises `TooManyItems`."""
    given = {"post": post_id, "person": person_id, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    found = await session.all(ITEMS, **given)
    if len(found) > MOST_LINES:
        raise TooManyItems(most=MOST_LINES)
    return tuple(Line(str(item_id), plain(number), plain(title), due_on) for item_id, number, title, due_on in found)
