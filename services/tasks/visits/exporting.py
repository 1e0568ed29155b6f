"""Who was not visited, as a spreadsheet: ids and days alone."""

from collections.abc import Sequence
from io import BytesIO

from chassis.sheets.writing import workbook
from services.tasks.visits.views import NotVisited

HEADINGS = ("户编号（系统）", "区划代码", "责任人编号（系统）", "最近走访日期")


def spreadsheet(lines: Sequence[NotVisited]) -> bytes:
    """The .xlsx; without lines it says that everybody was visited."""
    file = BytesIO()
    with workbook(file) as book:
        sheet = book.add_worksheet("期内未走访")
        sheet.set_column(0, len(HEADINGS) - 1, 38)
        for place, heading in enumerate(HEADINGS):
            sheet.write_string(0, place, heading)
        for row, line in enumerate(lines, start=1):
            said = (line.household_id, line.division_code, line.helper_person_id or "", line.last_on or "从未")
            for place, cell in enumerate(said):
                sheet.write_string(row, place, str(cell))
        if not lines:
            sheet.write_string(1, 0, "规定期限内都已走访")
    return file.getvalue()
