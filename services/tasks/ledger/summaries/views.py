"""Totals over every book of an area, and all that one household got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, case, func
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.ledger.books.model import AccountKind, LedgerBook
from services.tasks.ledger.books.views import within
from services.tasks.ledger.entries.model import EntryKind, Posting
from services.tasks.ledger.loans.model import Loan, LoanStage
from services.tasks.ledger.periods.views import total
from services.tasks.ledger.policy import read_by

MOST = 500  # rows about one household

_within = within(col(LedgerBook.division_code))
_telling = sa.or_(
    sa.and_(col(Posting.kind) == EntryKind.RECEIPT, col(Posting.account) == AccountKind.HOLDING),
    sa.and_(col(Posting.kind) == EntryKind.OPENING, col(Posting.account) == AccountKind.HOLDING),
    col(Posting.account).in_((AccountKind.AID, AccountKind.WORKS)),
)
TOTALS = (
    sa.select(
        col(Posting.kind),
        col(Posting.source_id),
        col(Posting.commodity),
        total(col(Posting.amount)),
        func.count(func.distinct(col(Posting.household_id))),
    )
    .join(LedgerBook, col(LedgerBook.id) == col(Posting.book_id))
    .where(_within, _telling)
    .group_by(col(Posting.kind), col(Posting.source_id), col(Posting.commodity))
    .order_by(col(Posting.kind), col(Posting.source_id), col(Posting.commodity))
)
AIDED = (
    sa.select(func.count(func.distinct(col(Posting.household_id))))
    .join(LedgerBook, col(LedgerBook.id) == col(Posting.book_id))
    .where(_within, col(Posting.account) == AccountKind.AID)
)
_today = bindparam("today", type_=sa.Date())
_granted = col(Loan.granted) > 0
_overdue = sa.and_(col(Loan.stage) == LoanStage.GRANTED, col(Loan.due_on) < _today)
_owed = col(Loan.granted) - col(Loan.repaid)
LOANS = (
    sa.select(
        func.count(),
        func.count(func.distinct(col(Loan.household_id))),
        total(col(Loan.asked)),
        func.count(case((_granted, col(Loan.id)))),
        func.count(func.distinct(case((_granted, col(Loan.household_id))))),
        total(col(Loan.granted)),
        total(col(Loan.repaid)),
        func.count(case((col(Loan.stage) == LoanStage.REFUSED, col(Loan.id)))),
        func.count(case((_overdue, col(Loan.id)))),
        total(case((_overdue, _owed), else_=0)),
    )
    .join(LedgerBook, col(LedgerBook.id) == col(Loan.book_id))
    .where(_within)
)
OF_HOUSEHOLD = (
    select(Posting)
    .join(LedgerBook, col(LedgerBook.id) == col(Posting.book_id))
    .where(
        col(Posting.household_id) == bindparam("household"),
        col(Posting.account).in_((AccountKind.AID, AccountKind.LABOUR, AccountKind.LOANS)),
        read_by(col(LedgerBook.division_code)),
    )
    .order_by(col(Posting.id).desc())
    .limit(MOST)
)
LOANS_OF_HOUSEHOLD = (
    select(Loan)
    .join(LedgerBook, col(LedgerBook.id) == col(Loan.book_id))
    .where(col(Loan.household_id) == bindparam("household"), read_by(col(LedgerBook.division_code)))
    .order_by(col(Loan.id).desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Total:
    """What came or went of one kind, from one source, of one thing; in the smallest unit."""

    kind: EntryKind
    source_id: UUID | None
    commodity: str
    amount: int
    households: int  # to which it went; none for what came


@dataclass(frozen=True, slots=True)
class LoanTotals:
    """All loans of an area; money in fen."""

    asked: int
    asked_households: int
    asked_fen: int
    granted: int
    granted_households: int
    granted_fen: int
    repaid_fen: int
    refused: int
    overdue: int
    overdue_fen: int


async def totals(session: Session, division_code: str) -> tuple[list[Total], int, LoanTotals]:
    """What came and went in an area, how many households were aided, and its loans."""
    first, last = span_of(division_code)
    found = await session.all(TOTALS, first_code=first, last_code=last)
    aided = await session.first(AIDED, first_code=first, last_code=last)
    loans = await session.first(LOANS, first_code=first, last_code=last, today=local_date(session.now))
    if aided is None or loans is None:
        raise TypeError("a count has a row")
    return [Total(*row) for row in found], aided[0], LoanTotals(**dict(zip(LoanTotals.__slots__, loans, strict=True)))


async def of_household(session: Session, household_id: UUID, *, by: Actor) -> tuple[Sequence[Posting], Sequence[Loan]]:
    """What a household got, gave in labour and owes, in the books that one's posts see."""
    given: dict[str, UUID | date] = {"person": by.person_id, "today": local_date(session.now)}
    moved = await session.all(OF_HOUSEHOLD, household=household_id, **given)
    return moved, await session.all(LOANS_OF_HOUSEHOLD, household=household_id, **given)
