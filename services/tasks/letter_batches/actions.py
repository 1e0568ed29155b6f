"""Beginning a batch of letters, and making one after another beside the service's work."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import orjson
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import NotFound, Problem, Unavailable
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.checklists import views as checklists
from services.tasks.letter_batches import policy
from services.tasks.letter_batches.model import (
    MOST_OF_LIST,
    RUNNING,
    LetterBatch,
    LetterBatchRow,
    MadeOutcome,
    NobodyOnTheList,
)
from services.tasks.letters import actions as letters
from services.tasks.letters.items import POSTS_OF_LIST
from services.tasks.letters.model import LetterThere, NothingChanged
from services.tasks.letters.text import Line

AT_ONCE = 20
"""Letters of a batch before another batch has its turn."""

NEXT = select(LetterBatch.id).where(RUNNING).order_by(col(LetterBatch.id)).limit(20)
PLANNED = (
    select(LetterBatchRow.id)
    .where(col(LetterBatchRow.batch_id) == bindparam("batch"), col(LetterBatchRow.outcome) == MadeOutcome.PLANNED)
    .order_by(col(LetterBatchRow.place))
    .limit(AT_ONCE)
)


async def begin(
    session: Session, *, by: Actor, year: int, title: str, wanted: Mapping[UUID, Sequence[Line] | None]
) -> LetterBatch:
    """Have letters made: for each post these items, or those of the lists. Raises `MayNotMakeLetters`."""
    await policy.check_makes_letters(session, by)
    vault = session.use(Vault)
    batch = LetterBatch(
        id=new_id(),
        ordered_by=by.person_id,
        year=year,
        title=title,
        size=len(wanted),
        made_at=session.now,
        finished_at=None,
    )
    session.add(batch)
    for number, (post_id, lines) in enumerate(wanted.items(), 1):
        row_id = new_id()
        session.add(
            LetterBatchRow(
                id=row_id,
                batch_id=batch.id,
                place=number,
                post_id=post_id,
                lines=None if lines is None else vault.seal_bytes(_packed(lines), place=_place(row_id)),
                outcome=MadeOutcome.PLANNED,
                letter_id=None,
                reason=None,
                reason_zh=None,
                made_at=session.now,
            )
        )
    return batch


async def begin_for_list(session: Session, checklist_id: UUID, *, by: Actor, year: int, title: str) -> LetterBatch:
    """Have letters made for everybody who has an item of a list that the actor sees. Raises also `NotFound`."""
    await checklists.seen(session, by, checklist_id)
    posts = await session.all(POSTS_OF_LIST, checklist=checklist_id, limit=MOST_OF_LIST)
    if not posts:
        raise NobodyOnTheList()
    return await begin(session, by=by, year=year, title=title, wanted=dict.fromkeys(posts))


async def seen(session: Session, batch_id: UUID, *, by: Actor) -> LetterBatch:
    """One's own batch. Raises `NotFound`."""
    batch = await session.get(LetterBatch, batch_id)
    if batch is None or batch.ordered_by != by.person_id:
        raise NotFound()
    return batch


async def carry_on(sessions: Sessions) -> int:
    """Make the next letters of every batch, each in a transaction of its own; returns how many."""
    done = 0
    async with sessions(None) as session:
        running = await session.all(NEXT)
    for batch_id in running:
        async with sessions(None) as session:
            planned = await session.all(PLANNED, batch=batch_id)
        for row_id in planned:
            await _make(sessions, batch_id, row_id)
        done += len(planned)
        if len(planned) < AT_ONCE:
            await _finish(sessions, batch_id)
    return done


async def _make(sessions: Sessions, batch_id: UUID, row_id: UUID) -> None:
    try:
        async with sessions(None) as session:
            row, batch = await _planned(session, row_id), await session.get(LetterBatch, batch_id)
            if row is None or batch is None:  # another copy of this service was faster
                return
            sealed = row.lines
            lines = _unpacked(session.use(Vault).open_bytes(sealed, place=_place(row_id))) if sealed else None
            by = Actor(batch.ordered_by)
            row.letter_id, row.outcome = await _bring_up_to_date(session, batch, row.post_id, lines, by=by)
            row.lines = None
            audit.record(session, actor_id=by.person_id, action="make_letter", about=row.letter_id, reason="batch")
    except Unavailable:
        raise
    except Problem as refusal:
        async with sessions(None) as session:
            row = await _planned(session, row_id)
            if row is not None:
                row.outcome, row.reason, row.reason_zh = MadeOutcome.FAILED, refusal.code(), refusal.title_zh
                row.lines = None


async def _bring_up_to_date(
    session: Session, batch: LetterBatch, post_id: UUID, lines: tuple[Line, ...] | None, *, by: Actor
) -> tuple[UUID, MadeOutcome]:
    there = await session.first(letters.OF_POST, post=post_id, year=batch.year)
    if there is None:
        made = await letters.make(session, by=by, post_id=post_id, year=batch.year, title=batch.title, lines=lines)
        return made.id, MadeOutcome.MADE
    if lines is None and there.from_lists:
        return there.id, MadeOutcome.SAME  # it follows the lists by itself
    if lines is None:
        raise LetterThere()
    try:
        await letters.change(session, there.id, by=by, lines=lines)
    except NothingChanged:
        return there.id, MadeOutcome.SAME
    return there.id, MadeOutcome.RENEWED


async def _planned(session: Session, row_id: UUID) -> LetterBatchRow | None:
    row = await session.get(LetterBatchRow, row_id, lock=True)
    return row if row is not None and row.outcome is MadeOutcome.PLANNED else None


async def _finish(sessions: Sessions, batch_id: UUID) -> None:
    async with sessions(None) as session:
        if await session.all(PLANNED, batch=batch_id):
            return
        batch = await session.get(LetterBatch, batch_id, lock=True)
        if batch is not None and batch.finished_at is None:
            batch.finished_at = session.now


def _packed(lines: Sequence[Line]) -> bytes:
    return orjson.dumps([(one.item_id, one.number, one.title, one.due_on) for one in lines])


def _unpacked(packed: bytes) -> tuple[Line, ...]:
    return tuple(
        Line(item_id, number, title, date.fromisoformat(due_on) if due_on else None)
        for item_id, number, title, due_on in orjson.loads(packed)
    )


def _place(row_id: UUID) -> str:
    return place_of("letter_batch_row", "lines", row_id)
