"""Reports of bad rows: as a table on the terminal, and as a file to work through."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter
from rich.table import Table
from rich.text import Text

from chassis.sheets.faults import RowFault
from chassis.sheets.problems import WrongFileKind

HEADINGS = ("工作表", "行", "列", "问题", "应当怎样", "原内容")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def faults_table(faults: Sequence[RowFault], *, at_most: int = 30) -> Table:
    """The first faults as a table; its caption says how many there are in all."""
    caption = f"共 {len(faults)} 处，涉及 {len({(fault.sheet, fault.row) for fault in faults})} 行"
    if len(faults) > at_most:
        caption += f"；这里列出前 {at_most} 处，全部见报告文件"
    table = Table(*HEADINGS, title="需要改正的内容", caption=caption)
    for fault in faults[:at_most]:
        # As Text, since a cell like «[/]» would otherwise be read as markup.
        table.add_row(*map(Text, _cells(fault)))
    return table


def write_faults(path: Path, faults: Iterable[RowFault]) -> None:
    """All faults as .xlsx or .csv (UTF-8 with BOM, as Excel expects), by the ending; raises `WrongFileKind`.

    What stood in the bad file is only ever text here: it cannot become a formula when the report is opened.
    """
    lines = ([harmless(cell) for cell in _cells(fault)] for fault in faults)
    ending = path.suffix.lower()
    if ending == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(lines)
    elif ending == ".xlsx":
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet("需要改正的内容")
            sheet.set_column(0, len(HEADINGS) - 1, 24)
            for row, line in enumerate((HEADINGS, *lines)):
                for column, cell in enumerate(line):
                    sheet.write_string(row, column, cell)
    else:
        raise WrongFileKind(file=path.name, taken=[".xlsx", ".csv"])


def _cells(fault: RowFault) -> tuple[str, ...]:
    return (fault.sheet, str(fault.row), fault.column, fault.fault, fault.remedy, fault.shown)


def harmless(cell: str) -> str:
    """Text that no spreadsheet takes for a formula, also after it was saved as CSV."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
