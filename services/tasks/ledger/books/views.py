"""Reading books: those of one's area, and the accounts of one."""

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.orm import Mapped
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.policy import read_by

_code = col(LedgerBook.division_code)
BOOKS = (
    select(LedgerBook)
    .where(
        _code.between(bindparam("first_code"), bindparam("last_code")),
        _code > bindparam("after"),
        read_by(_code),
    )
    .order_by(_code)
    .limit(bindparam("limit"))
)
EVERYWHERE = "0" * 12, "9" * 12


async def books_within(
    session: Session, actor: Actor, *, division_code: str | None, after: str, limit: int
) -> list[LedgerBook]:
    """The books that one's posts see, of an area or of all, by division code."""
    first, last = span_of(division_code) if division_code else EVERYWHERE
    given = {"person": actor.person_id, "today": local_date(session.now)}
    return await session.all(BOOKS, first_code=first, last_code=last, after=after, limit=limit, **given)


def within(column: Mapped[str]) -> sa.ColumnElement[bool]:
    """The row belongs to an area; give `first_code` and `last_code`."""
    return column.between(bindparam("first_code"), bindparam("last_code"))
