"""Bringing a duty list in: checked against the roster and the catalogue, then written as a draft in one transaction."""

from datetime import date
from pathlib import Path

from chassis.clock import local_date
from chassis.service import Mounted
from chassis.session import Session
from chassis.sheets.reading import read_workbook
from profiles.rehearsing import Intake, in_one_go
from services.tasks.duties import actions
from services.tasks.duties.actions import Imported
from services.tasks.duties.rows import Checked, check

EXAMPLE = Path(actions.__file__).with_name("example.csv")


DutyIntake = Intake[Checked, Imported]


async def bring_duties_in(
    tasks: Mounted,
    path: Path | None,
    *,
    township_code: str,
    from_on: date,
    good_rows: bool = False,
    dry_run: bool = False,
) -> DutyIntake:
    """Check a file, or the example that is shipped, and write it as a township's draft from this date.

    With a fault and without `good_rows`, nothing is written. Raises `WorkbookRefused`, `NoDutyListFound`,
    `NoSuchTownship`, `ListDecidedAlready`.
    """
    file = path or EXAMPLE
    workbook = read_workbook(file)
    async with tasks.sessions() as session:
        there = await actions.known(session, township_code)
    checked = check(workbook, known=there, today=local_date(tasks.clock.now()))
    if checked.faults and not good_rows:
        return Intake(checked, None)

    async def work(session: Session) -> Imported:
        return await actions.import_duties(
            session,
            checked,
            township_code=township_code,
            from_on=from_on,
            title=file.stem if path else "履职事项清单（示例）",
            example=path is None,
            leave_out_faulty=good_rows,
        )

    return Intake(checked, await in_one_go(tasks, work, dry_run=dry_run))


def outcome_of(done: DutyIntake, *, dry_run: bool) -> str:
    """The last sentence: what is in now, and what to do next."""
    written = done.imported
    if written is None:
        return "没有导入任何内容：请按上表改正后重新导入，或加 --good-rows 只导入正确的行。"
    counts = f"新增 {written.new}，更新 {written.changed}，不变 {written.unchanged}，删去 {written.gone}"
    if dry_run:
        return f"这只是试运行，没有写入（{counts}）；去掉 --dry-run 再运行一次即可导入。"
    said = f"第 {written.version} 版清单：{counts}。"
    if not written.new and not written.changed and not written.gone:
        return f"{said}与已有的相同，没有改动。"
    if done.checked.faults:
        return f"{said}请改正上表所列各行后重新导入，已导入的不会重复。"
    return f"{said}现为草案，请县级管理员在“履职事项清单”中确定施行。"
