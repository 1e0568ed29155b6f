"""Reading entries: of one book, by stage and kind, and the lines and evidence of one."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.entries.model import EntryKind, EntryStage, LedgerEntry, LedgerLine

_stage, _kind = bindparam("stage", type_=sa.String), bindparam("kind", type_=sa.String)
ENTRIES = (
    select(LedgerEntry)
    .where(
        col(LedgerEntry.book_id) == bindparam("book"),
        or_(_stage == "", sa.type_coerce(col(LedgerEntry.stage), sa.String) == _stage),
        or_(_kind == "", sa.type_coerce(col(LedgerEntry.kind), sa.String) == _kind),
        col(LedgerEntry.id) < bindparam("before"),
    )
    .order_by(col(LedgerEntry.id).desc())
    .limit(bindparam("limit"))
)
LINES_AFTER = (
    select(LedgerLine)
    .where(col(LedgerLine.entry_id) == bindparam("entry"), col(LedgerLine.place) > bindparam("after"))
    .order_by(col(LedgerLine.place))
    .limit(bindparam("limit"))
)


async def entries(
    session: Session,
    book_id: UUID,
    *,
    stage: EntryStage | None,
    kind: EntryKind | None,
    before: UUID,
    limit: int,
) -> list[LedgerEntry]:
    """Entries of a book, from new to old."""
    given = {"stage": stage.value if stage else "", "kind": kind.value if kind else ""}
    return await session.all(ENTRIES, book=book_id, before=before, limit=limit, **given)


async def entry_read(session: Session, entry_id: UUID, *, by: Actor) -> LedgerEntry:
    """An entry of a book that one's posts see. Raises `NotFound`."""
    entry = await session.get(LedgerEntry, entry_id)
    if entry is None:
        raise NotFound()
    await book_read(session, entry.book_id, by=by)
    return entry


async def lines_of(session: Session, entry_id: UUID, *, after: int, limit: int) -> list[LedgerLine]:
    """Lines of an entry after a place."""
    return await session.all(LINES_AFTER, entry=entry_id, after=after, limit=limit)
