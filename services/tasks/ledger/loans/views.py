"""Reading loans: of one book, by stage, or the overdue ones."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.ledger.books.actions import book_read
from services.tasks.ledger.loans.model import Loan, LoanStage

_stage = bindparam("stage", type_=sa.String)
_due = bindparam("due_before", type_=sa.Date())
LOANS = (
    select(Loan)
    .where(
        col(Loan.book_id) == bindparam("book"),
        or_(_stage == "", sa.type_coerce(col(Loan.stage), sa.String) == _stage),
        or_(_due == date.max, sa.and_(col(Loan.stage) == LoanStage.GRANTED, col(Loan.due_on) < _due)),
        col(Loan.id) < bindparam("before"),
    )
    .order_by(col(Loan.id).desc())
    .limit(bindparam("limit"))
)


async def loans(
    session: Session, book_id: UUID, *, stage: LoanStage | None, overdue_on: date | None, before: UUID, limit: int
) -> list[Loan]:
    """Loans of a book, from new to old; with a day only those of which something is owed after its own."""
    given = {"stage": stage.value if stage else "", "due_before": overdue_on or date.max}
    return await session.all(LOANS, book=book_id, before=before, limit=limit, **given)


async def loan_read(session: Session, loan_id: UUID, *, by: Actor) -> Loan:
    """A loan of a book that one's posts see. Raises `NotFound`."""
    loan = await session.get(Loan, loan_id)
    if loan is None:
        raise NotFound()
    await book_read(session, loan.book_id, by=by)
    return loan
