"""`lianxin clients`: townships' systems that ask by themselves, registered, given keys and suspended at the server."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from profiles.account_commands import done
from profiles.options import HOME, Home

if TYPE_CHECKING:
    from chassis.session import Session
    from services.members.clients.actions import IssuedKey
    from services.members.clients.views import ClientView

app = typer.Typer(no_args_is_help=True, help="对接系统：登记、轮换密钥、暂停、恢复、列出；服务运行时也可以办理。")


class Kind(StrEnum):
    """Kinds of credentials, as they are typed; the service's own words are loaded when one is needed."""

    SIGNATURE_SHA256 = "hmac-sha256"
    SIGNATURE_SM3 = "hmac-sm3"
    API_KEY = "api-key"
    OPEN311 = "open311"
    OAUTH = "oauth"


class Scope(StrEnum):
    """What a client may be allowed, as it is typed."""

    SEND = "requests.send"
    READ = "requests.read"


Client = Annotated[UUID, typer.Argument(help="对接系统编号，见 lianxin clients list")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="系统名称，60 字以内")],
    *,
    organization: Annotated[str, typer.Option(help="所属党组织的编码，即名册中的编码")],
    kind: Annotated[list[Kind], typer.Option(help="凭证种类，可多次给出")] = [Kind.SIGNATURE_SHA256],  # noqa: B006  # typer's way
    scope: Annotated[list[Scope], typer.Option(help="权限范围，可多次给出")] = [Scope.SEND, Scope.READ],  # noqa: B006  # as above
    per_minute: Annotated[int, typer.Option(min=1, max=6000, help="每分钟请求数")] = 60,
    days: Annotated[int, typer.Option(min=1, max=1098, help="有效天数")] = 365,
    home: Home = HOME,
) -> None:
    """Register a system and give it a key of each kind. 登记对接系统，并显示一次密钥。"""
    from chassis.clock import real_now
    from services.members.clients import actions, model, views

    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise typer.BadParameter("系统名称为 1 至 60 个字")

    async def work(session: "Session") -> "tuple[UUID, list[IssuedKey]]":
        client = await actions.register(
            session,
            by=None,
            organization_id=await views.organization_of_code(session, organization),
            name=name.strip(),
            scopes={model.Scope[one.name] for one in scope},
            kinds={model.CredentialKind[one.name] for one in kind},
            requests_per_minute=per_minute,
            expires_at=real_now() + timedelta(days=days),
        )
        kinds = [model.CredentialKind[one.name] for one in kind]
        return client.id, [await actions.issue_key(session, client.id, by=None, kind=one) for one in kinds]

    client_id, keys = done(work, home)
    typer.echo(f"对接系统编号：{client_id}")
    for issued in keys:
        _hand_over(issued)


@app.command()
def rotate(
    client: Client, kind: Annotated[Kind, typer.Option(help="凭证种类")] = Kind.SIGNATURE_SHA256, home: Home = HOME
) -> None:
    """Give a system a new key; the one in use is good for seven more days. 轮换密钥，并显示一次新密钥。"""
    from services.members.clients import actions, model

    async def work(session: "Session") -> "IssuedKey":
        return await actions.rotate(session, client, by=None, kind=model.CredentialKind[kind.name])

    _hand_over(done(work, home))
    typer.echo("原密钥再过七天失效，请在此之前换上新密钥。")


@app.command()
def suspend(client: Client, home: Home = HOME) -> None:
    """Refuse a system and all its tokens. 暂停对接系统。"""
    from services.members.clients import actions

    async def work(session: "Session") -> None:
        await actions.suspend(session, client, by=None)

    done(work, home)
    typer.echo("已暂停，几秒内所有服务都不再受理该系统的请求。")


@app.command()
def resume(client: Client, home: Home = HOME) -> None:
    """Let a system in again. 恢复对接系统。"""
    from services.members.clients import actions

    async def work(session: "Session") -> None:
        await actions.resume(session, client, by=None)

    done(work, home)
    typer.echo("已恢复。")


@app.command("list")
def list_clients(home: Home = HOME) -> None:
    """All systems and their keys, without secrets. 列出对接系统及其密钥。"""
    from rich.console import Console
    from rich.table import Table

    from chassis.clock import real_now
    from services.members.clients.views import every_client, shown

    async def work(session: "Session") -> "list[ClientView]":
        return [await shown(session, client) for client in await every_client(session)]

    table = Table("编号", "名称", "区划", "权限范围", "每分钟", "状态", "有效密钥")
    for one in done(work, home):
        stage = "暂停" if one.suspended_at else f"{_day(one.expires_at)} 到期"
        live = [
            f"{key.id.hex} {key.kind.zh}（{_day(key.expires_at)}）" for key in one.keys if key.expires_at > real_now()
        ]
        scopes = " ".join(one.scopes)
        table.add_row(
            str(one.id), one.name, one.division_code, scopes, str(one.requests_per_minute), stage, "\n".join(live)
        )
    Console(width=None if Console().is_terminal else 240).print(table)


def _day(at: datetime) -> str:
    from chassis.clock import SHANGHAI

    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def _hand_over(issued: "IssuedKey") -> None:
    """Show a secret, this once."""
    typer.echo(f"{issued.key.kind.zh}　密钥编号：{issued.key.id.hex}")
    typer.echo(f"密钥（只显示这一次，请妥善保管）：{issued.secret}")
