"""Bringing pairings in: checked against the registers and the bounds, then written in one transaction."""

from pathlib import Path

from chassis.clock import local_date
from chassis.service import Mounted
from chassis.session import Session
from chassis.sheets.reading import read_workbook
from profiles.rehearsing import Intake, in_one_go
from services.members.pairings.rows import Checked, check
from services.members.pairings.taking_in import Imported, import_pairings, known

PairingIntake = Intake[Checked, Imported]


async def bring_pairings_in(
    members: Mounted, path: Path, *, good_rows: bool = False, dry_run: bool = False
) -> PairingIntake:
    """Check a file and write its pairings. With a fault and without `good_rows`, nothing is written.

    Raises `WorkbookRefused`, `NoPairingsFound`.
    """
    workbook = read_workbook(path)
    async with members.sessions() as session:
        there = await known(session)
    checked = check(workbook, known=there, today=local_date(members.clock.now()))
    if checked.faults and not good_rows:
        return Intake(checked, None)

    async def work(session: Session) -> Imported:
        return await import_pairings(session, checked, leave_out_faulty=good_rows)

    return Intake(checked, await in_one_go(members, work, dry_run=dry_run))


def outcome_of(done: PairingIntake, *, dry_run: bool) -> str:
    """The last sentence: what is in now, and what to do next."""
    if done.imported is None:
        return "没有导入任何内容：请按上表改正后重新导入，或加 --good-rows 只导入正确的行。"
    counts = f"新增 {done.imported.new}，不变 {done.imported.unchanged}"
    if dry_run:
        return f"这只是试运行，没有写入（{counts}）；去掉 --dry-run 再运行一次即可导入。"
    if done.checked.faults:
        return f"结对名单：{counts}。请改正上表所列各行后重新导入，已导入的不会重复。"
    return f"结对名单：{counts}。"
