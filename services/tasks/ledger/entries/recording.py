"""Recording an entry: its lines are looked at one by one, and its evidence is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.entries.model import (
    NOT_REFUSED,
    SHAPES,
    EntryIncomplete,
    EntryKind,
    EntryStage,
    LedgerEntry,
    LedgerLine,
    NotReversible,
    ReversedAlready,
)
from services.tasks.ledger.funds.model import BudgetLine, FundSource, NoSuchBudgetLine, NoSuchSource
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.households import HouseholdNotInArea, strangers
from services.tasks.ledger.loans.model import Loan, NoSuchLoan
from services.tasks.ledger.policy import Hand

LINES = select(LedgerLine).where(col(LedgerLine.entry_id) == bindparam("entry")).order_by(col(LedgerLine.place))
REVERSAL = select(LedgerEntry).where(col(LedgerEntry.reverses_id) == bindparam("entry"), NOT_REFUSED)

FIELDS = ("source_id", "household_id", "budget_line_id", "loan_id", "due_on")


@dataclass(frozen=True, slots=True)
class NewLine:
    """One line to be recorded; the amount is in the smallest unit."""

    commodity: str
    amount: int
    source_id: UUID | None = None
    household_id: UUID | None = None
    budget_line_id: UUID | None = None
    loan_id: UUID | None = None
    due_on: date | None = None


async def record(
    session: Session,
    book_id: UUID,
    *,
    by: Actor,
    kind: EntryKind,
    booked_on: date,
    lines: Sequence[NewLine],
    evidence: Sequence[UUID],
    words: str | None,
) -> LedgerEntry:
    """Record an entry with its evidence; nothing is in the book until others have approved and paid it.

    Raises `NotFound`, `MayNotKeepBooks`, `PeriodClosed`, `EntryIncomplete`, `NoSuchGoods`, `NoSuchSource`,
    `NoSuchBudgetLine`, `NoSuchLoan`, `HouseholdNotInArea`, `EvidenceMissing`, `NoSuchAttachment`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.RECORD)
    book.check_open(booked_on, today=local_date(session.now))
    await _look_at(session, book, kind, lines)
    entry = new_entry(session, book, by=by, kind=kind, booked_on=booked_on, words=words)
    await name_evidence(session, evidence, request_id=entry.id, by=by, required=True)
    add_lines(session, entry, lines)
    return entry


async def reverse(
    session: Session, entry_id: UUID, *, by: Actor, booked_on: date, evidence: Sequence[UUID], words: str
) -> LedgerEntry:
    """Record the reversal of a paid entry, to be approved and paid like any other.

    Raises `NotFound`, `MayNotKeepBooks`, `NotReversible`, `ReversedAlready`, `PeriodClosed`, `EvidenceMissing`.
    """
    wrong = await session.get(LedgerEntry, entry_id)
    if wrong is None:
        raise NotFound()
    book = await book_kept(session, wrong.book_id, by=by, hand=Hand.RECORD)
    wrong = await session.get(LedgerEntry, entry_id, lock=True)
    if wrong is None or wrong.stage is not EntryStage.PAID or wrong.reverses_id is not None:
        raise NotReversible()
    if await session.first(REVERSAL, entry=entry_id) is not None:
        raise ReversedAlready()
    book.check_open(booked_on, today=local_date(session.now))
    entry = new_entry(session, book, by=by, kind=wrong.kind, booked_on=booked_on, words=words, reverses_id=wrong.id)
    await name_evidence(session, evidence, request_id=entry.id, by=by, required=True)
    there = await session.all(LINES, entry=wrong.id)
    same = [NewLine(one.commodity, one.amount, **{name: getattr(one, name) for name in FIELDS}) for one in there]
    add_lines(session, entry, same)
    return entry


def add_lines(session: Session, entry: LedgerEntry, lines: Sequence[NewLine]) -> None:
    """Write the lines of a new entry."""
    for place, line in enumerate(lines, start=1):
        session.add(
            LedgerLine(
                id=new_id(),
                township_code=entry.township_code,
                entry_id=entry.id,
                place=place,
                commodity=line.commodity,
                amount=line.amount,
                **{name: getattr(line, name) for name in FIELDS},
            )
        )


def words_of(session: Session, entry: LedgerEntry) -> str | None:
    """What was written with an entry."""
    return session.use(Vault).open(entry.words, place=_place(entry.id)) if entry.words else None


def new_entry(
    session: Session,
    book: LedgerBook,
    *,
    by: Actor,
    kind: EntryKind,
    booked_on: date,
    words: str | None,
    reverses_id: UUID | None = None,
    voucher: str | None = None,
    import_id: UUID | None = None,
) -> LedgerEntry:
    """Write a new entry, looked at already; its lines and evidence come next."""
    entry_id = new_id()
    entry = LedgerEntry(
        id=entry_id,
        township_code=book.township_code,
        book_id=book.id,
        kind=kind,
        stage=EntryStage.RECORDED,
        number=None,
        booked_on=booked_on,
        reverses_id=reverses_id,
        voucher=voucher,
        import_id=import_id,
        words=session.use(Vault).seal(words, place=_place(entry_id)) if words else None,
        recorded_by=by.person_id,
        recorded_at=session.now,
        approved_by=None,
        approved_at=None,
        paid_by=None,
        paid_at=None,
        refused_by=None,
        refused_at=None,
        refusal=None,
    )
    session.add(entry)
    return entry


def _place(entry_id: UUID) -> str:
    return place_of("ledger_entry", "words", entry_id)


async def _look_at(session: Session, book: LedgerBook, kind: EntryKind, lines: Sequence[NewLine]) -> None:
    """Whether each line says what its kind asks for, and names what is there."""
    shape, goods = SHAPES[kind], session.use(GoodsList)
    for model, named in ((FundSource, "source_id"), (BudgetLine, "budget_line_id"), (Loan, "loan_id")):
        await session.fetch(model, {getattr(line, named) for line in lines if getattr(line, named) is not None})
    for place, line in enumerate(lines, start=1):
        said = {name for name in FIELDS if getattr(line, name) is not None}
        if said != shape.says:
            raise EntryIncomplete(line=place, missing=sorted(shape.says - said), not_here=sorted(said - shape.says))
        if goods.of(line.commodity).kind not in shape.goods:
            raise EntryIncomplete(line=place, commodity=line.commodity)
        await _look_at_names(session, book, line, place)
    unknown = await strangers(session, book, {line.household_id for line in lines if line.household_id is not None})
    for place, line in enumerate(lines, start=1):
        if line.household_id in unknown:
            raise HouseholdNotInArea(line=place)


async def _look_at_names(session: Session, book: LedgerBook, line: NewLine, place: int) -> None:
    if line.source_id is not None:
        source = await session.get(FundSource, line.source_id)
        if source is None or not source.serves(book.division_code):
            raise NoSuchSource(line=place)
    if line.budget_line_id is not None:
        budget = await session.get(BudgetLine, line.budget_line_id)
        if budget is None or budget.book_id != book.id:
            raise NoSuchBudgetLine(line=place)
    if line.loan_id is not None:
        loan = await session.get(Loan, line.loan_id)
        if loan is None or loan.book_id != book.id:
            raise NoSuchLoan(line=place)
