"""Signing without a date, and the first contact, over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from services.tasks.acceptances import actions
from services.tasks.requests.api import moved_view, signed_view
from services.tasks.requests.forms import MovedView, SignedView

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


@router.post("/{request_id}/acceptance")
async def accept(request_id: UUID, session: Transaction, actor: SignedIn) -> SignedView:
    """Sign for a request that was given to you, without a date yet; contact whoever asked within the time shown.

    Refusals: `not-yours`, `not-allowed-now`.
    """
    return signed_view(*await actions.accept(session, request_id, by=actor))


@router.post("/{request_id}/contact")
async def contact(request_id: UUID, session: Transaction, actor: SignedIn) -> MovedView:
    """Note that you have spoken to whoever asked. Refusals: `not-yours`, `contacted-already`, `not-allowed-now`."""
    return moved_view(await actions.contact(session, request_id, by=actor))
