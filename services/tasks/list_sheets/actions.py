"""Reading a spreadsheet that came over HTTP, and taking its differences into a list."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.objects import Pieces
from chassis.problems import Conflict, Invalid
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.sheets.problems import WorkbookRefused
from chassis.sheets.reading import Workbook
from chassis.sheets.receiving import received
from services.tasks.checklists import actions as lists
from services.tasks.checklists.changes import change
from services.tasks.checklists.model import Checklist
from services.tasks.checklists.views import LOCKED_ITEMS
from services.tasks.list_sheets.rows import Checked, Compared, check, compare

LARGEST = 2 << 20  # bytes of a workbook


class SheetFaulty(Invalid):
    """Rows of the sheet are wrong, and nothing of it was taken in."""

    title_zh = "表格中有错误，没有导入任何内容：请按所列行、列和原因改正后重新上传。"


class SheetUnreadable(Invalid):
    """The file is no spreadsheet, or has no list in it."""

    title_zh = "这个文件读不出清单，请用导出的 .xlsx 表格修改后上传。"


class NotThisSheet(Conflict):
    """The list or the file is not what the preview showed."""

    title_zh = "清单在预览之后有变动，或上传的不是预览过的表格，请重新预览再确认导入。"


async def read(pieces: Pieces) -> Workbook:
    """The workbook that comes in these pieces. Raises `TooLarge`, `SheetUnreadable`."""
    try:
        return await received(pieces, name="list.xlsx", largest=LARGEST)
    except WorkbookRefused as refused:
        raise SheetUnreadable(reason=refused.code()) from refused


async def look(session: Session, checklist: Checklist, workbook: Workbook) -> tuple[Checked, Compared, str]:
    """What taking a sheet in would do to a list, locked, and what stands for all of it. Nothing is changed."""
    try:
        checked = check(workbook, checklist=checklist, today=local_date(session.now))
    except WorkbookRefused as refused:
        raise SheetUnreadable(reason=refused.code()) from refused
    compared = compare(
        [one for one in await session.all(LOCKED_ITEMS, list=checklist.id) if one.withdrawn_at is None], checked.rows
    )
    shown = f"{checklist.id} {checklist.version} {checked.rows!r}"
    return checked, compared, session.use(Vault).index(shown, place="list_sheet").hex()


async def take_in(session: Session, checklist: Checklist, workbook: Workbook, *, by: Actor, token: str) -> Compared:
    """Write new lines and change those that are different, exactly as the preview showed; none is taken away.

    Raises `NotThisSheet`, `SheetFaulty`, `ListClosed`, `NumberTaken`.
    """
    checklist.check_open()
    checked, compared, stands_for = await look(session, checklist, workbook)
    if checked.faults:
        raise SheetFaulty(faults=len(checked.faults))
    if stands_for != token:
        raise NotThisSheet()
    there = {one.number: one for one in await session.all(LOCKED_ITEMS, list=checklist.id)}
    for number, row in compared.changed.items():
        item = there[number]
        due_on = row.due_on if row.due_on != item.due_on else None
        await change(
            session,
            item,
            checklist,
            by=by,
            due_on=due_on,
            title=row.title,
            measure=row.measure,
            evidence=row.evidence,
            assessment_line=row.assessment_line,
        )
    new = [
        lists.NewItem(
            title=row.title,
            due_on=row.due_on,
            number=row.number,
            measure=row.measure,
            evidence=row.evidence,
            assessment_line=row.assessment_line,
        )
        for row in compared.new
    ]
    await lists.append(session, checklist, new, by=by.person_id)  # a number that was withdrawn is refused here
    return compared
