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
    expires_at: datetime
    stage: InvitationStage
    rated_at: datetime | None
    rating: Rating | None
    reasons: list[str] | None


_closed = case((col(Invitation.stage) == InvitationStage.OPEN, 0), else_=1)
_MINE = (
    select(
        col(Invitation.id),
        col(Invitation.request_id),
        col(Invitation.round),
        col(CaseRecord.kind),
        col(CaseRecord.item_code),
        col(Invitation.asked_at),
        col(Invitation.expires_at),
        col(Invitation.stage),
        col(Invitation.rated_at),
        col(Invitation.rating),
        col(Invitation.reasons),
    )
    .join(CaseRecord, col(CaseRecord.request_id) == col(Invitation.request_id))
    .where(col(Invitation.citizen_id) == bindparam("person"))
    .order_by(_closed, col(Invitation.id).desc())
    .limit(bindparam("limit"))
)
MINE = _MINE.where(
    or_(
        _closed > bindparam("closed"),
        (_closed == bindparam("closed")) & (col(Invitation.id) < bindparam("before")),
    ),
    _closed <= bindparam("last"),
)
OF_CASE = _MINE.where(col(Invitation.request_id) == bindparam("request"), col(Invitation.id) < bindparam("before"))


async def asked_of(
    session: Session,
    person_id: UUID,
    *,
    request_id: UUID | None = None,
    open_only: bool = False,
    before: UUID,
    limit: int,
) -> list[Asked]:
    """A person's invitations, the open ones first, then from new to old; all, of one case, or the open ones alone.

    Raises `WrongCursor`.
    """
    if request_id is not None:
        rows = await session.all(OF_CASE, person=person_id, request=request_id, before=before, limit=limit)
        found = [Asked._make(row) for row in rows]
        return [one for one in found if one.stage is InvitationStage.OPEN or not open_only]
    closed = 0
    if before != NEWEST:
        last = await session.get(Invitation, before)
        if last is None or last.citizen_id != person_id:
            raise WrongCursor()
        closed = int(last.stage is not InvitationStage.OPEN)
    given = {"closed": closed, "last": 0 if open_only else 1}
    return [Asked._make(row) for row in await session.all(MINE, person=person_id, before=before, limit=limit, **given)]
