"""`lianxin clocks explain` and `reorder`."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from services.tasks.clocks.explaining import Explained
    from services.tasks.clocks.opened import Change

app = typer.Typer(no_args_is_help=True, help="时限：说明每一分钟的来由；奉令按新规则改正在计时的时限。")

CODE = r"[a-z0-9_.:-]{1,64}"


@app.command()
def explain(
    case: Annotated[str, typer.Argument(help="事项编号")],
    home: Home = HOME,
) -> None:
    """Tell every minute of a case's clocks by what caused it. 逐段说明一件事项各个时限的来由。"""
    from profiles.attached import attached
    from services.tasks.clocks.explaining import explain as explained
    from services.tasks.requests.model import ServiceRequest
    from services.tasks.requests.views import clocks_of

    try:
        case_id = UUID(case)
    except ValueError as wrong:
        raise typer.BadParameter("事项编号应为 36 位的编号") from wrong

    async def work() -> "list[Explained] | None":
        async with attached("tasks", home) as mounted:
            await mounted.follow()
            async with mounted.sessions() as session:
                if await session.get(ServiceRequest, case_id) is None:
                    return None
                return [await explained(session, clock) for clock in await clocks_of(session, case_id)]

    found = run(work())
    if found is None:
        typer.echo("没有这件事项，请核对编号。")
        raise typer.Exit(1)
    for one in found:
        _tell(one)


@app.command()
def reorder(
    rule: Annotated[str, typer.Argument(help="规则 id（如 finish.help）或事项代码")],
    order: Annotated[bool, typer.Option("--order", help="下令执行；不写则只列出")] = False,
    reason: Annotated[str | None, typer.Option(help="依据的代码，小写字母、数字和 _ . : -")] = None,
    home: Home = HOME,
) -> None:
    """List the running clocks that the rule of today would move, and move them only with `--order`. 按新规则改时限。"""
    import re

    from chassis import audit
    from chassis.clock import local_date
    from profiles.attached import attached
    from services.tasks.clocks import opened
    from services.tasks.clocks.life import What
    from services.tasks.clocks.limits import Amount
    from services.tasks.clocks.running import rule_of
    from services.tasks.rules.pack import Rule

    if order and (reason is None or not re.fullmatch(CODE, reason)):
        raise typer.BadParameter("下令改时限要写明依据：--reason district-notice-2027-3（小写字母、数字和 _ . : -）")

    async def work() -> "tuple[Amount, list[Change], list[Change]] | None":
        async with attached("tasks", home) as mounted:
            await mounted.follow()
            async with mounted.sessions() as session:
                by = rule_of(session, rule, on=local_date(session.now))
            if by is None:
                return None
            amount = by.amount if isinstance(by, Rule) else by.legal_time
            said = opened.Order(What.ORDERED, cause=reason, rule=by, amount=amount, of_rule=rule)
            seen = [one async for one in opened.changes(mounted.sessions, said)]
            if not order:
                return amount, seen, []
            async with mounted.sessions() as session:
                audit.record(session, actor_id=None, action="reorder_clocks", about=rule, reason=reason)
            return amount, seen, await opened.carry_out(mounted.sessions, said)

    found = run(work())
    if found is None:
        typer.echo(f"规则包和事项目录里现在都没有 {rule}。")
        raise typer.Exit(1)
    amount, seen, moved = found
    typer.echo(f"{rule} 现为 {amount.title_zh}。")
    tell_changes(moved if order else seen, done=order)
    tell_left(one for one in seen if one.over)
    if seen and not order:
        typer.echo("什么也没有改动。确定要改的，加 --order --reason 依据。")


def tell_changes(changes: "Iterable[Change]", *, done: bool) -> None:
    """A line for each clock: old day, new day, case, which clock, unit."""
    from services.tasks.clocks.limits import latest_promise

    count = 0
    for one in changes:
        if one.over:
            continue
        count += 1
        before, after = latest_promise(one.before), latest_promise(one.after)
        moved = f"{before} → {after}" if one.before != one.after else f"{before}（日期不变）"
        if one.before != one.after and before == after:
            moved = f"{_local(one.before)} → {_local(one.after)}"
        certain = "" if one.provisional_after == one.provisional_before else "，暂定转为确定"
        if one.provisional_after and not one.provisional_before:
            certain = "，转为暂定"
        promise = f"；承诺 {one.promised_on} → {one.promise_after}" if one.promise_after else ""
        typer.echo(f"{moved}{certain}  {one.request_id}  {one.kind.title_zh}  {one.unit or '（未派）'}{promise}")
    what = "已改动" if done else "会变动"
    typer.echo(f"{what} {count} 个时限。" if count else "没有要变动的时限。")


def tell_left(changes: "Iterable[Change]") -> None:
    """Those that would have ended already, and so are left as they are."""
    for one in changes:
        typer.echo(f"不改（改后立即超时）  {one.request_id}  {one.kind.title_zh}  {one.unit or '（未派）'}")


def _tell(one: "Explained") -> None:
    from services.tasks.clocks.limits import PROVISIONAL_ZH, latest_promise

    clock = one.clock
    typer.echo(f"■ {clock.kind.title_zh}（第 {clock.turn} 次）  {one.state.title_zh}")
    typer.echo(f"  规则 {clock.rule}  {clock.rule_name or ''}  {one.amount_zh or ''}  版本 {clock.rule_version}")
    typer.echo(f"  来源 {clock.rule_source or '（未记录）'}  可信度 {clock.rule_confidence or '-'}")
    typer.echo(f"  最后一天 {latest_promise(one.limit.due_at)}，{_local(one.limit.due_at)} 起算超时")
    if one.limit.provisional:
        typer.echo(f"  {PROVISIONAL_ZH}")
    days = "" if one.days_counted is None else f"，计入 {one.days_counted} 天"
    typer.echo(
        f"  计时 {one.running_minutes} 分钟{days}，挂起 {one.paused_minutes} 分钟，超时 {one.overdue_minutes} 分钟"
    )
    for line in one.lines:
        because = f"  依据 {line.rule}，{line.source or '（未记录）'}，版本 {line.version}"
        typer.echo(
            f"  {_local(line.begins)} — {_local(line.ends)}  {line.minutes} 分钟  {line.state.title_zh}  "
            f"{line.why_zh}{because}"
        )


def _local(at: datetime) -> str:
    from chassis.clock import SHANGHAI

    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
