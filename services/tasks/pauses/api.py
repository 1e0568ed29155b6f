"""Pausing and resuming a case over HTTP."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Input, Output, Words
from services.tasks.clocks.limits import latest_promise
from services.tasks.pauses import actions
from services.tasks.pauses.model import Pause, PauseReason
from services.tasks.requests.model import ServiceRequest

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class NewPause(Input):
    """What the case waits for, as a code and, if need be, in words."""

    reason: PauseReason
    words: Words | None = None


class PausedView(Output):
    """Where a case stands after it was paused or resumed."""

    id: UUID
    stage: str
    stage_zh: str
    pause_id: UUID
    reason: str
    reason_zh: str
    ends_at: datetime  # when the clock runs again by itself, at the latest
    resumed_at: datetime | None
    finish_due_at: datetime  # while it is paused: as it stood at the pause
    last_day: date
    provisional: bool  # working days of a year without a published calendar were counted
    first_promised_on: date | None
    promised_on: date | None


@router.post("/{request_id}/pause")
async def pause(request_id: UUID, body: NewPause, session: Transaction, actor: SignedIn) -> PausedView:
    """Stop the finishing clock of your case for a reason; the requester is told, and it runs again by itself in time.

    Refusals: `not-yours`, `too-late-to-pause`, `too-many-pauses`, `not-allowed-now`.
    """
    return _view(*await actions.pause(session, request_id, by=actor, reason=body.reason, words=body.words))


@router.post("/{request_id}/resume")
async def resume(request_id: UUID, session: Transaction, actor: SignedIn) -> PausedView:
    """Go on with a paused case: by whoever has it, or those above. Refusals: `not-yours`, `not-allowed-now`."""
    return _view(*await actions.resume(session, request_id, by=actor))


def _view(request: ServiceRequest, made: Pause) -> PausedView:
    return PausedView(
        id=request.id,
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        pause_id=made.id,
        reason=made.reason.value,
        reason_zh=made.reason.title_zh,
        ends_at=made.ends_at,
        resumed_at=made.resumed_at,
        finish_due_at=request.finish_due_at,
        last_day=latest_promise(request.finish_due_at),
        provisional=request.finish_provisional,
        first_promised_on=request.first_promised_on,
        promised_on=request.promised_on,
    )
