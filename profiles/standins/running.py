"""Stand-ins beside a running installation, for those who try it: `lianxin up --standins`."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from chassis.settings import DevelopmentSettings, Refused
from profiles.serving import serving
from profiles.standins.wechat import World, create_app


def environment_for(world: World, address: str) -> dict[str, str]:
    """What points an installation to this stand-in."""
    return {
        "LIANXIN_WECHAT_ADDRESS": address,
        "LIANXIN_WECHAT_APP_ID": world.program.app_id,
        "LIANXIN_WECHAT_SECRET": world.program.secret,
    }


@asynccontextmanager
async def standins(*, port: int, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """WeChat's stand-in on this port of loopback, and the settings of this process pointed to it.

    Settings that are read before it stands do not know of it. Raises `Refused` outside development.
    """
    if not DevelopmentSettings().development:
        raise Refused("--standins 只能与 LIANXIN_DEVELOPMENT=1 一起使用（stand-ins need development mode）")
    world = World()
    async with serving(create_app(world), host="127.0.0.1", port=port) as (taken, _):
        address = f"http://127.0.0.1:{taken}"
        os.environ |= environment_for(world, address)
        tell(address)
        yield
