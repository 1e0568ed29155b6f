"""The demonstration from an empty directory to the end of its month, in this one process and over real HTTP."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.clock import SHANGHAI, SetClock
from chassis.settings import DevelopmentSettings, Refused
from gateway.settings import RateSettings
from profiles import embedded
from profiles.attached import attached_here
from profiles.demo import show
from profiles.demo.cast import Caller, Cast
from profiles.demo.plan import Plan
from profiles.demo.public import Public
from profiles.demo.scene import Scene
from profiles.demo.script import Month, deal_parts
from profiles.demo.stage import Stage
from profiles.demo.story import Story
from profiles.district.generate import generate, write_households, write_roster
from profiles.importing import bring_divisions_in, bring_roster_in, counts_table
from profiles.serving import serving
from services.members.divisions.reading import WULING

MARK = "demo.json"
"""The file that says that a directory is a demonstration's own; only such a one is ever wiped."""

CONNECTIONS = 16
PLACES = 3  # villages in which more is played than cases
TICK = timedelta(hours=2)
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is played, and where."""

    home: Path
    cases: int
    seed: int
    month: Month
    port: int
    villages: int | None = None  # so many of the district's villages alone send cases in; none: all of them

    @property
    def clock(self) -> Path:
        """The file of the set clock."""
        return self.home / "clock"


@dataclass(frozen=True, slots=True)
class Played:
    """The month when it is over, while the server still runs."""

    address: str
    stories: list[Story]
    plan: Plan
    public: Public
    cast: Cast
    caller: Caller
    everything: embedded.Embedded
    server: "asyncio.Task[None]"  # ends at SIGINT or SIGTERM


def make_room(home: Path, *, again: bool) -> None:
    """Take an empty directory, or with `again` one that an earlier demonstration filled. Raises `Refused`."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise Refused(f"{home} 不是空目录，也不是演示用过的目录，不会动它；请用 --home 另指一个目录")
        if not again:
            raise Refused(
                f"{home} 里已有一次演示：加 --again 清空重来，"
                f"或用 LIANXIN_DEVELOPMENT=1 LIANXIN_CLOCK={home / 'clock'} ./lianxin up --home {home} 接着运行"
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text(json.dumps({"made_by": "lianxin demo"}), encoding="utf-8")


def check_port(port: int) -> None:
    """See before the long work that the port is free. Raises `Refused`."""
    with socket(AF_INET, SOCK_STREAM) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)  # as the server does: a port that was just let go is free
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise Refused(f"端口 {port} 已被占用，请用 --port 另指一个") from taken


async def build_district(settings: Settings, development: DevelopmentSettings, *, console: Console) -> None:
    """Generate the district's workbooks and import them as `lianxin import` does."""
    console.print("生成武陵区：真实的区划，其余人员和组织都由程序生成，并标有“生成”。")
    district = generate(settings.seed, as_of=settings.month.first)
    roster, households = settings.home / "roster.xlsx", settings.home / "households.xlsx"
    write_roster(roster, district)
    write_households(households, district)
    async with attached_here("members", settings.home, development=development) as members:
        listed = await bring_divisions_in(members, WULING)
        console.print(f"导入行政区划 {listed.new} 个；导入名册 {roster.name}、{households.name}：")
        done = await bring_roster_in(members, [roster, households], console=console)
    if done.imported is None:
        raise Refused(f"生成的名册有 {len(done.checked.faults)} 处错误，演示不能继续")
    console.print(counts_table(done.imported))


@asynccontextmanager
async def played(settings: Settings, *, console: Console) -> AsyncIterator[Played]:
    """Play the month in a directory that `make_room` took and `embedded.migrate` filled with tables.

    The server goes on for the length of the block. Raises `Refused` if it was told to stop before the end.
    """
    development = DevelopmentSettings(development=True, clock=settings.clock)
    clock = SetClock(settings.clock)
    stage = Stage(clock, begins_at=settings.month.begins_at, ends_at=settings.month.ends_at)
    await build_district(settings, development, console=console)
    async with (
        # A whole district signs in from this one address.
        embedded.running(settings.home, development=development, rates=RateSettings(scale=1000)) as everything,
        serving(everything.gateway, host=HOST, port=settings.port) as (port, server),
        aiohttp.ClientSession(f"http://{HOST}:{port}", connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as http,
    ):
        caller = Caller(http)
        act = asyncio.create_task(_play(settings, everything, stage, caller, console=console))
        await asyncio.wait({act, server}, return_when=asyncio.FIRST_COMPLETED)
        if not act.done():
            act.cancel()
            raise Refused("演示中途停止")
        stories, plan, public, cast = await act
        yield Played(f"http://{HOST}:{port}", stories, plan, public, cast, caller, everything, server)


async def _play(
    settings: Settings, everything: embedded.Embedded, stage: Stage, caller: Caller, *, console: Console
) -> tuple[list[Story], Plan, Public, Cast]:
    async def settle() -> None:
        await settled(everything)

    await settle()
    cast = await Cast.gather(caller)
    errands = (await caller.get("/api/tasks/catalogue"))["items"]
    villages = sorted(cast.villagers)[: settings.villages]
    parts = deal_parts(settings.cases, seed=settings.seed, month=settings.month, villages=villages)
    stories = [Story(part, cast, caller, stage, errands) for part in parts]
    plan = Plan(cast, caller, stage, stories[0].part.village, settings.month.first, Random(settings.seed))
    scene = Scene(cast, caller, stage, settings.month.first)
    places = sorted(cast.villagers)[:PLACES]
    public = await Public.gather(scene, places, stories=stories, seed=settings.seed)
    with _bar(console) as bar:
        task = bar.add_task("", total=len(stories), day="")

        async def play(story: Story) -> None:
            await story.play()
            bar.advance(task)

        async def settle_and_show() -> None:
            await settle()
            bar.update(task, day=f"{stage.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")

        acts = [stage.tick(TICK), plan.play(), *public.acts(), *map(play, stories)]
        await stage.perform(acts, settle=settle_and_show)
    await public.report()
    await settle()
    return stories, plan, public, cast


async def settled(everything: embedded.Embedded) -> None:
    """Fire what is due, and come back when no fact is on its way."""
    quiet = 0
    while quiet < 2:  # a fact may have passed from one service to another between two looks
        for mounted in everything.services.values():
            while await mounted.timers.fire_due():
                quiet = 0
        backlogs = [await mounted.backlog() for mounted in everything.services.values()]
        if all(backlog.still for backlog in backlogs):
            quiet += 1
        else:
            quiet = 0
            await asyncio.sleep(0.005)


async def print_all(done: Played, *, month: Month, console: Console) -> None:
    """The month's scorecards, one case's whole history, and how far a street's plan is."""
    shown = done.stories[0]
    show.print_dealt(console, done.stories)
    [supervisor, *_] = done.cast.supervisors(shown.part.village, of_district=True)
    await show.print_scorecards(console, done.caller, by=supervisor, month=month)
    await show.print_history(console, done.caller, shown)
    await show.print_plan(console, done.caller, done.plan, address=done.address)
    done.public.print_where(console, address=done.address)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("演出 {task.fields[day]}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
