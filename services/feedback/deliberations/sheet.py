"""The register of matters as a spreadsheet."""

from collections.abc import Sequence
from io import BytesIO

from chassis.sheets.writing import workbook
from services.feedback.deliberations.shown import MatterLine

MOST_ROWS = 2000
HEAD = ("村（社区）", "类别", "议题", "阶段", "决议编号", "决议日期", "应完成", "验收日期", "下一步限期", "是否超期")
WIDTHS = (16, 10, 40, 20, 14, 12, 12, 12, 12, 10)


def sheet_of(lines: Sequence[MatterLine]) -> bytes:
    """A workbook with one matter in each row, from new to old."""
    whole = BytesIO()
    with workbook(whole, in_memory=True) as book:
        sheet = book.add_worksheet("四议两公开台账")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, HEAD, book.add_format({"bold": True}))
        for row, one in enumerate(lines, start=1):
            days = (one.resolved_on, one.carry_out_by, one.carried_out_on, one.due_on)
            said = (one.village, one.kind_zh, one.title, one.stage_zh, one.number_zh or "")
            for column, text in enumerate((*said, *(str(day or "") for day in days), "超期" if one.overdue else "")):
                sheet.write_string(row, column, text)
    return whole.getvalue()
