"""Trying a bulk dispatch, beginning it, and carrying it out one case after another beside the service's work."""

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import NotFound, Problem, Unavailable
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.bulk_dispatches import policy
from services.tasks.bulk_dispatches.model import (
    GOOD_FOR,
    MOST,
    RUNNING,
    BegunAlready,
    BulkDispatch,
    BulkDispatchRow,
    BulkStage,
    MovedSincePreview,
    NoCases,
    NotThisPreview,
    Outcome,
    PreviewTooOld,
    TooManyCases,
    WhichCases,
)
from services.tasks.bulk_dispatches.taking_over import take_over
from services.tasks.dispatches.model import Dispatch
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage
from services.tasks.search.filters import CaseFilter, Order, asked_by
from services.tasks.search.views import page_asked

BATCH = 20  # cases, before somebody else's bulk has its turn

ROWS = (
    select(BulkDispatchRow)
    .where(col(BulkDispatchRow.bulk_id) == bindparam("bulk"))
    .order_by(col(BulkDispatchRow.place))
)
GIVEN = select(Dispatch).where(
    col(Dispatch.request_id) == bindparam("request"), col(Dispatch.turn) == bindparam("turn")
)
NEXT = select(BulkDispatch.id).where(RUNNING).order_by(col(BulkDispatch.id)).limit(20)
PLANNED = (
    select(BulkDispatchRow.id)
    .where(col(BulkDispatchRow.bulk_id) == bindparam("bulk"), col(BulkDispatchRow.outcome) == Outcome.PLANNED)
    .order_by(col(BulkDispatchRow.place))
    .limit(BATCH)
)


class Undone(Exception):  # not an error: how a trial ends
    """What was tried is rolled back."""


@dataclass(slots=True)
class Tried:
    """A case as it stands, and why it cannot be dispatched, if so."""

    turn: int = 0
    stage: Stage | None = None
    from_post_id: UUID | None = None
    from_name: str | None = None
    refusal: Problem | None = None


async def preview(
    session: Session, *, by: Actor, post_id: UUID, ids: Sequence[UUID], cut: CaseFilter | None, beside: Sessions
) -> BulkDispatch:
    """Try a bulk dispatch: each case is dispatched in a transaction of its own that is rolled back.

    So what is said of each is what would happen. Raises `MayNotDispatch`, `WhichCases`, `NoCases`, `TooManyCases`.
    """
    await policy.check_dispatches(session, by)
    chosen = await _chosen(session, by=by, ids=ids, cut=cut)
    tried = [await _try(beside, one, by=by, post_id=post_id) for one in chosen]
    bulk = BulkDispatch(
        id=new_id(),
        ordered_by=by.person_id,
        post_id=post_id,
        stage=BulkStage.PREVIEWED,
        made_at=session.now,
        started_at=None,
        finished_at=None,
        undone_at=None,
        undo_reason=None,
    )
    session.add(bulk)
    for place, (request_id, found) in enumerate(zip(chosen, tried, strict=True), 1):
        session.add(
            BulkDispatchRow(
                id=new_id(),
                bulk_id=bulk.id,
                place=place,
                request_id=request_id,
                turn=found.turn,
                stage=found.stage,
                from_post_id=found.from_post_id,
                from_name=found.from_name,
                outcome=Outcome.REFUSED if found.refusal else Outcome.PLANNED,
                reason=found.refusal.code() if found.refusal else None,
                reason_zh=found.refusal.title_zh if found.refusal else None,
                made_at=session.now,
            )
        )
    return bulk


async def begin(session: Session, bulk_id: UUID, *, by: Actor, token: str) -> BulkDispatch:
    """Have exactly what the preview showed carried out. Raises `NotThisPreview`, `PreviewTooOld`, `BegunAlready`."""
    bulk = await session.get(BulkDispatch, bulk_id, lock=True)
    if bulk is None or bulk.ordered_by != by.person_id:
        raise NotFound()
    if bulk.stage is not BulkStage.PREVIEWED:
        raise BegunAlready()
    if session.now >= bulk.made_at + GOOD_FOR:
        raise PreviewTooOld()
    if not compare_digest(token.encode(), token_of(session, bulk, await session.all(ROWS, bulk=bulk.id)).encode()):
        raise NotThisPreview()
    bulk.stage, bulk.started_at = BulkStage.RUNNING, session.now
    return bulk


def token_of(session: Session, bulk: BulkDispatch, rows: Sequence[BulkDispatchRow]) -> str:
    """What stands for all that a preview showed: whoever has it carried out says by it what they saw."""
    shown = [f"{row.request_id} {row.turn} {row.stage} {row.reason}" for row in rows]
    return session.use(Vault).index("\n".join([f"{bulk.id} {bulk.post_id}", *shown]), place="bulk_dispatch").hex()


async def carry_on(sessions: Sessions) -> int:
    """Dispatch the next cases of every bulk that was begun, each in a transaction of its own; returns how many."""
    done = 0
    async with sessions(None) as session:
        running = await session.all(NEXT)
    for bulk_id in running:
        async with sessions(None) as session:
            planned = await session.all(PLANNED, bulk=bulk_id)
        for row_id in planned:
            await _carry_out(sessions, bulk_id, row_id)
        done += len(planned)
        if len(planned) < BATCH:
            await _finish(sessions, bulk_id)
    return done


async def _chosen(session: Session, *, by: Actor, ids: Sequence[UUID], cut: CaseFilter | None) -> list[UUID]:
    if bool(ids) is (cut is not None):
        raise WhichCases()
    chosen = list(dict.fromkeys(ids))
    if cut is not None:
        asked = await asked_by(session, by, cut)
        lines, _ = await page_asked(session, asked, order=Order.NEWEST, cursor=None, limit=MOST + 1)
        chosen = [line.id for line in lines]
    if not chosen:
        raise NoCases()
    if len(chosen) > MOST:
        raise TooManyCases(most=MOST)
    return chosen


async def _try(sessions: Sessions, request_id: UUID, *, by: Actor, post_id: UUID) -> Tried:
    tried = Tried()
    try:
        async with sessions(None) as session:
            request = await session.get(ServiceRequest, request_id)
            if request is not None:
                await policy.check_may_see(session, by, request)  # before anything of it is said
                given = await session.first(GIVEN, request=request_id, turn=request.turn)
                tried.turn, tried.stage = request.turn, request.stage
                if given is not None:
                    tried.from_post_id, tried.from_name = given.post_id, given.person_name
            await take_over(session, request_id, by=by, post_id=post_id)
            raise Undone
    except Undone:
        return tried
    except Unavailable:
        raise
    except Problem as refusal:
        tried.refusal = refusal
        return tried


async def _carry_out(sessions: Sessions, bulk_id: UUID, row_id: UUID) -> None:
    try:
        async with sessions(None) as session:
            row, bulk = await _planned(session, row_id), await session.get(BulkDispatch, bulk_id)
            if row is None or bulk is None:  # another copy of this service was faster
                return
            request = await session.get(ServiceRequest, row.request_id, lock=True)
            if request is None or (request.turn, request.stage) != (row.turn, row.stage):
                raise MovedSincePreview()
            by = Actor(bulk.ordered_by)
            await take_over(session, row.request_id, by=by, post_id=bulk.post_id)
            audit.record(session, actor_id=by.person_id, action="dispatch", about=row.request_id, reason="bulk")
            row.outcome = Outcome.DONE
    except Unavailable:
        raise
    except Problem as refusal:
        async with sessions(None) as session:
            row = await _planned(session, row_id)
            if row is not None:
                row.outcome, row.reason, row.reason_zh = Outcome.FAILED, refusal.code(), refusal.title_zh


async def _planned(session: Session, row_id: UUID) -> BulkDispatchRow | None:
    row = await session.get(BulkDispatchRow, row_id, lock=True)
    return row if row is not None and row.outcome is Outcome.PLANNED else None


async def _finish(sessions: Sessions, bulk_id: UUID) -> None:
    async with sessions(None) as session:
        if await session.all(PLANNED, bulk=bulk_id):
            return
        bulk = await session.get(BulkDispatch, bulk_id, lock=True)
        if bulk is not None and bulk.stage is BulkStage.RUNNING:
            bulk.stage, bulk.finished_at = BulkStage.DONE, session.now
