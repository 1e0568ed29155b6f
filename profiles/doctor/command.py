"""`lianxin doctor`: look at everything that a start needs, and say in words what to mend."""

import asyncio
from typing import Annotated

import orjson
import typer

from profiles.doctor.findings import Finding, Grade
from profiles.options import HOME, Home

COLOURS = {Grade.WELL: "green", Grade.MIND: "yellow", Grade.WRONG: "red"}


def doctor(
    home: Home = HOME,
    service: Annotated[
        str | None,
        typer.Option("--service", help="集群方式：检查 members、tasks、feedback 或 gateway；不填则检查单机方式"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供监控程序读取")] = False,
) -> None:
    """Say what is missing or wrong on this machine or in these settings, and how to mend it. 检查环境和设置。

    Ends with 1 if anything is wrong, else with 0. It changes nothing but one small file that it writes and takes away.
    """
    from profiles.doctor.examining import Process, look  # clients of everything outside, which no other command needs

    if service not in {None, *Process}:
        raise typer.BadParameter(f"没有名为 {service} 的进程")
    found = asyncio.run(look(home, Process(service) if service else None))
    if as_json:
        typer.echo(orjson.dumps([_fields(one) for one in found]).decode())
    else:
        _show(found)
    raise typer.Exit(1 if any(one.grade is Grade.WRONG for one in found) else 0)


def _show(found: list[Finding]) -> None:
    for one in found:
        typer.secho(one.grade.title_zh, fg=COLOURS[one.grade], nl=False)
        typer.echo(f"  {one.what}：{one.says}" + (f"\n      → {one.mend}" if one.mend else ""))
    count = sum(one.grade is Grade.WRONG for one in found)
    typer.echo(f"\n有 {count} 处需要改正。" if count else "\n没有发现需要改正的地方。")


def _fields(one: Finding) -> dict[str, str]:
    return {"grade": one.grade.value, "what": one.what, "says": one.says, "mend": one.mend}
