"""Opening a book for a division."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.ledger.books.model import BookThere, LedgerBook, NoSuchArea, PeriodClosed
from services.tasks.ledger.policy import Hand, check_hand, check_may_read
from services.tasks.roster.views import division

OF_DIVISION = select(LedgerBook).where(col(LedgerBook.division_code) == bindparam("division"))


async def open_book(session: Session, *, by: Actor, division_code: str, from_on: date) -> LedgerBook:
    """Open the book of a division from the first day of a month on.

    Raises `NotFound`, `MayNotKeepBooks`, `NoSuchArea`, `BookThere`, `PeriodClosed` for a first day ahead.
    """
    await check_hand(session, by, division_code, Hand.RECORD)
    if await division(session, division_code) is None:
        raise NoSuchArea(division=division_code)
    if await session.first(OF_DIVISION, division=division_code) is not None:
        raise BookThere()
    first = from_on.replace(day=1)
    if first > local_date(session.now):
        raise PeriodClosed(day=first.isoformat())
    book = LedgerBook(
        id=new_id(),
        township_code=township_of(division_code),
        division_code=division_code,
        from_on=first,
        closed_on=None,
        numbered=0,
        opened_by=by.person_id,
        opened_at=session.now,
    )
    session.add(book)
    return book


async def book_read(session: Session, book_id: UUID, *, by: Actor) -> LedgerBook:
    """A book that one's posts see. Raises `NotFound`."""
    book = await session.get(LedgerBook, book_id)
    if book is None:
        raise NotFound()
    await check_may_read(session, by, book.division_code)
    return book


async def book_kept(session: Session, book_id: UUID, *, by: Actor, hand: Hand, lock: bool = False) -> LedgerBook:
    """A book in which one's posts may do this. Raises `NotFound`, `MayNotKeepBooks`."""
    book = await session.get(LedgerBook, book_id, lock=lock)
    if book is None:
        raise NotFound()
    await check_hand(session, by, book.division_code, hand)
    return book
