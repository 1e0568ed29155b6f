"""The meter as a spreadsheet: one row for each month and role."""

from io import BytesIO

from chassis.sheets.report import harmless
from chassis.sheets.writing import workbook
from services.tasks.burden.fields import Fields
from services.tasks.burden.model import ROLES
from services.tasks.burden.views import FEW, Meter

COLUMNS = (
    "月份",
    "岗位",
    "在岗人数",
    "填表次数",
    "填写项数",
    "其中已有掌握的",
    "通知",
    "汇总通知",
    "短信",
    "手写报告",
    "文件",
    "超长文件",
)
FORMS = ("表单", "次数", "填写项数")
FEW_ZH = "人数较少的岗位"


def role_zh(role: str) -> str:
    """What a role is called on the page."""
    return FEW_ZH if role == FEW else ROLES.get(role, role)


def written(meter: Meter, fields: Fields, *, note: str) -> bytes:
    """The .xlsx, with the forms that asked for most on a second sheet."""
    whole = BytesIO()
    with workbook(whole, in_memory=True) as book:
        bold = book.add_format({"bold": True})
        sums = book.add_worksheet("负担计量")
        sums.set_column(0, len(COLUMNS) - 1, 14)
        sums.write_row(0, 0, COLUMNS, bold)
        row = 0
        for month, lines in meter.months.items():
            for one in lines:
                row += 1
                sums.write_string(row, 0, f"{month:%Y-%m}")
                sums.write_string(row, 1, harmless(role_zh(one.role)))
                numbers = (one.holders, one.sent, one.fields, one.held, one.notices, one.digests, one.texts)
                sums.write_row(row, 2, (*numbers, one.reports, one.documents, one.documents_over))
        sums.write_string(row + 2, 0, note)
        forms = book.add_worksheet("填写最多的表单")
        forms.set_column(0, 0, 30)
        forms.write_row(0, 0, FORMS, bold)
        for number, asked in enumerate(meter.forms, start=1):
            form = fields.form(asked.service, asked.form)
            forms.write_string(number, 0, harmless(form.title if form else asked.form))
            forms.write_row(number, 1, (asked.times, asked.fields))
    return whole.getvalue()
