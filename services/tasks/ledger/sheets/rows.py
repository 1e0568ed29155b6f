"""The check of every row of the ledger's spreadsheets, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from chassis.sheets.collecting import not_collecting
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.problems import SheetTooLong
from chassis.sheets.reading import Workbook
from services.tasks.ledger.entries.model import SHAPES, EntryKind
from services.tasks.ledger.goods import Goods, GoodsList
from services.tasks.ledger.sheets import columns as c


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may refer to in a book, and the days on which it may book."""

    from_on: date  # the first open day
    today: date
    goods: GoodsList
    sources: Mapping[str, UUID] = field(default_factory=dict)
    lenders: Mapping[str, UUID] = field(default_factory=dict)
    lines: Mapping[str, UUID] = field(default_factory=dict)
    loans: Mapping[str, UUID] = field(default_factory=dict)
    vouchers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One good line of an entry."""

    voucher: str
    on: date
    kind: EntryKind
    commodity: str
    amount: int
    source_id: UUID | None
    budget_line_id: UUID | None
    household_id: UUID | None
    loan: str | None  # by its number: it may come in with the same file
    due_on: date | None
    words: str | None


@dataclass(frozen=True, slots=True)
class LoanRow:
    """One good loan."""

    code: str
    household_id: UUID
    lender_id: UUID
    amount: int
    asked_on: date


@dataclass(slots=True)
class Checked:
    """The good rows, every fault, and the sheets that are none of the ledger's."""

    loans: list[LoanRow] = field(default_factory=list)
    rows: list[EntryRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    households: list[tuple[Line, UUID]] = field(default_factory=list)  # named where, to be looked up


@not_collecting()
def check(workbook: Workbook, *, known: Known) -> Checked:
    """The good rows of a workbook and all faults of the others. Raises `NoLedgerSheet`, `SheetTooLong`."""
    found = [(sheet, recognise(sheet, [c.ENTRIES, c.LOANS])) for sheet in workbook.sheets if sheet.cells]
    if all(recognised is None for _, recognised in found):
        raise c.NoLedgerSheet(file=workbook.name, sheets=[sheet.name for sheet in workbook.sheets])
    checked, firsts, codes = Checked(), dict[str, tuple[Line, EntryRow]](), dict[str, Line]()
    naming: list[tuple[Line, str]] = []
    lines = 0
    for sheet, recognised in found:
        if recognised is None:
            checked.unread.append(sheet.name)
            continue
        for line in lines_of(sheet, recognised, today=known.today, report=checked.faults):
            lines += 1
            if recognised.kind is c.LOANS:
                _loan(line, known, checked, firsts, codes)
            elif (row := _row(line, known, checked)) is not None and _one_voucher(line, row, firsts, c.VOUCHER, known):
                checked.rows.append(row)
                if row.loan is not None:
                    naming.append((line, row.loan))
    if lines > c.MOST_ROWS:
        raise SheetTooLong(file=workbook.name, rows=lines, at_most=c.MOST_ROWS)
    there = {*known.loans, *(loan.code for loan in checked.loans)}
    for line, loan in naming:
        if loan not in there:
            line.fault(c.LOAN, "没有这个贷款编号", "先登记贷款申请，或在同一文件的贷款表中填写")
    return checked


def _row(line: Line, known: Known, checked: Checked) -> EntryRow | None:
    voucher, on, kind = line.take(c.VOUCHER), _day(line, c.DAY, known), line.take(c.KIND)
    goods, number = _goods(line, known), line.take(c.AMOUNT)
    amount = _amount(line, c.AMOUNT, number, goods) if goods and number else None
    said = {
        "source_id": _named(line, c.SOURCE, known.sources, "没有这个来源编码", "先登记来源"),
        "budget_line_id": _named(line, c.LINE, known.lines, "本账套没有这个项目编码", "先登记项目"),
        "household_id": _household(line, c.HOUSEHOLD, checked),
        "loan_id": line.take(c.LOAN),
        "due_on": line.take(c.DUE),
    }
    if kind is not None:
        _check_shape(line, kind, goods, said)
    if voucher is None or on is None or kind is None or goods is None or amount is None or line.wrong_in:
        return None
    return EntryRow(
        voucher,
        on,
        kind,
        goods.code,
        amount,
        _uuid(said["source_id"]),
        _uuid(said["budget_line_id"]),
        _uuid(said["household_id"]),
        line.take(c.LOAN),
        line.take(c.DUE),
        line.take(c.WORDS),
    )


_COLUMNS: dict[str, Column[object]] = {
    "source_id": c.SOURCE,
    "budget_line_id": c.LINE,
    "household_id": c.HOUSEHOLD,
    "loan_id": c.LOAN,
    "due_on": c.DUE,
}


def _check_shape(line: Line, kind: EntryKind, goods: Goods | None, said: Mapping[str, object]) -> None:
    shape = SHAPES[kind]
    for name, column in _COLUMNS.items():
        if name in shape.says and said[name] is None and not line.faulty(column):
            line.fault(column, "没有填写", f"{kind.title_zh}必须填写{column.heading}")
        elif name not in shape.says and said[name] is not None:
            line.fault(column, "不应填写", f"{kind.title_zh}不填{column.heading}，请删去")
    if goods is not None and goods.kind not in shape.goods:
        line.fault(c.GOODS, f"{kind.title_zh}不能记这个品目", "核对类型和品目")


def _loan(
    line: Line,
    known: Known,
    checked: Checked,
    firsts: dict[str, tuple[Line, EntryRow]],
    codes: dict[str, Line],
) -> None:
    """A loan that was asked for and, where it says so, its grant as a line of an entry."""
    code, household_id = line.take(c.LOAN_CODE), _household(line, c.LOAN_HOUSEHOLD, checked)
    lender_id = _named(line, c.LENDER, known.lenders, "没有这个贷款机构编码", "先登记来源，类别为贷款机构")
    asked_on, money = _day(line, c.ASKED_ON, known), known.goods.of("money")
    number, granted = line.take(c.ASKED), line.take(c.GRANTED)
    asked = _amount(line, c.ASKED, number, money) if number else None
    if code is not None and (code in known.loans or codes.setdefault(code, line) is not line):
        line.fault(c.LOAN_CODE, "这个贷款编号已经登记", "每笔贷款一个编号；已登记的不要重复导入")
    grant = None
    if granted is not None:
        grant = _grant(line, known, code=code, amount=_amount(line, c.GRANTED, granted, money), asked=asked)
    elif not line.faulty(c.GRANTED):
        for column in (c.GRANTED_ON, c.GRANT_DUE, c.GRANT_VOUCHER):
            if line.take(column) is not None:
                line.fault(column, "没有发放金额", "已发放的填写发放金额；未发放的删去此格")
    if grant is not None and not _one_voucher(line, grant, firsts, c.GRANT_VOUCHER, known):
        return
    if code is None or household_id is None or lender_id is None or asked is None or asked_on is None or line.wrong_in:
        return
    checked.loans.append(LoanRow(code, household_id, lender_id, asked, asked_on))
    if grant is not None:
        checked.rows.append(grant)


def _grant(line: Line, known: Known, *, code: str | None, amount: int | None, asked: int | None) -> EntryRow | None:
    on, due_on, voucher = _day(line, c.GRANTED_ON, known), line.take(c.GRANT_DUE), line.take(c.GRANT_VOUCHER)
    for column, value in ((c.GRANTED_ON, on), (c.GRANT_DUE, due_on), (c.GRANT_VOUCHER, voucher)):
        if value is None and not line.faulty(column):
            line.fault(column, "没有填写", f"已发放的贷款必须填写{column.heading}")
    if amount is not None and asked is not None and amount > asked:
        line.fault(c.GRANTED, "发放金额大于申请金额", "不超过申请金额")
    if code is None or amount is None or on is None or due_on is None or voucher is None:
        return None
    return EntryRow(voucher, on, EntryKind.LOAN_GRANT, "money", amount, None, None, None, code, due_on, None)


def _one_voucher(
    line: Line,
    row: EntryRow,
    firsts: dict[str, tuple[Line, EntryRow]],
    column: Column[str],
    known: Known,
) -> bool:
    """Whether the row fits the others of its voucher: one voucher is of one day and one kind, and comes in once."""
    if row.voucher in known.vouchers:
        line.fault(column, "这个凭证号已经导入", "已导入的不要重复；新的业务用新的凭证号")
        return False
    first, other = firsts.setdefault(row.voucher, (line, row))
    if (other.on, other.kind) != (row.on, row.kind):
        line.fault(column, f"与{first.place}同号而日期或类型不同", "一张凭证只记同一天的同一类业务")
        return False
    return True


def _household(line: Line, column: Column[UUID], checked: Checked) -> UUID | None:
    household_id = line.take(column)
    if household_id is not None:
        checked.households.append((line, household_id))
    return household_id


def _goods(line: Line, known: Known) -> Goods | None:
    name = line.take(c.GOODS)
    if name is None:
        return None
    found = known.goods.named(name)
    if found is None:
        line.fault(c.GOODS, "台账没有这个品目", f"填写：{'、'.join(one.name for one in known.goods.goods)}")
    return found


def _amount(line: Line, column: Column[Decimal], number: Decimal, goods: Goods) -> int | None:
    """The amount in the smallest unit, exactly."""
    unit = line.take(c.UNIT) or goods.unit
    factor = goods.units.get(unit)
    if factor is None:
        line.fault(c.UNIT, f"{goods.name}没有这个单位", f"填写：{'、'.join(goods.units)}")
        return None
    amount = number * factor
    if amount != amount.to_integral_value():
        line.fault(column, "小数位数过多", f"最多记到 {goods.said(1)}")
        return None
    return int(amount)


def _day(line: Line, column: Column[date], known: Known) -> date | None:
    day = line.take_past(column)
    if day is not None and day < known.from_on:
        line.fault(column, "日期在已结账的月份或建账之前", f"不早于{known.from_on.isoformat()}")
        return None
    return day


def _named(line: Line, column: Column[str], there: Mapping[str, UUID], fault: str, remedy: str) -> UUID | None:
    code = line.take(column)
    if code is None:
        return None
    if code not in there:
        line.fault(column, fault, remedy)
    return there.get(code)


def _uuid(value: object) -> UUID | None:
    return value if isinstance(value, UUID) else None
