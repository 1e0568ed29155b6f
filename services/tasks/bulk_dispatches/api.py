"""Dispatching many cases at once, over HTTP."""

from collections import Counter
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.http import Route, SignedIn, Transaction, Transactions
from chassis.problems import NotFound
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.bulk_dispatches import actions, undoing
from services.tasks.bulk_dispatches.model import GOOD_FOR, MOST, BulkDispatch, BulkDispatchRow, BulkStage, Outcome
from services.tasks.search.filters import CaseFilter

router = APIRouter(prefix="/bulk-dispatches", tags=["派办"], route_class=Route)

UNDO_ZH = (
    "可以整批撤回：尚未签收的退回“原承办人”，已经签收的和原来无人承办的不动，逐件写明原因。"
    "撤回须写理由，每件都记入事项经过。"
)
OWN = (
    select(BulkDispatch)
    .where(col(BulkDispatch.ordered_by) == bindparam("person"))
    .order_by(col(BulkDispatch.id).desc())
    .limit(20)
)


class BulkAsked(Input):
    """Which cases are to go to which post: named one by one, or all of a list."""

    post_id: UUID = Field(description="指派给哪个岗位")
    ids: tuple[UUID, ...] = Field((), max_length=MOST, description="事项编号，最多 500 件")
    cut: CaseFilter | None = Field(
        None, description="筛选条件；某人离任时填 handler_id 和 open=true，即其手中全部未办结事项"
    )


class BulkBegun(Input):
    """What the preview gave, to say that this is what is wanted."""

    token: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class BulkUndoing(Input):
    """Why it is taken back."""

    reason: Words


class BulkRowView(Output):
    """One case of it."""

    place: int
    request_id: UUID
    stage_zh: str | None  # at the preview
    from_post_id: UUID | None
    from_name: str | None
    outcome: str
    outcome_zh: str
    reason: str | None
    reason_zh: str | None


class BulkView(Output):
    """A bulk dispatch: how far it has come, and some of its cases."""

    id: UUID
    post_id: UUID
    stage: str
    stage_zh: str
    made_at: datetime
    good_until: datetime  # to be begun
    token: str | None  # until it is begun
    planned: int
    refused: int
    done: int
    failed: int
    undone: int
    undone_at: datetime | None
    undo_reason: str | None
    rows: list[BulkRowView]
    next: int | None  # the place after which the next rows stand
    undo_zh: str


class BulkLine(Output):
    """One of one's own bulk dispatches."""

    id: UUID
    post_id: UUID
    stage: str
    stage_zh: str
    made_at: datetime


class BulkList(Output):
    """One's own last bulk dispatches, the newest first."""

    items: list[BulkLine]


@router.post("", status_code=201)
async def preview_bulk(body: BulkAsked, session: Transaction, transactions: Transactions, actor: SignedIn) -> BulkView:
    """Try a bulk dispatch: what will become of each case, or why it cannot be dispatched. Nothing moves yet.

    Refusals: `may-not-dispatch`, `which-cases`, `no-cases`, `too-many-cases`, `nothing-to-find`.
    """
    bulk = await actions.preview(
        session, by=actor, post_id=body.post_id, ids=body.ids, cut=body.cut, beside=transactions
    )
    return await _view(session, bulk, after=0, limit=100)


@router.get("")
async def bulk_dispatches(session: Transaction, actor: SignedIn) -> BulkList:
    """Your last bulk dispatches."""
    found = await session.all(OWN, person=actor.person_id)
    return BulkList(
        items=[
            BulkLine(
                id=one.id,
                post_id=one.post_id,
                stage=one.stage.value,
                stage_zh=one.stage.title_zh,
                made_at=one.made_at,
            )
            for one in found
        ]
    )


@router.get("/{bulk_id}")
async def bulk_dispatch(
    bulk_id: UUID,
    session: Transaction,
    actor: SignedIn,
    after: Annotated[int, Query(ge=0, le=MOST, description="从第几行之后看起")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="每页行数，最多 100")] = 100,
) -> BulkView:
    """How far one of yours has come, and what became of each case."""
    bulk = await session.get(BulkDispatch, bulk_id)
    if bulk is None or bulk.ordered_by != actor.person_id:
        raise NotFound()
    return await _view(session, bulk, after=after, limit=limit)


@router.post("/{bulk_id}/start")
async def begin_bulk(bulk_id: UUID, body: BulkBegun, session: Transaction, actor: SignedIn) -> BulkView:
    """Have exactly what the preview showed carried out; what has changed since is left out and said.

    Refusals: `not-this-preview`, `preview-too-old`, `begun-already`.
    """
    bulk = await actions.begin(session, bulk_id, by=actor, token=body.token)
    return await _view(session, bulk, after=0, limit=100)


@router.post("/{bulk_id}/undoing")
async def undo_bulk(
    bulk_id: UUID, body: BulkUndoing, session: Transaction, transactions: Transactions, actor: SignedIn
) -> BulkView:
    """Take back what nobody has accepted yet: it goes to whom it was taken from; of each that stays it is said why.

    Refusals: `not-carried-out`, `undone-already`.
    """
    bulk = await undoing.undo(session, bulk_id, by=actor, reason=body.reason, beside=transactions)
    return await _view(session, bulk, after=0, limit=100)


async def _view(session: Session, bulk: BulkDispatch, *, after: int, limit: int) -> BulkView:
    rows = await session.all(actions.ROWS, bulk=bulk.id)
    counted = Counter(row.outcome for row in rows)
    shown = [row for row in rows if row.place > after][:limit]
    waiting = bulk.stage is BulkStage.PREVIEWED
    return BulkView(
        id=bulk.id,
        post_id=bulk.post_id,
        stage=bulk.stage.value,
        stage_zh=bulk.stage.title_zh,
        made_at=bulk.made_at,
        good_until=bulk.made_at + GOOD_FOR,
        token=actions.token_of(session, bulk, rows) if waiting else None,
        planned=counted[Outcome.PLANNED],
        refused=counted[Outcome.REFUSED],
        done=counted[Outcome.DONE],
        failed=counted[Outcome.FAILED],
        undone=counted[Outcome.UNDONE],
        undone_at=bulk.undone_at,
        undo_reason=undoing.reason_of(session, bulk),
        rows=[_row(row) for row in shown],
        next=shown[-1].place if shown and shown[-1].place < len(rows) else None,
        undo_zh=UNDO_ZH,
    )


def _row(row: BulkDispatchRow) -> BulkRowView:
    return BulkRowView(
        place=row.place,
        request_id=row.request_id,
        stage_zh=row.stage.title_zh if row.stage else None,
        from_post_id=row.from_post_id,
        from_name=row.from_name,
        outcome=row.outcome.value,
        outcome_zh=row.outcome.title_zh,
        reason=row.reason,
        reason_zh=row.reason_zh,
    )
