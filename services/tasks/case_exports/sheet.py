"""The spreadsheet itself: its columns, and how a line becomes cells that no program takes for a formula."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from chassis.clock import SHANGHAI
from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.tasks.search.views import Line

COLUMNS = (
    ("事项编号", 38),
    ("提出时间", 18),
    ("村（社区）", 20),
    ("区划代码", 14),
    ("事项", 24),
    ("类别", 8),
    ("紧急程度", 18),
    ("渠道", 14),
    ("环节", 22),
    ("承办组织", 24),
    ("承办人", 12),
    ("承诺办结日期", 14),
    ("办结时限", 18),
    ("时限是否暂定", 12),
    ("是否超期", 10),
    ("预警", 8),
    ("办结时间", 18),
    ("是否解决", 10),
    ("轮次", 6),
)
"""What a list is exported with: nothing of who asked, and none of their words."""


@dataclass(frozen=True, slots=True)
class Named:
    """What codes and ids are called."""

    divisions: Mapping[str, str]
    organizations: Mapping[UUID, str]
    colours: Mapping[str, str]


class Spreadsheet:
    """An .xlsx that is written row by row and keeps none of them in memory. To be used from one thread at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._book = workbook(file, constant_memory=True)
        self._sheet = self._book.add_worksheet("事项")
        self._at = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._on = self._book.add_format({"num_format": "yyyy-mm-dd"})
        head = self._book.add_format({"bold": True})
        for column, (title, width) in enumerate(COLUMNS):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, title, head)
        self._sheet.freeze_panes(1, 0)
        self._row = 0

    def write(self, lines: Sequence[tuple[Line, str]], named: Named, *, now: datetime) -> None:
        """Add lines, each with what it is about."""
        for line, title in lines:
            self._row += 1
            for column, cell in enumerate(_cells(line, title, named, now=now)):
                if isinstance(cell, datetime):
                    local = cell.astimezone(SHANGHAI).replace(tzinfo=None)
                    self._sheet.write_datetime(self._row, column, local, self._at)
                elif isinstance(cell, int):
                    self._sheet.write_number(self._row, column, cell)
                elif isinstance(cell, str):
                    self._sheet.write_string(self._row, column, harmless(cell))
                elif cell is not None:
                    self._sheet.write_datetime(self._row, column, cell, self._on)

    def close(self, *, note: str | None) -> None:
        """Finish the file; a note stands below the last row."""
        if note is not None:
            self._sheet.write_string(self._row + 2, 0, note)
        self._book.close()


def _cells(line: Line, title: str, named: Named, *, now: datetime) -> tuple[object, ...]:
    organization = named.organizations.get(line.organization_id, "") if line.organization_id else ""
    return (
        str(line.id),
        line.submitted_at,
        named.divisions.get(line.division_code, ""),
        line.division_code,
        title,
        line.kind.title_zh,
        line.urgency.title_zh,
        line.channel.title_zh,
        line.stage.title_zh,
        organization,
        line.named_person or "",
        line.promised_on,
        line.finish_due_at,
        "暂定" if line.finish_provisional else "",
        "超期" if line.overdue(now) else "",
        named.colours.get(line.colour, line.colour) if line.colour else "",
        line.handled_at,
        line.solved.title_zh if line.solved else "",
        line.round,
    )
