"""The reports of bad rows, and the template."""

from pathlib import Path

import pytest
from rich.console import Console

from chassis.sheets.faults import RowFault
from chassis.sheets.headings import recognise
from chassis.sheets.problems import WrongFileKind
from chassis.sheets.reading import Sheet, Workbook, read_workbook
from chassis.sheets.report import HEADINGS, faults_table, write_faults
from services.members.imports.checking import check
from services.members.imports.headings import KINDS
from services.members.imports.rows import MemberRow, OrganizationRow
from services.members.imports.sizes import SizeRules, size_faults
from services.members.imports.writing import write_sheets
from services.members.words import MemberStage, Sex, Tier
from tests.members.imports.books import TODAY, number

FAULTS = [
    RowFault("党员名册", 2, "姓名", "不是姓名", "2至60个汉字", "=HYPERLINK(1)"),
    RowFault("党员名册", 7, "民族", "不是民族名称", "如 汉族", "[red]+1"),
    RowFault("党员名册", 7, "住址", "超过200个字", "不超过200个字", "@长"),
]


def shown(faults: list[RowFault], at_most: int = 30) -> str:
    console = Console(width=200, record=True, file=None)
    with console.capture() as capture:
        console.print(faults_table(faults, at_most=at_most))
    return capture.get()


def test_the_table_shows_cells_as_they_are_and_counts_them() -> None:
    text = shown(FAULTS)
    assert "[red]+1" in text
    assert "共 3 处，涉及 2 行" in text


def test_a_long_table_says_where_the_rest_is() -> None:
    text = shown(FAULTS, at_most=1)
    assert "列出前 1 处" in text
    assert "不是民族名称" not in text


@pytest.mark.parametrize("name", ["report.xlsx", "report.csv"])
def test_the_file_holds_every_fault_and_no_formula(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_faults(path, FAULTS)
    [sheet] = read_workbook(path).sheets
    assert sheet.cells[0] == list(HEADINGS)
    assert sheet.cells[1:] == [
        ["党员名册", "2", "姓名", "不是姓名", "2至60个汉字", "'=HYPERLINK(1)"],
        ["党员名册", "7", "民族", "不是民族名称", "如 汉族", "[red]+1"],
        ["党员名册", "7", "住址", "超过200个字", "不超过200个字", "'@长"],
    ]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongFileKind):
        write_faults(tmp_path / "report.pdf", FAULTS)


def test_an_empty_template_is_recognised_and_has_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_sheets(path, [(kind, []) for kind in KINDS])
    workbook = read_workbook(path)
    assert [found.kind for sheet in workbook.sheets if (found := recognise(sheet, KINDS))] == list(KINDS)
    assert check(workbook, today=TODAY).faults == []


def tree(tier: Tier, *, full: int, probationary: int = 0, applicants: int = 0) -> list[RowFault]:
    """The warnings of one organisation, its members in a branch of its own unless it is one."""
    top = OrganizationRow("T", "上级", tier, None, None, None, None)
    below = OrganizationRow("B", "下级", Tier.BRANCH, "T", None, None, None)
    stages = (
        [MemberStage.FULL] * full + [MemberStage.PROBATIONARY] * probationary + [MemberStage.APPLICANT] * applicants
    )
    branch = "T" if tier is Tier.BRANCH else "B"
    members = [
        MemberRow(number(serial), "王样", Sex.MALE, "汉族", branch, stage, None, None, None, None, None)
        for serial, stage in enumerate(stages)
    ]
    rules = SizeRules(branch_most=1_000) if tier is not Tier.BRANCH else None
    return size_faults([top] if tier is Tier.BRANCH else [top, below], members, rules=rules)


@pytest.mark.parametrize(
    ("tier", "full", "probationary", "kept"),
    [
        (Tier.BRANCH, 3, 0, True),
        (Tier.BRANCH, 2, 9, False),
        (Tier.BRANCH, 40, 10, True),
        (Tier.BRANCH, 40, 11, False),
        (Tier.GENERAL_BRANCH, 40, 9, False),
        (Tier.GENERAL_BRANCH, 40, 10, True),
        (Tier.GENERAL_BRANCH, 99, 0, True),
        (Tier.GENERAL_BRANCH, 99, 1, False),
        (Tier.COMMITTEE, 99, 0, False),
        (Tier.COMMITTEE, 99, 1, True),
    ],
)
def test_the_size_rules_hold_at_their_edges(tier: Tier, full: int, probationary: int, *, kept: bool) -> None:
    assert (tree(tier, full=full, probationary=probationary, applicants=7) == []) is kept


def test_members_in_a_circle_of_organisations_are_counted_once() -> None:
    ring = [
        OrganizationRow(code, code, Tier.COMMITTEE, above, None, None, None) for code, above in (("A", "B"), ("B", "A"))
    ]
    assert len(size_faults(ring, [])) == 2


def test_a_sheet_of_nothing_is_none_of_the_kinds() -> None:
    assert recognise(Sheet("空", [[], [""]]), KINDS) is None
    assert Workbook("a", []).sheets == []
