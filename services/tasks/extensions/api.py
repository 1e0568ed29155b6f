"""Extensions over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output, Words
from services.tasks.clocks.limits import latest_promise
from services.tasks.extensions import actions, views
from services.tasks.extensions.model import Extension, ExtensionReason
from services.tasks.requests import policy
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import BY_POST
from services.tasks.requests.stages import Stage
from services.tasks.requests.views import seen

of_requests = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)
router = APIRouter(prefix="/extensions", tags=["延期"], route_class=Route)

MAY_STILL_BE = (Stage.HANDLING, Stage.EXTENDED, Stage.PAUSED)
WAITING = (
    select(Extension)
    .join(ServiceRequest, col(ServiceRequest.id) == col(Extension.request_id))
    .where(
        col(Extension.granted).is_(None),
        col(ServiceRequest.stage).in_(MAY_STILL_BE),
        BY_POST,
        col(Extension.id) < bindparam("before"),
    )
    .order_by(col(Extension.id).desc())
    .limit(bindparam("limit"))
)


class NewExtension(Input):
    """How many days more, in the unit of the rule pack's cap (working days or days), and why."""

    days: Annotated[int, Field(ge=1, le=366)]
    reason: Words
    code: ExtensionReason = Field(ExtensionReason.OTHER, description="延期原因的类别；群众凭查询码能看到的只有这一句")


class Decision(Input):
    """Whether the extension is granted, and why (or why not)."""

    granted: bool
    words: Words | None = None


class ExtensionView(Output):
    """One extension."""

    id: UUID
    request_id: UUID
    more_zh: str
    code: str
    code_zh: str
    reason: str | None
    asked_at: datetime
    asked_by: UUID
    last_day: date  # when it was asked for
    would_be_last_day: date
    granted: bool | None
    decided_at: datetime | None
    decided_by: UUID | None
    words: str | None
    new_last_day: date | None


class ExtensionPage(Output):
    """Extensions from new to old."""

    items: list[ExtensionView]
    next: str | None


@of_requests.post("/{request_id}/extension", status_code=201)
async def ask(request_id: UUID, body: NewExtension, session: Transaction, actor: SignedIn) -> ExtensionView:
    """Ask for more time for a case that you have, while its limit is not near.

    Refusals: `not-yours`, `extension-too-late`, `extension-too-long`, `too-many-extensions`, `not-allowed-now`.
    """
    asked = await actions.ask(session, request_id, by=actor, days=body.days, reason=body.reason, code=body.code)
    return _view(session, asked)


@of_requests.get("/{request_id}/extensions")
async def of_case(request_id: UUID, session: Transaction, actor: SignedIn) -> list[ExtensionView]:
    """Every extension that was asked for in a case."""
    request = await seen(session, request_id)
    await policy.check_may_see(session, actor, request)
    return [_view(session, one) for one in await views.extensions_of(session, request_id)]


@router.get("")
async def waiting(session: Transaction, actor: SignedIn, cursor: Cursor = None, limit: Limit = 25) -> ExtensionPage:
    """Those that wait for a decision, in the cases that your posts reach."""
    given = {"person": actor.person_id, "today": local_date(session.now)}
    found = await session.all(WAITING, before=place(cursor), limit=limit, **given)
    return ExtensionPage(items=[_view(session, one) for one in found], next=cursor_of_next(found, limit=limit))


@router.post("/{extension_id}/decision")
async def decide(extension_id: UUID, body: Decision, session: Transaction, actor: SignedIn) -> ExtensionView:
    """Grant an extension or refuse it; the requester is told the new day, and their first promise stays.

    Refusals: `may-not-decide`, `decided-already`, `limit-over`, `not-allowed-now`.
    """
    _, decided = await actions.decide(session, extension_id, by=actor, granted=body.granted, words=body.words)
    return _view(session, decided)


def _view(session: Session, one: Extension) -> ExtensionView:
    return ExtensionView(
        id=one.id,
        request_id=one.request_id,
        more_zh=one.more().title_zh,
        code=one.code.value,
        code_zh=one.code.title_zh,
        reason=views.reason_of(session, one),
        asked_at=one.asked_at,
        asked_by=one.asked_by,
        last_day=latest_promise(one.due_before),
        would_be_last_day=latest_promise(one.would_be),
        granted=one.granted,
        decided_at=one.decided_at,
        decided_by=one.decided_by,
        words=views.words_of(session, one),
        new_last_day=latest_promise(one.due_after) if one.due_after else None,
    )
