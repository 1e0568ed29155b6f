"""A table that is given out as a spreadsheet: one sheet, a line of headings, and text alone."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The .xlsx. Every cell is text that no program takes for a formula; what is not there is an empty cell."""
    whole = BytesIO()
    with workbook(whole, in_memory=True) as book:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(headings) - 1, 18)
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, "" if cell is None else harmless(str(cell)))
    return whole.getvalue()
