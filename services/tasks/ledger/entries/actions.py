"""Approving, refusing and paying an entry: what is paid is posted, once, with the book's row held."""

from collections import Counter
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.books.model import (
    NEVER_NEGATIVE,
    AccountKind,
    LedgerAccount,
    LedgerBook,
    NotEnoughHeld,
    name_of,
)
from services.tasks.ledger.entries.model import SHAPES, EntryKind, LedgerEntry, LedgerLine, Posting
from services.tasks.ledger.entries.recording import LINES
from services.tasks.ledger.loans.model import Loan, NoSuchLoan
from services.tasks.ledger.policy import Hand

ACCOUNTS = select(LedgerAccount).where(col(LedgerAccount.book_id) == bindparam("book")).with_for_update()


async def approve(session: Session, entry_id: UUID, *, by: Actor) -> LedgerEntry:
    """Find an entry right. Raises `NotFound`, `MayNotKeepBooks`, `HandsNotSeparate`, `NotAllowedNow`."""
    entry = await _in_hand(session, entry_id, by=by, hand=Hand.APPROVE)
    entry.approve(by.person_id, at=session.now)
    return entry


async def refuse(session: Session, entry_id: UUID, *, by: Actor, words: str) -> LedgerEntry:
    """Let an entry go that is not paid yet. Raises `NotFound`, `MayNotKeepBooks`, `NotAllowedNow`."""
    entry = await _in_hand(session, entry_id, by=by, hand=Hand.APPROVE)
    entry.refuse(by.person_id, at=session.now)
    entry.refusal = session.use(Vault).seal(words, place=place_of("ledger_entry", "refusal", entry.id))
    return entry


async def pay(session: Session, entry_id: UUID, *, by: Actor) -> LedgerEntry:
    """Pay out, or take in, what was approved: it is in the book from now on, under the next number.

    Raises `NotFound`, `MayNotKeepBooks`, `HandsNotSeparate`, `NotAllowedNow`, `PeriodClosed`, `NotEnoughHeld`,
    `LoanTooLarge`.
    """
    entry = await _in_hand(session, entry_id, by=by, hand=Hand.PAY)
    book = await book_kept(session, entry.book_id, by=by, hand=Hand.PAY, lock=True)
    entry.pay(by.person_id, at=session.now, number=book.numbered + 1)
    book.check_open(entry.booked_on, today=local_date(session.now))
    book.numbered += 1
    lines = await session.all(LINES, entry=entry.id)
    sources = await _move_loans(session, entry, lines)
    await _post(session, book, entry, lines, sources)
    return entry


def refusal_of(session: Session, entry: LedgerEntry) -> str | None:
    """Why an entry was refused."""
    if entry.refusal is None:
        return None
    return session.use(Vault).open(entry.refusal, place=place_of("ledger_entry", "refusal", entry.id))


async def _in_hand(session: Session, entry_id: UUID, *, by: Actor, hand: Hand) -> LedgerEntry:
    """An entry that one's posts may do this with, held until the end."""
    seen = await session.get(LedgerEntry, entry_id)
    if seen is None:
        raise NotFound()
    await book_kept(session, seen.book_id, by=by, hand=hand)
    entry = await session.get(LedgerEntry, entry_id, lock=True)
    if entry is None:
        raise NotFound()
    return entry


async def _move_loans(session: Session, entry: LedgerEntry, lines: list[LedgerLine]) -> dict[UUID, Loan]:
    """Have each loan of the lines follow; returns them by id."""
    named = {line.loan_id for line in lines if line.loan_id is not None}
    await session.fetch(Loan, sorted(named), lock=True)
    loans: dict[UUID, Loan] = {}
    for line in lines:
        if line.loan_id is None:
            continue
        loan = await session.get(Loan, line.loan_id, lock=True)
        if loan is None:
            raise NoSuchLoan(line=line.place)
        loans[loan.id] = loan
        back = entry.reverses_id is not None
        if entry.kind is EntryKind.LOAN_GRANT and back:
            loan.take_back()
        elif entry.kind is EntryKind.LOAN_GRANT:
            loan.grant(line.amount, on=entry.booked_on, due_on=line.due_on or entry.booked_on)
        elif back:
            loan.reopen(line.amount)
        else:
            loan.repay(line.amount)
    return loans


async def _post(
    session: Session, book: LedgerBook, entry: LedgerEntry, lines: list[LedgerLine], loans: dict[UUID, Loan]
) -> None:
    """Write both sides of every line, and carry them into the balances. Raises `NotEnoughHeld`."""
    accounts = {one.name: one for one in await session.all(ACCOUNTS, book=book.id)}
    shape, sign = SHAPES[entry.kind], -1 if entry.reverses_id else 1
    moved = Counter[str]()
    for line in lines:
        loan = loans.get(line.loan_id) if line.loan_id else None
        source_id = loan.lender_id if loan else line.source_id
        for kind, amount in ((shape.debit, sign * line.amount), (shape.credit, -sign * line.amount)):
            account = _account(session, accounts, book, kind=kind, commodity=line.commodity, source_id=source_id)
            account.balance += amount
            moved[account.name] += amount
            session.add(
                Posting(
                    id=new_id(),
                    township_code=book.township_code,
                    book_id=book.id,
                    entry_id=entry.id,
                    kind=entry.kind,
                    account_id=account.id,
                    account=kind,
                    commodity=line.commodity,
                    amount=amount,
                    source_id=source_id,
                    household_id=loan.household_id if loan else line.household_id,
                    budget_line_id=line.budget_line_id,
                    loan_id=line.loan_id,
                    booked_on=entry.booked_on,
                )
            )
    for name, change in moved.items():
        account = accounts[name]
        if account.kind in NEVER_NEGATIVE and account.balance < 0:
            raise NotEnoughHeld(
                commodity=account.commodity,
                source_id=str(account.source_id) if account.source_id else None,
                held=account.balance - change,
                wanted=-change,
            )


def _account(
    session: Session,
    accounts: dict[str, LedgerAccount],
    book: LedgerBook,
    *,
    kind: AccountKind,
    commodity: str,
    source_id: UUID | None,
) -> LedgerAccount:
    name = name_of(kind, commodity, source_id)
    found = accounts.get(name)
    if found is None:
        found = accounts[name] = LedgerAccount(
            id=new_id(),
            township_code=book.township_code,
            book_id=book.id,
            name=name,
            kind=kind,
            commodity=commodity,
            source_id=source_id,
            balance=0,
        )
        session.add(found)
    return found
