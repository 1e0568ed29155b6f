"""`lianxin keys list`, `rotate` and `withdraw`: the keys that tokens are signed with."""

from typing import TYPE_CHECKING, Annotated

import typer

from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from services.members.accounts.keys import KeyStands

app = typer.Typer(no_args_is_help=True, help="查看、轮换和吊销签发令牌的密钥。")

Minutes = Annotated[int, typer.Option(min=0, help="新密钥先公布、多少分钟后启用；期间各服务收到它")]


@app.command("list")
def list_keys(home: Home = HOME) -> None:
    """List the keys: id, signs from, good until, in the time of Asia/Shanghai. 列出密钥。"""
    from chassis.clock import SHANGHAI, real_now
    from profiles.attached import attached
    from services.members.accounts.keys import keys_of

    async def work() -> "list[KeyStands]":
        async with attached("members", home) as mounted, mounted.sessions() as session:
            return await keys_of(session)

    now = real_now()
    for key in run(work()):
        stands = "已失效" if key.not_after <= now else "待启用" if key.signs_from > now else "有效"
        first, last = (at.astimezone(SHANGHAI).isoformat(timespec="seconds") for at in (key.signs_from, key.not_after))
        typer.echo(f"{key.kid}  {stands}  {first}  {last}")


@app.command()
def rotate(in_minutes: Minutes = 10, home: Home = HOME) -> None:
    """Have a new key sign from soon on; nobody has to sign in again. 轮换密钥，已登录的人不受影响。"""
    from datetime import timedelta

    from profiles.attached import attached
    from services.members.accounts import keys

    async def work() -> str:
        async with attached("members", home) as mounted, mounted.sessions() as session:
            return await keys.rotate(session, hearing=timedelta(minutes=in_minutes))

    typer.echo(f"新密钥 {run(work())} 已生成，{in_minutes} 分钟后启用（members 须在运行，才能公布给各服务）。")


@app.command()
def withdraw(
    kid: Annotated[str, typer.Argument(help="lianxin keys list 列出的编号")],
    home: Home = HOME,
) -> None:
    """Withdraw a key that leaked: every service refuses its tokens within seconds. 吊销泄露的密钥。

    Whoever is signed in gets new tokens by their refresh token and need not sign in again. Ends with 1 if no such key
    is good.
    """
    from profiles.attached import attached
    from services.members.accounts import keys

    async def work() -> bool:
        async with attached("members", home) as mounted, mounted.sessions() as session:
            try:
                await keys.withdraw_key(session, kid)
            except keys.NoSuchKey:
                return False
            return True

    if not run(work()):
        typer.echo(keys.NoSuchKey.title_zh, err=True)
        raise typer.Exit(1)
    typer.echo("已吊销，各服务数秒内拒绝它签发的令牌（members 须在运行）；客户端会自动换取新令牌。")
