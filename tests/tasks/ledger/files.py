"""Spreadsheets of the ledger as a township would write them, for tests."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

ENTRIES = (
    "凭证号",
    "日期",
    "类型",
    "品目",
    "数量",
    "单位",
    "来源编码",
    "项目编码",
    "户标识",
    "贷款编号",
    "到期日",
    "摘要",
)
LOANS = ("贷款编号", "户标识", "出借方编码", "申请金额", "申请日期", "发放金额", "发放日期", "到期日", "凭证号", "单位")

Cell = str | int | float | date | None


def workbook(**sheets: tuple[Sequence[str], Sequence[Sequence[Cell]]]) -> bytes:
    """An .xlsx of these sheets: headings, then rows."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        on = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, (headings, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate((headings, *rows)):
                for column, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(place, column, cell, on)
                    elif isinstance(cell, str):
                        sheet.write_string(place, column, cell)
                    elif cell is not None:
                        sheet.write_number(place, column, cell)
    return file.getvalue()
