"""Bringing requests in from a spreadsheet: checked row by row, then written, so many at a time."""

import csv
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from chassis.clock import local_date
from chassis.service import Mounted
from chassis.sheets.reading import read_workbook
from chassis.sheets.report import harmless
from profiles.rehearsing import Intake, in_one_go
from services.tasks.imported_requests import actions
from services.tasks.imported_requests.actions import Taken
from services.tasks.imported_requests.rows import Checked, check

AT_ONCE = 100  # rows in one transaction
RequestIntake = Intake[Checked, list[Taken]]


async def bring_requests_in(
    tasks: Mounted, path: Path, *, source: str, good_rows: bool = False, dry_run: bool = False
) -> RequestIntake:
    """Check a file, and make cases of the rows that are none yet; repeated, it makes none.

    With a fault and without `good_rows`, nothing is written. Raises `WorkbookRefused`, `NoRequestsFound`,
    `TooManyRequests`.
    """
    workbook = read_workbook(path)
    async with tasks.sessions() as session:
        there = await actions.known(session)
    checked = check(workbook, known=there, today=local_date(tasks.clock.now()))
    if checked.faults and not good_rows:
        return Intake(checked, None)
    taken: list[Taken] = []
    for start in range(0, len(checked.rows), AT_ONCE):
        some = checked.rows[start : start + AT_ONCE]
        taken += await in_one_go(tasks, partial(actions.take_in, rows=some, source=source), dry_run=dry_run)
    return Intake(checked, taken)


def write_codes(path: Path, taken: Iterable[Taken]) -> None:
    """The tracking codes, which are shown this once, as a .csv that spreadsheets open; for its owner alone to read."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["来件编号", "事项编号", "查询码"])
        writer.writerows([harmless(one.number), one.request_id, one.tracking_code] for one in taken)


def outcome_of(done: RequestIntake, *, dry_run: bool) -> str:
    """The last sentence: what is in now, and what to do next."""
    if done.imported is None:
        return "没有导入任何内容：请按上表改正后重新导入，或加 --good-rows 只导入正确的行。"
    new, same = len(done.imported), len(done.checked.rows) - len(done.imported)
    counts = f"新增 {new} 件，已有 {same} 件"
    if dry_run:
        return f"这只是试运行，没有写入（{counts}）；去掉 --dry-run 再运行一次即可导入。"
    if done.checked.faults:
        return f"{counts}。请改正上表所列各行后重新导入，已导入的不会重复。"
    return f"{counts}，时限自现在起算。"
