"""Taking a checked file into a book: loans that were asked for, and entries that two others have to approve and pay."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Invalid
from chassis.session import Session
from chassis.sheets.reading import Workbook
from chassis.tables import new_id
from services.tasks.attachments.actions import name_evidence
from services.tasks.ledger.books.actions import book_kept
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.ledger.entries.model import NOT_REFUSED, LedgerEntry
from services.tasks.ledger.entries.recording import NewLine, add_lines, new_entry
from services.tasks.ledger.funds.model import BudgetLine, FundSource, SourceKind
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.households import strangers
from services.tasks.ledger.loans.actions import asked_for
from services.tasks.ledger.loans.model import Loan
from services.tasks.ledger.policy import Hand
from services.tasks.ledger.sheets.columns import HOUSEHOLD
from services.tasks.ledger.sheets.rows import Checked, EntryRow, Known, check

LARGEST = 10 << 20  # bytes of a file

SOURCES = select(FundSource).where(col(FundSource.township_code).in_((bindparam("township"), bindparam("county"))))
LINES = select(BudgetLine).where(col(BudgetLine.book_id) == bindparam("book"))
LOANS = select(Loan).where(col(Loan.book_id) == bindparam("book"))
VOUCHERS = select(LedgerEntry.voucher).where(
    col(LedgerEntry.book_id) == bindparam("book"), col(LedgerEntry.voucher).is_not(None), NOT_REFUSED
)


class LedgerRowsFaulty(Invalid):
    """Some rows of this file are not right, and nothing of it was taken in; try it first to see all of them."""

    title_zh = "文件中有错误，没有导入任何内容：请先试导入查看全部错误，改正后重新导入。"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in, or would be."""

    checked: Checked
    entries: Sequence[UUID]
    import_id: UUID


async def try_out(session: Session, book_id: UUID, workbook: Workbook, *, by: Actor) -> Checked:
    """What a file would bring into a book, and everything that is wrong with it.

    Raises `NotFound`, `MayNotKeepBooks`, `NoLedgerSheet`, `SheetTooLong`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.RECORD)
    return await _check(session, book, workbook)


async def take_in(session: Session, book_id: UUID, workbook: Workbook, *, by: Actor, evidence: Sequence[UUID]) -> Taken:
    """Record every loan and entry of a file, or nothing.

    Raises what `try_out` raises, `LedgerRowsFaulty`, `EvidenceMissing`, `NoSuchAttachment`.
    """
    book = await book_kept(session, book_id, by=by, hand=Hand.RECORD, lock=True)
    checked = await _check(session, book, workbook)
    if checked.faults:
        rows = {(one.sheet, one.row) for one in checked.faults}
        raise LedgerRowsFaulty(faults=len(checked.faults), rows=len(rows))
    import_id = new_id()
    await name_evidence(session, evidence, request_id=import_id, by=by, required=True)
    loans = {one.code: one.id for one in await session.all(LOANS, book=book_id)}
    for row in checked.loans:
        loan = asked_for(
            session,
            book,
            by=by,
            code=row.code,
            household_id=row.household_id,
            lender_id=row.lender_id,
            amount=row.amount,
            asked_on=row.asked_on,
            import_id=import_id,
        )
        loans[row.code] = loan.id
    entries = []
    for voucher, rows_ in _by_voucher(checked.rows).items():
        first = rows_[0]
        words = next((row.words for row in rows_ if row.words), None)
        entry = new_entry(
            session,
            book,
            by=by,
            kind=first.kind,
            booked_on=first.on,
            words=words,
            voucher=voucher,
            import_id=import_id,
        )
        add_lines(session, entry, [_line(row, loans) for row in rows_])
        entries.append(entry.id)
    return Taken(checked, entries, import_id)


async def _check(session: Session, book: LedgerBook, workbook: Workbook) -> Checked:
    checked = await asyncio.to_thread(check, workbook, known=await _known(session, book))
    unknown = await strangers(session, book, {household_id for _, household_id in checked.households})
    for line, household_id in checked.households:
        if household_id in unknown:
            line.fault(HOUSEHOLD, "本账套的区划内没有这一户", "核对户标识；外村的户记在外村的账上")
    return checked


async def _known(session: Session, book: LedgerBook) -> Known:
    area = {"township": book.township_code, "county": f"{book.division_code[:6]}000000"}
    sources = await session.all(SOURCES, **area)
    return Known(
        from_on=book.closed_on + timedelta(days=1) if book.closed_on else book.from_on,
        today=local_date(session.now),
        goods=session.use(GoodsList),
        sources={one.code: one.id for one in sources if one.kind is not SourceKind.LENDER},
        lenders={one.code: one.id for one in sources if one.kind is SourceKind.LENDER},
        lines={one.code: one.id for one in await session.all(LINES, book=book.id)},
        loans={one.code: one.id for one in await session.all(LOANS, book=book.id)},
        vouchers=frozenset(one for one in await session.all(VOUCHERS, book=book.id) if one),
    )


def _by_voucher(rows: Sequence[EntryRow]) -> dict[str, list[EntryRow]]:
    found: dict[str, list[EntryRow]] = {}
    for row in rows:
        found.setdefault(row.voucher, []).append(row)
    return found


def _line(row: EntryRow, loans: dict[str, UUID]) -> NewLine:
    return NewLine(
        row.commodity,
        row.amount,
        source_id=row.source_id,
        household_id=row.household_id,
        budget_line_id=row.budget_line_id,
        loan_id=loans[row.loan] if row.loan else None,
        due_on=row.due_on,
    )
