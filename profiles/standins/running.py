"""Stand-ins beside a running installation, for those who try it: `lianxin up --standins`."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.settings import DevelopmentSettings, Refused
from profiles.serving import serving
from profiles.standins import sms
from profiles.standins.wechat import World, create_app


def environment_for(world: World, address: str, account: sms.Account | None = None) -> dict[str, str]:
    """What points an installation to these stand-ins."""
    account = account or sms.Account()
    return {
        "LIANXIN_TEXTS_ADDRESS": address,
        "LIANXIN_TEXTS_KEY": account.key,
        "LIANXIN_TEXTS_SECRET": account.secret,
        "LIANXIN_TEXTS_TEMPLATE_CONSENT_CODE": "consent-code",
        "LIANXIN_TEXTS_TEMPLATE_MANDATE_GIVEN": "mandate-given",
        "LIANXIN_WECHAT_ADDRESS": address,
        "LIANXIN_WECHAT_APP_ID": world.program.app_id,
        "LIANXIN_WECHAT_SECRET": world.program.secret,
    }


@asynccontextmanager
async def standins(*, port: int, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """WeChat's stand-in and the carrier's on this port of loopback, and the settings of this process pointed to them.

    Settings that are read before it stands do not know of it. Raises `Refused` outside development.
    """
    if not DevelopmentSettings().development:
        raise Refused("--standins 只能与 LIANXIN_DEVELOPMENT=1 一起使用（stand-ins need development mode）")
    world = World()
    carrier = sms.create_app(sms.Carrier())
    together = Starlette(routes=[*carrier.routes, Mount("/", create_app(world))])
    async with serving(together, host="127.0.0.1", port=port) as (taken, _):
        address = f"http://127.0.0.1:{taken}"
        os.environ |= environment_for(world, address)
        tell(address)
        yield
