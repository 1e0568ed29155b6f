"""Putting sheets into an urn and emptying it."""

from uuid import UUID

from chassis.session import Session
from services.feedback.urns.model import EMPTY, Counts, Urn, written


async def put_in(session: Session, urn_id: UUID, counts: Counts) -> None:
    """Add to what an urn holds; the caller has the lock of the cell or part that it belongs to."""
    urn = await session.get(Urn, urn_id, lock=True)
    if urn is None:
        session.add(Urn(id=urn_id, sheets=counts.sheets, said=written(counts)))
    else:
        urn.hold(urn.counts + counts)


async def take_out(session: Session, urn_id: UUID) -> Counts:
    """What an urn held; nothing of it is left."""
    urn = await session.get(Urn, urn_id, lock=True)
    if urn is None:
        return EMPTY
    session.delete(urn)
    return urn.counts
