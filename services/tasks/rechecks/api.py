"""Calls that are owed, and the draws of a month, over HTTP."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction, public
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.words import DivisionCode, Output
from services.tasks.rechecks import views
from services.tasks.rechecks.views import FEW, Owed, Progress

router = APIRouter(prefix="/rechecks", tags=["上级回访"], route_class=Route)

EVER = datetime(9000, 1, 1, tzinfo=UTC)
SAYS_ZH = "每月从各单位办结的事项中随机抽取，由上一级回访；种子在抽取时生成，凭种子和事项清单可以重算。"


class OwedView(Output):
    """A case to ask about; why it is asked about stands nowhere."""

    id: UUID
    request_id: UUID
    kind: str
    kind_zh: str
    item_code: str | None
    division_code: str
    round: int
    due_at: datetime
    late: bool


class OwedPage(Output):
    """Calls from new to old."""

    items: list[OwedView]
    next: str | None


class DrawView(Output):
    """The draw of one organisation: of how many, how many were drawn, and how many of those were asked."""

    id: UUID
    organization_id: UUID
    organization: str
    month: str
    share: int
    handled: int
    drawn: int
    done: int
    answered: int
    solved: int | None  # of the answered; none where they are too few to be told
    seed: str
    cases_sha256: str
    at: datetime
    says_zh: str


class Draws(Output):
    """The draws of a month in an area."""

    month: str
    division_code: str
    says_zh: str
    items: list[DrawView]


@router.get("")
async def owed_calls(
    session: Transaction,
    actor: SignedIn,
    *,
    late: Annotated[bool, Query(description="只看已过期限的")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> OwedPage:
    """Whom your organisation, or one below it, has to ask: made by `POST /requests/{request_id}/call-back`."""
    due_before = session.now if late else EVER
    found = await views.owed(session, actor, due_before=due_before, before=place(cursor), limit=limit)
    items = [_owed(one, now=session.now) for one in found]
    return OwedPage(items=items, next=cursor_of_next(items, limit=limit))


@router.get("/draws")
@public
async def draws(
    session: Transaction,
    division: Annotated[DivisionCode, Query(description="区、乡镇或村（社区）的 12 位区划代码")],
    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="事项办结的月份，如 2026-11")],
) -> Draws:
    """What was drawn of a month's handled cases, and how far it was asked about; for everybody to see."""
    found = await views.progress(session, division, month=month)
    return Draws(month=month, division_code=division, says_zh=SAYS_ZH, items=[_drawn(one) for one in found])


def _owed(one: Owed, *, now: datetime) -> OwedView:
    return OwedView(**one._asdict() | {"kind": one.kind.value}, kind_zh=one.kind.title_zh, late=one.due_at <= now)


def _drawn(one: Progress) -> DrawView:
    draw = one.draw
    return DrawView(
        id=draw.id,
        organization_id=draw.organization_id,
        organization=one.organization,
        month=draw.month,
        share=draw.share,
        handled=draw.handled,
        drawn=draw.drawn,
        done=one.done,
        answered=one.answered,
        solved=one.solved if one.answered >= FEW else None,
        seed=draw.seed.hex(),
        cases_sha256=draw.cases_digest.hex(),
        at=draw.at,
        says_zh=f"办结 {draw.handled} 件，抽出 {draw.drawn} 件，已回访 {one.done} 件。",
    )
