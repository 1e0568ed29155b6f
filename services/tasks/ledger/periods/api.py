"""Statements, the recount and the closing of months over HTTP."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.books.model import LedgerAccount
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.periods import actions, views
from services.tasks.ledger.periods.model import LedgerPeriod

router = APIRouter(prefix="/ledger", tags=["扶持台账"], route_class=Route)

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A month as 2026-11."""


class Closing(Input):
    """Which month is closed."""

    month: Month


class AccountView(Output):
    """One account, in the smallest unit: debits are positive, credits negative."""

    account_id: UUID
    kind: str
    kind_zh: str
    commodity: str
    source_id: UUID | None
    balance: int
    recounted: int  # the sum of its postings


class BalanceView(Output):
    """The trial balance of one thing that is counted: nought."""

    commodity: str
    balance: int


class RecountView(Output):
    """A book against its postings."""

    reconciles: bool
    said_zh: str
    trial_balance: list[BalanceView]
    accounts: list[AccountView]
    uneven: list[UUID]  # entries whose two sides differ


class MovedView(Output):
    """One account over a month, in the smallest unit; debit and credit are above nought."""

    account_id: UUID
    kind: str
    kind_zh: str
    commodity: str
    source_id: UUID | None
    opening: int
    debit: int
    credit: int
    closing: int
    closing_zh: str


class StatementView(Output):
    """A month of a book: as it was closed, or as it stands."""

    book_id: UUID
    month: str
    closed: bool
    closed_by: UUID | None
    closed_at: datetime | None
    lines: list[MovedView]


@router.get("/books/{book_id}/recount")
async def recount(book_id: UUID, session: Transaction, actor: SignedIn) -> RecountView:
    """Count a book anew from its postings and compare. Refusals: `not-found`."""
    await book_read(session, book_id, by=actor)
    found = await views.recount(session, book_id)
    return RecountView(
        reconciles=found.right,
        said_zh="余额与逐笔重算一致，借贷平衡。" if found.right else "余额与逐笔重算不一致，请立即联系系统管理员。",
        trial_balance=[BalanceView(commodity=code, balance=sum_) for code, sum_ in sorted(found.by_commodity.items())],
        accounts=[
            AccountView(
                account_id=one.id,
                kind=one.kind.value,
                kind_zh=one.kind.title_zh,
                commodity=one.commodity,
                source_id=one.source_id,
                balance=one.balance,
                recounted=counted,
            )
            for one, counted in found.accounts
        ],
        uneven=found.uneven,
    )


@router.get("/books/{book_id}/statement")
async def statement(
    book_id: UUID,
    session: Transaction,
    actor: SignedIn,
    month: Annotated[Month, Query(description="月份，如 2026-11")],
) -> StatementView:
    """The statement of a month: opening, what came, what went, closing. Refusals: `not-found`."""
    book = await book_read(session, book_id, by=actor)
    period, moved = await views.month_of(session, book, first_of(month))
    return await _statement(session, book_id, month, period, moved)


@router.post("/books/{book_id}/close")
async def close_month(book_id: UUID, body: Closing, session: Transaction, actor: SignedIn) -> StatementView:
    """Close the first open month once it is over: its statement and what the public reads are fixed.

    Refusals: `not-found`, `may-not-keep-books`, `month-not-over`, `entries-waiting`, `books-differ`.
    """
    period = await actions.close(session, book_id, by=actor, month=first_of(body.month))
    moved = await views.counted_month(session, book_id, period.month)
    return await _statement(session, book_id, body.month, period, moved)


def first_of(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


async def _statement(
    session: Session, book_id: UUID, month: str, period: LedgerPeriod | None, moved: dict[UUID, views.Moved]
) -> StatementView:
    goods = session.use(GoodsList)
    accounts: list[LedgerAccount] = await session.all(views.ACCOUNTS, book=book_id)
    lines = []
    for one in accounts:
        found = moved.get(one.id)
        if found is None:
            continue
        lines.append(
            MovedView(
                account_id=one.id,
                kind=one.kind.value,
                kind_zh=one.kind.title_zh,
                commodity=one.commodity,
                source_id=one.source_id,
                opening=found.opening,
                debit=found.debit,
                credit=found.credit,
                closing=found.closing,
                closing_zh=goods.of(one.commodity).said(found.closing),
            )
        )
    return StatementView(
        book_id=book_id,
        month=month,
        closed=period is not None,
        closed_by=period.closed_by if period else None,
        closed_at=period.closed_at if period else None,
        lines=lines,
    )
