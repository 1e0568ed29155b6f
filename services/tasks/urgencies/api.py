"""Urgency over HTTP."""

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.clocks.limits import PROVISIONAL_ZH, latest_promise
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import seen
from services.tasks.rules.pack import Urgency
from services.tasks.urgencies import actions, views

router = APIRouter(prefix="/requests", tags=["紧急程度"], route_class=Route)


class NewUrgency(Input):
    """How urgent it is found to be, and why."""

    urgency: Urgency
    reason: Words


class ChangeView(Output):
    """One change."""

    id: UUID
    at: datetime
    by: UUID
    before: str
    before_zh: str
    after: str
    after_zh: str
    reason: str | None
    moved: bool
    moved_zh: str


class UrgencyView(Output):
    """How urgent a case is, by which limit it is to be finished, and every change."""

    id: UUID
    urgency: str
    urgency_zh: str
    finish_due_at: datetime  # the first instant that is too late, UTC
    last_day: date
    provisional: bool
    provisional_zh: str | None
    changes: list[ChangeView]


@router.get("/{request_id}/urgency")
async def urgency(request_id: UUID, session: Transaction, actor: SignedIn) -> UrgencyView:
    """How urgent a case is that you may see, and every change with its reason. Refusal: `not-found`."""
    request = await seen(session, request_id)
    await check_may_see(session, actor, request)
    return await _view(session, request)


@router.post("/{request_id}/urgency")
async def change_urgency(request_id: UUID, body: NewUrgency, session: Transaction, actor: SignedIn) -> UrgencyView:
    """Say that a case is more or less urgent: the finishing limit follows while no day was promised.

    The limits are those of the rule pack (C1 in Beijing's); in a pack without them it is shown and moves nothing.
    Refusals: `may-not-say-urgency`, `urgency-too-late`, `same-urgency`.
    """
    request, _ = await actions.change(session, request_id, by=actor, urgency=body.urgency, reason=body.reason)
    await session.flush()
    return await _view(session, request)


async def _view(session: Session, request: ServiceRequest) -> UrgencyView:
    provisional = request.finish_provisional
    return UrgencyView(
        id=request.id,
        urgency=request.urgency.value,
        urgency_zh=request.urgency.title_zh,
        finish_due_at=request.finish_due_at,
        last_day=latest_promise(request.finish_due_at),
        provisional=provisional,
        provisional_zh=PROVISIONAL_ZH if provisional else None,
        changes=[
            ChangeView(
                id=one.id,
                at=one.at,
                by=one.by,
                before=one.before.value,
                before_zh=one.before.title_zh,
                after=one.after.value,
                after_zh=one.after.title_zh,
                reason=views.reason_of(session, one),
                moved=one.moved,
                moved_zh=views.what_moved(one),
            )
            for one in await views.changes_of(session, request.id)
        ],
    )
