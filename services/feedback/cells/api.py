"""Terms of anonymous ballots over HTTP, for the county's operator: plan, look at the cut, open or give up."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output
from services.feedback.cells import actions, views
from services.feedback.cells.model import BallotTerm, Cell, TermStage

router = APIRouter(prefix="/ballot-terms", tags=["匿名测评"], route_class=Route)

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
District = Annotated[str, Query(pattern=r"^[0-9]{6}000000$", description="县（区）的 12 位区划代码")]

NEXT_ZH = {
    TermStage.PLANNED: "请核对各单元的预计人数：没有问题就开启；需要改动就取消后重新编制。开启后不能再改。",
    TermStage.OPEN: "群众正在参加。截止后自动计票、公布，请不要催票，也不要当面看群众评价。",
    TermStage.CLOSED: "已自动计票。结果在公开页面查看，低于底线的单位已转整改。",
    TermStage.DROPPED: "已取消。可以重新编制一期。",
}


class GroupPlanned(Input):
    """Items that are judged together; none for all items."""

    code: Code
    item_codes: Annotated[list[ItemCode], Field(max_length=100)]


class TermPlanned(Input):
    """A term: whose, which days were served, until when credentials are drawn, and when the last ballot comes in."""

    district_code: DivisionCode
    served_from: date
    served_to: date
    draws_until: date
    closes_on: date
    groups: Annotated[list[GroupPlanned], Field(min_length=1, max_length=20)]


class CutView(Output):
    """A cell as it is cut: how many people are expected in it, and where it goes up to."""

    id: UUID
    division_code: str
    name: str
    level: str
    group_code: str
    item_codes: list[str]
    expected: int
    parent_id: UUID | None


class TermView(Output):
    """A term without its cells."""

    id: UUID
    district_code: str
    served_from: date
    served_to: date
    draws_until: date
    casts_from: date
    closes_on: date
    least_expected: int
    least_cast: int
    line_percent: int
    stage: str
    stage_zh: str
    opened_at: datetime | None
    closed_at: datetime | None
    next_zh: str  # what is to be done now


class TermWithCells(Output):
    """A term and how it is cut."""

    term: TermView
    cells: list[CutView]


class TermPage(Output):
    """Terms from new to old."""

    items: list[TermView]
    next_cursor: str | None


@router.post("")
async def plan_term(body: TermPlanned, session: Transaction, actor: SignedIn) -> TermWithCells:
    """Plan a term; its cells are cut from the period before, and are looked at before the term is opened.

    Refusals: `may-not-plan-terms`, `no-such-unit`, `dates-out-of-turn`, `groups-overlap`, `terms-overlap`,
    `too-few-expected`.
    """
    term = await actions.plan(
        session,
        by=actor,
        district_code=body.district_code,
        days=actions.Days(body.served_from, body.served_to, body.draws_until, body.closes_on),
        groups=[actions.Group(group.code, group.item_codes) for group in body.groups],
    )
    return await _with_cells(session, term)


@router.get("")
async def list_terms(
    session: Transaction, actor: SignedIn, *, district_code: District, cursor: Cursor = None, limit: Limit = 25
) -> TermPage:
    """The terms of your county, from new to old. Refusals: `may-not-plan-terms`, `wrong-cursor`."""
    found = await views.terms(session, district_code, by=actor, before=place(cursor), limit=limit)
    return TermPage(items=[_view(term) for term in found], next_cursor=cursor_of_next(found, limit=limit))


@router.get("/{term_id}")
async def show_term(term_id: UUID, session: Transaction, actor: SignedIn) -> TermWithCells:
    """A term and its cells, to be looked at before it is opened. Refusals: `not-found`."""
    return await _with_cells(session, await views.term_seen(session, term_id, by=actor))


@router.post("/{term_id}/opening")
async def open_term(term_id: UUID, session: Transaction, actor: SignedIn) -> TermView:
    """Open a term as it was cut. Refusals: `not-found`, `not-allowed-now`, `opened-too-late`."""
    return _view(await actions.open_term(session, term_id, by=actor))


@router.post("/{term_id}/dropping")
async def drop_term(term_id: UUID, session: Transaction, actor: SignedIn) -> TermView:
    """Give a planned term up. Refusals: `not-found`, `not-allowed-now`."""
    return _view(await actions.drop_term(session, term_id, by=actor))


async def _with_cells(session: Session, term: BallotTerm) -> TermWithCells:
    cells = await views.cells_of(session, term)
    names = await views.names_of(session, cells)
    return TermWithCells(term=_view(term), cells=[_cut(cell, names[cell.division_code]) for cell in cells])


def _cut(cell: Cell, name: str) -> CutView:
    return CutView(
        id=cell.id,
        division_code=cell.division_code,
        name=name,
        level=cell.level,
        group_code=cell.group_code,
        item_codes=cell.item_codes,
        expected=cell.expected,
        parent_id=cell.parent_id,
    )


def _view(term: BallotTerm) -> TermView:
    return TermView(
        id=term.id,
        district_code=term.district_code,
        served_from=term.served_from,
        served_to=term.served_to,
        draws_until=term.draws_until,
        casts_from=term.casts_from,
        closes_on=term.closes_on,
        least_expected=term.least_expected,
        least_cast=term.least_cast,
        line_percent=term.line_percent,
        stage=term.stage,
        stage_zh=term.stage.title_zh,
        opened_at=term.opened_at,
        closed_at=term.closed_at,
        next_zh=NEXT_ZH[term.stage],
    )
