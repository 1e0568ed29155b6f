"""`lianxin accounts`: accounts with a password, given and taken at the server; the first operator's comes from here."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

from chassis.problems import Problem
from profiles.import_commands import migrate
from profiles.options import HOME, Home, run

if TYPE_CHECKING:
    from chassis.session import Session
    from services.members.passwords.actions import GivenPassword
    from services.members.passwords.views import ListedAccount

app = typer.Typer(no_args_is_help=True, help="密码账号：开通、重置、停用、恢复、列出；服务运行时也可以办理。")

Result = TypeVar("Result")


def _read_name(given: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from services.members.passwords.rules import SignInName

    try:
        return str(TypeAdapter(SignInName).validate_python(given))
    except ValidationError as wrong:
        raise typer.BadParameter("登录名为 3 至 40 个字母、数字、点或横线") from wrong


Name = Annotated[str, typer.Argument(help="登录名：3 至 40 个字母、数字、点或横线", callback=_read_name)]
REFUSED = 2
"""Exit code: nothing was done."""


@app.command()
def create(
    sign_in_name: Name,
    person: Annotated[UUID | None, typer.Option(help="人员编号；不填则提示输入身份证号（不回显）")] = None,
    home: Home = HOME,
) -> None:
    """Give a person on the roll who holds a post an account. 开通账号，并显示一次初始密码。"""
    from services.members.passwords import actions, views

    number = typer.prompt("身份证号", hide_input=True) if person is None else ""

    async def work(session: "Session") -> "GivenPassword":
        person_id = person or await views.person_of_number(session, number)
        _record(session, actions.give_account, person_id)
        return await actions.give_account(session, person_id, sign_in_name=sign_in_name)

    _hand_over(done(work, home))


@app.command()
def reset(
    sign_in_name: Name,
    second_factor: Annotated[bool, typer.Option("--second-factor", help="同时解除验证器（手机丢失）")] = False,
    home: Home = HOME,
) -> None:
    """Give a password in place of a forgotten one, and end the sessions. 重置密码，并显示一次初始密码。"""
    from services.members.passwords import actions, views

    async def work(session: "Session") -> "GivenPassword":
        person_id = await views.person_of_account(session, sign_in_name)
        _record(session, actions.give_password, person_id)
        return await actions.give_password(session, person_id, without_second_factor=second_factor)

    _hand_over(done(work, home))


@app.command()
def suspend(sign_in_name: Name, home: Home = HOME) -> None:
    """Let nobody sign in with an account, and end its sessions. 停用账号。"""
    from services.members.passwords import actions, views

    async def work(session: "Session") -> None:
        person_id = await views.person_of_account(session, sign_in_name)
        _record(session, actions.suspend, person_id)
        await actions.suspend(session, person_id)

    done(work, home)
    typer.echo(f"账号 {sign_in_name} 已停用，已登录的设备随即退出。")


@app.command()
def resume(sign_in_name: Name, home: Home = HOME) -> None:
    """Let somebody sign in again. 恢复账号。"""
    from services.members.passwords import actions, views

    async def work(session: "Session") -> None:
        person_id = await views.person_of_account(session, sign_in_name)
        _record(session, actions.resume, person_id)
        await actions.resume(session, person_id)

    done(work, home)
    typer.echo(f"账号 {sign_in_name} 已恢复。")


@app.command()
def bind(
    subject: Annotated[str, typer.Argument(help="统一认证平台上的账号，如工号（即设置中指定的那一项）")],
    person: Annotated[UUID, typer.Option(help="人员编号")],
    home: Home = HOME,
) -> None:
    """Have an account at the county's identity provider be a person's. 关联统一认证账号。"""
    from chassis.settings import SingleSignOnSettings
    from services.members.single_sign_on import actions

    issuer = SingleSignOnSettings().issuer
    if issuer is None:
        raise typer.BadParameter("没有设 LIANXIN_SINGLE_SIGN_ON_ISSUER，不知是哪个统一认证平台")

    async def work(session: "Session") -> None:
        _record(session, actions.bind, person)
        await actions.bind(session, person, issuer=issuer, subject=subject, by=None)

    done(work, home)
    typer.echo("已关联，此人可用统一认证登录。")


@app.command()
def unbind(person: Annotated[UUID, typer.Option(help="人员编号")], home: Home = HOME) -> None:
    """Take a person and their account at the provider apart, and end their sessions. 解除统一认证账号的关联。"""
    from services.members.single_sign_on import actions

    async def work(session: "Session") -> None:
        _record(session, actions.unbind, person)
        await actions.unbind(session, person)

    done(work, home)
    typer.echo("已解除，已登录的设备随即退出。")


@app.command("list")
def list_accounts(home: Home = HOME) -> None:
    """All accounts. 列出账号。"""
    from rich.console import Console
    from rich.table import Column, Table

    from chassis.clock import SHANGHAI
    from chassis.paging import NEWEST
    from services.members.accounts.views import EVERYWHERE
    from services.members.passwords.views import listed_accounts

    async def work(session: "Session") -> "list[ListedAccount]":
        found: list[ListedAccount] = []
        while page := await listed_accounts(
            session, [EVERYWHERE], before=found[-1].person_id if found else NEWEST, most=100
        ):
            found += page
        return found

    table = Table("登录名", "姓名", Column("人员编号", min_width=36), "验证器", "状态")
    for one in done(work, home):
        until = one.given_until and f"{one.given_until.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 前须改初始密码"
        stage = "停用" if one.suspended_at else until or "正常"
        table.add_row(one.sign_in_name, one.name, str(one.person_id), "已绑定" if one.enrolled_at else "无", stage)
    Console().print(table)


def done(work: "Callable[[Session], Awaitable[Result]]", home: Path) -> Result:
    """Do it in one transaction beside the running service; a refusal is a sentence, and the exit code."""
    from profiles.attached import attached

    async def once() -> Result:
        async with attached("members", home) as members, members.sessions() as session:
            return await work(session)

    migrate(home)
    try:
        return run(once())
    except Problem as refused:
        typer.echo(f"{refused.title_zh}（{refused.code()}）", err=True)
        raise typer.Exit(REFUSED) from refused


def _record(session: "Session", verb: Callable[..., object], person_id: UUID) -> None:
    """The audit row of what was done at the server, where nobody is signed in."""
    from chassis import audit

    audit.record(session, actor_id=None, action=verb.__name__, about=person_id, reason="at_the_server")


def _hand_over(given: "GivenPassword") -> None:
    from chassis.clock import SHANGHAI

    typer.echo(f"登录名：{given.sign_in_name}")
    typer.echo(f"初始密码：{given.password}")
    typer.echo(f"只显示这一次；请当面交给本人，{given.good_until.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 前登录并改掉。")
