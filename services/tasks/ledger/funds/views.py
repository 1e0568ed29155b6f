"""Reading sources and budget lines, with what was given and used under each."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.ledger.books.model import AccountKind
from services.tasks.ledger.entries.model import Posting
from services.tasks.ledger.funds.model import BudgetLine, FundSource
from services.tasks.ledger.periods.views import total

SOURCES = (
    select(FundSource)
    .where(col(FundSource.township_code).in_((bindparam("township"), bindparam("county"))))
    .where(col(FundSource.id) < bindparam("before"))
    .order_by(col(FundSource.id).desc())
    .limit(bindparam("limit"))
)
BUDGET_LINES = (
    select(BudgetLine)
    .where(col(BudgetLine.book_id) == bindparam("book"), col(BudgetLine.id) < bindparam("before"))
    .order_by(col(BudgetLine.id).desc())
    .limit(bindparam("limit"))
)
SPENT = (
    sa.select(col(Posting.budget_line_id), total(col(Posting.amount)))
    .where(
        col(Posting.book_id) == bindparam("book"),
        col(Posting.account).in_((AccountKind.AID, AccountKind.WORKS)),
        col(Posting.budget_line_id).is_not(None),
    )
    .group_by(col(Posting.budget_line_id))
)


async def sources(session: Session, area_code: str, *, before: UUID, limit: int) -> list[FundSource]:
    """The sources that a book of this area may name, from new to old."""
    given = {"township": f"{area_code[:9]}000", "county": f"{area_code[:6]}000000"}
    return await session.all(SOURCES, before=before, limit=limit, **given)


async def budget_lines(session: Session, book_id: UUID, *, before: UUID, limit: int) -> list[BudgetLine]:
    """The budget lines of a book, from new to old."""
    return await session.all(BUDGET_LINES, book=book_id, before=before, limit=limit)


async def spent_under(session: Session, book_id: UUID) -> dict[UUID, int]:
    """How much was given and used under each budget line of a book, in the smallest unit."""
    found = await session.all(SPENT, book=book_id)
    return {line_id: amount for line_id, amount in found if line_id is not None}
