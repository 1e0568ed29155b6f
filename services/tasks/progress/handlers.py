"""What this service told of items and assignments, counted."""

from chassis.session import Session
from contracts.tasks import (
    AssignmentAccepted,
    AssignmentClosedOut,
    AssignmentHandedOver,
    AssignmentMissed,
    AssignmentPledged,
    AssignmentProgressed,
    AssignmentReported,
    AssignmentReturned,
    AssignmentWithdrawn,
    ItemsListed,
)
from services.tasks.assignments.model import AssignmentStage
from services.tasks.progress.actions import list_items, record


async def count_listed(event: ItemsListed, session: Session) -> None:
    """Items were set on a list, or below an item."""
    await list_items(session, event.above_id, event.superior_id, event.items, township_code=event.township_code)


async def count_pledged(event: AssignmentPledged, session: Session) -> None:
    """An item was signed for."""
    await record(session, event.item_id, stage=AssignmentStage.PLEDGED)


async def count_progressed(event: AssignmentProgressed, session: Session) -> None:
    """More of it is done."""
    await record(session, event.item_id, share=event.share)


async def count_reported(event: AssignmentReported, session: Session) -> None:
    """It waits for acceptance."""
    await record(session, event.item_id, stage=AssignmentStage.REPORTED, share=100)


async def count_accepted(event: AssignmentAccepted, session: Session) -> None:
    """It is done."""
    await record(session, event.item_id, stage=AssignmentStage.ACCEPTED)


async def count_returned(event: AssignmentReturned, session: Session) -> None:
    """It is not done after all."""
    await record(session, event.item_id, stage=AssignmentStage.RETURNED)


async def count_closed_out(event: AssignmentClosedOut, session: Session) -> None:
    """It is off the list."""
    await record(session, event.item_id, stage=AssignmentStage.CLOSED_OUT)


async def count_handed_over(event: AssignmentHandedOver, session: Session) -> None:
    """Somebody else has to sign for it."""
    await record(session, event.item_id, stage=AssignmentStage.ISSUED)


async def count_missed(event: AssignmentMissed, session: Session) -> None:
    """Its day went by."""
    await record(session, event.item_id, missed=True)


async def count_withdrawn(event: AssignmentWithdrawn, session: Session) -> None:
    """It counts no more by itself."""
    await record(session, event.item_id, stage=AssignmentStage.WITHDRAWN)
