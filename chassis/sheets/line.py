"""One row under check: it hands out its cells, read, and reports everything that is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TypeVar

from chassis.identifiers import mask_citizen_number, mask_phone
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import Column, Recognised
from chassis.sheets.reading import Cell, Sheet
from chassis.sheets.values import Wrong, text_of

T = TypeVar("T")

SHOWN_AT_MOST = 40
_PERSONAL = re.compile(r"(?P<number>[0-9]{14,17}[0-9Xx])|(?<![0-9])(?P<phone>1[3-9][0-9]{9})(?![0-9])")


class Line:
    """A row of a recognised sheet, at least as long as its headings; `number` counts from 1 as spreadsheets do."""

    __slots__ = ("_cells", "_places", "_report", "_today", "number", "sheet", "wrong_in")

    def __init__(
        self,
        sheet: str,
        number: int,
        cells: list[Cell],
        *,
        places: Mapping[str, int],
        today: date,
        report: list[RowFault],
    ) -> None:
        self.sheet = sheet
        self.number = number
        self.wrong_in: tuple[str, ...] = ()  # the headings of the columns at fault
        self._cells = cells
        self._places = places
        self._today = today
        self._report = report

    def take(self, column: Column[T]) -> T | None:
        """What the cell means; nothing if it is empty, or if it is wrong, which is then among the faults."""
        place = self._places.get(column.heading)
        cell = "" if place is None else self._cells[place]
        if isinstance(cell, str) and (not cell or cell.isspace()):
            if column.required:
                self.fault(column, "没有填写", f"{column.heading}必须填写")
            return None
        try:
            return column.read(cell)
        except Wrong as wrong:
            self.fault(column, wrong.fault, wrong.remedy)
            return None

    def take_past(self, column: Column[date]) -> date | None:
        """A date that may not lie in the future."""
        day = self.take(column)
        if day is not None and day > self._today:
            self.fault(column, "日期在今天之后", f"不晚于{self._today.isoformat()}")
            return None
        return day

    def fault(self, column: Column[object], fault: str, remedy: str) -> None:
        """Add what is wrong in a column and what would be right."""
        shown = _shown(self._cell(column), column)
        self._report.append(RowFault(self.sheet, self.number, column.heading, fault, remedy, shown))
        self.wrong_in += (column.heading,)

    def faulty(self, column: Column[object]) -> bool:
        """Whether something is wrong in this column."""
        return column.heading in self.wrong_in

    @property
    def place(self) -> str:
        """Where the row stands, in words."""
        return f"“{self.sheet}”第{self.number}行"

    def _cell(self, column: Column[object]) -> Cell:
        place = self._places.get(column.heading)
        return "" if place is None else self._cells[place]


def _shown(cell: Cell, column: Column[object]) -> str:
    """The cell as a report may show it: numbers of persons masked in any column, since they slip into others."""
    text = cell.date().isoformat() if isinstance(cell, datetime) else text_of(cell)
    if column.mask is not None:
        return column.mask(text[:SHOWN_AT_MOST])
    masked = _PERSONAL.sub(_mask, text)
    return masked if len(masked) <= SHOWN_AT_MOST else masked[: SHOWN_AT_MOST - 1] + "…"


def _mask(match: re.Match[str]) -> str:
    return mask_citizen_number(match["number"]) if match["number"] else mask_phone(match["phone"])


def lines_of(sheet: Sheet, found: Recognised, *, today: date, report: list[RowFault]) -> Iterator[Line]:
    """The rows below the headings that are not blank; none where a column is missing or doubled, which is reported."""
    place = found.heading_row + 1
    wrong = [(column.heading, "缺少这一列", f"在表头加上“{column.heading}”") for column in found.missing]
    wrong += [(heading, "这一列出现了两次", "只保留其中一列") for heading in found.doubled]
    report.extend(
        RowFault(sheet.name, place, heading, f"{fault}，本表没有检查", remedy, "") for heading, fault, remedy in wrong
    )
    if wrong:
        return
    width = len(sheet.cells[found.heading_row])
    for number, cells in enumerate(sheet.cells[place:], start=place + 1):
        if not any(cell and not (isinstance(cell, str) and cell.isspace()) for cell in cells):
            continue
        full = cells if len(cells) >= width else cells + [""] * (width - len(cells))
        line = Line(sheet.name, number, full, places=found.places, today=today, report=report)
        if len(full) > width and any(full[width:]):
            line.fault(found.kind.columns[0], "这一行比表头多出内容，各列可能已经错位", "检查是否有多余的逗号或引号")
        yield line
