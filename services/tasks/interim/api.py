"""Interim replies over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.interim import actions, views
from services.tasks.interim.model import InterimReply
from services.tasks.requests import policy
from services.tasks.requests.views import seen

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class Interim(Input):
    """How the case stands, and what comes next."""

    words: Words


class InterimView(Output):
    """One interim reply."""

    id: UUID
    at: datetime
    by_name: str
    acting_for_name: str | None
    words: str | None  # none where whoever asked had it taken away


class InterimList(Output):
    """Every interim reply of a case, in order."""

    items: list[InterimView]
    title_zh: str


@router.post("/{request_id}/interim-reply", status_code=201)
async def interim_reply(request_id: UUID, body: Interim, session: Transaction, actor: SignedIn) -> InterimView:
    """Tell the requester how it stands, before it is done."""
    return _view(session, await actions.reply(session, request_id, by=actor, words=body.words))


@router.get("/{request_id}/interim-replies")
async def interim_replies(request_id: UUID, session: Transaction, actor: SignedIn) -> InterimList:
    """What was written to the requester while the case was worked on."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    found = [_view(session, one) for one in await session.all(views.OF_CASE, request=request.id)]
    return InterimList(items=found, title_zh="" if found else "还没有阶段性答复。")


def _view(session: Session, written: InterimReply) -> InterimView:
    return InterimView(
        id=written.id,
        at=written.at,
        by_name=written.by_name,
        acting_for_name=written.acting_for_name,
        words=views.words_of(session, written),
    )
