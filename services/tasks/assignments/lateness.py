"""An item's day is over: whoever has it is told, once; what citizens found wanting goes one level up."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.session import Session
from services.tasks.assignments.actions import note
from services.tasks.assignments.model import Assignment
from services.tasks.checklists.model import ChecklistItem, Origin
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.days import last_day
from services.tasks.rules.pack import RuleId

DUE = (
    select(Assignment)
    .where(
        col(Assignment.checklist_id) == bindparam("list"),
        col(Assignment.due_on) < bindparam("today", type_=Assignment.__table__.c.due_on.type),  # type: ignore[attr-defined]
        col(Assignment.missed_at).is_(None),
        col(Assignment.stage).in_(["issued", "pledged", "returned"]),
    )
    .order_by(col(Assignment.id))
    .with_for_update()
)


async def fire(checklist_id: UUID, session: Session) -> None:
    """A day on which items of a list were due is over: whoever has one that was not reported is told, once.

    Whoever answers one level up is told, too, or, of what a cell or a survey found below the line, has it from now on.
    """
    today = local_date(session.now)
    missed = await session.all(DUE, list=checklist_id, today=today)
    await session.fetch(ChecklistItem, [assignment.item_id for assignment in missed])
    told: set[tuple[UUID, UUID]] = set()
    for assignment in missed:
        session.publish(assignment.miss(at=session.now))
        note(session, assignment, "miss", by=None, name=None, words=None, on=assignment.due_on)
        tell(session, assignment.assignee_id, NoticeKind.ITEM_MISSED, about_id=assignment.id)
        _, head = await roster.head_at_or_above(
            session, assignment.organization_id, steps=1, today=today, past=assignment.assignee_id
        )
        item = await session.get(ChecklistItem, assignment.item_id)
        if head is not None and item is not None and item.origin is Origin.SURVEY:
            _lift(session, assignment, head)
        elif head is not None and (head.person_id, checklist_id) not in told:
            told.add((head.person_id, checklist_id))
            tell(session, head.person_id, NoticeKind.ITEM_MISSED_BELOW, about_id=checklist_id)


def _lift(session: Session, assignment: Assignment, head: Post) -> None:
    """Have a late rectification be the next level's, with the time of the rule anew; it stays missed."""
    due_on = last_day(session, RuleId.RECTIFY_UNIT)
    session.publish(
        assignment.hand_over(
            to=head.person_id,
            name=head.name,
            post_id=head.id,
            organization_id=head.organization_id,
            at=session.now,
            due_on=due_on,
        )
    )
    note(session, assignment, "lift", by=None, name=None, words=None, on=due_on)
    tell(session, head.person_id, NoticeKind.ITEM_LIFTED, about_id=assignment.id)
