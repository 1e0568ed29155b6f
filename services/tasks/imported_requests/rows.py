"""The columns of a spreadsheet of requests, and the check of every row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.sheets.collecting import not_collecting
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, SheetKind, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.problems import WorkbookRefused
from chassis.sheets.reading import Cell, Workbook
from chassis.sheets.values import Wrong, read_division_code, read_text, read_word, text_of
from services.tasks.catalogue.model import CatalogueItem
from services.tasks.rules.pack import MatterKind, Urgency

MOST = 5000
"""Rows in one file; a county's hotline has about so many in four days."""
_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._()/-]{0,63}")
_ITEM = re.compile(r"[a-z][a-z0-9-]{1,31}")


class NoRequestsFound(WorkbookRefused):
    """No sheet has the headings of a list of requests."""

    title_zh = "没有找到诉求表：表头至少要有“来件编号”“村代码”，请对照说明检查。"


class TooManyRequests(WorkbookRefused):
    """The file has more rows than are taken in at once."""

    title_zh = "行数过多，请分成几份文件导入；已导入的行不会重复。"


def read_number(cell: Cell) -> str:
    """The number that the other system gave it."""
    number = text_of(cell).replace(" ", "")
    if not _NUMBER.fullmatch(number):
        raise Wrong("不是来件编号", "来件系统的编号，不超过64个字符")
    return number


def read_item(cell: Cell) -> str:
    """A code of the catalogue."""
    code = text_of(cell)
    if not _ITEM.fullmatch(code):
        raise Wrong("不是代办事项编码", "代办事项目录中的编码，如 street-light")
    return code


def read_person(cell: Cell) -> UUID:
    """The id under which `members` knows who asked."""
    try:
        return UUID(text_of(cell))
    except ValueError:
        raise Wrong("不是群众编号", "成员服务登记联系人后给出的编号；没有就留空，按不署名处理") from None


_KINDS = {kind.title_zh: kind for kind in MatterKind} | {kind.value: kind for kind in MatterKind}
_URGENCIES = {one.title_zh: one for one in Urgency} | {one.value: one for one in Urgency}

NUMBER = Column("来件编号", read_number, ("编号", "工单编号", "诉求编号"), required=True)
DIVISION = Column("村代码", read_division_code, ("村", "区划代码", "所在村代码"), required=True)
KIND = Column("类别", read_word(_KINDS, f"填写：{'、'.join(one.title_zh for one in MatterKind)}"), ("诉求类别",))
ITEM = Column("事项编码", read_item, ("代办事项编码",))
WORDING = Column("诉求内容", read_text(2000), ("内容", "诉求", "反映内容"))
URGENCY = Column(
    "紧急程度", read_word(_URGENCIES, f"填写：{'、'.join(one.title_zh for one in Urgency)}，不填为一般"), ("紧急",)
)
PERSON = Column("群众编号", read_person, ("提出人编号",))

REQUESTS = SheetKind("诉求表", (NUMBER, DIVISION, KIND, ITEM, WORDING, URGENCY, PERSON))


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One good row."""

    number: str
    division_code: str
    kind: MatterKind | None
    item_code: str | None
    wording: str | None
    urgency: Urgency
    requester_id: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """What a row may refer to: villages and communities, and the errands of today."""

    villages: frozenset[str]
    items: Mapping[str, CatalogueItem]


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows in the order of the file, and every fault of the others."""

    rows: list[RequestRow]
    faults: list[RowFault]
    warnings: list[RowFault]
    unread: list[str]  # sheets that are no such list


@not_collecting()
def check(workbook: Workbook, *, known: Known, today: date) -> Checked:
    """The good rows of a workbook and all faults. Raises `NoRequestsFound`, `TooManyRequests`."""
    found = [(sheet, recognise(sheet, [REQUESTS])) for sheet in workbook.sheets if sheet.cells]
    if all(recognised is None for _, recognised in found):
        raise NoRequestsFound(file=workbook.name, sheets=[sheet.name for sheet in workbook.sheets])
    faults: list[RowFault] = []
    seen: dict[str, Line] = {}
    rows = [
        row
        for sheet, recognised in found
        if recognised is not None
        for line in lines_of(sheet, recognised, today=today, report=faults)
        if (row := _row(line, known=known, seen=seen)) is not None
    ]
    if len(rows) > MOST:
        raise TooManyRequests(file=workbook.name, rows=len(rows), at_most=MOST)
    unread = [sheet.name for sheet, recognised in found if recognised is None]
    return Checked(rows=rows, faults=faults, warnings=[], unread=unread)


def _row(line: Line, *, known: Known, seen: dict[str, Line]) -> RequestRow | None:
    number, area = line.take(NUMBER), line.take(DIVISION)
    kind, item, wording = line.take(KIND), line.take(ITEM), line.take(WORDING)
    urgency, person = line.take(URGENCY) or Urgency.ORDINARY, line.take(PERSON)
    if number is not None and (first := seen.setdefault(number, line)) is not line:
        line.fault(NUMBER, f"与{first.place}重复", "同一文件中每个来件编号只出现一次")
    if area is not None and area not in known.villages:
        line.fault(DIVISION, "没有这个村（社区）", "系统里已有的村（社区）的12位区划代码")
    if item is not None and item not in known.items:
        line.fault(ITEM, f"代办事项目录中没有：{item}", "目录中现有的事项编码，或留空并填写类别和诉求内容")
    if item is None and not line.faulty(ITEM):
        if kind is None and not line.faulty(KIND):
            line.fault(KIND, "没有填写", "没有事项编码的必须写明类别")
        if wording is None and not line.faulty(WORDING):
            line.fault(WORDING, "没有填写", "没有事项编码的必须写明诉求内容")
    if number is None or area is None or line.wrong_in:
        return None
    return RequestRow(number, area, None if item else kind, item, wording, urgency, person)
