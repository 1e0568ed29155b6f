"""`lianxin inspections value` and `verify`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from services.tasks.samples.verifying import Record

app = typer.Typer(no_args_is_help=True, help="督查抽样：抽样人生成承诺；任何人复算公布的结果。")


@app.command()
def value(
    draw: Annotated[UUID, typer.Argument(help="抽样编号")],
    place: Annotated[int, typer.Argument(min=1, max=2, help="第几位抽样人")],
) -> None:
    """Make a value and a salt, and the commitment to hand in; run it on your own machine. 在自己的电脑上生成承诺。"""
    from secrets import token_hex

    from services.tasks.samples.drawing import commitment

    made, salt = token_hex(32), token_hex(32)
    typer.echo(f"值 value：{made}\n盐 salt：{salt}\n承诺 commitment：{commitment(draw, place, value=made, salt=salt)}")
    typer.echo("现在只提交承诺；值和盐自己保管，两份承诺公布后再公开。丢失即无法公开，本轮作废并公示。")


@app.command()
def verify(
    record: Annotated[str, typer.Argument(help="抽样公示的 JSON 文件，或本机上的抽样编号")],
    home: Home = HOME,
) -> None:
    """Work a published draw out again, line by line. 复算一次抽样，逐项核对。

    The file is what `GET /api/tasks/inspection-draws/ID` answers, to anybody. Ends with 1 where a line differs.
    """
    from services.tasks.samples.verifying import verify as verified

    found = _from_file(Path(record)) if Path(record).is_file() else _from_store(record, home)
    good = True
    for line, same in verified(found):
        typer.echo(f"{'相符' if same else '不符'}  {line}")
        good = good and same
    typer.echo("复算一致：抽样结果可信。" if good else "复算不一致：请保存公示内容，向督查部门和上级反映。")
    if not good:
        raise typer.Exit(1)


def _from_file(path: Path) -> "Record":
    try:
        return _read(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as wrong:
        raise typer.BadParameter("不是抽样公示的 JSON 文件") from wrong


def _from_store(draw: str, home: Path) -> "Record":
    from chassis.problems import NotFound
    from profiles.attached import attached
    from services.tasks.samples.api import draw as public_record

    try:
        draw_id = UUID(draw)
    except ValueError as wrong:
        raise typer.BadParameter("没有这个文件；抽样编号应为 36 位的编号") from wrong

    async def work() -> str | None:
        async with attached("tasks", home) as mounted, mounted.sessions() as session:
            try:
                return (await public_record(draw_id, session)).model_dump_json()
            except NotFound:
                return None

    found = run(work())
    if found is None:
        typer.echo("没有这次抽样，请核对编号。")
        raise typer.Exit(1)
    return _read(found)


def _read(text: str) -> "Record":
    """A record that is whole. Says what is missing where it is not."""
    from pydantic import ValidationError

    from services.tasks.samples.verifying import Record

    try:
        said = json.loads(text)
        if isinstance(said, dict) and said.get("stage") not in {None, "drawn"}:
            typer.echo("这次抽样还没有抽出结果，公开后再来复算。")
            raise typer.Exit(1)
        return Record.model_validate(said)
    except ValidationError as wrong:
        missing = "、".join(dict.fromkeys(".".join(map(str, one["loc"])) for one in wrong.errors()))
        raise typer.BadParameter(f"公示内容不完整或有误：{missing}") from wrong
    except ValueError as wrong:
        raise typer.BadParameter("不是抽样公示的 JSON 文件") from wrong
