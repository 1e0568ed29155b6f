"""What a person is, or was, asked to grade."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, or_, select
from sqlmodel import col

from chassis.paging import NEWEST, WrongCursor
from chassis.session import Session
from services.feedback.cases.model import CaseRecord
from services.feedback.ratings.model import Invitation, InvitationStage, Rating


class Asked(NamedTuple):
    """An invitation, with what its case is about."""

    id: UUID
    request_id: UUID
    round: int
    kind: str
    item_code: str | None
    asked_at: datetime
    stage: InvitationStage
    rated_at: datetime | None
    rating: Rating | None
    reasons: list[str] | None


_closed = case((col(Invitation.stage) == InvitationStage.OPEN, 0), else_=1)
MINE = (
    select(
        col(Invitation.id),
        col(Invitation.request_id),
        col(Invitation.round),
        col(CaseRecord.kind),
        col(CaseRecord.item_code),
        col(Invitation.asked_at),
        col(Invitation.stage),
        col(Invitation.rated_at),
        col(Invitation.rating),
        col(Invitation.reasons),
    )
    .join(CaseRecord, col(CaseRecord.request_id) == col(Invitation.request_id))
    .where(
        col(Invitation.citizen_id) == bindparam("person"),
        or_(
            _closed > bindparam("closed"),
            (_closed == bindparam("closed")) & (col(Invitation.id) < bindparam("before")),
        ),
    )
    .order_by(_closed, col(Invitation.id).desc())
    .limit(bindparam("limit"))
)


async def asked_of(session: Session, person_id: UUID, *, before: UUID, limit: int) -> list[Asked]:
    """A person's invitations, the open ones first, then from new to old. Raises `WrongCursor`."""
    closed = 0
    if before != NEWEST:
        last = await session.get(Invitation, before)
        if last is None or last.citizen_id != person_id:
            raise WrongCursor()
        closed = int(last.stage is not InvitationStage.OPEN)
    rows = await session.all(MINE, person=person_id, closed=closed, before=before, limit=limit)
    return [Asked._make(row) for row in rows]
