"""Appeals over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.appeals import actions, views
from services.tasks.appeals.model import Appeal
from services.tasks.requests.policy import check_may_see
from services.tasks.requests.views import seen

router = APIRouter(tags=["申诉"], route_class=Route)


class Appealing(Input):
    """What is wrong with the outcome."""

    words: Words


class Decision(Input):
    """Whether the person served is right, and why."""

    upheld: bool
    words: Words


class AppealView(Output):
    """An appeal; what was said against the outcome is for who said it and for those who decide."""

    id: UUID
    request_id: UUID
    round: int
    stage: str
    stage_zh: str
    words: str | None
    decider_name: str | None
    at: datetime
    due_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    reason: str | None


class AppealPage(Output):
    """Appeals from new to old."""

    items: list[AppealView]
    next: str | None


class AppealList(Output):
    """The appeals of one case, in order."""

    items: list[AppealView]


@router.post("/requests/{request_id}/appeal", status_code=201)
async def appeal(request_id: UUID, body: Appealing, session: Transaction, actor: SignedIn) -> AppealView:
    """Have the outcome of your case looked at again by somebody above who had no part in it.

    Refusals: `not-found`, `not-allowed-now`, `appeals-over`.
    """
    return _view(session, await actions.appeal(session, request_id, by=actor, words=body.words), whole=True)


@router.get("/appeals")
async def appeals(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> AppealPage:
    """Appeals that wait for a decision within your reach, but for cases that you handled."""
    found = await views.waiting(session, actor, before=place(cursor), limit=limit)
    items = [_view(session, one, whole=True) for one in found]
    return AppealPage(items=items, next=cursor_of_next(items, limit=limit))


@router.get("/requests/{request_id}/appeals")
async def appeals_of_a_case(request_id: UUID, session: Transaction, actor: SignedIn) -> AppealList:
    """The appeals of a case that you may see; the words are for the requester."""
    request = await seen(session, request_id)
    await check_may_see(session, actor, request)
    whole = actor.person_id == request.requester_id
    return AppealList(items=[_view(session, one, whole=whole) for one in await views.of_request(session, request_id)])


@router.post("/appeals/{appeal_id}/decision")
async def decide_appeal(appeal_id: UUID, body: Decision, session: Transaction, actor: SignedIn) -> AppealView:
    """Decide an appeal, with the reason that the requester is told.

    Refusals: `not-found`, `decides-own-case`, `not-allowed-now`.
    """
    decided = await actions.decide(session, appeal_id, by=actor, upheld=body.upheld, words=body.words)
    return _view(session, decided, whole=True)


def _view(session: Session, one: Appeal, *, whole: bool) -> AppealView:
    return AppealView(
        id=one.id,
        request_id=one.request_id,
        round=one.round,
        stage=one.stage.value,
        stage_zh=one.stage.title_zh,
        words=views.opened(session, one, "words") if whole else None,
        decider_name=one.decider_name,
        at=one.at,
        due_at=one.due_at,
        decided_by_name=one.decided_by_name,
        decided_at=one.decided_at,
        reason=views.opened(session, one, "reason"),
    )
