"""The columns of the ledger's spreadsheets: what happened, and loans that were asked for."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from uuid import UUID

from chassis.sheets.headings import Column, SheetKind
from chassis.sheets.problems import WorkbookRefused
from chassis.sheets.reading import Cell
from chassis.sheets.values import Wrong, read_code, read_date, read_text, read_word, text_of
from services.tasks.ledger.entries.model import EntryKind
from services.tasks.ledger.goods import MOST

MOST_ROWS = 5000

KINDS = {kind.title_zh: kind for kind in EntryKind}


class NoLedgerSheet(WorkbookRefused):
    """No sheet has the headings of the ledger."""

    title_zh = "没有找到台账：表头至少要有“凭证号、日期、类型、品目、数量”，或“贷款编号、户标识、申请金额”。"


def read_number(cell: Cell) -> Decimal:
    """A number above nought, exactly as it is written."""
    try:
        number = Decimal(text_of(repr(cell) if isinstance(cell, float) else cell).replace(",", ""))
    except InvalidOperation as wrong:
        raise Wrong("不是数字", "大于 0 的数字，如 1200.50") from wrong
    if not number.is_finite() or not 0 < number <= MOST:
        raise Wrong("不是大于 0 的数字", "大于 0 的数字；冲销请在系统中办理")
    return number


def read_household(cell: Cell) -> UUID:
    """The household as the system knows it."""
    try:
        return UUID(text_of(cell))
    except ValueError as wrong:
        raise Wrong("不是户标识", "系统中的户标识（不是姓名和身份证号）") from wrong


_kind: Callable[[Cell], EntryKind] = read_word(KINDS, f"填写：{'、'.join(KINDS)}")

VOUCHER = Column("凭证号", read_code, ("凭证编号",), required=True)
DAY = Column("日期", read_date, ("记账日期",), required=True)
KIND = Column("类型", _kind, ("业务类型",), required=True)
GOODS = Column("品目", read_text(40), ("物资", "名称"), required=True)
AMOUNT = Column("数量", read_number, ("金额",), required=True)
UNIT = Column("单位", read_text(10))
SOURCE = Column("来源编码", read_code, ("资金来源编码",))
LINE = Column("项目编码", read_code, ("预算科目编码",))
HOUSEHOLD = Column("户标识", read_household)
LOAN = Column("贷款编号", read_code)
DUE = Column("到期日", read_date, ("还款日期",))
WORDS = Column("摘要", read_text(500), ("说明",))

ENTRIES = SheetKind("台账", (VOUCHER, DAY, KIND, GOODS, AMOUNT, UNIT, SOURCE, LINE, HOUSEHOLD, LOAN, DUE, WORDS))

LOAN_CODE = Column("贷款编号", read_code, required=True)
LOAN_HOUSEHOLD = Column("户标识", read_household, required=True)
LENDER = Column("出借方编码", read_code, ("贷款机构编码",), required=True)
ASKED = Column("申请金额", read_number, ("申请金额元",), required=True)
ASKED_ON = Column("申请日期", read_date, required=True)
GRANTED = Column("发放金额", read_number)
GRANTED_ON = Column("发放日期", read_date)
GRANT_DUE = Column("到期日", read_date, ("还款日期",))
GRANT_VOUCHER = Column("凭证号", read_code, ("发放凭证号",))

LOANS = SheetKind(
    "贷款",
    (LOAN_CODE, LOAN_HOUSEHOLD, LENDER, ASKED, ASKED_ON, GRANTED, GRANTED_ON, GRANT_DUE, GRANT_VOUCHER, UNIT),
)
