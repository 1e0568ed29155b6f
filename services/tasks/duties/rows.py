"""The columns of a duty list in a spreadsheet, and the check of every row."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from uuid import UUID

from chassis.sheets.collecting import not_collecting
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, Recognised, SheetKind, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.problems import WorkbookRefused
from chassis.sheets.reading import Cell, Sheet, Workbook
from chassis.sheets.values import Wrong, read_text, read_word, text_of
from services.tasks.duties.model import DutyKind

MOST = 2000
"""Lines in one list; a township's has about 340."""

_WORDS = {
    "基本履职": DutyKind.BASIC,
    "基本履职事项": DutyKind.BASIC,
    "基本": DutyKind.BASIC,
    "配合履职": DutyKind.COOPERATING,
    "配合履职事项": DutyKind.COOPERATING,
    "配合": DutyKind.COOPERATING,
    "上级收回": DutyKind.TAKEN_BACK,
    "收回": DutyKind.TAKEN_BACK,
    "上级部门收回事项": DutyKind.TAKEN_BACK,
    "上级部门承担": DutyKind.TAKEN_BACK,
    "应由上级部门承担的事项": DutyKind.TAKEN_BACK,
}
_SPLIT = re.compile(r"[、，,；;\s]+")
_ITEM = re.compile(r"[a-z][a-z0-9-]{1,31}")
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._()-]{0,39}")


class NoDutyListFound(WorkbookRefused):
    """No sheet has the headings of a duty list."""

    title_zh = "没有找到履职事项清单：表头至少要有“序号”和“事项名称”，请对照示例检查。"


class ListTooLong(WorkbookRefused):
    """The list has more lines than a township's duties are."""

    title_zh = "清单行数过多：一个乡镇（街道）一份文件，请核对是否放入了多个乡镇的清单。"


def read_number(cell: Cell) -> str:
    """The number of a line, as printed."""
    number = text_of(cell).replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise Wrong("不是序号", "清单上印的序号，如 1 或 二-15，不超过40个字符")
    return number


def read_words(cell: Cell) -> list[str]:
    """Words parted by 、 or commas, each of at least two characters: one alone is found everywhere."""
    words = [word for word in _SPLIT.split(text_of(cell)) if word]
    if any(not 2 <= len(word) <= 20 for word in words) or len(words) > 30:
        raise Wrong("关键词过短、过长或过多", "每个关键词2至20个字，用顿号分开，最多30个")
    return list(dict.fromkeys(words))


def read_codes(cell: Cell) -> list[str]:
    """Codes of organisations, parted by 、 or commas."""
    return list(dict.fromkeys(code.upper() for code in _SPLIT.split(text_of(cell)) if code))


def read_items(cell: Cell) -> list[str]:
    """Codes of the catalogue."""
    codes = [code for code in _SPLIT.split(text_of(cell)) if code]
    if any(not _ITEM.fullmatch(code) for code in codes):
        raise Wrong("不是代办事项编码", "代办事项目录中的编码，如 senior-certificate，用顿号分开")
    return list(dict.fromkeys(codes))


NUMBER = Column("序号", read_number, ("编号", "事项序号", "事项编号"), required=True)
NAME = Column("事项名称", read_text(300), ("事项", "履职事项", "履职事项名称", "配合事项", "收回事项"), required=True)
KIND = Column(
    "类别", read_word(_WORDS, "填写：基本履职、配合履职、上级收回，或以此命名工作表"), ("事项类别", "清单类别")
)
CATEGORY = Column("领域", read_text(40), ("所属领域", "事项领域", "业务领域"))
DEPARTMENT = Column("县级主管部门", read_text(100), ("对应上级部门", "承接部门", "牵头部门", "上级部门", "主管部门"))
LEAD = Column("主管部门组织编码", read_codes, ("牵头组织编码", "承接组织编码"))
COUNTY_PART = Column("上级部门职责", read_text(2000), ("县级部门职责", "部门职责"))
TOWNSHIP_PART = Column("乡镇配合职责", read_text(2000), ("配合职责", "乡镇（街道）配合职责", "工作方式", "履职方式"))
HELPING = Column("协办组织编码", read_codes, ("配合组织编码",))
LEGAL_BASIS = Column("法律依据", read_text(1000), ("依据", "法律法规依据", "设定依据"))
KEYWORDS = Column("关键词", read_words, ("检索词",))
ITEMS = Column("代办事项编码", read_items, ("目录事项编码",))

DUTIES = SheetKind(
    "履职事项清单",
    (
        NUMBER,
        NAME,
        KIND,
        CATEGORY,
        DEPARTMENT,
        LEAD,
        COUNTY_PART,
        TOWNSHIP_PART,
        HELPING,
        LEGAL_BASIS,
        KEYWORDS,
        ITEMS,
    ),
)


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One good row."""

    number: str
    name: str
    kind: DutyKind
    category: str | None
    department: str | None
    lead_organization_id: UUID | None
    county_part: str | None
    township_part: str | None
    helping: list[str]
    legal_basis: str | None
    keywords: list[str]
    item_codes: list[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What a list may refer to: organisations of the county by code and by name, and the catalogue's errands."""

    organizations: Mapping[str, UUID] = field(default_factory=dict)
    names: Mapping[str, UUID] = field(default_factory=dict)
    items: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows in the order of the file, every fault, and what was noticed of rows that stand."""

    rows: list[DutyRow]
    faults: list[RowFault]
    warnings: list[RowFault]
    unread: list[str]  # sheets that are no duty list


@not_collecting()
def check(workbook: Workbook, *, known: Known, today: date) -> Checked:
    """The good rows of a workbook and all faults of the others. Raises `NoDutyListFound` and `ListTooLong`."""
    found = [(sheet, recognise(sheet, [DUTIES])) for sheet in workbook.sheets if sheet.cells]
    if all(recognised is None for _, recognised in found):
        raise NoDutyListFound(file=workbook.name, sheets=[sheet.name for sheet in workbook.sheets])
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    seen: dict[tuple[DutyKind | None, str], Line] = {}
    rows = [
        row
        for sheet, recognised in found
        if recognised is not None
        for line in lines_of(sheet, recognised, today=today, report=faults)
        if (row := _row(line, sheet, recognised, known=known, seen=seen, warnings=warnings)) is not None
    ]
    if len(rows) + len(faults) > MOST:
        raise ListTooLong(file=workbook.name, rows=len(rows), at_most=MOST)
    unread = [sheet.name for sheet, recognised in found if recognised is None]
    return Checked(rows=rows, faults=faults, warnings=warnings, unread=unread)


def digest_of(rows: Iterable[DutyRow]) -> bytes:
    """What is equal for equal lists."""
    lines = [json.dumps(asdict(row), ensure_ascii=False, sort_keys=True, default=str) for row in rows]
    return hashlib.sha256("\n".join(lines).encode()).digest()


def _row(
    line: Line,
    sheet: Sheet,
    recognised: Recognised,
    *,
    known: Known,
    seen: dict[tuple[DutyKind | None, str], Line],
    warnings: list[RowFault],
) -> DutyRow | None:
    number, name = line.take(NUMBER), line.take(NAME)
    kind = line.take(KIND) or _kind_of(sheet, recognised)
    if kind is None and not line.faulty(KIND):
        line.fault(KIND, "没有填写，工作表名称也看不出", "填写：基本履职、配合履职、上级收回")
    if number is not None:
        first = seen.setdefault((kind, number), line)
        if first is not line:
            line.fault(NUMBER, f"与{first.place}重复", "同一类别中每个序号只出现一次")
    department = line.take(DEPARTMENT)
    if kind in {DutyKind.TAKEN_BACK, DutyKind.COOPERATING} and department is None and not line.faulty(DEPARTMENT):
        line.fault(DEPARTMENT, "没有填写", f"{kind.title_zh}事项必须写明县级主管（承接）部门")
    lead = _lead(line, department, known)
    helping = line.take(HELPING) or []
    for code in helping:
        if code not in known.organizations:
            line.fault(HELPING, f"没有这个组织：{code}", "系统里已有的组织编码，用顿号分开")
    items = line.take(ITEMS) or []
    for code in items:
        if code not in known.items:
            line.fault(ITEMS, f"代办事项目录中没有：{code}", "目录中现有的事项编码，用顿号分开")
    parts = line.take(CATEGORY), line.take(COUNTY_PART), line.take(TOWNSHIP_PART), line.take(LEGAL_BASIS)
    keywords = line.take(KEYWORDS) or []
    if number is None or name is None or kind is None or line.wrong_in:
        return None
    if kind is DutyKind.TAKEN_BACK and lead is None:
        remedy = "补上主管部门组织编码；未补之前，此类事项由县级组织负责人接收"
        warnings.append(RowFault(line.sheet, line.number, LEAD.heading, "承接部门未在系统中登记", remedy, ""))
    category, county_part, township_part, legal_basis = parts
    return DutyRow(
        number if number.startswith(_SHORT[kind]) else f"{_SHORT[kind]}{number}",
        name,
        kind,
        category,
        department,
        lead,
        county_part,
        township_part,
        helping,
        legal_basis,
        keywords,
        items,
    )


_SHORT = {DutyKind.BASIC: "基本-", DutyKind.COOPERATING: "配合-", DutyKind.TAKEN_BACK: "收回-"}
"""Before the printed number: each of the three lists begins anew at 1."""


def _kind_of(sheet: Sheet, recognised: Recognised) -> DutyKind | None:
    """What the sheet's name, or a title above its headings, says of every line in it."""
    above = [text_of(cell) for cells in sheet.cells[: recognised.heading_row] for cell in cells]
    for said in (sheet.name, *above):
        for word, kind in (("基本", DutyKind.BASIC), ("配合", DutyKind.COOPERATING), ("收回", DutyKind.TAKEN_BACK)):
            if word in said:
                return kind
        if "上级部门承担" in said:
            return DutyKind.TAKEN_BACK
    return None


def _lead(line: Line, department: str | None, known: Known) -> UUID | None:
    """The organisation that has it: by its code, or else by the department's name."""
    codes = line.take(LEAD) or []
    if len(codes) > 1:
        line.fault(LEAD, "不止一个编码", "只填一个主管部门的组织编码，其余填在协办组织编码")
        return None
    if codes:
        if codes[0] not in known.organizations:
            line.fault(LEAD, "没有这个组织", "系统里已有的组织编码，或留空由系统按部门名称查找")
        return known.organizations.get(codes[0])
    return known.names.get(department) if department else None
