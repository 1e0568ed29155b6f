"""A world whose clock the test moves, and calls to it without a network."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import pytest_asyncio

from profiles.standins.wechat import World, create_app
from tests.mounting import HandClock

NOW = datetime(2026, 11, 22, 8, 0, 30, tzinfo=UTC)
Json = dict[str, object]


@dataclass
class Wire:
    """Calls a stand-in, as any client would."""

    world: World
    clock: HandClock
    client: httpx.AsyncClient

    @property
    def ours(self) -> dict[str, str]:
        """The mini-program's id and secret."""
        return {"appid": self.world.program.app_id, "secret": self.world.program.secret}

    def wait(self, seconds: float) -> None:
        """Let time pass at WeChat."""
        self.clock.at += timedelta(seconds=seconds)

    async def get(self, path: str, **query: object) -> Json:
        """What a GET is answered; always with HTTP 200."""
        return _told(await self.client.get(path, params={name: str(value) for name, value in query.items()}))

    async def post(self, path: str, token: str | None = None, **body: object) -> Json:
        """What a POST of JSON is answered."""
        return _told(await self.client.post(path, params={"access_token": token} if token else None, json=body))

    async def stable(self, **more: object) -> Json:
        """What the stable token's address answers."""
        return await self.post("/cgi-bin/stable_token", grant_type="client_credential", **self.ours, **more)

    async def token(self) -> str:
        """A token that works."""
        return str((await self.stable())["access_token"])

    async def session(self, code: str) -> Json:
        """What a login code is exchanged for."""
        return await self.get("/sns/jscode2session", js_code=code, grant_type="authorization_code", **self.ours)


def _told(answer: httpx.Response) -> Json:
    assert answer.status_code == 200
    told: Json = answer.json()
    return told


@pytest.fixture
def clock() -> HandClock:
    """WeChat's clock."""
    return HandClock(NOW)


@pytest.fixture
def world(clock: HandClock) -> World:
    """WeChat, with one mini-program and no user yet."""
    return World(clock=clock)


@pytest_asyncio.fixture
async def wire(world: World, clock: HandClock) -> AsyncIterator[Wire]:
    """Calls to it."""
    transport = httpx.ASGITransport(create_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="http://wechat") as client:
        yield Wire(world, clock, client)
