"""Writing rows as the workbook that the import reads: for rosters, extracts and, without rows, an empty template."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from pathlib import Path

import xlsxwriter

from chassis.sheets.headings import SheetKind
from services.members.imports.rows import CitizenRow, MemberRow, OrganizationRow, PostRow
from services.members.imports.values import GENERATED
from services.members.words import Word

AnyRow = OrganizationRow | MemberRow | PostRow | CitizenRow


def write_sheets(path: Path, sheets: Iterable[tuple[SheetKind, Sequence[AnyRow]]]) -> None:
    """Write an .xlsx with one sheet of each kind; the fields of a row stand in the order of its kind's columns."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        dates = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for kind, rows in sheets:
            sheet = workbook.add_worksheet(kind.title)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(kind.columns) - 1, 20)
            for place, column in enumerate(kind.columns):
                sheet.write_string(0, place, column.heading)
            if not rows:
                continue
            cells_of = attrgetter(*(each.name for each in fields(rows[0]) if each.name != "row"))
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(cells_of(row)):
                    if isinstance(value, date):
                        sheet.write_datetime(number, place, value, dates)
                    elif value is not None and value is not False:
                        sheet.write_string(number, place, text_for(value))


def text_for(value: str | bool) -> str:
    """A field's value as the import reads it back: words in Chinese, the mark as «生成»."""
    if isinstance(value, Word):
        return value.zh
    return GENERATED if value is True else str(value)
