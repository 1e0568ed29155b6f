"""The service with a mini-program at WeChat's stand-in, and a village whose telephones are known."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import stamina
from pydantic import SecretStr

from chassis.log import EventLog
from chassis.log.memory import MemoryLog
from chassis.outside import Circuit, Outside
from profiles.standins.wechat import World, create_app
from services.members.app import build, prepare
from services.members.divisions.actions import list_divisions
from services.members.imports.rows import Checked
from services.members.wechat.client import WeChat
from services.members.wechat.mini_program import MiniProgram
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.village import DIVISIONS, NOW, Office, citizen, member, organization, post, roster
from tests.mounting import HandClock, standing
from tests.standins.running import served

Json = dict[str, object]
ALONE, SHARED, STRANGE = "15400011111", "15400022222", "15400033333"
"""A telephone that one citizen has, one that two have, and one that nobody has."""
IN_OFFICE, WATCHES = "15400044444", "15400055555"
"""The telephones of the agent, who is a citizen too, and of a supervisor."""


def telephones() -> Checked:
    """A citizen with a telephone of her own, a couple with one, an agent who is a citizen too, and a supervisor."""
    return roster(
        organizations=[organization("A1")],
        members=[replace(member(1), phone=IN_OFFICE), replace(member(3), phone=WATCHES)],
        posts=[post(1), post(3, kind=PostKind.SUPERVISOR)],
        citizens=[
            replace(citizen(2, "H1"), phone=ALONE),
            replace(citizen(4, "H2"), phone=SHARED),
            replace(citizen(5, "H2"), phone=SHARED),
            replace(citizen(1, "H3"), phone=IN_OFFICE),
        ],
    )


def mini_program(address: str, world: World, *, seconds: float = 30.0, circuit: Circuit | None = None) -> MiniProgram:
    """A mini-program at this address."""
    outside = Outside(address, seconds=seconds, connect_seconds=seconds, circuit=circuit)
    return MiniProgram(WeChat(outside, app_id=world.program.app_id, secret=SecretStr(world.program.secret)))


@dataclass
class Bureau:
    """The service, WeChat, and those who sign in."""

    office: Office
    world: World
    address: str  # of the stand-in

    async def sign_in(self, code: str) -> httpx.Response:
        """Sign in with a code of `wx.login()`."""
        return await self.office.client.post("/sign-in/wechat", json={"code": code, "device": "样例手机"})

    async def token(self, name: str) -> str:
        """The access token of a WeChat user who signs in."""
        answer = await self.sign_in(self.world.login(name))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    async def account(self, token: str) -> Json:
        """What somebody sees of their account."""
        return (await self.office.read("/wechat/account", token)).json()  # type: ignore[no-any-return]

    async def post(self, path: str, token: str, **body: object) -> httpx.Response:
        """Change something."""
        headers = {"authorization": f"Bearer {token}", "idempotency-key": uuid4().hex}
        return await self.office.client.post(path, json=body, headers=headers)

    async def give_phone(self, name: str, token: str, phone: str) -> httpx.Response:
        """Press the button, with leave."""
        return await self.post("/wechat/phone", token, code=self.world.give_phone(name, phone), leave=True)

    async def last_four(self, token: str, last_four: str) -> httpx.Response:
        """Say which of those who share a telephone one is."""
        return await self.post("/wechat/citizen-number", token, last_four=last_four, leave=True)

    async def trouble(self, path: str, kind: str, *, errcode: int = -1, times: int = 1) -> None:
        """Have the next calls of an address go wrong."""
        said = {"path": path, "kind": kind, "errcode": errcode, "times": times}
        async with httpx.AsyncClient(timeout=60) as client:
            (await client.post(f"{self.address}/standin/trouble", json=said)).raise_for_status()


@asynccontextmanager
async def open_bureau(
    place: Path | str, world: World, address: str, program: MiniProgram, *, log: EventLog | None = None
) -> AsyncIterator[Bureau]:
    """The service with the village in it."""
    log = log or MemoryLog()
    service = build(development=True, mini_program=program)
    async with standing(service, place, log=log, clock=HandClock(NOW)) as stand:
        await prepare(stand.mounted)
        office = Office(stand, await log.reader(group="test", sources=["members"]))
        async with stand.mounted.sessions() as session:
            await list_divisions(session, DIVISIONS)
        await office.take_in(telephones())
        await office.told()
        yield Bureau(office, world, address)
        await office.reader.close()


def last_four_of(serial: int) -> str:
    """The end of a citizen number of the village."""
    return number(serial)[-4:]


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    """Calls are repeated at once."""
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def world() -> World:
    """WeChat, by the machine's clock."""
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where WeChat's stand-in answers."""
    with served(create_app(world)) as at:
        yield at


@pytest_asyncio.fixture
async def bureau(world: World, address: str, tmp_path: Path) -> AsyncIterator[Bureau]:
    """The service on SQLite."""
    async with open_bureau(tmp_path / "members.db", world, address, mini_program(address, world)) as opened:
        yield opened


@pytest_asyncio.fixture
async def bureau_on_postgres(world: World, address: str, postgres_database: str) -> AsyncIterator[Bureau]:
    """The service on PostgreSQL."""
    async with open_bureau(postgres_database, world, address, mini_program(address, world)) as opened:
        yield opened


@pytest.fixture(params=["bureau", "bureau_on_postgres"])
def either_bureau(request: pytest.FixtureRequest) -> Bureau:
    """The service on one of the two databases, then on the other."""
    opened: Bureau = request.getfixturevalue(request.param)
    return opened
