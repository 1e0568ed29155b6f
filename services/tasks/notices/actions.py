"""Telling somebody, and noting that it was read."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.notices.model import Notice, NoticeKind


def tell(session: Session, person_id: UUID, kind: NoticeKind, *, request_id: UUID | None) -> None:
    """Have a person told about a case, or about something that concerns none."""
    session.add(
        Notice(id=new_id(), person_id=person_id, kind=kind, request_id=request_id, at=session.now, read_at=None)
    )


async def read(session: Session, notice_id: UUID, *, by: Actor) -> Notice:
    """Note that a notice was read; a second time changes nothing."""
    notice = await session.get(Notice, notice_id, lock=True)
    if notice is None or notice.person_id != by.person_id:
        raise NotFound()
    if notice.read_at is None:
        notice.read_at = session.now
    return notice
