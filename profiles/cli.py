"""The command line: `lianxin up`, `serve`, `migrate`, `demo`, `import`, `events`, `audit`, `cluster`."""

import gc
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import typer

from chassis.ring import RingUnreadable
from chassis.settings import DevelopmentSettings, Refused
from profiles import (
    account_commands,
    audit_commands,
    calendar_commands,
    client_commands,
    clock_commands,
    cluster_command,
    event_commands,
    export_commands,
    import_commands,
    inspection_commands,
    key_commands,
    search_commands,
    vault_commands,
)
from profiles.demo.command import demo
from profiles.doctor.command import doctor
from profiles.options import HOME, Home, Host, Port, run

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(import_commands.app, name="import")
app.add_typer(event_commands.app, name="events")
app.add_typer(export_commands.app, name="export")
app.add_typer(audit_commands.app, name="audit")
app.add_typer(key_commands.app, name="keys")
app.add_typer(account_commands.app, name="accounts")
app.add_typer(client_commands.app, name="clients")
app.add_typer(vault_commands.app, name="vault")
app.add_typer(calendar_commands.app, name="calendar")
app.add_typer(clock_commands.app, name="clocks")
app.add_typer(search_commands.app, name="search")
app.add_typer(inspection_commands.app, name="inspections")
app.command()(demo)
app.command("cluster")(cluster_command.run_cluster)
app.command()(doctor)


@app.callback()
def refuse_what_is_of_development(context: typer.Context) -> None:
    """连心：群众事项代办、评判与整改。"""
    if context.invoked_subcommand != "doctor":  # which says it in words, with everything else that is wrong
        DevelopmentSettings().check()


Standins = Annotated[
    bool, typer.Option("--standins", help="开发模式：另起微信和短信的替身，无需账号即可试用微信登录和短信验证码")
]


@app.command()
def up(home: Home = HOME, host: Host = "127.0.0.1", port: Port = 8000, standins: Standins = False) -> None:
    """Everything in this one process, on SQLite files in a directory. 单机运行全部服务。

    With `--standins`, WeChat's stand-in listens on the next port: `POST /standin/login {"name": "张样"}` there gives
    the code for `POST /api/members/sign-in/wechat` here. Texts are read at its `/standin/messages`.
    """
    gc.disable()  # until it serves: what is loaded stays, and walking it again and again took a fifth of the start
    from chassis.telemetry import log_as_json
    from gateway.settings import FrontSettings
    from profiles import embedded
    from profiles.connections import ConnectionLimits
    from profiles.serving import serve
    from profiles.standins import running as standing

    log_as_json()
    embedded.migrate(home)

    async def main() -> None:
        async with AsyncExitStack() as beside:
            if standins:
                await beside.enter_async_context(standing.standins(port=port and port + 1, tell=announce_standin))
            starting = embedded.running(home, development=DevelopmentSettings())
            everything = await beside.enter_async_context(starting)
            outside = ConnectionLimits.outside(FrontSettings())
            ending = [mounted.ending for mounted in everything.services.values()]
            await serve(everything.gateway, host=host, port=port, started=announce, ending=ending, limits=outside)

    run(main())


@app.command("serve")
def serve_one(
    service: Annotated[str, typer.Argument(help="members、tasks、feedback 或 gateway")],
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """One service, or the gateway, in this process, on PostgreSQL and Kafka. 运行一个服务。"""
    gc.disable()  # as in `up`
    from chassis.telemetry import log_as_json
    from gateway.settings import FrontSettings
    from profiles import cluster
    from profiles.connections import ConnectionLimits
    from profiles.services import NAMES
    from profiles.serving import serve

    if service not in {*NAMES, "gateway"}:
        raise typer.BadParameter(f"没有名为 {service} 的服务")
    log_as_json()

    async def main() -> None:
        if service == "gateway":
            outside = ConnectionLimits.outside(FrontSettings())
            await serve(cluster.gateway(), host=host, port=port, started=announce, limits=outside)
            return
        async with cluster.running(service) as mounted:
            await serve(mounted.app, host=host, port=port, started=announce, ending=[mounted.ending])

    run(main())


@app.command()
def migrate(
    service: Annotated[str | None, typer.Argument(help="只迁移这一个服务的库（集群方式）")] = None,
    home: Home = HOME,
) -> None:
    """Bring the databases up to date: all files of a directory, or one service's database. 升级数据库。"""
    from chassis.migrations import upgrade
    from profiles import embedded

    if service is None:
        done = embedded.migrate(home)
        typer.echo(f"已升级：{'、'.join(done)}" if done else "全部已是最新。")
    else:
        from chassis.settings import ClusterSettings

        upgrade(service, ClusterSettings().database.get_secret_value())
        typer.echo(f"{service} 的数据库已是最新。")


def announce(port: int) -> None:
    """Say that connections are taken; read by whoever started this process."""
    typer.echo(f"listening on port {port}", err=True)
    sys.stderr.flush()


def announce_standin(address: str) -> None:
    """Say where WeChat's stand-in is."""
    typer.echo(f"WeChat's stand-in at {address}", err=True)


def main() -> None:
    """Run a command; settings that must not go together end it with a sentence instead of a trace."""
    try:
        app()
    except (Refused, RingUnreadable) as refused:
        typer.echo(f"拒绝启动：{refused}", err=True)
        raise SystemExit(2) from refused


if __name__ == "__main__":
    main()
