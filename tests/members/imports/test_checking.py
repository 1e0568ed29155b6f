"""What a roster may hold and what it may not, row by row."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sheets.reading import Cell, Sheet, Workbook
from services.members.imports.checking import Known, check
from services.members.imports.headings import CITIZENS, ORGANIZATIONS, POSTS, ROLL
from services.members.imports.problems import NoSheetRecognised
from services.members.imports.rows import MemberRow
from services.members.words import HouseholdTie, MemberStage, PostKind, Sex, Tier
from tests.members.imports.books import TODAY, checked, citizen, member, number, only, organization, post, sheet


def take_member(**cells: Cell) -> MemberRow:
    result = checked([organization()], [member(**cells)])
    assert result.faults == []
    [row] = result.members
    return row


def test_a_right_row_of_each_kind_is_taken() -> None:
    result = checked([organization()], [member()], [post()], [citizen()])
    assert result.faults == []
    assert (result.organizations[0].tier, result.organizations[0].superior_code) == (Tier.COMMITTEE, None)
    row = result.members[0]
    assert (row.sex, row.stage, row.admitted_on) == (Sex.MALE, MemberStage.FULL, date(2010, 7, 1))
    assert (row.generated, row.row) == (True, 2)
    assert (result.posts[0].kind, result.posts[0].held_until) == (PostKind.PROXY_AGENT, None)
    assert result.citizens[0].tie is HouseholdTie.HEAD


@pytest.mark.parametrize(
    "written",
    [
        "2010-07-01",
        "2010-7-1",
        "2010/07/01",
        "2010.7.1",
        "20100701",
        "2010年7月1日",
        "２０１０年７月１日",
        " 2010-07-01 ",
        "2010-07-01 00:00:00",
        date(2010, 7, 1),
        datetime(2010, 7, 1, 8, 30),  # noqa: DTZ001  # cells have no zone
        40360.0,
        20100701.0,
    ],
)
def test_a_date_is_read_however_it_is_written(written: Cell) -> None:
    assert take_member(入党日期=written).admitted_on == date(2010, 7, 1)


@pytest.mark.parametrize(
    "written",
    [
        "2010-02-30",
        "2010-13-01",
        "2010年7月",
        "明年",
        "1.5",
        "2010",
        0.5,
        -3.0,
        True,
        "0010-01-01",
        "10-7-1",
        "99999999",
    ],
)
def test_what_is_no_date_is_refused(written: Cell) -> None:
    fault = only(checked([organization()], [member(入党日期=written)]).faults)
    assert (fault.sheet, fault.row, fault.column) == ("党员名册", 2, "入党日期")


def test_today_is_no_future_but_tomorrow_is() -> None:
    assert take_member(转正日期=TODAY.isoformat()).confirmed_on == TODAY
    fault = only(checked([organization()], [member(转正日期="2025-06-02")]).faults)
    assert (fault.fault, fault.remedy) == ("日期在今天之后", "不晚于2025-06-01")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("张三", "张三"),
        ("张　三", "张三"),
        ("𠮷野", "𠮷野"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
        ("\ufeff李四\u200b", "李四"),
        ("王〇一", "王〇一"),
        ("Anna Li", "Anna Li"),
    ],
)
def test_a_name_keeps_its_rare_characters_and_dots(written: str, read: str) -> None:
    assert take_member(姓名=written).name == read


@pytest.mark.parametrize(
    "written", ["张", "张三1", "张三😀", "=1+1", "张三,李四", "·张三", "\ue000某", "张" * 61, "<b>张三</b>", 12.0]
)
def test_what_is_no_name_is_refused(written: Cell) -> None:
    assert only(checked([organization()], [member(姓名=written)]).faults).column == "姓名"


def test_a_number_with_full_width_digits_spaces_and_small_x_is_read() -> None:
    right = next(number(serial) for serial in range(1, 99, 2) if number(serial).endswith("X"))
    written = " " + right[:6].translate(str.maketrans("0123456789", "０１２３４５６７８９")) + " " + right[6:].lower()
    assert take_member(公民身份号码=written).citizen_number == right


def test_a_number_kept_as_a_number_has_lost_its_end() -> None:
    fault = only(checked([organization()], [member(公民身份号码=999999198002290014.0)]).faults)
    assert "末几位已经丢失" in fault.fault
    assert fault.shown.count("*") == 13


def test_one_row_tells_all_its_faults() -> None:
    bad = member(
        公民身份号码="123",
        姓名="",
        性别="?",
        民族="火星族",
        组织编码="B9",
        发展阶段="党员",
        入党日期="昨天",
        手机号="12345",
    )
    columns = [fault.column for fault in checked([organization()], [bad]).faults]
    assert sorted(columns) == sorted(
        ["公民身份号码", "姓名", "性别", "民族", "组织编码", "发展阶段", "入党日期", "手机号"]
    )


def test_three_hundred_bad_rows_give_three_hundred_reports() -> None:
    rows = [member(serial, 民族="火星族") if serial <= 300 else member(serial) for serial in range(1, 401)]
    result = checked([organization()], rows)
    assert len(result.faults) == 300
    assert [fault.row for fault in result.faults] == list(range(2, 302))
    assert len(result.members) == 100


def test_a_report_never_shows_a_whole_number_or_phone() -> None:
    wrong = number(1)[:-1] + ("1" if number(1)[-1] != "1" else "2")
    rows = [
        member(公民身份号码=wrong),
        member(3, 姓名=f"王五{number(5)}"),
        member(7, 手机号="138123456789"),
        member(9, 民族="手机13812345678"),
        member(11, 组织编码="110105491231002"),
    ]
    faults = checked([organization()], rows).faults
    assert len(faults) == 5
    said = "".join(fault.shown + fault.fault + fault.remedy for fault in faults)
    for secret in (wrong, number(5), "138123456789", "13812345678", "1234567", "110105491231002", "19800229"):
        assert secret not in said.replace("19800229不存在", "")


def test_the_second_of_two_equal_numbers_is_refused_with_the_place_of_the_first() -> None:
    fault = only(checked([organization()], [member(1), member(1)]).faults)
    assert (fault.row, fault.fault) == (3, "与“党员名册”第2行重复")


def test_equal_numbers_in_the_same_row_of_two_sheets_are_found() -> None:
    book = Workbook(
        "test.xlsx",
        [
            sheet(ORGANIZATIONS, [organization()]),
            sheet(ROLL, [member(1)], name="甲镇"),
            sheet(ROLL, [member(1)], name="乙镇"),
        ],
    )
    assert only(check(book, today=TODAY).faults).sheet == "乙镇"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"入党日期": ""}, "入党日期"),
        ({"转正日期": ""}, "转正日期"),
        ({"转正日期": "2010-06-30"}, "转正日期"),
        ({"入党日期": "1998-02-27", "转正日期": "1999-07-01"}, "入党日期"),  # seventeen
        ({"发展阶段": "预备党员"}, "转正日期"),
        ({"发展阶段": "入党申请人", "转正日期": ""}, "入党日期"),
        ({"性别": "女"}, "性别"),
        ({"生成标记": ""}, "公民身份号码"),
        ({"公民身份号码": number(1, area="430702")}, "公民身份号码"),
        (
            {"公民身份号码": number(1, born="20250602"), "发展阶段": "入党申请人", "入党日期": "", "转正日期": ""},
            "公民身份号码",
        ),
        ({"手机号": "1381234567"}, "手机号"),
        ({"住址": "长" * 201}, "住址"),
        ({"区划代码": "4307"}, "区划代码"),
        ({"生成标记": "也许"}, "生成标记"),
    ],
)
def test_columns_that_contradict_each_other_are_refused(cells: dict[str, Cell], column: str) -> None:
    faults = checked([organization()], [member(**cells)]).faults
    assert column in {fault.column for fault in faults}


def test_a_real_person_needs_no_mark_and_an_abolished_county_is_taken() -> None:
    row = take_member(公民身份号码="440524188001010014", 入党日期="1925-01-01", 转正日期="1926-01-01", 生成标记="")
    assert (row.citizen_number, row.generated) == ("440524188001010014", False)


def test_landlines_country_codes_and_number_cells_are_read_as_phones() -> None:
    assert take_member(手机号="+86 138-1234-5678").phone == "13812345678"
    assert take_member(手机号=13812345678.0).phone == "13812345678"
    assert take_member(手机号="0736-7654321").phone == "0736-7654321"
    assert take_member(手机号="07367654321").phone == "0736-7654321"


def test_an_organisation_that_is_known_already_need_not_stand_in_the_file() -> None:
    known = Known(organizations={"A1": Tier.COMMITTEE})
    assert checked(members=[member()], known=known).faults == []
    assert only(checked(members=[member()]).faults).fault == "没有这个组织"


def test_a_division_must_be_known_where_divisions_are() -> None:
    known = Known(divisions=frozenset({"430702204216"}))
    assert checked([organization()], [member(区划代码="430702204216")], known=known).faults == []
    fault = only(checked([organization()], [member(区划代码="430702204999")], known=known).faults)
    assert fault.column == "区划代码"


def test_superiors_in_a_circle_are_all_told_and_those_below_them_wait() -> None:
    rows = [
        organization("A"),
        organization("B", "D"),
        organization("C", "B"),
        organization("D", "C"),
        organization("E", "D"),
    ]
    result = checked(rows)
    assert [row.code for row in result.organizations] == ["A"]
    assert [(fault.row, "一圈" in fault.fault) for fault in result.faults] == [
        (3, True),
        (4, True),
        (5, True),
        (6, False),
    ]


def test_an_organisation_cannot_be_its_own_superior() -> None:
    assert "一圈" in only(checked([organization("A", "A")]).faults).fault


def test_what_depends_on_a_bad_row_waits_with_it() -> None:
    result = checked(
        [organization("A"), organization("B", "A", 类型="火箭"), organization("C", "B"), organization("D", "C")],
        [member(1, "D"), member(3, "A")],
        [post(1), post(3)],
    )
    assert [row.code for row in result.organizations] == ["A"]
    assert [row.citizen_number for row in result.members] == [number(3)]
    assert [row.citizen_number for row in result.posts] == [number(3)]
    assert [(fault.sheet, fault.row) for fault in result.faults] == [
        ("党组织", 3),
        ("党组织", 4),
        ("党组织", 5),
        ("党员名册", 2),
        ("职务", 2),
    ]


@pytest.mark.parametrize(
    ("tier", "above"), [("党委", "党总支"), ("党总支", "党支部"), ("党支部", "党小组"), ("党小组", "党委")]
)
def test_a_tier_cannot_stand_under_a_lower_one(tier: str, above: str) -> None:
    known = Known(organizations={"T": Tier.COMMITTEE, "G": Tier.GENERAL_BRANCH, "B": Tier.BRANCH})
    superior = {"党委": "T", "党总支": "T", "党支部": "G", "党小组": "B"}[above]
    faults = checked([organization("X", superior, 类型=above), organization("Y", "X", 类型=tier)], known=known).faults
    assert only(faults).row == 3


def test_only_a_committee_stands_at_the_top() -> None:
    assert only(checked([organization(类型="党支部")]).faults).column == "上级组织编码"


def test_a_post_needs_somebody_on_the_roll_by_that_name() -> None:
    roll = [member(1)]
    assert "没有此人" in only(checked([organization()], roll, [post(3)]).faults).fault
    assert only(checked([organization()], roll, [post(1, 姓名="李样〇二")]).faults).column == "姓名"
    assert checked(posts=[post(3)], known=Known(members={number(3): "王样〇一"})).faults == []


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"区划代码": ""}, "区划代码"),
        ({"职务": "书记", "区划代码": ""}, "组织编码"),
        ({"职务": "督查", "区划代码": ""}, "区划代码"),
        ({"职务": "班长"}, "职务"),
        ({"任职日期": ""}, "任职日期"),
        ({"任职日期": "2025-06-02"}, "任职日期"),
        ({"免职日期": "2023-12-31"}, "免职日期"),
    ],
)
def test_a_post_names_its_place_and_its_time(cells: dict[str, Cell], column: str) -> None:
    assert only(checked([organization()], [member()], [post(**cells)]).faults).column == column


def test_a_post_may_end_in_the_future_and_is_not_taken_twice() -> None:
    result = checked([organization()], [member()], [post(免职日期="2026-12-31"), post(免职日期="2026-12-31")])
    assert result.posts[0].held_until == date(2026, 12, 31)
    assert only(result.faults).row == 3


def test_a_household_has_one_head_and_one_place() -> None:
    two_heads = checked(citizens=[citizen(1), citizen(3)])
    assert only(two_heads.faults).row == 3
    no_head = checked(citizens=[citizen(1, 与户主关系="配偶")])
    assert only(no_head.faults).fault == "这一户没有户主"
    two_places = checked(citizens=[citizen(1), citizen(2, 与户主关系="配偶", 区划代码="430702204215")])
    assert only(two_places.faults).column == "区划代码"


def test_headings_may_stand_in_any_order_below_a_title_and_with_notes() -> None:
    right = sheet(ROLL, [member()])
    cells = [["武陵区党员名册（样例）"], [], *([*reversed(row)] for row in right.cells)]
    cells[2] = [f"*{str(heading)[0]} {str(heading)[1:]}（必填）" for heading in cells[2]]
    known = Known(organizations={"A1": Tier.COMMITTEE})
    result = check(Workbook("t.xlsx", [Sheet("任意名称", cells)]), today=TODAY, known=known)
    assert result.faults == []
    assert result.members[0].row == 4


def test_a_sheet_without_a_required_column_is_told_once() -> None:
    right = sheet(ROLL, [member(1), member(3)])
    place = right.cells[0].index("民族")
    cells = [[cell for at, cell in enumerate(row) if at != place] for row in right.cells]
    fault = only(check(Workbook("t.xlsx", [Sheet("党员", cells)]), today=TODAY).faults)
    assert (fault.row, fault.column, fault.fault) == (1, "民族", "缺少这一列，本表没有检查")


def test_a_doubled_column_is_told() -> None:
    right = sheet(POSTS, [post()])
    cells = [[*row, row[0]] for row in right.cells]
    assert only(check(Workbook("t.xlsx", [Sheet("职务", cells)]), today=TODAY).faults).fault.startswith(
        "这一列出现了两次"
    )


def test_notes_are_left_unread_but_a_file_of_notes_alone_is_refused() -> None:
    notes = Sheet("填表说明", [["一、请如实填写"], ["二、姓名与身份证一致"]])
    assert check(Workbook("t.xlsx", [notes, sheet(CITIZENS, [citizen()])]), today=TODAY).unread == ["填表说明"]
    with pytest.raises(NoSheetRecognised):
        check(Workbook("t.xlsx", [notes]), today=TODAY)


def test_blank_rows_are_passed_over_and_keep_the_numbering() -> None:
    right = sheet(CITIZENS, [citizen(1), citizen(3)])
    right.cells[2:2] = [["", " ", "\u3000"], [""] * 9]
    assert only(check(Workbook("t.xlsx", [right]), today=TODAY).faults).row == 5


def test_a_row_longer_than_its_headings_is_told() -> None:
    right = sheet(CITIZENS, [citizen()])
    right.cells[1] += ["多出"]
    assert "错位" in only(check(Workbook("t.xlsx", [right]), today=TODAY).faults).fault


CELLS = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(st.lists(st.lists(CELLS, max_size=14), max_size=6), st.sampled_from((ORGANIZATIONS, ROLL, POSTS, CITIZENS)))
def test_no_cell_is_too_strange_to_be_judged(rows: list[list[Cell]], kind: object) -> None:
    assert isinstance(kind, type(ROLL))
    headings: list[Cell] = [column.heading for column in kind.columns]
    result = check(Workbook("t.xlsx", [Sheet("表", [headings, *rows])]), today=TODAY)
    good = [*result.organizations, *result.members, *result.posts, *result.citizens]
    blank = [row for row in rows if not any(cell and not (isinstance(cell, str) and cell.isspace()) for cell in row)]
    assert len({fault.row for fault in result.faults}) + len(good) == len(rows) - len(blank)
