"""Pairings from a spreadsheet: every bad row is reported, a dry run writes nothing, and twice is once."""

from pathlib import Path

import pytest
import xlsxwriter

from profiles.importing_pairings import bring_pairings_in, outcome_of
from tests.members.imports.books import number
from tests.members.pairings.county import Township
from tests.members.village import VILLAGE

pytestmark = pytest.mark.asyncio

HEADINGS = ["结对类型", "责任人身份号码", "责任单位编码", "户编号", "村代码", "党组织编码", "开始日期", "结束日期"]
GOOD = [
    ["挂钩包保", number(6), "", "H1", "", "", "2026-11-01", ""],
    ["挂钩包保", number(6), "", "H2", "", "", "2026-11-01", "2027-10-31"],
    ["部门包村", "", "B1", "", VILLAGE, "", "2026年11月1日", ""],
    ["联系点", number(7), "", "", "", "A2", "20261101", ""],
    ["3+X", "", "B2", "", VILLAGE, "", "2026-11-01", ""],
]
BAD = [
    (["挂钩包保", number(6), "", "H9", "", "", "2026-11-01", ""], "户编号"),
    (["挂钩包保", number(99), "", "H3", "", "", "2026-11-01", ""], "责任人身份号码"),
    (["包干", number(6), "", "H3", "", "", "2026-11-01", ""], "结对类型"),
    (["挂钩包保", "", "B1", "H3", "", "", "2026-11-01", ""], "责任人身份号码"),
    (["挂钩包保", number(6), "", "", "", "", "2026-11-01", ""], "户编号"),
    (["部门包村", "", "B1", "", "430702999999", "", "2026-11-01", ""], "村代码"),
    (["挂钩包保", number(7), "", "H3", "", "", "2026-11-01", "2026-10-01"], "结束日期"),
    (["挂钩包保", number(7), "", "H3", "", "", "", ""], "开始日期"),
]


def book(path: Path, rows: list[list[str]]) -> Path:
    """A workbook with these rows."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("结对")
        for at, row in enumerate([HEADINGS, *rows]):
            sheet.write_row(at, 0, row)
    return path


async def lines(there: Township) -> int:
    """How many pairings there are."""
    return len(await there.office.rows("pairing"))


async def test_good_rows_go_in_once_and_a_dry_run_writes_nothing(anywhere: Township, tmp_path: Path) -> None:
    members, path = anywhere.office.stand.mounted, book(tmp_path / "p.xlsx", GOOD)
    tried = await bring_pairings_in(members, path, dry_run=True)
    assert tried.imported is not None
    assert (tried.imported.new, await lines(anywhere)) == (5, 0)
    assert "试运行" in outcome_of(tried, dry_run=True)
    first = await bring_pairings_in(members, path)
    again = await bring_pairings_in(members, path)
    assert first.imported is not None
    assert again.imported is not None
    assert (first.imported.new, again.imported.new, again.imported.unchanged) == (5, 0, 5)
    assert await lines(anywhere) == 5


async def test_every_bad_row_is_reported_with_its_column_and_nothing_goes_in(there: Township, tmp_path: Path) -> None:
    path = book(tmp_path / "p.xlsx", [*GOOD, *(row for row, _ in BAD)])
    done = await bring_pairings_in(there.office.stand.mounted, path)
    assert done.imported is None
    found = {fault.row: fault.column for fault in done.checked.faults}
    assert found == {len(GOOD) + 2 + n: column for n, (_, column) in enumerate(BAD)}
    assert all(fault.remedy for fault in done.checked.faults)
    assert number(99) not in repr(done.checked.faults)
    assert await lines(there) == 0
    kept = await bring_pairings_in(there.office.stand.mounted, path, good_rows=True)
    assert kept.imported is not None
    assert kept.imported.new == len(GOOD)


async def test_a_file_as_a_whole_cannot_pass_a_bound(there: Township, tmp_path: Path) -> None:
    rows = [["挂钩包保", number(6), "", f"H{n}", "", "", "2026-11-01", ""] for n in range(1, 5)]
    rows += [["部门包村", "", f"B{n}", "", VILLAGE, "", "2026-11-01", ""] for n in range(1, 7)]
    rows += [["部门包村", "", "B1", "", VILLAGE, "", "2026-11-01", ""]]
    done = await bring_pairings_in(there.office.stand.mounted, book(tmp_path / "p.xlsx", rows))
    assert [(fault.row, fault.column) for fault in done.checked.faults] == [
        (5, "责任人身份号码"),
        (11, "村代码"),
        (12, "结对类型"),
    ]
