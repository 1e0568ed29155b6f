"""`lianxin calendar show`, `check` and `apply`: the work calendar is a table that an operator imports."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profiles.clock_commands import tell_changes, tell_left
from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chassis.calendar import WorkCalendar
    from services.tasks.clocks.opened import Change, Order
    from services.tasks.dispatches.recounting import ReturnChange

app = typer.Typer(no_args_is_help=True, help="工作日历：查看；导入新一年的放假安排前先看哪些承诺会变。")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="日历表：date,kind,name,source")]


@app.command()
def show(
    year: Annotated[int | None, typer.Option(help="列出这一年的休息日和调休上班日")] = None,
    home: Home = HOME,
) -> None:
    """Which calendar is in use, and where it is provisional. 正在使用的工作日历。"""
    from profiles.attached import attached

    async def work() -> "WorkCalendar":
        from chassis.calendar import WorkCalendar

        async with attached("tasks", home) as mounted:
            await mounted.follow()
            async with mounted.sessions() as session:
                return session.use(WorkCalendar).copy()

    calendar = run(work())
    years = calendar.published_years
    typer.echo(f"版本 {calendar.version}；已公布的年份：{_spans(years)}。")
    typer.echo(f"{(years[-1] + 1) if years else '各'} 年起尚未公布，只按周末推算，显示为暂定。")
    if year is not None:
        for day, kind, name, source in calendar.days_of(year):
            typer.echo(f"{day}  {'休息' if kind == 'rest' else '上班'}  {name}  {source}")
        if year not in years:
            typer.echo(f"{year} 年的放假安排尚未公布（暂定）。")


@app.command()
def check(file: File, home: Home = HOME) -> None:
    """List every open promise and limit that another calendar would move; nothing moves. 先看哪些会变。"""
    from profiles.attached import attached
    from services.tasks.clocks import opened
    from services.tasks.dispatches import recounting

    calendar = _read(file)

    async def work() -> "tuple[list[Change], list[ReturnChange]]":
        async with attached("tasks", home) as mounted:
            await mounted.follow()
            returns = await recounting.changes(mounted.sessions, calendar)
            return [one async for one in opened.changes(mounted.sessions, _order(calendar))], returns

    found, returns = run(work())
    typer.echo(f"{file.name}：版本 {calendar.version}；已公布的年份：{_spans(calendar.published_years)}。")
    tell_changes(found, done=False)
    tell_left(one for one in found if one.over)
    _tell_returns(returns, done=False)
    typer.echo("什么也没有改动。启用：lianxin calendar apply 文件；连同上面的时限一起改：再加 --move-open。")


@app.command()
def apply(
    file: File,
    move_open: Annotated[bool, typer.Option("--move-open", help="把正在计时的时限也按新日历重算")] = False,
    home: Home = HOME,
) -> None:
    """Have every process count by this calendar; running limits move only with `--move-open`. 启用新的工作日历。"""
    from profiles.attached import attached
    from services.tasks.calendars import actions
    from services.tasks.clocks import opened
    from services.tasks.dispatches import recounting

    calendar = _read(file)

    async def work() -> "tuple[list[Change], list[Change], Sequence[ReturnChange]]":
        async with attached("tasks", home) as mounted:
            await mounted.follow()
            async with mounted.sessions() as session:
                await actions.apply(session, calendar, by=None)
            order = _order(calendar)
            moved = await opened.carry_out(mounted.sessions, order) if move_open else []
            returns = await recounting.carry_out(mounted.sessions, calendar) if move_open else []
            return moved, [one async for one in opened.changes(mounted.sessions, order)], returns

    moved, left, returns = run(work())
    typer.echo(f"已启用版本 {calendar.version}；各服务进程几秒内改用。")
    if move_open:
        tell_changes(moved, done=True)
        tell_left(one for one in left if one.over)
        _tell_returns(returns, done=True)
    elif left:
        typer.echo(f"另有 {len(left)} 个正在计时的时限仍按原日历；要一起改的，加 --move-open 再执行一次。")


def _tell_returns(changes: "Sequence[ReturnChange]", *, done: bool) -> None:
    """A line for each dispatch whose limit for returning moves."""
    from services.tasks.clocks.limits import latest_promise

    for one in changes:
        typer.echo(f"{latest_promise(one.before)} → {latest_promise(one.after)}  {one.request_id}  退回")
    if changes:
        typer.echo(f"{'已改动' if done else '会变动'} {len(changes)} 个退回时限。")


def _read(file: Path) -> "WorkCalendar":
    from chassis.calendar import load_calendar
    from chassis.operator_files import BadFile

    try:
        return load_calendar(file)
    except BadFile as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from refused


def _order(calendar: "WorkCalendar") -> "Order":
    from services.tasks.clocks import opened
    from services.tasks.clocks.life import What

    return opened.Order(What.RECOUNTED, cause=f"calendar:{calendar.version}", calendar=calendar)


def _spans(years: list[int]) -> str:
    """Years as from to."""
    if not years:
        return "无"
    whole = years == list(range(years[0], years[-1] + 1))
    return f"{years[0]} 至 {years[-1]}" if whole and len(years) > 1 else "、".join(map(str, years))
