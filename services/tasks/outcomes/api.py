"""Telling the person served the result, over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Input, Output, Words
from services.tasks.outcomes import actions
from services.tasks.outcomes.model import How

router = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class Telling(Input):
    """How the result was told, and what was said."""

    how: How
    words: Words | None = None


class ToldView(Output):
    """Where a request stands after the result was told."""

    id: UUID
    stage: str
    stage_zh: str
    round: int


@router.post("/{request_id}/reply")
async def tell_the_result(request_id: UUID, body: Telling, session: Transaction, actor: SignedIn) -> ToldView:
    """Note how the result was told to the person served; only they say whether it is solved.

    Refusals: `not-found`, `not-for-you-to-tell`, `not-allowed-now`.
    """
    request = await actions.reply(session, request_id, by=actor, how=body.how, words=body.words)
    return ToldView(id=request.id, stage=request.stage.value, stage_zh=request.stage.title_zh, round=request.round)
