"""One access token for all copies: fetched once, renewed early, and once more when it is refused; never in a storm."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import real_now
from chassis.inbox import Sessions
from chassis.log.memory import MemoryLog
from chassis.postgres import PostgresStore
from chassis.problems import Problem
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore
from profiles.standins.wechat import World, create_app
from services.members.app import build
from services.members.tables import Table
from services.members.wechat.mini_program import MiniProgram
from services.members.wechat.refusals import WeChatBusy, WeChatRefusesUs
from tests.members.wechat.conftest import ALONE, mini_program
from tests.mounting import HandClock, make_store
from tests.standins.running import served

pytestmark = pytest.mark.asyncio


@dataclass
class Copies:
    """Copies of the service on one database, WeChat, and the time of both."""

    clock: HandClock
    world: World
    fetched: list[bool]  # whether it was forced
    copies: list[tuple[MiniProgram, Sessions]]
    another: Callable[[], MiniProgram]

    async def token(self, copy: int = 0, *, refused: str | None = None) -> str:
        """The token that a copy would call with."""
        program, sessions = self.copies[copy]
        return await program.token(sessions, refused=refused)

    def wait(self, **some: float) -> None:
        """Let real time pass, here and at WeChat."""
        self.clock.at += timedelta(**some)


@asynccontextmanager
async def open_copies(place: Path | str, patch: pytest.MonkeyPatch, *, count: int = 3) -> AsyncIterator[Copies]:
    """Several copies that have nothing in common but the database."""
    clock = HandClock(real_now())
    world, fetched = World(clock=clock), list[bool]()
    really = world.tokens.fetch_stable

    def counted(*, now: object, force: bool) -> tuple[str, int]:
        fetched.append(force)
        return really(now=now, force=force)  # type: ignore[arg-type]  # handed on as it came

    patch.setattr(world.tokens, "fetch_stable", counted)
    patch.setattr("services.members.wechat.mini_program.real_now", clock.now)
    stores = [await make_store(Table.metadata, place)]
    stores += [SqliteStore(place) if isinstance(place, Path) else PostgresStore(place) for _ in range(count - 1)]
    service, log, vault = build(development=False), MemoryLog(), Vault(bytes(32))
    for store in stores:
        await store.open()
    with served(create_app(world)) as address:
        mounted = [Mounted(service, store=store, log=log, clock=clock, vault=vault) for store in stores]
        copies = [(mini_program(address, world), one.sessions) for one in mounted]
        yield Copies(clock, world, fetched, copies, lambda: mini_program(address, world))
    for store in stores:
        await store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the copies have their database."""
    if request.param == "sqlite":
        return tmp_path / "members.db"
    return str(request.getfixturevalue("postgres_database"))


async def test_copies_that_need_a_token_at_once_fetch_one(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_copies(place, monkeypatch) as town:
        tokens = await asyncio.gather(*(town.token(copy % 3) for copy in range(12)))
        assert len(set(tokens)) == 1
        assert town.fetched == [False]


async def test_a_token_is_kept_sealed_and_renewed_five_minutes_before_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        first = await town.token(0)
        assert first.encode() not in (tmp_path / "members.db").read_bytes()
        town.wait(seconds=6899)
        assert {await town.token(copy) for copy in range(3)} == {first}
        assert town.fetched == [False]
        town.wait(seconds=2)
        second = await town.token(1)
        assert second != first
        assert {await town.token(copy) for copy in range(3)} == {second}
        assert town.fetched == [False, False]


async def test_a_renewal_that_fails_leaves_the_token_that_still_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        first = await town.token()
        town.wait(seconds=6901)
        monkeypatch.setattr(town.copies[0][0], "_wechat", _Away())
        assert await town.token() == first
        town.wait(seconds=300)
        with pytest.raises(WeChatBusy):
            await town.token()


class _Away:
    app_id = World().program.app_id

    async def fetch_token(self, *, force: bool) -> tuple[str, int]:
        raise WeChatBusy(try_again=True, retry_after=5)


async def test_a_copy_that_dies_while_it_fetches_holds_the_others_up_for_its_lease_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        program, sessions = town.copies[0]
        async with sessions(None) as session:
            await program._look(session, None)  # takes the turn, and is never heard of again
        monkeypatch.setattr("services.members.wechat.mini_program.PATIENCE", 0.3)
        with pytest.raises(WeChatBusy):
            await town.token(1)
        assert town.fetched == []
        town.wait(seconds=31)
        assert await town.token(1) == await town.token(2)
        assert town.fetched == [False]


async def test_a_refused_token_is_renewed_once_by_all_who_meet_the_refusal(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_copies(place, monkeypatch) as town:
        first = await town.token()
        town.wait(minutes=10)
        town.world.tokens.fetch_stable(now=town.clock.at, force=True)  # somebody else has forced another
        town.fetched.clear()
        second = await asyncio.gather(*(town.token(copy % 3, refused=first) for copy in range(9)))
        assert len(set(second)) == 1
        assert second[0] != first
        assert town.fetched == [False]


async def test_another_token_is_forced_where_wechat_gives_the_refused_one_again_and_not_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        first = await town.token()
        town.wait(minutes=10)
        second = await town.token(1, refused=first)
        assert second != first
        assert town.fetched == [False, False, True]
        for refused in (second, second):  # just fetched: no storm
            with pytest.raises(WeChatRefusesUs):
                await town.token(2, refused=refused)
        assert len(town.fetched) == 3
        town.wait(minutes=10)
        with pytest.raises(WeChatRefusesUs):  # forced less than a token's life ago
            await town.token(2, refused=second)
        assert town.fetched == [False, False, True, False]


async def test_a_call_meets_the_refusal_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        program, sessions = town.copies[0]
        await program.token(sessions)
        town.wait(minutes=10)
        town.world.tokens.fetch_stable(now=town.clock.at, force=True)
        code, openid = town.world.give_phone("张样", ALONE), town.world.user("张样").openid
        assert (await program.phone_number(sessions, code, openid=openid)).number == ALONE


async def test_a_call_that_is_refused_again_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_copies(tmp_path / "members.db", monkeypatch) as town:
        program, sessions = town.copies[0]
        monkeypatch.setattr(town.world.tokens, "check", _refuse)
        with pytest.raises(Problem) as refused:
            await program.phone_number(sessions, town.world.give_phone("张样", ALONE), openid="any")
        assert isinstance(refused.value, WeChatRefusesUs)
        assert len(town.fetched) <= 3


def _refuse(text: str | None, *, now: object) -> None:
    from profiles.standins.wechat.refusals import Refusal

    raise Refusal(42001)
