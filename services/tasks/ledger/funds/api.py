"""Sources and budget lines over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import PLAIN, DivisionCode, Input, Output
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.funds import actions, views
from services.tasks.ledger.funds.model import BudgetLine, FundSource, SourceKind
from services.tasks.ledger.goods import MOST, GoodsList
from services.tasks.ledger.policy import check_may_read

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z._-]{0,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100, pattern=PLAIN)]

NO_SOURCES = "还没有登记资金（物资）来源；请先登记专项资金、部门、捐赠或贷款机构。"
NO_LINES = "本账套还没有登记项目（预算科目）；发放和支出都要挂在项目上，请先登记。"


class NewSource(Input):
    """Who gives, for a township or for a whole county."""

    area_code: DivisionCode
    code: Code
    kind: SourceKind
    name: Title
    named: bool = Field(True, description="是否对外公布名称；捐赠人不愿公布的填 false")


class SourceView(Output):
    """One source."""

    id: UUID
    area_code: str
    code: str
    kind: str
    kind_zh: str
    name: str
    named: bool
    entered_at: datetime


class SourcePage(Output):
    """Sources from new to old."""

    items: list[SourceView]
    next: str | None
    hint_zh: str | None


class NewBudgetLine(Input):
    """What is given or used under it, and how much was planned, in the smallest unit."""

    code: Code
    title: Title
    year: Annotated[int, Field(ge=2000, le=2199)]
    commodity: Annotated[str, Field(max_length=32)]
    planned: Annotated[int, Field(gt=0, le=MOST)] | None = None


class BudgetLineView(Output):
    """One budget line, with what was given and used under it so far."""

    id: UUID
    book_id: UUID
    code: str
    title: str
    year: int
    commodity: str
    planned: int | None
    spent: int
    said_zh: str


class BudgetLinePage(Output):
    """Budget lines from new to old."""

    items: list[BudgetLineView]
    next: str | None
    hint_zh: str | None


@router.post("/sources", status_code=201)
async def enter_source(body: NewSource, session: Transaction, actor: SignedIn) -> SourceView:
    """Enter a source. Refusals: `not-found`, `may-not-keep-books`, `code-there`."""
    found = await actions.enter_source(
        session,
        by=actor,
        area_code=body.area_code,
        code=body.code,
        kind=body.kind,
        name=body.name,
        named=body.named,
    )
    return _source(session, found)


@router.get("/sources")
async def sources(
    session: Transaction, actor: SignedIn, *, area_code: DivisionCode, cursor: Cursor = None, limit: Limit = 25
) -> SourcePage:
    """The sources that a book of this area may name. Refusals: `not-found`."""
    await check_may_read(session, actor, area_code)
    found = await views.sources(session, area_code, before=place(cursor), limit=limit)
    return SourcePage(
        items=[_source(session, one) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found else NO_SOURCES,
    )


@router.post("/books/{book_id}/budget-lines", status_code=201)
async def enter_budget_line(
    book_id: UUID, body: NewBudgetLine, session: Transaction, actor: SignedIn
) -> BudgetLineView:
    """Enter a budget line. Its title is public and names nobody.

    Refusals: `not-found`, `may-not-keep-books`, `code-there`, `no-such-goods`, `looks-personal`.
    """
    line = await actions.enter_budget_line(
        session,
        book_id,
        by=actor,
        code=body.code,
        title=body.title,
        year=body.year,
        commodity=body.commodity,
        planned=body.planned,
    )
    return _line(session, line, spent=0)


@router.get("/books/{book_id}/budget-lines")
async def budget_lines(
    book_id: UUID, session: Transaction, actor: SignedIn, *, cursor: Cursor = None, limit: Limit = 25
) -> BudgetLinePage:
    """The budget lines of a book, each with what was given and used under it. Refusals: `not-found`."""
    await book_read(session, book_id, by=actor)
    found = await views.budget_lines(session, book_id, before=place(cursor), limit=limit)
    spent = await views.spent_under(session, book_id)
    return BudgetLinePage(
        items=[_line(session, one, spent=spent.get(one.id, 0)) for one in found],
        next=cursor_of_next(found, limit=limit),
        hint_zh=None if found else NO_LINES,
    )


def _source(session: Session, one: FundSource) -> SourceView:
    return SourceView(
        id=one.id,
        area_code=one.township_code,
        code=one.code,
        kind=one.kind.value,
        kind_zh=one.kind.title_zh,
        name=actions.name_of(session, one),
        named=one.named,
        entered_at=one.entered_at,
    )


def _line(session: Session, one: BudgetLine, *, spent: int) -> BudgetLineView:
    goods = session.use(GoodsList).of(one.commodity)
    said = f"已用 {goods.said(spent)}"
    if one.planned is not None:
        said = f"计划 {goods.said(one.planned)}，{said}"
        if spent > one.planned:
            said += f"，超出计划 {goods.said(spent - one.planned)}，请核对"
    return BudgetLineView(
        id=one.id,
        book_id=one.book_id,
        code=one.code,
        title=one.title,
        year=one.year,
        commodity=one.commodity,
        planned=one.planned,
        spent=spent,
        said_zh=said,
    )
