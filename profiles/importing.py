"""Bringing divisions and rosters in: checked first, then written to the database of `members` in one transaction."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from chassis.clock import local_date
from chassis.service import Mounted
from chassis.session import Session
from chassis.sheets.reading import Sheet, Workbook, read_workbook
from profiles.rehearsing import Intake, in_one_go
from services.members.divisions.actions import Listed, list_divisions
from services.members.divisions.reading import read_divisions
from services.members.imports.actions import Imported, import_roster
from services.members.imports.checking import check
from services.members.imports.rows import Checked
from services.members.imports.views import known

TABLES = {"organization": "党组织", "member": "党员", "post": "职务", "household": "住户", "citizen": "居民"}


RosterIntake = Intake[Checked, Imported]


async def bring_divisions_in(members: Mounted, path: Path, *, prefix: str = "") -> Listed:
    """Write the divisions of a file or folder whose codes begin with `prefix`. Raises `DivisionsUnreadable`."""
    rows = read_divisions(path, prefix=prefix)
    async with members.sessions() as session:
        return await list_divisions(session, rows)


async def bring_roster_in(
    members: Mounted, files: Sequence[Path], *, console: Console, good_rows: bool = False, dry_run: bool = False
) -> RosterIntake:
    """Check these files as one roster and write it: all of it, or with `good_rows` what has no fault.

    With a fault and without `good_rows`, nothing is written. A dry run counts what would change and undoes it.
    Raises `WorkbookRefused`, `NoSheetRecognised`, `OrganizationWithoutDivision`.
    """
    with _bars(console) as bars:
        reading = bars.add_task("读取文件", total=len(files))
        sheets: list[Sheet] = []
        for file in files:
            found = read_workbook(file).sheets
            sheets += found if len(files) == 1 else [Sheet(f"{file.name} {one.name}", one.cells) for one in found]
            bars.advance(reading)
        checking = bars.add_task("核对各行", total=1)
        async with members.sessions() as session:
            there = await known(session)
        workbook = Workbook("、".join(file.name for file in files), sheets)
        checked = check(workbook, today=local_date(members.clock.now()), known=there)
        bars.advance(checking)
        if checked.faults and not good_rows:
            return Intake(checked, None)
        written = _Written(bars)

        async def work(session: Session) -> Imported:
            return await import_roster(session, checked, leave_out_faulty=good_rows, progress=written.show)

        imported = await in_one_go(members, work, dry_run=dry_run)
    return Intake(checked, imported)


def counts_table(imported: Imported) -> Table:
    """New, changed and unchanged rows of each kind."""
    table = Table("类别", "新增", "更新", "不变")
    tallies = (imported.organizations, imported.members, imported.posts, imported.households, imported.citizens)
    for title, tally in zip(TABLES.values(), tallies, strict=True):
        table.add_row(title, f"{tally.new:,}", f"{tally.changed:,}", f"{tally.unchanged:,}")
    return table


class _Written:
    """A bar for each table, from the first time that something is written to it."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def show(self, table: str, done: int, total: int) -> None:
        """So many rows of a table are done."""
        if table not in self._tasks:
            self._tasks[table] = self._bars.add_task(f"写入{TABLES[table]}", total=total)
        self._bars.update(self._tasks[table], completed=done)


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
