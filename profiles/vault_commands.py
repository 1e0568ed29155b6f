"""`lianxin vault show`, `rotate`, `reseal` and `retire`."""

from typing import TYPE_CHECKING, Annotated

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from rich.progress import TaskID

    from profiles.vault import Rotated

app = typer.Typer(no_args_is_help=True, help="查看和更换加密个人信息的密钥；服务运行时也可以更换。")


@app.command()
def show(home: Home = HOME) -> None:
    """List the keys: number, day, age, and how many values are still under each. 列出密钥，不显示密钥本身。"""
    from chassis.clock import local_date, real_now
    from profiles import vault

    counts, ring = run(vault.counted(home)), vault.ring_file(home).read()
    today = local_date(real_now())
    for key in ring.keys:
        age = f"{key.made_on}，已用 {(today - key.made_on).days} 天" if key.made_on else "生成日期不详"
        stands = "正在使用" if key == ring.newest else "只用于解密"
        typer.echo(f"{key.number} 号  {age}  {stands}  {counts[key.number]:,} 个数值")
    lost = sum(count for number, count in counts.items() if number not in {key.number for key in ring.keys})
    if lost:
        typer.echo(f"另有 {lost:,} 个数值的密钥不在密钥环中，无法解密：请找回密钥文件的备份。", err=True)
        raise typer.Exit(1)


@app.command()
def rotate(home: Home = HOME) -> None:
    """Add a key and seal everything anew under it. 换新密钥，并用它重新加密全部数值；可中断，用 reseal 续做。"""
    from profiles import vault
    from profiles.servers.processes import one_at_a_time

    file = vault.ring_file(home)
    with one_at_a_time(file.path.with_name(f"{file.path.name}.lock")), _Bars() as progress:
        _told(run(vault.rotate(home, progress=progress.show)))


@app.command()
def reseal(home: Home = HOME) -> None:
    """Seal under the newest key what is not yet. 继续中断的更换。"""
    from profiles import vault
    from profiles.servers.processes import one_at_a_time

    file = vault.ring_file(home)
    with one_at_a_time(file.path.with_name(f"{file.path.name}.lock")), _Bars() as progress:
        _told(run(vault.seal_anew(home, progress=progress.show)))


@app.command()
def retire(
    number: Annotated[int, typer.Argument(help="show 列出的编号")],
    at_once: Annotated[bool, typer.Option("--at-once", help="新密钥当天也删；须确认没有正在进行的导入")] = False,
    home: Home = HOME,
) -> None:
    """Take an old key away, once no value is under it. 删除不再使用的旧密钥。"""
    from profiles import vault

    run(vault.retire(home, number, at_once=at_once))
    typer.echo(f"{number} 号密钥已删除。此前的数据库备份要用当时的密钥文件才能解密，请一并保管或销毁。")


class _Bars:
    """A bar for each table, from its first batch on."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self._bars = Progress(*columns)
        self._tasks: dict[tuple[str, str], TaskID] = {}

    def __enter__(self) -> "_Bars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def show(self, service: str, table: str, done: int, total: int) -> None:
        """So many rows of a table are done."""
        if (service, table) not in self._tasks:
            self._tasks[service, table] = self._bars.add_task(f"{service} {table}", total=total)
        self._bars.update(self._tasks[service, table], completed=done, total=max(done, total))


def _told(done: "Rotated") -> None:
    typer.echo(
        f"现用 {done.number} 号密钥，重新加密了 {done.rows:,} 行。用 lianxin vault show 查看，再用 retire 删除旧密钥。"
    )
    if done.unopened:
        typer.echo(f"有 {done.unopened:,} 行任何密钥都打不开，保持原样：请找回密钥文件的备份。", err=True)
        raise typer.Exit(1)
