"""Batches of letters over HTTP."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.letter_batches import actions
from services.tasks.letter_batches.model import (
    MOST,
    MOST_OF_LIST,
    LetterBatch,
    LetterBatchRow,
    MadeOutcome,
    PostTwice,
    WhichLetters,
)
from services.tasks.letters.api import Lines, Short, lines_of
from services.tasks.letters.text import Line, plain

router = APIRouter(prefix="/letter-batches", tags=["责任书"], route_class=Route)

ROWS = (
    select(LetterBatchRow).where(col(LetterBatchRow.batch_id) == bindparam("batch")).order_by(col(LetterBatchRow.place))
)
OWN = (
    select(LetterBatch)
    .where(col(LetterBatch.ordered_by) == bindparam("person"))
    .order_by(col(LetterBatch.id).desc())
    .limit(20)
)


class PostsLetter(Input):
    """The items of one post."""

    post_id: UUID
    lines: Lines


class BatchAsked(Input):
    """Whose letters are to be made, for which year."""

    year: int = Field(ge=2000, le=2100)
    title: Short
    checklist_id: UUID | None = Field(None, description="为这份清单上的所有责任人制作")
    letters: tuple[PostsLetter, ...] = Field((), max_length=MOST, description="每个岗位一份，最多 500 份")


class BatchRowView(Output):
    """One letter of it."""

    place: int
    post_id: UUID
    outcome: str
    outcome_zh: str
    letter_id: UUID | None
    reason: str | None
    reason_zh: str | None


class BatchView(Output):
    """A batch: how far it has come, and some of its letters."""

    id: UUID
    year: int
    title: str
    size: int
    done: int  # letters about which there is nothing left to do
    failed: int
    made_at: datetime
    finished_at: datetime | None
    rows: list[BatchRowView]
    next: int | None  # the place after which the next rows stand


class BatchLine(Output):
    """One of one's own batches."""

    id: UUID
    year: int
    title: str
    size: int
    made_at: datetime
    finished_at: datetime | None


class BatchList(Output):
    """One's own last batches, the newest first."""

    items: list[BatchLine]


@router.post("", status_code=202)
async def make_letters(body: BatchAsked, session: Transaction, actor: SignedIn) -> BatchView:
    """Have letters made for many posts; where a post has its letter of the year, other items make a new version.

    They are made beside; ask for the batch again to see how far it has come.
    Refusals: `may-not-make-letters`, `which-letters`, `nobody-on-the-list`, `post-twice`; those of a single letter
    stand in its row.
    """
    if bool(body.letters) is (body.checklist_id is not None):
        raise WhichLetters()
    if body.checklist_id is not None:
        listed = await actions.begin_for_list(
            session, body.checklist_id, by=actor, year=body.year, title=plain(body.title)
        )
        return await _view(session, listed, after=0, limit=100)
    wanted: dict[UUID, Sequence[Line] | None] = {one.post_id: lines_of(one.lines) for one in body.letters}
    if len(wanted) < len(body.letters):
        raise PostTwice()
    batch = await actions.begin(session, by=actor, year=body.year, title=plain(body.title), wanted=wanted)
    return await _view(session, batch, after=0, limit=100)


@router.get("")
async def letter_batches(session: Transaction, actor: SignedIn) -> BatchList:
    """Your last batches."""
    names = BatchLine.model_fields
    return BatchList(
        items=[
            BatchLine(**{name: getattr(one, name) for name in names})
            for one in await session.all(OWN, person=actor.person_id)
        ]
    )


@router.get("/{batch_id}")
async def letter_batch(
    batch_id: UUID,
    session: Transaction,
    actor: SignedIn,
    after: Annotated[int, Query(ge=0, le=MOST_OF_LIST, description="从第几行之后看起")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="每页行数，最多 100")] = 100,
) -> BatchView:
    """How far one of yours has come, and what became of each letter."""
    return await _view(session, await actions.seen(session, batch_id, by=actor), after=after, limit=limit)


async def _view(session: Session, batch: LetterBatch, *, after: int, limit: int) -> BatchView:
    rows = await session.all(ROWS, batch=batch.id)
    counted = Counter(row.outcome for row in rows)
    shown = [row for row in rows if row.place > after][:limit]
    return BatchView(
        id=batch.id,
        year=batch.year,
        title=batch.title,
        size=batch.size,
        done=batch.size - counted[MadeOutcome.PLANNED],
        failed=counted[MadeOutcome.FAILED],
        made_at=batch.made_at,
        finished_at=batch.finished_at,
        rows=[
            BatchRowView(
                place=row.place,
                post_id=row.post_id,
                outcome=row.outcome.value,
                outcome_zh=row.outcome.title_zh,
                letter_id=row.letter_id,
                reason=row.reason,
                reason_zh=row.reason_zh,
            )
            for row in shown
        ],
        next=shown[-1].place if shown and shown[-1].place < len(rows) else None,
    )
