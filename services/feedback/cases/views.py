"""Finding the record of a case."""

from uuid import UUID

from chassis.inbox import NotYetHeard
from chassis.session import Session
from services.feedback.cases.model import CaseRecord


async def case_to_change(session: Session, request_id: UUID) -> CaseRecord:
    """The record of a case, ours to change. Raises `NotYetHeard` before its request has been heard of."""
    case = await session.get(CaseRecord, request_id, lock=True)
    if case is None:
        raise NotYetHeard()
    return case
