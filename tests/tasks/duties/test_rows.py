"""The check of a duty list: what is read of a row, and what is said of one that is not right."""

from pathlib import Path
from uuid import uuid4

import pytest
import xlsxwriter

from chassis.sheets.reading import Sheet, Workbook, read_workbook
from profiles.importing_duties import EXAMPLE
from services.tasks.catalogue.model import Catalogue
from services.tasks.duties.model import DutyKind
from services.tasks.duties.rows import Known, ListTooLong, NoDutyListFound, check, digest_of
from tests.tasks.duties.lists import ROWS, TODAY, Row, checked, duty, sheet

OFFICE = uuid4()
KNOWN = Known(organizations={"A1": OFFICE}, names={"区委": OFFICE}, items=frozenset({"subsistence-allowance"}))


def test_every_row_is_read_whole() -> None:
    found = checked(ROWS, known=KNOWN)
    assert found.faults == []
    assert [(row.number, row.kind) for row in found.rows] == [
        ("基本-1", DutyKind.BASIC),
        ("基本-2", DutyKind.BASIC),
        ("配合-1", DutyKind.COOPERATING),
        ("收回-1", DutyKind.TAKEN_BACK),
        ("收回-2", DutyKind.TAKEN_BACK),
    ]
    assert found.rows[0].keywords == ["路灯", "代办"]
    assert found.rows[1].item_codes == ["subsistence-allowance"]
    assert found.rows[3].lead_organization_id == OFFICE  # by the department's name
    assert found.rows[3].legal_basis == "城乡规划法第六十四条"


def test_a_department_that_is_no_organisation_here_is_noticed_and_the_row_stands() -> None:
    found = checked(ROWS, known=KNOWN)
    assert [(one.row, one.column, one.fault) for one in found.warnings] == [
        (6, "主管部门组织编码", "承接部门未在系统中登记")
    ]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (duty("", "事项"), "序号", "没有填写"),
        (duty(3, ""), "事项名称", "没有填写"),
        (duty(3, "长" * 301), "事项名称", "超过300个字"),
        (duty(3, "事项", "别的"), "类别", "不在规定的用词之内"),
        (duty(3, "事项", ""), "类别", "没有填写，工作表名称也看不出"),
        (duty(3, "事项", "上级收回"), "县级主管部门", "没有填写"),
        (duty(3, "事项", "配合履职"), "县级主管部门", "没有填写"),
        (duty(3, "事项", 主管部门组织编码="Z9"), "主管部门组织编码", "没有这个组织"),
        (duty(3, "事项", 主管部门组织编码="A1、A2"), "主管部门组织编码", "不止一个编码"),
        (duty(3, "事项", 协办组织编码="Z9"), "协办组织编码", "没有这个组织：Z9"),
        (duty(3, "事项", 代办事项编码="no-such"), "代办事项编码", "代办事项目录中没有：no-such"),
        (duty(3, "事项", 代办事项编码="低保"), "代办事项编码", "不是代办事项编码"),
        (duty(3, "事项", 关键词="灯"), "关键词", "关键词过短、过长或过多"),
        (duty(1, "又一项"), "序号", "与“清单”第2行重复"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_would_be_right(row: Row, column: str, fault: str) -> None:
    found = checked([ROWS[0], row], known=KNOWN)
    assert [(one.sheet, one.row, one.column, one.fault) for one in found.faults] == [("清单", 3, column, fault)]
    assert found.faults[0].remedy
    assert len(found.rows) == 1


def test_the_kind_may_be_said_by_the_sheet_or_by_its_title() -> None:
    rows: list[Row] = [duty(1, "事项", "", 县级主管部门="区委")]
    assert checked(rows, name="配合履职事项清单").rows[0].kind is DutyKind.COOPERATING
    assert checked(rows, above="某镇上级部门收回事项清单").rows[0].kind is DutyKind.TAKEN_BACK
    assert checked(rows, name="应由上级部门承担的事项").rows[0].kind is DutyKind.TAKEN_BACK


def test_three_sheets_are_one_list_and_others_are_named() -> None:
    book = Workbook(
        "清单.xlsx",
        [
            sheet([duty(1, "甲", "")], name="基本履职"),
            sheet([duty(1, "乙", "", 县级主管部门="区委")], name="配合履职"),
            Sheet("说明", [["本清单共两项"]]),
        ],
    )
    found = check(book, known=KNOWN, today=TODAY)
    assert [row.number for row in found.rows] == ["基本-1", "配合-1"]
    assert found.unread == ["说明"]


def test_a_file_that_is_no_list_is_refused() -> None:
    with pytest.raises(NoDutyListFound):
        check(Workbook("名册.xlsx", [Sheet("党员", [["姓名", "民族"], ["王", "汉"]])]), known=KNOWN, today=TODAY)


def test_a_list_of_a_whole_county_is_refused() -> None:
    with pytest.raises(ListTooLong):
        checked([duty(number, "事项") for number in range(1, 2002)])


def test_equal_lists_have_one_digest_and_others_another() -> None:
    one, same, other = (checked(rows, known=KNOWN).rows for rows in (ROWS, ROWS, ROWS[1:]))
    assert digest_of(one) == digest_of(same) != digest_of(other)


def test_a_workbook_of_the_office_is_read_like_the_example(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        written = book.add_worksheet("上级收回事项清单")
        written.write_row(0, 0, ["某镇上级收回事项清单"])
        written.write_row(1, 0, ["序号", "事项名称", "承接部门", "工作方式"])
        written.write_row(2, 0, [1.0, "违法建设处罚", "区委", "由部门立案"])
    found = check(read_workbook(path), known=KNOWN, today=TODAY)
    assert [(row.number, row.department, row.township_part) for row in found.rows] == [("收回-1", "区委", "由部门立案")]


def test_the_example_that_is_shipped_has_no_fault_and_all_three_kinds() -> None:
    items = frozenset(item.code for item in Catalogue.load().items)
    found = check(read_workbook(EXAMPLE), known=Known(items=items), today=TODAY)
    assert found.faults == []
    assert {row.kind for row in found.rows} == set(DutyKind)
    assert "示例" in EXAMPLE.read_text(encoding="utf-8").splitlines()[0]
