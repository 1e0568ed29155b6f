"""A month of a book as a spreadsheet that the import takes back, and that no program takes for formulas."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.problems import Invalid
from chassis.session import Session
from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.tasks.ledger.entries.model import EntryStage, LedgerEntry, LedgerLine
from services.tasks.ledger.entries.recording import words_of
from services.tasks.ledger.funds.model import BudgetLine, FundSource
from services.tasks.ledger.goods import GoodsList
from services.tasks.ledger.loans.model import Loan
from services.tasks.ledger.periods.views import last_of
from services.tasks.ledger.sheets import columns as c

MOST = 20_000  # lines

_of_month = sa.and_(
    col(LedgerEntry.book_id) == bindparam("book"),
    col(LedgerEntry.stage) == EntryStage.PAID,
    col(LedgerEntry.booked_on).between(bindparam("first", type_=sa.Date()), bindparam("last", type_=sa.Date())),
)
ENTRIES = select(LedgerEntry).where(_of_month).order_by(col(LedgerEntry.number)).limit(MOST)
LINES = (
    select(LedgerLine)
    .join(LedgerEntry, col(LedgerEntry.id) == col(LedgerLine.entry_id))
    .where(_of_month)
    .order_by(col(LedgerEntry.number), col(LedgerLine.place))
    .limit(MOST + 1)
)

COLUMNS = (
    *((column.heading, 16) for column in c.ENTRIES.columns),
    ("账内序号", 10),
    ("登记人", 38),
    ("审批人", 38),
    ("付款人", 38),
)


class TooMuchForASheet(Invalid):
    """This month has more lines than a sheet is given out with; the postings can be read in pages."""

    title_zh = "本月记账行数过多，不能一次导出；请在“记账”列表中分页查看。"


@dataclass(frozen=True, slots=True)
class Known:
    """The codes of what lines name."""

    sources: dict[UUID, str]
    lines: dict[UUID, str]
    loans: dict[UUID, str]


async def rows_of(session: Session, book_id: UUID, month: date) -> list[tuple[object, ...]]:
    """The paid lines of a month, in the order of their vouchers, as cells. Raises `TooMuchForASheet`."""
    given = {"book": book_id, "first": month, "last": last_of(month)}
    lines = await session.all(LINES, **given)
    if len(lines) > MOST:
        raise TooMuchForASheet(most=MOST)
    entries = {one.id: one for one in await session.all(ENTRIES, **given)}
    known = await _known(session, lines)
    goods = session.use(GoodsList)
    return [_cells(session, entries[line.entry_id], line, known, goods) for line in lines]


def sheet_of(rows: list[tuple[object, ...]]) -> bytes:
    """The rows as .xlsx: amounts as numbers, everything else as text or dates, nothing as a formula."""
    file = BytesIO()
    with workbook(file, in_memory=True) as book:
        sheet = book.add_worksheet(c.ENTRIES.title)
        on, head = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        sheet.freeze_panes(1, 0)
        for row, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, on)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif cell is not None:
                    sheet.write_string(row, column, harmless(str(cell)))
    return file.getvalue()


async def _known(session: Session, lines: list[LedgerLine]) -> Known:
    await session.fetch(FundSource, {one.source_id for one in lines if one.source_id})
    await session.fetch(BudgetLine, {one.budget_line_id for one in lines if one.budget_line_id})
    await session.fetch(Loan, {one.loan_id for one in lines if one.loan_id})
    known = Known({}, {}, {})
    for one in lines:
        if one.source_id and (source := await session.get(FundSource, one.source_id)):
            known.sources[one.source_id] = source.code
        if one.budget_line_id and (line := await session.get(BudgetLine, one.budget_line_id)):
            known.lines[one.budget_line_id] = line.code
        if one.loan_id and (loan := await session.get(Loan, one.loan_id)):
            known.loans[one.loan_id] = loan.code
    return known


def _cells(
    session: Session, entry: LedgerEntry, line: LedgerLine, known: Known, goods: GoodsList
) -> tuple[object, ...]:
    counted = goods.of(line.commodity)
    kind = entry.kind.title_zh
    return (
        entry.voucher or f"N{entry.number}",
        entry.booked_on,
        f"冲销{kind}" if entry.reverses_id else kind,
        counted.name,
        f"{counted.shown(line.amount):.{counted.decimals}f}",  # text, so that no digit is lost in a float
        counted.unit,
        known.sources.get(line.source_id) if line.source_id else None,
        known.lines.get(line.budget_line_id) if line.budget_line_id else None,
        str(line.household_id) if line.household_id else None,
        known.loans.get(line.loan_id) if line.loan_id else None,
        line.due_on,
        words_of(session, entry),
        entry.number,
        str(entry.recorded_by),
        str(entry.approved_by),
        str(entry.paid_by),
    )
