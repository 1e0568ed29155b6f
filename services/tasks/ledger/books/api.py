"""Books over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Limit
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output
from services.tasks.ledger.books import actions, views
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.goods import GoodsList
from services.tasks.roster.model import Division

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

EMPTY = "您负责的范围内还没有建账；请乡镇在“扶持台账”中为村建账。"


class NewBook(Input):
    """For which division, and from which month on."""

    division_code: DivisionCode
    from_on: date  # a day of the first month; local


class BookView(Output):
    """One book."""

    id: UUID
    division_code: str
    division_name: str
    from_on: date
    closed_on: date | None  # the last day of the last closed month
    vouchers: int  # so far; they are numbered without a gap
    opened_at: datetime


class BookPage(Output):
    """Books by division code."""

    items: list[BookView]
    next: str | None  # give it as `after` for the next page
    hint_zh: str | None


class GoodsView(Output):
    """One thing that the ledger counts; every amount is a whole number of its smallest unit."""

    code: str
    kind: str
    name: str
    unit: str  # that it is shown in
    smallest: int  # so many smallest units make one of that


class GoodsPage(Output):
    """All that the ledger counts."""

    items: list[GoodsView]


@router.get("/goods")
async def goods(session: Transaction, _: SignedIn) -> GoodsPage:
    """What the ledger counts, and in which smallest unit: money in fen, labour in tenths of a day."""
    return GoodsPage(
        items=[
            GoodsView(code=one.code, kind=one.kind.value, name=one.name, unit=one.unit, smallest=10**one.decimals)
            for one in session.use(GoodsList).goods
        ]
    )


@router.post("/books", status_code=201)
async def open_book(body: NewBook, session: Transaction, actor: SignedIn) -> BookView:
    """Open the book of a division, from the first day of a month on.

    Refusals: `not-found`, `may-not-keep-books`, `no-such-area`, `book-there`, `period-closed`.
    """
    book = await actions.open_book(session, by=actor, division_code=body.division_code, from_on=body.from_on)
    return await _view(session, book)


@router.get("/books")
async def books(
    session: Transaction,
    actor: SignedIn,
    *,
    division_code: Annotated[DivisionCode | None, Query(description="只看这个区划及以下的账套")] = None,
    after: Annotated[str, Query(pattern="^[0-9]{12}$", description="上一页给出的位置；第一页不填")] = "0" * 12,
    limit: Limit = 25,
) -> BookPage:
    """The books that your posts see."""
    found = await views.books_within(session, actor, division_code=division_code, after=after, limit=limit)
    await session.fetch(Division, {one.division_code for one in found})
    return BookPage(
        items=[await _view(session, one) for one in found],
        next=found[-1].division_code if len(found) == limit else None,
        hint_zh=None if found else EMPTY,
    )


@router.get("/books/{book_id}")
async def book(book_id: UUID, session: Transaction, actor: SignedIn) -> BookView:
    """One book that your posts see."""
    return await _view(session, await actions.book_read(session, book_id, by=actor))


async def _view(session: Session, one: LedgerBook) -> BookView:
    area = await session.get(Division, one.division_code)
    return BookView(
        id=one.id,
        division_code=one.division_code,
        division_name=area.name if area else "",
        from_on=one.from_on,
        closed_on=one.closed_on,
        vouchers=one.numbered,
        opened_at=one.opened_at,
    )
