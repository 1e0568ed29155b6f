"""Duties that come back, as a spreadsheet."""

from collections.abc import Sequence
from io import BytesIO

from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.tasks.recurring_duties.showing import DutyLine

COLUMNS = ("职责", "组织", "岗位", "本期开始", "本期结束", "到期日", "情况", "完成日期")


def spreadsheet(lines: Sequence[DutyLine]) -> bytes:
    """The .xlsx."""
    whole = BytesIO()
    with workbook(whole, in_memory=True) as book:
        sheet = book.add_worksheet("定期职责")
        sheet.set_column(0, len(COLUMNS) - 1, 16)
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for row, one in enumerate(lines, start=1):
            days = (one.first_on, one.last_on, one.due_on)
            cells = (one.title, one.organization or "", one.post_zh, *map(str, days), one.when.title_zh)
            for column, cell in enumerate((*cells, str(one.done_on or ""))):
                sheet.write_string(row, column, harmless(cell))
    return whole.getvalue()
