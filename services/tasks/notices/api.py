"""One's notices over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_after, place
from chassis.words import Output
from services.tasks.notices import actions
from services.tasks.notices.model import Notice

router = APIRouter(prefix="/notices", tags=["通知"], route_class=Route)

MINE = (
    select(Notice)
    .where(col(Notice.person_id) == bindparam("person"), col(Notice.id) < bindparam("before"))
    .order_by(col(Notice.id).desc())
    .limit(bindparam("limit"))
)


class NoticeView(Output):
    """One notice."""

    id: UUID
    kind: str
    title_zh: str
    request_id: UUID | None
    at: datetime
    read_at: datetime | None


class NoticePage(Output):
    """Notices from new to old."""

    items: list[NoticeView]
    next: str | None


@router.get("")
async def notices(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> NoticePage:
    """What you are to be told."""
    found = await session.all(MINE, person=actor.person_id, before=place(cursor), limit=limit)
    return NoticePage(items=[_view(n) for n in found], next=cursor_after(found[-1].id) if len(found) == limit else None)


@router.post("/{notice_id}/read")
async def read_notice(notice_id: UUID, session: Transaction, actor: SignedIn) -> NoticeView:
    """Note that you have read it."""
    return _view(await actions.read(session, notice_id, by=actor))


def _view(notice: Notice) -> NoticeView:
    return NoticeView(
        id=notice.id,
        kind=notice.kind.value,
        title_zh=notice.kind.title_zh,
        request_id=notice.request_id,
        at=notice.at,
        read_at=notice.read_at,
    )
