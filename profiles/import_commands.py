"""`lianxin import divisions`, `roster`, `duties`, `pairings` and `requests`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chassis.problems import Problem
from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from rich.console import Console

    from profiles.importing import RosterIntake
    from profiles.importing_duties import DutyIntake
    from profiles.importing_pairings import PairingIntake
    from profiles.importing_requests import RequestIntake
    from services.members.divisions.actions import Listed
    from services.members.imports.rows import Checked
    from services.members.pairings.rows import Checked as CheckedPairings
    from services.tasks.duties.rows import Checked as CheckedDuties
    from services.tasks.imported_requests.rows import Checked as CheckedRequests

app = typer.Typer(no_args_is_help=True, help="导入行政区划、名册、清单和诉求；服务运行时也可以导入。")

FAULTY, REFUSED = 1, 2
"""Exit codes: nothing went in because of faulty rows; the file as a whole was refused."""


@app.command()
def divisions(
    path: Annotated[Path | None, typer.Argument(help="区划文件或文件夹（china-division）；不填用自带的武陵区")] = None,
    prefix: Annotated[str, typer.Option(help="只导入代码以此开头的区划，如 430702")] = "",
    home: Home = HOME,
) -> None:
    """List the divisions; what is there already and unchanged stays. 导入行政区划。"""
    from profiles.attached import attached
    from profiles.importing import bring_divisions_in
    from services.members.divisions.reading import WULING

    async def work() -> "Listed":
        async with attached("members", home) as members:
            return await bring_divisions_in(members, path or WULING, prefix=prefix)

    migrate(home)
    try:
        listed = run(work())
    except Problem as refused:
        raise refuse(refused) from refused
    typer.echo(f"行政区划：新增 {listed.new}，更新 {listed.changed}，不变 {listed.unchanged}。")


@app.command()
def roster(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help=".xlsx、.xls、.ods 或 .csv 文件")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试一遍，不写入")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows/--all-or-nothing", help="有错误时：只导入正确的行，或一行也不导入（默认）")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="把全部错误写入这个 .xlsx 或 .csv 文件")] = None,
    home: Home = HOME,
) -> None:
    """Bring in organisations, members, posts and citizens. 导入党组织、党员、职务和居民名册。

    Ends with 0 if every row is in, 1 if there were faulty rows, 2 if a file was refused.
    """
    from rich.console import Console

    from chassis.sheets.report import write_faults
    from profiles.attached import attached
    from profiles.importing import bring_roster_in, counts_table

    console = Console()

    async def work() -> "RosterIntake":
        async with attached("members", home) as members:
            return await bring_roster_in(members, files, console=console, good_rows=good_rows, dry_run=dry_run)

    migrate(home)
    try:
        done = run(work())
        faults = [*done.checked.faults, *done.checked.warnings]
        if report is not None:
            write_faults(report, faults)
    except Problem as refused:
        raise refuse(refused) from refused
    _tell(console, done.checked, table="名册", warnings="处与组织设置规定的人数不符，已照录，请核对。", report=report)
    if done.imported is not None:
        console.print(counts_table(done.imported))
    console.print(outcome(done, dry_run=dry_run))
    if done.checked.faults:
        raise typer.Exit(FAULTY)


@app.command()
def duties(
    path: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help=".xlsx、.xls、.ods 或 .csv 文件；不填用自带的示例清单"),
    ] = None,
    *,
    township: Annotated[str, typer.Option(help="乡镇（街道）的 12 位区划代码")],
    from_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="施行日期，如 2026-12-01")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试一遍，不写入")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows/--all-or-nothing", help="有错误时：只导入正确的行，或一行也不导入（默认）")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="把全部错误写入这个 .xlsx 或 .csv 文件")] = None,
    home: Home = HOME,
) -> None:
    """Bring in a township's duty list as a draft; the county puts it in force. 导入乡镇（街道）履职事项清单。

    Ends with 0 if every row is in, 1 if there were faulty rows, 2 if the file was refused.
    """
    from rich.console import Console

    from chassis.sheets.report import write_faults
    from profiles.attached import attached
    from profiles.importing_duties import bring_duties_in, outcome_of

    console = Console()

    async def work() -> "DutyIntake":
        async with attached("tasks", home) as tasks:
            return await bring_duties_in(
                tasks, path, township_code=township, from_on=from_on.date(), good_rows=good_rows, dry_run=dry_run
            )

    migrate(home)
    try:
        done = run(work())
        if report is not None:
            write_faults(report, [*done.checked.faults, *done.checked.warnings])
    except Problem as refused:
        raise refuse(refused) from refused
    warnings = "项收回事项的承接部门没有在系统中登记，已照录，请补组织编码。"
    _tell(console, done.checked, table="履职事项清单", warnings=warnings, report=report)
    console.print(outcome_of(done, dry_run=dry_run), markup=False)
    if done.checked.faults:
        raise typer.Exit(FAULTY)


@app.command()
def pairings(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".xlsx、.xls、.ods 或 .csv 文件")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试一遍，不写入")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows/--all-or-nothing", help="有错误时：只导入正确的行，或一行也不导入（默认）")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="把全部错误写入这个 .xlsx 或 .csv 文件")] = None,
    home: Home = HOME,
) -> None:
    """Bring in who answers for which household, village or organisation. 导入结对名单。

    Ends with 0 if every row is in, 1 if there were faulty rows, 2 if the file was refused.
    """
    from rich.console import Console

    from chassis.sheets.report import write_faults
    from profiles.attached import attached
    from profiles.importing_pairings import bring_pairings_in, outcome_of

    console = Console()

    async def work() -> "PairingIntake":
        async with attached("members", home) as members:
            return await bring_pairings_in(members, path, good_rows=good_rows, dry_run=dry_run)

    migrate(home)
    try:
        done = run(work())
        if report is not None:
            write_faults(report, done.checked.faults)
    except Problem as refused:
        raise refuse(refused) from refused
    _tell(console, done.checked, table="结对名单", warnings="", report=report)
    console.print(outcome_of(done, dry_run=dry_run), markup=False)
    if done.checked.faults:
        raise typer.Exit(FAULTY)


@app.command()
def requests(
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".xlsx、.xls、.ods 或 .csv 文件")],
    source: Annotated[str, typer.Option(help="来件系统的名称，如 12345；同一系统的同一来件编号只成一件")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只试一遍，不写入")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows/--all-or-nothing", help="有错误时：只导入正确的行，或一行也不导入（默认）")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="把全部错误写入这个 .xlsx 或 .csv 文件")] = None,
    codes: Annotated[Path | None, typer.Option(help="把新件的查询码写入这个 .csv 文件；只有这一次")] = None,
    home: Home = HOME,
) -> None:
    """Bring in requests that another system hands over as a spreadsheet. 导入外部系统的诉求表。

    Ends with 0 if every row is in, 1 if there were faulty rows, 2 if the file was refused.
    """
    from rich.console import Console

    from chassis.sheets.report import write_faults
    from profiles.attached import attached
    from profiles.importing_requests import bring_requests_in, outcome_of, write_codes

    console = Console()

    async def work() -> "RequestIntake":
        async with attached("tasks", home) as tasks:
            return await bring_requests_in(tasks, path, source=source, good_rows=good_rows, dry_run=dry_run)

    migrate(home)
    try:
        done = run(work())
        if report is not None:
            write_faults(report, done.checked.faults)
    except Problem as refused:
        raise refuse(refused) from refused
    _tell(console, done.checked, table="诉求表", warnings="", report=report)
    if codes is not None and done.imported and not dry_run:
        write_codes(codes, done.imported)
        console.print(f"查询码：{codes}，请逐件告知群众后删除。", markup=False)
    console.print(outcome_of(done, dry_run=dry_run), markup=False)
    if done.checked.faults:
        raise typer.Exit(FAULTY)


def _tell(
    console: "Console",
    checked: "Checked | CheckedDuties | CheckedPairings | CheckedRequests",
    *,
    table: str,
    warnings: str,
    report: Path | None,
) -> None:
    """What the check found: faulty rows, sheets that are no such table, what was written down all the same."""
    from chassis.sheets.report import faults_table

    if checked.faults:
        console.print(faults_table(checked.faults))
    for sheet in checked.unread:
        console.print(f"工作表“{sheet}”不是{table}，没有读取。", markup=False)
    if checked.warnings:
        console.print(f"另有 {len(checked.warnings)} {warnings}")
    if report is not None:
        console.print(f"报告文件：{report}", markup=False)


def outcome(done: "RosterIntake", *, dry_run: bool) -> str:
    """The last sentence: what is in now, and what to do next."""
    if done.imported is None:
        return "没有导入任何内容：请按上表改正后重新导入，或加 --good-rows 只导入正确的行。"
    if dry_run:
        return "这只是试运行，没有写入；去掉 --dry-run 再运行一次即可导入。"
    if done.checked.faults:
        return "正确的行已导入；请改正上表所列各行后重新导入，已导入的不会重复。"
    return "全部导入。"


def migrate(home: Path) -> None:
    """Make sure that the embedded databases are there and up to date; a cluster's are migrated by its operator."""
    from profiles import embedded
    from profiles.attached import in_cluster

    if not in_cluster():
        embedded.migrate(home)


def refuse(refused: Problem) -> typer.Exit:
    """Say why nothing could be imported, and end with the code for it."""
    details = "".join(f"；{name}: {value}" for name, value in refused.details.items())
    typer.echo(f"{refused.title_zh}（{refused.code()}{details}）", err=True)
    return typer.Exit(REFUSED)
