"""Undoing a bulk dispatch: what nobody has accepted yet goes back where it was; what cannot is said with why."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.identity import Actor
from chassis.inbox import Sessions
from chassis.problems import Conflict, NotFound, Problem, Unavailable
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.bulk_dispatches.model import BulkDispatch, BulkDispatchRow, BulkStage, Outcome
from services.tasks.bulk_dispatches.taking_over import take_over
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.stages import Stage

CARRIED_OUT = (
    select(BulkDispatchRow.id)
    .where(col(BulkDispatchRow.bulk_id) == bindparam("bulk"), col(BulkDispatchRow.outcome) == Outcome.DONE)
    .order_by(col(BulkDispatchRow.place))
)


class NotCarriedOut(Conflict):
    """Only a bulk dispatch that was carried out whole can be undone."""

    title_zh = "这次批量指派还没有全部执行完，请等执行完再撤回。"


class UndoneAlready(Conflict):
    """It was undone before; what could not be undone is listed with why."""

    title_zh = "这次批量指派已经撤回过，未能撤回的各件见列表中的原因。"


class AcceptedMeanwhile(Conflict):
    """Somebody has signed for it or gone on with it since."""

    title_zh = "现承办人已经签收或办理，不能撤回；请与其联系。"


class WasWithNobody(Conflict):
    """It lay with nobody before, and a case is never made nobody's."""

    title_zh = "原来没有承办人，不能退回到无人承办；请单独重新指派。"


async def undo(session: Session, bulk_id: UUID, *, by: Actor, reason: str, beside: Sessions) -> BulkDispatch:
    """Take back each case that nobody has accepted, in a transaction of its own, and say why of each that stays.

    Raises `NotFound`, `NotCarriedOut`, `UndoneAlready`.
    """
    seen = await session.get(BulkDispatch, bulk_id)
    if seen is None or seen.ordered_by != by.person_id:
        raise NotFound()
    if seen.undone_at is not None:
        raise UndoneAlready()
    if seen.stage is not BulkStage.DONE:
        raise NotCarriedOut()
    for row_id in await session.all(CARRIED_OUT, bulk=bulk_id):
        await _undo_one(beside, row_id, by=by)
    bulk = await session.get(BulkDispatch, bulk_id, lock=True)
    if bulk is None:
        raise NotFound()
    bulk.undone_at = session.now
    bulk.undo_reason = session.use(Vault).seal(reason, place=place_of("bulk_dispatch", "undo_reason", bulk.id))
    return bulk


def reason_of(session: Session, bulk: BulkDispatch) -> str | None:
    """Why it was undone."""
    if bulk.undo_reason is None:
        return None
    return session.use(Vault).open(bulk.undo_reason, place=place_of("bulk_dispatch", "undo_reason", bulk.id))


async def _undo_one(sessions: Sessions, row_id: UUID, *, by: Actor) -> None:
    try:
        async with sessions(None) as session:
            row = await _done(session, row_id)
            if row is None:  # somebody else undid it this very moment
                return
            request = await session.get(ServiceRequest, row.request_id, lock=True)
            if request is None or (request.turn, request.stage) != (row.turn + 1, Stage.DISPATCHED):
                raise AcceptedMeanwhile()
            if row.from_post_id is None:
                raise WasWithNobody()
            await take_over(session, row.request_id, by=by, post_id=row.from_post_id)
            audit.record(session, actor_id=by.person_id, action="dispatch", about=row.request_id, reason="bulk_undone")
            row.outcome = Outcome.UNDONE
    except Unavailable:
        raise
    except Problem as refusal:
        async with sessions(None) as session:
            row = await _done(session, row_id)
            if row is not None:
                row.reason, row.reason_zh = refusal.code(), refusal.title_zh


async def _done(session: Session, row_id: UUID) -> BulkDispatchRow | None:
    row = await session.get(BulkDispatchRow, row_id, lock=True)
    return row if row is not None and row.outcome is Outcome.DONE else None
