"""`lianxin events tail`, `parked`, `retry` and `replay`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from profiles.events import PutAside

app = typer.Typer(no_args_is_help=True, help="查看事实日志；处理没能收下的事实。")

Service = Annotated[str, typer.Argument(help="members、tasks 或 feedback")]
Place = Annotated[int | None, typer.Argument(help="parked 列出的位置")]


@app.command()
def tail(
    service: Annotated[str | None, typer.Option(help="只看这个服务发布的")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="继续等待新的事实，按 Ctrl+C 停止")] = False,
    home: Home = HOME,
) -> None:
    """Print the facts on the log: domain time, type, key and id. 列出日志中的事实。"""
    from chassis.clock import SHANGHAI
    from profiles import events
    from profiles.attached import in_cluster, log_of
    from profiles.services import NAMES

    sources = [_checked(service)] if service else NAMES

    async def work() -> None:
        log = log_of(home)
        await log.open()
        try:
            async for fact in events.tail(log, sources, follow=follow):
                at = fact.time.astimezone(SHANGHAI).isoformat(timespec="seconds")
                typer.echo(f"{at}  {fact.type}  {fact.key}  {fact.id}")
        finally:
            await log.close()
            if not in_cluster():
                events.sweep(home)

    run(work())


@app.command()
def parked(service: Service, home: Home = HOME) -> None:
    """List the facts that a service could not take in: parked ones, and those that wait. 列出没能收下的事实。"""
    from profiles import events
    from profiles.attached import attached

    async def work() -> "list[PutAside]":
        async with attached(_checked(service), home) as mounted:
            return await events.put_aside(mounted)

    found = run(work())
    if found:
        _show(found)
        typer.echo("原因消除后，用 lianxin events replay 重新收下停放的事实；等待中的会自动再试。")
    else:
        typer.echo("没有停放或等待的事实。")


@app.command()
def retry(service: Service, position: Place = None, home: Home = HOME) -> None:
    """Have the running service try what waits at once, instead of after its pause. 让等待中的事实立即再试。"""
    from profiles import events
    from profiles.attached import attached

    async def work() -> int:
        async with attached(_checked(service), home) as mounted:
            return await events.make_due(mounted, position)

    typer.echo(f"{run(work())} 个等待中的事实将立即再试（服务须在运行）。")


@app.command()
def replay(
    service: Service,
    position: Place = None,
    every: Annotated[bool, typer.Option("--all", help="全部停放的事实")] = False,
    home: Home = HOME,
) -> None:
    """Take parked facts in again, in this process. 重新收下停放的事实。

    Ends with 1 if one of them failed again.
    """
    from profiles import events
    from profiles.attached import attached

    if (position is None) is not every:
        raise typer.BadParameter("请给出一个位置，或者 --all")

    async def work() -> "tuple[int, list[PutAside]]":
        async with attached(_checked(service), home) as mounted:
            chosen = [
                fact.position
                for fact in await events.put_aside(mounted)
                if fact.position == position or (every and fact.parked_at is not None)
            ]
            return len(chosen), await events.replay(mounted, chosen)

    tried, failed = run(work())
    if tried == 0:
        typer.echo("没有这样的事实：用 lianxin events parked 查看位置。")
        raise typer.Exit(1)
    typer.echo(f"收下 {tried - len(failed)} 个，仍未收下 {len(failed)} 个。")
    if failed:
        _show(failed)
        raise typer.Exit(1)


def _checked(service: str) -> str:
    from profiles.services import NAMES

    if service not in NAMES:
        raise typer.BadParameter(f"没有名为 {service} 的服务，请用 {'、'.join(NAMES)}")
    return service


def _show(facts: "Sequence[PutAside]") -> None:
    """A line for each: words first, since bodies may hold what is not for a screen."""
    for fact in facts:
        stands = "停放" if fact.parked_at else "等待"
        since = fact.since.isoformat(timespec="seconds")
        typer.echo(
            f"{fact.position}  {stands}  {fact.type}  {fact.key}  试过 {fact.attempts} 次，自 {since}：{fact.reason}"
        )
