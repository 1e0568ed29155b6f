"""Small duty lists for tests, and how one is put in force."""

from datetime import date
from uuid import UUID

from sqlmodel import select

from chassis.sheets.reading import Cell, Sheet, Workbook
from services.tasks.duties import actions
from services.tasks.duties.actions import Imported
from services.tasks.duties.model import DutyEntry
from services.tasks.duties.rows import DUTIES, Checked, Known, check
from services.tasks.roster.model import Organization
from tests.tasks.conftest import TOWNSHIP, Village

TODAY = date(2026, 11, 16)
Row = dict[str, Cell]


def duty(number: int | str, name: str, kind: str = "基本履职", **others: Cell) -> Row:
    """A right row."""
    return {"序号": number, "事项名称": name, "类别": kind} | others


ROWS = [
    duty(1, "便民服务和全程代办", 关键词="路灯、代办"),
    duty(2, "最低生活保障受理", 关键词="低保", 代办事项编码="subsistence-allowance"),
    duty(1, "秸秆禁烧", "配合履职", 县级主管部门="区委", 关键词="秸秆", 乡镇配合职责="巡查劝阻"),
    duty(1, "违法建设处罚", "上级收回", 县级主管部门="区委", 关键词="违建", 法律依据="城乡规划法第六十四条"),
    duty(2, "燃气安全检查", "上级收回", 县级主管部门="燃气办", 关键词="燃气"),
]


def sheet(rows: list[Row], *, name: str = "清单", above: str | None = None) -> Sheet:
    """A sheet with all columns of a duty list."""
    headings = [column.heading for column in DUTIES.columns]
    lines: list[list[Cell]] = [[above]] if above else []
    return Sheet(name, [*lines, list(headings), *([row.get(one, "") for one in headings] for row in rows)])


def checked(rows: list[Row], *, known: Known | None = None, **said: str | None) -> Checked:
    """These rows, checked."""
    return check(Workbook("清单.xlsx", [sheet(rows, **said)]), known=known or Known(), today=TODAY)  # type: ignore[arg-type]


async def imported(
    village: Village, rows: list[Row] | None = None, *, from_on: date = TODAY, faulty: bool = False
) -> Imported:
    """A list that was taken in as a draft."""
    async with village.stand.mounted.sessions() as session:
        there = await actions.known(session, TOWNSHIP)
        found = checked(ROWS if rows is None else rows, known=there)
        return await actions.import_duties(
            session, found, township_code=TOWNSHIP, from_on=from_on, title="清单", leave_out_faulty=faulty
        )


async def list_id(village: Village, *, by: UUID | None = None) -> str:
    """The newest version of the township's list."""
    found = await village.stand.get("/duties/lists", by=by or village.people.operator, township_code=TOWNSHIP)
    return str(found.json()["items"][0]["id"])


async def in_force(village: Village, rows: list[Row] | None = None, *, from_on: date = TODAY) -> str:
    """A list that holds from this day; its id."""
    await imported(village, rows, from_on=from_on)
    held = await list_id(village)
    done = await village.stand.post(f"/duties/lists/{held}/in-force", by=village.people.operator)
    assert done.status_code == 200, done.text
    return held


async def entry(village: Village, name: str) -> DutyEntry:
    """The line of this name."""
    async with village.stand.mounted.sessions() as session:
        return next(one for one in await session.all(select(DutyEntry)) if one.name == name)


async def organization(village: Village, name: str) -> Organization:
    """The organisation of this name."""
    async with village.stand.mounted.sessions() as session:
        return next(one for one in await session.all(select(Organization)) if one.name == name)
