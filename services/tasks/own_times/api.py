"""Own times over HTTP, and a case's times side by side."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Input, Output
from services.tasks.own_times import actions
from services.tasks.own_times.model import ItemPromise
from services.tasks.own_times.sheet import sheet_of

router = APIRouter(prefix="/catalogue/promises", tags=["代办事项目录"], route_class=Route)
sheets = APIRouter(prefix="/requests", tags=["诉求"], route_class=Route)


class NewOwnTime(Input):
    """For which post and errand, and how many working days."""

    post_id: UUID
    item_code: Annotated[str, Field(max_length=32)]
    own_days: Annotated[int, Field(ge=1, le=3660)]


class DeclaredView(Output):
    """What was declared."""

    id: UUID
    post_id: UUID
    division_code: str
    item_code: str
    own_days: int
    declared_at: datetime
    ended_at: datetime | None


class SheetView(Output):
    """Times side by side: local dates, each the last day that is in time."""

    item_zh: str | None
    legal_time: str
    legal_on: date
    usual_days: int | None  # working days that whoever has it usually needs
    usual_on: date | None
    first_promised_on: date | None  # kept for scoring whatever comes later
    promised_on: date | None
    earlier: str | None  # promise, legal, or same
    due_on: date
    days_to_go: int | None  # none once it is done; below nought when it is late
    said_zh: str


@router.post("", status_code=201)
async def declare(body: NewOwnTime, session: Transaction, actor: SignedIn) -> DeclaredView:
    """Say how many working days an errand usually takes you; the catalogue of your area shows it.

    Refusals: `not-your-post`, `no-such-item`, `own-time-too-long`.
    """
    declared = await actions.declare(
        session, by=actor, post_id=body.post_id, item_code=body.item_code, own_days=body.own_days
    )
    return _view(declared)


@router.post("/{promise_id}/end")
async def end(promise_id: UUID, session: Transaction, actor: SignedIn) -> DeclaredView:
    """Say it no longer; cases keep the dates that were promised for them."""
    return _view(await actions.end(session, promise_id, by=actor))


@sheets.get("/{request_id}/promise")
async def times(request_id: UUID, session: Transaction, actor: SignedIn) -> SheetView:
    """The law's time, what whoever has the case usually needs, and what they promised for it, side by side."""
    found = await sheet_of(session, actor, request_id)
    return SheetView(
        item_zh=found.item,
        legal_time=found.legal_time,
        legal_on=found.legal_on,
        usual_days=found.usual_days,
        usual_on=found.usual_on,
        first_promised_on=found.first_promised_on,
        promised_on=found.promised_on,
        earlier=found.earlier,
        due_on=found.due_on,
        days_to_go=found.days_to_go,
        said_zh=found.said,
    )


def _view(one: ItemPromise) -> DeclaredView:
    return DeclaredView(
        id=one.id,
        post_id=one.post_id,
        division_code=one.division_code,
        item_code=one.item_code,
        own_days=one.own_days,
        declared_at=one.declared_at,
        ended_at=one.ended_at,
    )
