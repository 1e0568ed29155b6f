"""Closing a month of a book: its statement and what the public reads are fixed; nothing is booked in it any more."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.disclosures.actions import disclose
from services.tasks.ledger.entries.model import EntryStage, LedgerEntry
from services.tasks.ledger.periods.model import (
    BooksDiffer,
    EntriesWaiting,
    LedgerPeriod,
    MonthNotOver,
    PeriodLine,
)
from services.tasks.ledger.periods.views import counted_month, last_of, recount
from services.tasks.ledger.policy import Hand

WAITING = (
    select(LedgerEntry.id)
    .where(
        col(LedgerEntry.book_id) == bindparam("book"),
        col(LedgerEntry.stage).in_((EntryStage.RECORDED, EntryStage.APPROVED)),
        col(LedgerEntry.booked_on) <= bindparam("last", type_=sa.Date()),
    )
    .limit(100)
)


async def close(session: Session, book_id: UUID, *, by: Actor, month: date) -> LedgerPeriod:
    """Close the first open month of a book, given by its first day, once it is over.

    Raises `NotFound`, `MayNotKeepBooks`, `MonthNotOver`, `EntriesWaiting`, `BooksDiffer`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.APPROVE, lock=True)
    turn = book.from_on if book.closed_on is None else book.closed_on + timedelta(days=1)
    last = last_of(month)
    if month != turn or last >= local_date(session.now):
        raise MonthNotOver(next=turn.isoformat())
    waiting = await session.all(WAITING, book=book.id, last=last)
    if waiting:
        raise EntriesWaiting(entries=[str(one) for one in waiting])
    if not (await recount(session, book.id)).right:
        raise BooksDiffer(book=str(book.id))
    period_id = new_id()
    period = LedgerPeriod(
        id=period_id,
        township_code=book.township_code,
        division_code=book.division_code,
        book_id=book.id,
        month=month,
        withheld=await disclose(session, book, month),
        closed_by=by.person_id,
        closed_at=session.now,
    )
    session.add(period)
    for account_id, moved in (await counted_month(session, book.id, month)).items():
        session.add(
            PeriodLine(
                id=new_id(),
                township_code=book.township_code,
                period_id=period_id,
                account_id=account_id,
                opening=moved.opening,
                debit=moved.debit,
                credit=moved.credit,
                closing=moved.closing,
            )
        )
    book.closed_on = last
    return period
