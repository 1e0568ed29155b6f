"""`lianxin import`: what goes in, what does not, and what the operator is told."""

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from chassis.migrations import upgrade
from chassis.settings import DevelopmentSettings
from chassis.sheets.reading import read_workbook
from profiles import embedded as embedded_profile
from profiles.cli import app
from services.members.imports.headings import CITIZENS, ORGANIZATIONS, POSTS, ROLL
from services.tasks.roster.model import Organization, Post
from tests.members.imports.books import Row, citizen, member, organization, post, sheet, write_xlsx

AREA = "430702204216"
Import = Callable[..., Result]


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """`lianxin import …` on a directory of this test's own."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_CLOCK", "LIANXIN_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "var"
    return lambda *words: CliRunner().invoke(app, ["import", *map(str, words), "--home", str(home)])


@pytest.fixture
def cluster(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> Import:
    """`lianxin import …` on the migrated database that the environment names."""
    upgrade("members", postgres_database)
    monkeypatch.setenv("LIANXIN_DATABASE", postgres_database)
    monkeypatch.setenv("LIANXIN_KAFKA", "127.0.0.1:1")  # whoever imports has nothing to say to the broker
    monkeypatch.setenv("LIANXIN_VAULT_KEY", "00" * 32)
    monkeypatch.delenv("LIANXIN_CLOCK", raising=False)
    return lambda *words: CliRunner().invoke(app, ["import", *map(str, words)])


@pytest.fixture(params=["embedded", "cluster"])
def bring_in(request: pytest.FixtureRequest) -> Import:
    """Both profiles, with the divisions imported."""
    found: Import = request.getfixturevalue(request.param)
    assert "新增 188" in found("divisions").output
    return found


def book(path: Path, *, members: Sequence[Row] = (), citizens: Sequence[Row] = ()) -> Path:
    """A roster of one organisation with an agent, and these people."""
    return write_xlsx(
        path,
        [
            sheet(ORGANIZATIONS, [organization(区划代码=AREA)]),
            sheet(ROLL, [member(1), *members]),
            sheet(POSTS, [post(1)]),
            sheet(CITIZENS, [citizen(3), *citizens]),
        ],
    )


def counts(result: Result) -> dict[str, tuple[int, ...]]:
    """New, changed and unchanged rows, as the table on the screen has them."""
    lines = re.findall(r"│ (党组织|党员|职务|住户|居民) +│ (\d+) +│ (\d+) +│ (\d+) +│", result.output)
    return {kind: tuple(map(int, numbers)) for kind, *numbers in lines}


def test_a_roster_goes_in_and_twice_changes_nothing(bring_in: Import, tmp_path: Path) -> None:
    file = book(tmp_path / "roster.xlsx")
    first, again = bring_in("roster", file), bring_in("roster", file)
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert counts(first) == dict.fromkeys(("党组织", "党员", "职务", "住户", "居民"), (1, 0, 0))
    assert counts(again) == dict.fromkeys(("党组织", "党员", "职务", "住户", "居民"), (0, 0, 1))


def test_a_changed_row_is_updated(bring_in: Import, tmp_path: Path) -> None:
    bring_in("roster", book(tmp_path / "roster.xlsx"))
    file = write_xlsx(tmp_path / "new.xlsx", [sheet(CITIZENS, [citizen(3, 姓名="李样〇二")])])
    assert counts(bring_in("roster", file))["居民"] == (0, 1, 0)


def test_one_bad_row_keeps_everything_out(bring_in: Import, tmp_path: Path) -> None:
    bad = bring_in("roster", book(tmp_path / "bad.xlsx", members=[member(2, 性别="男")]))
    assert bad.exit_code == 1
    assert counts(bad) == {}
    assert "没有导入任何内容" in bad.output
    good = bring_in("roster", book(tmp_path / "good.xlsx"))
    assert counts(good)["党员"] == (1, 0, 0)


def test_the_good_rows_go_in_when_asked(bring_in: Import, tmp_path: Path) -> None:
    done = bring_in("roster", book(tmp_path / "bad.xlsx", members=[member(2, 性别="男")]), "--good-rows")
    assert done.exit_code == 1
    assert counts(done)["党员"] == (1, 0, 0)


def test_a_dry_run_counts_and_writes_nothing(bring_in: Import, tmp_path: Path) -> None:
    file = book(tmp_path / "roster.xlsx")
    rehearsed, real = bring_in("roster", file, "--dry-run"), bring_in("roster", file)
    assert rehearsed.exit_code == 0
    assert counts(rehearsed) == counts(real) == dict.fromkeys(("党组织", "党员", "职务", "住户", "居民"), (1, 0, 0))


def test_rows_of_one_file_may_lean_on_another_in_any_order(embedded: Import, tmp_path: Path) -> None:
    embedded("divisions")
    posts = write_xlsx(tmp_path / "posts.xlsx", [sheet(POSTS, [post(1)])])
    roll = write_xlsx(
        tmp_path / "roll.xlsx", [sheet(ORGANIZATIONS, [organization(区划代码=AREA)]), sheet(ROLL, [member(1)])]
    )
    assert counts(embedded("roster", posts, roll))["职务"] == (1, 0, 0)


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_the_report_holds_every_fault_with_numbers_masked(embedded: Import, tmp_path: Path, ending: str) -> None:
    embedded("divisions")
    faulty = [member(serial, 性别="男") for serial in range(2, 82, 2)]
    report = tmp_path / f"faults{ending}"
    done = embedded("roster", book(tmp_path / "bad.xlsx", members=faulty), "--report", report)
    assert "共 40 处" in done.output
    [lines] = [sheet.cells for sheet in read_workbook(report).sheets]
    rows = [line for line in lines[1:] if "第17位" in str(line[3])]
    assert len(rows) == 40
    assert not re.search(r"\d{17}[\dX]", report.read_text("utf-8-sig") if ending == ".csv" else done.output)


def test_a_file_that_is_none_is_refused(embedded: Import, tmp_path: Path) -> None:
    file = tmp_path / "broken.xlsx"
    file.write_text("not a workbook")
    refused = embedded("roster", file)
    assert refused.exit_code == 2
    assert "wrong-file-kind" in refused.output


def test_divisions_are_cut_to_a_prefix_and_a_wrong_file_is_refused(embedded: Import, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    file.write_text("code,name\n430702,武陵区\n430703,鼎城区\n", "utf-8")
    assert "新增 1，" in embedded("divisions", file, "--prefix", "430703").output
    file.write_text("nothing,here\n1,2\n")
    assert embedded("divisions", file).exit_code == 2


def test_an_import_beside_the_running_services_reaches_them(embedded: Import, tmp_path: Path) -> None:
    home = tmp_path / "var"
    file = book(tmp_path / "roster.xlsx")
    embedded_profile.migrate(home)

    async def story() -> tuple[int, set[str]]:
        async with embedded_profile.running(home, development=DevelopmentSettings()) as everything:
            await asyncio.to_thread(embedded, "divisions")
            done = await asyncio.to_thread(embedded, "roster", file)
            async with asyncio.timeout(30):
                heard = set[str]()
                while not {AREA, "A1"} <= heard:
                    await asyncio.sleep(0.05)
                    async with everything.services["tasks"].sessions() as session:
                        heard = {
                            *await session.all(select(Post.division_code)),
                            *await session.all(select(Organization.code)),
                        }
            return done.exit_code, heard

    exit_code, heard = asyncio.run(story())
    assert (exit_code, heard) == (0, {AREA, "A1"})
