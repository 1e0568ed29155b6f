"""One's notices over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Output
from services.tasks.notices import actions, views
from services.tasks.notices.model import Notice
from services.tasks.notices.sentences import sentence
from services.tasks.rules.pack import RulePack

router = APIRouter(prefix="/notices", tags=["通知"], route_class=Route)

Unread = Annotated[bool, Query(description="只看未读的")]


class NoticeView(Output):
    """One notice, or one line of a digest."""

    id: UUID
    kind: str
    title_zh: str  # what it says, and what to do next
    request_id: UUID | None
    about_id: UUID | None  # what it is about where that is no case; its kind says of which sort
    at: datetime
    tell_at: datetime  # before this instant (UTC) no telephone should ring for it
    read_at: datetime | None
    colour: str | None  # the warning in force, as the rule pack names it
    due_at: datetime | None  # the limit's end that it warns of
    lines: int | None  # of a digest: GET /notices/{notice_id}/lines


class NoticePage(Output):
    """Notices from new to old."""

    items: list[NoticeView]
    next: str | None
    title_zh: str  # what to show where there are none


class UnreadView(Output):
    """How many notices wait to be read."""

    unread: int
    more: bool  # so many that nobody counted on
    title_zh: str


class ReadView(Output):
    """What was marked as read."""

    read: int
    more: bool  # some are left: ask once more
    title_zh: str


@router.get("")
async def notices(
    session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25, unread: Unread = False
) -> NoticePage:
    """What you are to be told, what was gathered for you as one digest."""
    found = await views.mine(session, actor, unread=unread, digests=False, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="没有未读通知。" if unread else "还没有通知。")


@router.get("/digests")
async def digests(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> NoticePage:
    """Your digests: warnings, missed limits and reminders, gathered in working hours."""
    found = await views.mine(session, actor, unread=False, digests=True, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="没有需要提醒的事项。")


@router.get("/unread")
async def unread_notices(session: Transaction, actor: SignedIn) -> UnreadView:
    """How many notices you have not read, of those that you may be told at this hour."""
    count = await views.count_unread(session, actor)
    more = count == views.MOST_COUNTED
    said = f"有 {count}{' 条以上' if more else ' 条'}未读通知，请查看。" if count else "没有未读通知。"
    return UnreadView(unread=count, more=more, title_zh=said)


@router.post("/read")
async def read_all_notices(session: Transaction, actor: SignedIn) -> ReadView:
    """Note that you have read everything."""
    count, more = await actions.read_all(session, by=actor)
    return ReadView(read=count, more=more, title_zh="还有未读通知，请再点一次。" if more else "已全部标为已读。")


@router.get("/{notice_id}/lines")
async def lines(
    notice_id: UUID, session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25
) -> NoticePage:
    """What a digest of yours says, line by line."""
    found = await views.lines_of(session, actor, notice_id, before=place(cursor), limit=limit)
    return _page(session, found, limit=limit, empty="这条通知没有明细。")


@router.post("/{notice_id}/read")
async def read_notice(notice_id: UUID, session: Transaction, actor: SignedIn) -> NoticeView:
    """Note that you have read it, a digest with all its lines."""
    return _view(session, await actions.read(session, notice_id, by=actor))


def _page(session: Session, found: Sequence[Notice], *, limit: int, empty: str) -> NoticePage:
    return NoticePage(
        items=[_view(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else empty,
    )


def _view(session: Session, notice: Notice) -> NoticeView:
    return NoticeView(
        id=notice.id,
        kind=notice.kind.value,
        title_zh=sentence(notice, session.use(RulePack)),
        request_id=notice.request_id,
        about_id=notice.about_id,
        at=notice.at,
        tell_at=notice.tell_at or notice.at,
        read_at=notice.read_at,
        colour=notice.colour,
        due_at=notice.due_at,
        lines=notice.lines,
    )
