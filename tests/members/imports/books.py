"""Small workbooks for these tests, right in every row unless a test says otherwise."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from chassis.identifiers import citizen_check_digit
from chassis.sheets.faults import RowFault
from chassis.sheets.headings import SheetKind
from chassis.sheets.reading import Cell, Sheet, Workbook
from services.members.imports.checking import Known, check
from services.members.imports.headings import CITIZENS, KINDS, ORGANIZATIONS, POSTS, ROLL
from services.members.imports.rows import Checked

TODAY = date(2025, 6, 1)
Row = dict[str, Cell]


def number(serial: int, *, born: str = "19800229", area: str = "999999") -> str:
    """A citizen number with a right check digit; odd serials are men's."""
    first17 = f"{area}{born}{serial:03}"
    return first17 + citizen_check_digit(first17)


def organization(code: str = "A1", superior: str = "", **others: Cell) -> Row:
    return {
        "组织编码": code,
        "名称": f"组织{code}",
        "类型": "党委",
        "上级组织编码": superior,
        "生成标记": "生成",
    } | others


def member(serial: int = 1, organization: str = "A1", **others: Cell) -> Row:
    return {
        "公民身份号码": number(serial),
        "姓名": "王样〇一",
        "性别": "男" if serial % 2 else "女",
        "民族": "汉族",
        "组织编码": organization,
        "发展阶段": "正式党员",
        "入党日期": "2010-07-01",
        "转正日期": "2011-07-01",
        "生成标记": "生成",
    } | others


def post(serial: int = 1, **others: Cell) -> Row:
    return {
        "公民身份号码": number(serial),
        "姓名": "王样〇一",
        "职务": "代办员",
        "区划代码": "430702204216",
        "任职日期": "2024-01-01",
        "生成标记": "生成",
    } | others


def citizen(serial: int = 1, household: str = "H1", **others: Cell) -> Row:
    return {
        "户编号": household,
        "公民身份号码": number(serial),
        "姓名": "王样〇一",
        "性别": "男" if serial % 2 else "女",
        "区划代码": "430702204216",
        "与户主关系": "户主",
        "生成标记": "生成",
    } | others


def sheet(kind: SheetKind, rows: Sequence[Row], *, name: str | None = None) -> Sheet:
    """A sheet with all columns of its kind."""
    headings = [column.heading for column in kind.columns]
    return Sheet(
        name or kind.title, [list(headings), *([row.get(heading, "") for heading in headings] for row in rows)]
    )


def checked(
    organizations: Sequence[Row] = (),
    members: Sequence[Row] = (),
    posts: Sequence[Row] = (),
    citizens: Sequence[Row] = (),
    *,
    known: Known | None = None,
) -> Checked:
    """These rows, checked as one workbook with four sheets."""
    kinds = zip((ORGANIZATIONS, ROLL, POSTS, CITIZENS), (organizations, members, posts, citizens), strict=True)
    return check(Workbook("test.xlsx", [sheet(kind, rows) for kind, rows in kinds]), today=TODAY, known=known)


def only(faults: Sequence[RowFault]) -> RowFault:
    """The one fault there is."""
    assert len(faults) == 1, faults
    return faults[0]


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        dates = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for each in sheets:
            worksheet = workbook.add_worksheet(each.name)
            for row, cells in enumerate(each.cells):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        worksheet.write_datetime(row, column, cell, dates)
                    else:
                        worksheet.write(row, column, cell)
    return path


assert len(KINDS) == 4
