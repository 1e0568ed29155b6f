"""Reading one's notices: all, the unread, the digests, and the lines of one digest."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.notices.kinds import NoticeKind
from services.tasks.notices.model import Notice

MOST_COUNTED = 100
"""Unread notices are counted up to here; nobody reads a larger number."""

_own = select(Notice).where(
    col(Notice.person_id) == bindparam("person"), ~col(Notice.gathered), col(Notice.id) < bindparam("before")
)
_newest = col(Notice.id).desc()
MINE = _own.order_by(_newest).limit(bindparam("limit"))
UNREAD = _own.where(col(Notice.read_at).is_(None)).order_by(_newest).limit(bindparam("limit"))
DIGESTS = _own.where(col(Notice.kind) == NoticeKind.DIGEST).order_by(_newest).limit(bindparam("limit"))
LINES = (
    select(Notice)
    .where(col(Notice.digest_id) == bindparam("digest"), col(Notice.id) < bindparam("before"))
    .order_by(_newest)
    .limit(bindparam("limit"))
)
_now = bindparam("now", type_=Notice.__table__.c.at.type)  # type: ignore[attr-defined]
COUNTED = (
    sa.select(col(Notice.id))
    .where(
        col(Notice.person_id) == bindparam("person"),
        ~col(Notice.gathered),
        col(Notice.read_at).is_(None),
        sa.or_(col(Notice.tell_at).is_(None), col(Notice.tell_at) <= _now),
    )
    .limit(MOST_COUNTED)
)


async def mine(
    session: Session, actor: Actor, *, unread: bool, digests: bool, before: UUID, limit: int
) -> list[Notice]:
    """One's notices from new to old, after a place."""
    statement = UNREAD if unread else DIGESTS if digests else MINE
    return await session.all(statement, person=actor.person_id, before=before, limit=limit)


async def lines_of(session: Session, actor: Actor, digest_id: UUID, *, before: UUID, limit: int) -> list[Notice]:
    """The lines of a digest of one's own, from new to old. Raises `NotFound`."""
    digest = await session.get(Notice, digest_id)
    if digest is None or digest.person_id != actor.person_id:
        raise NotFound()
    return await session.all(LINES, digest=digest_id, before=before, limit=limit)


async def count_unread(session: Session, actor: Actor) -> int:
    """How many notices one has not read, of those that one may be told by now; at most `MOST_COUNTED`."""
    return len(await session.all(COUNTED, person=actor.person_id, now=session.now))
