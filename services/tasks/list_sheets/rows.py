"""The columns of a list in a spreadsheet, how a list becomes rows, and what is different in rows that come back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from uuid import UUID

from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, SheetKind, recognise
from chassis.sheets.line import Line, lines_of
from chassis.sheets.problems import SheetTooLong, WorkbookRefused
from chassis.sheets.reading import Workbook
from chassis.sheets.report import harmless
from chassis.sheets.values import read_date, read_text, read_word
from chassis.sheets.writing import workbook
from services.tasks.assignments.model import Assignment
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.progress.model import Tally

MOST = 5000
"""Lines of one list."""


class NoChecklistFound(WorkbookRefused):
    """No sheet has the headings of a list."""

    title_zh = "没有找到清单：表头至少要有“编号”“事项”和“时限”，请在导出的表格上修改。"


NUMBER = Column("编号", read_text(40), ("序号",), required=True)
TITLE = Column("事项", read_text(200), ("事项名称", "任务"), required=True)
MEASURE = Column("要求", read_text(200), ("目标",))
DUE = Column("时限", read_date, ("办结时限", "完成时限"), required=True)
EVIDENCE = Column("须附凭证", read_word({"是": True, "否": False}, "填写：是、否"))
LINE = Column("考核条目", read_text(40))
LISTS = SheetKind("清单", (NUMBER, TITLE, MEASURE, DUE, EVIDENCE, LINE))

DERIVED = ("责任人", "进度", "完成情况")
"""Columns that an export shows and an import does not read: they are counted, never typed."""
WIDTHS = {"编号": 10, "事项": 48, "要求": 24, "时限": 12, "须附凭证": 10, "考核条目": 14}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a list as a sheet says it."""

    number: str
    title: str
    due_on: date
    measure: str | None
    evidence: bool
    assessment_line: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a workbook says: good rows in their order, and everything that is wrong."""

    rows: list[SheetRow]
    faults: list[RowFault]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one field of a line is, and what it would become."""

    number: str
    field_zh: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What taking rows in would do to a list."""

    new: list[SheetRow]
    changed: dict[str, SheetRow]  # by number
    differences: list[Difference]
    unchanged: int
    gone: list[ChecklistItem]  # of the list, and not in the sheet; they stay unless they are withdrawn by hand


def check(workbook: Workbook, *, checklist: Checklist, today: date) -> Checked:
    """Every row of the first sheet that is a list. Raises `NoChecklistFound`, `SheetTooLong`."""
    for sheet in workbook.sheets:
        recognised = recognise(sheet, [LISTS])
        if recognised is None or recognised.missing:
            continue
        faults: list[RowFault] = []
        lines = list(lines_of(sheet, recognised, today=today, report=faults))
        if len(lines) > MOST:
            raise SheetTooLong(file=workbook.name, rows=len(lines), at_most=MOST)
        seen: dict[str, Line] = {}
        rows = [row for line in lines if (row := _row(line, checklist, seen)) is not None]
        return Checked(rows, faults)
    raise NoChecklistFound(file=workbook.name)


def compare(items: Iterable[ChecklistItem], rows: Sequence[SheetRow]) -> Compared:
    """What is different between a list's own lines and rows, by number."""
    there = {one.number: one for one in items}
    new, changed, differences = [], {}, []
    for row in rows:
        item = there.pop(row.number, None)
        if item is None:
            new.append(row)
            continue
        found = list(_differences(item, row))
        if found:
            changed[row.number] = row
            differences.extend(found)
    unchanged = len(rows) - len(new) - len(changed)
    return Compared(new, changed, differences, unchanged, list(there.values()))


def spreadsheet(
    checklist: Checklist,
    items: Sequence[ChecklistItem],
    holders: Mapping[UUID, Assignment],
    tallies: Mapping[UUID, Tally],
) -> bytes:
    """A list as .xlsx; no cell is taken for a formula."""
    out = BytesIO()
    book = workbook(out, in_memory=True)
    sheet = book.add_worksheet("清单")
    head, on = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_string(0, 0, harmless(checklist.title), head)
    for column, title in enumerate([*(one.heading for one in LISTS.columns), *DERIVED]):
        sheet.set_column(column, column, WIDTHS.get(title, 14))
        sheet.write_string(1, column, title, head)
    sheet.freeze_panes(2, 0)
    for row, item in enumerate(items, 2):
        holder, tally = holders.get(item.id), tallies.get(item.id)
        texts = {0: item.number, 1: item.title, 2: item.measure or "", 5: item.assessment_line or ""}
        texts[4] = "是" if item.evidence else "否"
        texts[6] = holder.assignee_name if holder else ""
        texts[7] = f"{tally.shares // tally.leaves}%" if tally and tally.leaves else ""
        texts[8] = holder.stage.title_zh if holder else f"{tally.done}/{tally.leaves}" if tally else ""
        for column, text in texts.items():
            sheet.write_string(row, column, harmless(text))
        sheet.write_datetime(row, 3, item.due_on, on)
    book.close()
    return out.getvalue()


def _row(line: Line, checklist: Checklist, seen: dict[str, Line]) -> SheetRow | None:
    number, title, due_on = line.take(NUMBER), line.take(TITLE), line.take(DUE)
    measure, evidence, assessed = line.take(MEASURE), line.take(EVIDENCE), line.take(LINE)
    if number is not None:
        first = seen.setdefault(number, line)
        if first is not line:
            line.fault(NUMBER, f"与{first.place}重复", "同一清单中每个编号只出现一次")
    if due_on is not None and not checklist.from_on <= due_on <= checklist.to_on:
        span = f"{checklist.from_on.isoformat()} 至 {checklist.to_on.isoformat()}"
        line.fault(DUE, "不在清单期限之内", f"填写 {span} 之间的日期")
    if number is None or title is None or due_on is None or line.wrong_in:
        return None
    return SheetRow(
        number=_as_meant(number),
        title=_as_meant(title),
        due_on=due_on,
        measure=_as_meant(measure) if measure else None,
        evidence=bool(evidence),
        assessment_line=_as_meant(assessed) if assessed else None,
    )


def _as_meant(text: str) -> str:
    """A cell without the quote that an export puts before what a spreadsheet would run."""
    return text[1:] if harmless(text[1:]) == text else text


def _said(value: str | bool | date | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value or ""


def _differences(item: ChecklistItem, row: SheetRow) -> Iterable[Difference]:
    pairs: tuple[tuple[str, str | bool | date | None, str | bool | date | None], ...] = (
        ("事项", item.title, row.title),
        ("要求", item.measure, row.measure),
        ("时限", item.due_on, row.due_on),
        ("须附凭证", item.evidence, row.evidence),
        ("考核条目", item.assessment_line, row.assessment_line),
    )
    for field, before, after in pairs:
        if before != after:
            yield Difference(row.number, field, _said(before), _said(after))
