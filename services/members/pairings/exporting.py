"""A list of gaps as a spreadsheet that no program takes for formulas."""

from collections.abc import Sequence
from io import BytesIO

from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.members.pairings.gaps import Gap, Line

HEADINGS = ("编号", "名称", "所在", "现有", "至少", "至多")


def spreadsheet(gap: Gap, lines: Sequence[Line]) -> bytes:
    """The .xlsx; without lines it says that there is no gap."""
    file = BytesIO()
    with workbook(file) as book:
        sheet = book.add_worksheet(gap.zh.replace("“", "").replace("”", ""))
        sheet.set_column(0, len(HEADINGS) - 1, 20)
        for place, heading in enumerate(HEADINGS):
            sheet.write_string(0, place, heading)
        for row, line in enumerate(lines, start=1):
            for place, text in enumerate((line.about, line.name, line.place)):
                sheet.write_string(row, place, harmless(text))
            for place, number in enumerate((line.there, line.least, line.most), start=3):
                if number is not None:
                    sheet.write_number(row, place, number)
        if not lines:
            sheet.write_string(1, 0, "没有缺口")
    return file.getvalue()
