"""What becomes of items, as this service told it itself: the letters of whoever has them follow."""

from uuid import UUID

from chassis.session import Session
from contracts.tasks import AssignmentExtended, AssignmentHandedOver, AssignmentWithdrawn, ItemsListed
from services.tasks.assignments.model import Assignment
from services.tasks.letters.following import mark


async def follow_new_items(event: ItemsListed, session: Session) -> None:
    """Items were put in somebody's name."""
    ids = [one.assignment_id for one in event.items if one.assignment_id is not None]
    await session.fetch(Assignment, ids)
    found = [await session.get(Assignment, one) for one in ids]
    await mark(session, (one.assignee_id for one in found if one is not None))


async def follow_a_new_date(event: AssignmentExtended, session: Session) -> None:
    """An item falls due on another day."""
    await mark(session, await _who_has(session, event.assignment_id))


async def follow_a_hand_over(event: AssignmentHandedOver, session: Session) -> None:
    """An item went from one to another."""
    await mark(session, (event.from_person_id, event.to_person_id))


async def follow_a_withdrawal(event: AssignmentWithdrawn, session: Session) -> None:
    """An item was taken off."""
    await mark(session, await _who_has(session, event.assignment_id))


async def _who_has(session: Session, assignment_id: UUID) -> tuple[UUID, ...]:
    found = await session.get(Assignment, assignment_id)
    return (found.assignee_id,) if found else ()
