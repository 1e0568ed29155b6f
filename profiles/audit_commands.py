"""`lianxin audit verify`, `show` and `check-proof`: who did what, and whether that still is what was written."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from chassis.audit.verify import Verdict
    from chassis.audit.views import Found
    from contracts.audit import SealedDay

app = typer.Typer(no_args_is_help=True, help="查看留痕；核验留痕是否被改动；查验单条留痕的证明。")

WRONG = 1
"""Exit code: something is not what was written, or a proof does not hold."""

Service = Annotated[str, typer.Argument(help="members、tasks 或 feedback")]
Against = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="自己留存的封存值：/audit/days 返回的 JSON 文件"),
]


@app.command()
def verify(
    service: Annotated[str | None, typer.Argument(help="只核验这一个服务；集群方式必填")] = None,
    against: Against = None,
    home: Home = HOME,
) -> None:
    """Compute the chain and every sealed day anew from the rows, beside the running service. 核验留痕。

    In a directory the days are also held against those that the other services keep; with `--against`, against a copy
    of one's own. Ends with 1 if anything was changed, cut, put in or put in another order.
    """
    from rich.console import Console

    from profiles.attached import in_cluster
    from profiles.auditing import verified
    from profiles.services import NAMES

    if service is None and in_cluster():
        raise typer.BadParameter("集群方式请指明服务：lianxin audit verify tasks")
    if service is None and against is not None:
        raise typer.BadParameter("--against 只用于一个服务，请指明是哪一个")
    kept, console = _kept(against), Console(stderr=True)
    whole = True
    for name in [_checked(service)] if service else NAMES:
        verdict = run(verified(name, home, kept=kept, console=console))
        _tell(verdict)
        whole = whole and not verdict.faults
    if not whole:
        raise typer.Exit(WRONG)


@app.command()
def show(
    service: Service,
    *,
    about: Annotated[str | None, typer.Option(help="只看关于这一事项的")] = None,
    actor: Annotated[UUID | None, typer.Option(help="只看这个人（或对接系统）做的")] = None,
    address: Annotated[str | None, typer.Option(help="只看从这个网络地址来的；库中只有摘要，逐条比对")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="最多列出多少条，新的在前")] = 100,
    home: Home = HOME,
) -> None:
    """List audit rows, the newest first, in the time of Asia/Shanghai. 查看留痕。"""
    from chassis.audit.views import find
    from chassis.clock import SHANGHAI
    from profiles.attached import attached

    async def work() -> "list[Found]":
        async with attached(_checked(service), home) as mounted, mounted.sessions() as session:
            return await find(session, about=about, actor_id=actor, address=address, limit=limit)

    for row in run(work()):
        at = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        by = str(row.actor_id or "系统或运维") + (f"（岗位 {row.post_id}）" if row.post_id else "")
        why = f"  事由 {row.reason}" if row.reason else ""
        typer.echo(f"{at}  {row.action}  {row.about or '—'}  {by}{why}  {row.block}/{row.place}  {row.id}")


@app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="/audit/proofs/… 返回的 JSON 文件", exists=True, dir_okay=False)],
    against: Against = None,
) -> None:
    """Check the proof of one audit row, without any database. 查验证明。

    Without `--against` the root still has to be compared with the published one. Ends with 1 if the proof fails.
    """
    from pydantic import ValidationError

    from chassis.audit.leaves import LEAF
    from chassis.audit.proofs import Proof

    try:
        proof = Proof.model_validate_json(file.read_bytes())
    except ValidationError as wrong:
        raise typer.BadParameter("这个文件不是留痕证明") from wrong
    if not proof.holds():
        typer.echo("证明不成立：这条留痕不在所称的封存值之内。", err=True)
        raise typer.Exit(WRONG)
    _, *row = json.loads(proof.leaf)
    for name, value in zip(LEAF, row, strict=True):
        typer.echo(f"{name}: {value}")
    typer.echo(f"证明成立：这条留痕在 {proof.service} {proof.day} 的 {proof.size} 条之内，封存值 {proof.root}。")
    if against is None:
        typer.echo(f"请与公布的封存值比对：/api/{proof.service}/audit/days/{proof.day}")
    elif (proof.day, proof.root) not in {(day.day, day.root) for day in _kept(against)}:
        typer.echo("但留存的文件里没有这一天的这个封存值。", err=True)
        raise typer.Exit(WRONG)
    else:
        typer.echo("与留存的封存值一致。")


def _tell(verdict: "Verdict") -> None:
    counted = f"{verdict.rows:,} 条，{verdict.blocks:,} 块，封存 {verdict.days:,} 天，比对 {verdict.witnessed:,} 天"
    typer.echo(f"{verdict.service}：{'与写入时一致' if not verdict.faults else '发现问题'}（{counted}）")
    if verdict.unchained:
        typer.echo(f"  另有 {verdict.unchained:,} 条早于留痕链，不在核验之内")
    for fault in verdict.faults:
        day = f"，{fault.day}" if fault.day else ""
        witness = f"（{fault.witness}）" if fault.witness else ""
        typer.echo(f"  块 {fault.block}{day}：{fault.what.value}{witness}")


def _kept(file: Path | None) -> "list[SealedDay]":
    from pydantic import ValidationError

    from profiles.auditing import days_in

    try:
        return [] if file is None else days_in(file)
    except ValidationError as wrong:
        raise typer.BadParameter("这个文件不是 /audit/days 返回的内容") from wrong


def _checked(service: str) -> str:
    from profiles.services import NAMES

    if service not in NAMES:
        raise typer.BadParameter(f"没有名为 {service} 的服务")
    return service
