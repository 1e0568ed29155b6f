"""Recounting a book from its postings, and the statement of a month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BigInteger, bindparam, case, func
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.ledger.books.model import LedgerAccount, LedgerBook
from services.tasks.ledger.entries.model import Posting
from services.tasks.ledger.periods.model import LedgerPeriod, PeriodLine

_first = bindparam("first", type_=sa.Date())
_last = bindparam("last", type_=sa.Date())
_amount = col(Posting.amount)


def total(counted: sa.ColumnElement[int] | Mapped[int]) -> sa.ColumnElement[int]:
    """A sum as a whole number of eight bytes on both databases."""
    return sa.cast(func.coalesce(func.sum(counted), 0), BigInteger)


ACCOUNTS = (
    select(LedgerAccount).where(col(LedgerAccount.book_id) == bindparam("book")).order_by(col(LedgerAccount.name))
)
RECOUNT = (
    sa.select(col(Posting.account_id), total(_amount))
    .where(col(Posting.book_id) == bindparam("book"))
    .group_by(col(Posting.account_id))
)
UNEVEN = (
    sa.select(col(Posting.entry_id))
    .where(col(Posting.book_id) == bindparam("book"))
    .group_by(col(Posting.entry_id), col(Posting.commodity))
    .having(func.sum(_amount) != 0)
    .limit(100)
)
MONTH = (
    sa.select(
        col(Posting.account_id),
        total(case((col(Posting.booked_on) < _first, _amount), else_=0)),
        total(case((sa.and_(col(Posting.booked_on) >= _first, _amount > 0), _amount), else_=0)),
        total(case((sa.and_(col(Posting.booked_on) >= _first, _amount < 0), -_amount), else_=0)),
    )
    .where(col(Posting.book_id) == bindparam("book"), col(Posting.booked_on) <= _last)
    .group_by(col(Posting.account_id))
)
CLOSED = select(LedgerPeriod).where(
    col(LedgerPeriod.book_id) == bindparam("book"), col(LedgerPeriod.month) == bindparam("month", type_=sa.Date())
)
CLOSED_LINES = select(PeriodLine).where(col(PeriodLine.period_id) == bindparam("period"))


@dataclass(frozen=True, slots=True)
class Moved:
    """One account over a month, in the smallest unit: what was there, came, went, and is there."""

    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """What is there at the end."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Recount:
    """A book against its postings: what each account holds, what it should, and the entries that are uneven."""

    accounts: list[tuple[LedgerAccount, int]]
    uneven: list[UUID]
    by_commodity: dict[str, int]  # the trial balance: nought for each

    @property
    def right(self) -> bool:
        """Whether all reconciles."""
        return (
            all(account.balance == counted for account, counted in self.accounts)
            and not self.uneven
            and not any(self.by_commodity.values())
        )


async def recount(session: Session, book_id: UUID) -> Recount:
    """Count a book anew from every posting that it has."""
    counted = dict(await session.all(RECOUNT, book=book_id))
    accounts = await session.all(ACCOUNTS, book=book_id)
    by_commodity: dict[str, int] = {}
    for account in accounts:
        by_commodity[account.commodity] = by_commodity.get(account.commodity, 0) + account.balance
    uneven = [entry_id for (entry_id,) in await session.all(UNEVEN, book=book_id)]
    return Recount([(one, counted.get(one.id, 0)) for one in accounts], uneven, by_commodity)


async def month_of(session: Session, book: LedgerBook, month: date) -> tuple[LedgerPeriod | None, dict[UUID, Moved]]:
    """What moved in a month, by account: as it was closed, or as it stands."""
    period = await session.first(CLOSED, book=book.id, month=month)
    if period is not None:
        lines = await session.all(CLOSED_LINES, period=period.id)
        return period, {one.account_id: Moved(one.opening, one.debit, one.credit) for one in lines}
    return None, await counted_month(session, book.id, month)


async def counted_month(session: Session, book_id: UUID, month: date) -> dict[UUID, Moved]:
    """The same, from the postings."""
    rows = await session.all(MONTH, book=book_id, first=month, last=last_of(month))
    return {account_id: Moved(opening, debit, credit) for account_id, opening, debit, credit in rows}


def last_of(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])
