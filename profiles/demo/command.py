"""`lianxin demo`."""

from datetime import date
from typing import Annotated

import typer

from chassis.settings import DevelopmentSettings, Refused
from profiles.options import HOME, Home, Port, run

MONTH = "2023-05"


def demo(
    *,
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="演多少件事")] = 1500,
    full: Annotated[bool, typer.Option("--full", help="演全月 38,447 件（约二十分钟）")] = False,
    month: Annotated[str, typer.Option(help="演哪一个月，如 2023-05")] = MONTH,
    seed: Annotated[int, typer.Option(help="同一个数生成同样的人和事")] = 1,
    home: Home = HOME,
    port: Port = 8000,
    again: Annotated[bool, typer.Option("--again", help="清空上一次演示的目录，重新来过")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="演完以后继续运行，可在浏览器中查看")] = False,
) -> None:
    """Build the district, and play a month of cases through the HTTP API. 生成武陵区，演一个月的事项。

    Needs LIANXIN_DEVELOPMENT=1, since it uses a set clock and development sign-in.
    """
    if not DevelopmentSettings().development:
        raise Refused("演示要用可设定的时钟和开发登录，请加 LIANXIN_DEVELOPMENT=1 再运行（development mode only）")
    from rich.console import Console

    from chassis.telemetry import log_as_json
    from profiles import embedded
    from profiles.demo.play import Settings, check_port, make_room, played, print_all
    from profiles.demo.proportions import TOTAL
    from profiles.demo.script import Month
    from profiles.demo.show import print_sign_ins

    settings = Settings(home, TOTAL if full else cases, seed, Month(_first_of(month)), port)
    console = Console()
    log_as_json(level="WARNING")
    check_port(port)
    make_room(home, again=again)
    embedded.migrate(home)

    async def work() -> None:
        async with played(settings, console=console) as done:
            await print_all(done, month=settings.month, console=console)
            console.print(
                f"业务时钟停在 {settings.month.ends_at:%Y-%m-%d %H:%M}（北京时间），此后不走：文件 {settings.clock}"
            )
            if serve:
                console.print("\n服务在运行，按 Ctrl+C 停止：")
                for page in ("/", "/docs", "/health/ready"):
                    console.print(f"  {done.address}{page}")
                print_sign_ins(console, done.cast, done.stories[0], address=done.address)
                await done.server

    run(work())


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as wrong:
        raise typer.BadParameter("月份应写成 2023-05 这样") from wrong
