"""Call-backs over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import Input, Output, Words
from services.tasks.call_backs import actions, policy, views
from services.tasks.call_backs.model import ASK_ZH, Presence, Reached
from services.tasks.requests.model import Solved

router = APIRouter(tags=["回访"], route_class=Route)


class Call(Input):
    """What came of an attempt; what the person served said, if they did, of which round."""

    reached: Reached
    round: Annotated[int, Field(ge=1, le=1000)]
    solved: Solved | None = None
    presence: Presence | None = Field(None, description=f"本人已回答的必填：{ASK_ZH}")
    words: Words | None = None


class PresenceView(Output):
    """Somebody was there when the person served judged a round."""

    id: UUID  # of the call-back
    request_id: UUID
    division_code: str
    round: int
    presence_zh: str
    at: datetime
    by_name: str  # who asked


class PresencePage(Output):
    """Call-backs at which somebody was said to have been there, from new to old."""

    ask_zh: str
    items: list[PresenceView]
    next: str | None


class CallView(Output):
    """Where a request stands after an attempt."""

    id: UUID
    stage: str
    stage_zh: str
    round: int
    solved: str | None
    attempts: int


class WaitingView(Output):
    """A case whose requester waits to be asked."""

    id: UUID
    kind: str
    item_code: str | None
    stage: str
    division_code: str
    round: int
    due_at: datetime


class WaitingPage(Output):
    """Cases to call back, from new to old, and what is to be asked besides whether it is solved."""

    ask_zh: str
    items: list[WaitingView]
    next: str | None


@router.get("/call-backs")
async def call_backs(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> WaitingPage:
    """Whom your desk has to call back: cases within your reach that you did not handle."""
    found = await views.waiting(session, actor, before=place(cursor), limit=limit)
    items = [
        WaitingView(
            id=case,
            kind=kind.value,
            item_code=item_code,
            stage=stage.value,
            division_code=division_code,
            round=round_,
            due_at=due_at,
        )
        for case, kind, item_code, stage, division_code, round_, due_at in found
    ]
    return WaitingPage(ask_zh=ASK_ZH, items=items, next=cursor_of_next(items, limit=limit))


@router.get("/call-backs/presence")
async def presence(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> PresencePage:
    """Where the handler or a village cadre was there while a round was judged: for a desk above them, without a part.

    Refusals: `not-at-a-call-back-desk`.
    """
    await policy.check_has_a_desk(session, actor)
    found = await views.somebody_there(session, actor, before=place(cursor), limit=limit)
    items = [
        PresenceView(
            id=call_id,
            request_id=case,
            division_code=division_code,
            round=round_,
            presence_zh=Presence.YES.title_zh,
            at=at,
            by_name=by_name,
        )
        for call_id, case, division_code, round_, at, by_name in found
    ]
    return PresencePage(ask_zh=ASK_ZH, items=items, next=cursor_of_next(items, limit=limit))


@router.post("/requests/{request_id}/call-back")
async def call_back(request_id: UUID, body: Call, session: Transaction, actor: SignedIn) -> CallView:
    """Note an attempt to ask the person served; their answer counts as their own.

    Refusals: `not-found`, `had-a-part-in-it`, `not-at-a-call-back-desk`, `answer-missing`, `round-over`,
    `not-allowed-now`.
    """
    request, attempts = await actions.call_back(
        session,
        request_id,
        by=actor,
        reached=body.reached,
        solved=body.solved,
        round_=body.round,
        presence=body.presence,
        words=body.words,
    )
    return CallView(
        id=request.id,
        stage=request.stage.value,
        stage_zh=request.stage.title_zh,
        round=request.round,
        solved=request.solved.value if request.solved else None,
        attempts=attempts,
    )
