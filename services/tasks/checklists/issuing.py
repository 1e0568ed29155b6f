"""Writing many items and assignments at once, telling each person once, and having their days watched."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.clock import midnight
from chassis.held import values_in
from chassis.plans import columns_of, table_of
from chassis.session import Session
from chassis.tables import Row, new_id
from contracts.tasks import ItemsListed, ListedItem
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.resources.actions import flag
from services.tasks.roster.model import Post

TIMER = "list_due"
"""The timer of a list: a day on which some of its items are due is over."""
AT_ONCE = 200  # rows; more of them are copied

FRESH = {
    "stage": AssignmentStage.ISSUED,
    "share": 0,
    "promised_on": None,
    "first_promised_on": None,
    "pledged_at": None,
    "text_digest": None,
    "rule_version": None,
    "reported_at": None,
    "reported_by": None,
    "in_time": None,
    "accepted_at": None,
    "accepted_by": None,
    "returns": 0,
    "closed_at": None,
    "missed_at": None,
}
"""What an assignment is before anybody has signed for it."""
FROM_ITEM = ("township_code", "checklist_id", "plan_id", "organization_id", "division_code", "due_on")
"""What an assignment takes over from its item."""
TOLD = ("assignment_id", "organization_id", "division_code", "due_on")


@dataclass(frozen=True, slots=True)
class Given:
    """An item, and the post to whose holder it is given; none for one that is broken down."""

    item: ChecklistItem
    post: Post | None
    new: bool = True  # it stands on no list yet


async def issue_all(
    session: Session, parts: Sequence[tuple[ChecklistItem | Checklist, Sequence[Given]]], *, by: UUID
) -> list[Assignment]:
    """Set items below others or at the top of a list, each given to a person or to be broken down further.

    One fact for each thing above, one notice for each person and list.
    """
    assignments: list[Assignment] = []
    lines: Counter[tuple[UUID, UUID]] = Counter()
    days: set[tuple[UUID, date]] = set()
    for above, given in parts:
        listed = []
        for one in given:
            item = one.item
            if one.post is not None:
                assignment = _assignment(session, item, one.post, by=by)
                item.assignment_id = assignment.id
                assignments.append(assignment)
                lines[one.post.person_id, item.checklist_id] += 1
                days.add((item.checklist_id, item.due_on))
            line = vars(item)
            listed.append(ListedItem.model_construct(item_id=line["id"], **{name: line[name] for name in TOLD}))
        session.publish(
            ItemsListed.model_construct(
                above_id=above.id,
                superior_id=_superior_of(above),
                township_code=above.township_code,
                items=tuple(listed),
            )
        )
    await _write(session, [one.item for _, given in parts for one in given if one.new])
    await _write(session, assignments)
    await flag(session, [(above, one.item, one.post) for above, given in parts for one in given], by=by)
    for (person, checklist_id), count in lines.items():
        tell(session, person, NoticeKind.ITEMS_ASSIGNED, about_id=checklist_id, lines=count)
    for checklist_id, due_on in sorted(days):
        watch(session, checklist_id, due_on)
    return assignments


def watch(session: Session, checklist_id: UUID, due_on: date) -> None:
    """Have a list looked at once this local day is over."""
    session.remind(TIMER, about=checklist_id, due_at=midnight(date.fromordinal(due_on.toordinal() + 1)))


def _superior_of(above: ChecklistItem | Checklist) -> UUID | None:
    if isinstance(above, Checklist):
        return None
    return above.superior_id or above.checklist_id


def _assignment(session: Session, item: ChecklistItem, post: Post, *, by: UUID) -> Assignment:
    """Of an item; by the values of its row, for there may be thousands."""
    line = vars(item)
    return Assignment(
        **FRESH,
        **{name: line[name] for name in FROM_ITEM},
        id=new_id(),
        item_id=line["id"],
        assignee_id=post.person_id,
        assignee_name=post.name,
        post_id=post.id,
        issued_by=by,
        issued_at=session.now,
    )


async def _write(session: Session, rows: Sequence[Row]) -> None:
    if len(rows) <= AT_ONCE:
        session.add(*rows)
        return
    kind = type(rows[0])
    await session.insert_many(table_of(kind), columns_of(kind), [values_in(row) for row in rows])
