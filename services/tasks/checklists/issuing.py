"""Writing many items and assignments at once, telling each person once, and having their days watched."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from chassis.clock import midnight
from chassis.held import values_in
from chassis.plans import columns_of, table_of
from chassis.session import Session
from chassis.tables import Row, like, new_id
from contracts.tasks import ItemsListed, ListedItem
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.resources.actions import Alike, flag
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


class Given(NamedTuple):
    """An item, and the post to whose holder it is given; none for one that is broken down."""

    item: ChecklistItem
    post: Post | None
    new: bool = True  # it stands on no list yet


Parts = Sequence[tuple[ChecklistItem | Checklist, Sequence[Given]]]
"""What things are above, each with what is set below it."""


async def issue_all(session: Session, parts: Parts, *, by: UUID) -> int:
    """Set items below others or at the top of a list, each given to a person or to be broken down further.

    One fact for each thing above, one notice for each person and list. Returns how many were given to persons.
    """
    sets: Counter[Alike] = Counter()
    held: list[Given] = []
    for above, given in parts:
        for one in given:
            if one.post is not None:
                one.item.assignment_id = new_id()
                held.append(one)
        sets.update([_alike(above, one) for one in given])
        session.publish(_listed(above, given))
    posts = {one.post.id: one.post for one in held if one.post is not None}
    items = [one.item for _, given in parts for one in given if one.new]
    await _write(session, ChecklistItem, items, count=len(items))
    await _write(session, Assignment, _assignments(session, held, by=by), count=len(held))
    await flag(session, sets, posts, by=by)
    lines: Counter[tuple[UUID, UUID]] = Counter()
    days: set[tuple[UUID, date]] = set()
    for alike, count in sets.items():
        if alike.post_id is not None:
            lines[posts[alike.post_id].person_id, alike.checklist_id] += count
            days.add((alike.checklist_id, alike.due_on))
    for (person, checklist_id), count in lines.items():
        tell(session, person, NoticeKind.ITEMS_ASSIGNED, about_id=checklist_id, lines=count)
    for checklist_id, due_on in sorted(days):
        watch(session, checklist_id, due_on)
    return len(held)


def watch(session: Session, checklist_id: UUID, due_on: date) -> None:
    """Have a list looked at once this local day is over."""
    session.remind(TIMER, about=checklist_id, due_at=midnight(date.fromordinal(due_on.toordinal() + 1)))


def _listed(above: ChecklistItem | Checklist, given: Sequence[Given]) -> ItemsListed:
    """What the others are told: values of rows, which need no checking."""
    superior_id = None if isinstance(above, Checklist) else above.superior_id or above.checklist_id
    return ItemsListed.model_construct(
        above_id=above.id,
        superior_id=superior_id,
        township_code=above.township_code,
        items=tuple(
            ListedItem(
                item_id=item.id,
                assignment_id=item.assignment_id,
                organization_id=item.organization_id,
                division_code=item.division_code,
                due_on=item.due_on,
            )
            for item in [one.item for one in given]
        ),
    )


def _alike(above: ChecklistItem | Checklist, given: Given) -> Alike:
    item, post, _ = given
    return Alike(
        item.checklist_id,
        item.plan_id,
        above.organization_id,
        item.organization_id,
        item.division_code,
        item.duty_entry_id,
        item.budget_line_id,
        item.due_on,
        post.id if post else None,
    )


def _assignments(session: Session, given: Iterable[Given], *, by: UUID) -> Iterator[Assignment]:
    """One for each item that is given to the holder of a post; the item knows it by its id already."""
    of_post: dict[UUID, Assignment] = {}
    for item, post, _ in given:
        if post is None or item.assignment_id is None:
            continue
        own = {
            "id": item.assignment_id,
            "township_code": item.township_code,
            "item_id": item.id,
            "checklist_id": item.checklist_id,
            "plan_id": item.plan_id,
            "organization_id": item.organization_id,
            "division_code": item.division_code,
            "due_on": item.due_on,
        }
        pattern = of_post.get(post.id)
        if pattern is None:
            pattern = of_post[post.id] = Assignment(
                **FRESH,
                **own,
                assignee_id=post.person_id,
                assignee_name=post.name,
                post_id=post.id,
                issued_by=by,
                issued_at=session.now,
            )
        yield like(pattern, **own)


async def _write(session: Session, kind: type[Row], rows: Iterable[Row], *, count: int) -> None:
    """Many rows are made while those before them are on their way."""
    if count <= AT_ONCE:
        session.add(*rows)
        return
    await session.insert_many(table_of(kind), columns_of(kind), (values_in(row) for row in rows))
