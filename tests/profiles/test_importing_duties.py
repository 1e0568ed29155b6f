"""`lianxin import duties`: what goes in, what does not, and what the operator is told."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from chassis.migrations import upgrade
from chassis.sheets.reading import read_workbook
from profiles.attached import attached
from profiles.cli import app
from profiles.import_commands import migrate
from services.tasks.duties.model import DutyEntry, DutyList, ListStage
from services.tasks.roster.model import Division
from tests.tasks.duties.lists import ROWS, Row, duty, sheet

TOWNSHIP = "430702204000"
Import = Callable[..., Result]


@pytest.fixture(params=["embedded", "cluster"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where the township is known, in both profiles."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    if request.param == "cluster":
        database = request.getfixturevalue("postgres_database")
        upgrade("tasks", database)
        monkeypatch.setenv("LIANXIN_DATABASE", database)
        monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")  # whoever imports has nothing to say to the broker
        monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)
    place = tmp_path / "var"
    migrate(place)

    async def township() -> None:
        async with attached("tasks", place) as tasks, tasks.sessions() as session:
            session.add(Division(code=TOWNSHIP, name="镇", kind="township", superior_code="430702000000"))

    asyncio.run(township())
    return place


@pytest.fixture
def bring_in(home: Path) -> Import:
    """`lianxin import duties …` for the township."""
    return lambda *words, township=TOWNSHIP: CliRunner().invoke(
        app,
        ["import", "duties", *map(str, words), "--township", township, "--from", "2026-12-01", "--home", str(home)],
    )


def there(home: Path) -> tuple[list[DutyList], list[DutyEntry]]:
    """What the database holds."""

    async def look() -> tuple[list[DutyList], list[DutyEntry]]:
        async with attached("tasks", home) as tasks, tasks.sessions() as session:
            return await session.all(select(DutyList)), await session.all(select(DutyEntry))

    return asyncio.run(look())


def book(path: Path, rows: list[Row]) -> Path:
    """A workbook with these rows."""
    with xlsxwriter.Workbook(path) as made:
        written = made.add_worksheet("清单")
        for number, cells in enumerate(sheet(rows).cells):
            written.write_row(number, 0, cells)
    return path


def test_a_list_goes_in_as_a_draft_and_twice_changes_nothing(bring_in: Import, home: Path, tmp_path: Path) -> None:
    file = book(tmp_path / "清单.xlsx", ROWS)
    first = bring_in(file)
    assert first.exit_code == 0, first.output
    assert "第 1 版清单：新增 5" in first.output
    assert "现为草案" in first.output
    again = bring_in(file)
    assert again.exit_code == 0, again.output
    assert "没有改动" in again.output
    (held,), entries = there(home)
    assert (held.stage, held.example, len(entries)) == (ListStage.DRAFT, False, 5)


def test_a_dry_run_writes_nothing(bring_in: Import, home: Path, tmp_path: Path) -> None:
    tried = bring_in(book(tmp_path / "list.xlsx", ROWS), "--dry-run")
    assert (tried.exit_code, "没有写入（新增 5" in tried.output) == (0, True), tried.output
    assert there(home) == ([], [])


def test_every_bad_row_is_reported_and_nothing_or_the_good_ones_go_in(
    bring_in: Import, home: Path, tmp_path: Path
) -> None:
    file = book(tmp_path / "list.xlsx", [*ROWS, duty(8, "又一项", "上级收回"), duty(9, "再一项", 关键词="灯")])
    report = tmp_path / "faults.xlsx"
    refused = bring_in(file, "--report", report)
    assert (refused.exit_code, there(home)) == (1, ([], []))
    assert "没有导入任何内容" in refused.output
    [written] = read_workbook(report).sheets
    assert [row[:4] for row in written.cells[1:3]] == [
        ["清单", "7", "县级主管部门", "没有填写"],
        ["清单", "8", "关键词", "关键词过短、过长或过多"],
    ]
    good = bring_in(file, "--good-rows")
    assert (good.exit_code, len(there(home)[1])) == (1, 5)


def test_without_a_file_the_example_goes_in_and_is_marked_as_one(bring_in: Import, home: Path) -> None:
    done = bring_in()
    assert done.exit_code == 0, done.output
    (held,), entries = there(home)
    assert (held.example, held.title) == (True, "履职事项清单（示例）")
    assert len(entries) == 28


@pytest.mark.parametrize("township", ["430702204216", "430799000000", "431111111000"])
def test_a_code_that_is_no_townships_is_refused(bring_in: Import, township: str) -> None:
    refused = bring_in(township=township)
    assert refused.exit_code == 2
    assert "没有这个乡镇（街道）" in refused.output


def test_a_file_that_is_no_list_is_refused(bring_in: Import, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("姓名,民族\n王,汉\n", encoding="utf-8")
    refused = bring_in(path)
    assert refused.exit_code == 2
    assert "没有找到履职事项清单" in refused.output
