"""A gateway before one service that the tests own, over the network and in one process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
import pytest_asyncio
import uvloop

from gateway.limits import Limits
from tests.gateway.stand import Service, Stand, stand


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the real servers run on."""
    del config, item
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def limits() -> Limits:
    """Long enough for a busy machine; a test that waits for one to pass says its own."""
    return Limits(first_byte_seconds=20.0, total_seconds=30.0, upload_seconds=60.0, ready_seconds=5.0)


@pytest_asyncio.fixture(params=["over the network", "in one process"])
async def door(request: pytest.FixtureRequest, limits: Limits) -> AsyncIterator[Stand]:
    """A real gateway on a real port, before the same service in either way."""
    async with stand(Service(), limits=limits, network=request.param == "over the network") as standing:
        yield standing


@pytest_asyncio.fixture
async def network_door(limits: Limits) -> AsyncIterator[Stand]:
    """The same, over the network only."""
    async with stand(Service(), limits=limits, network=True) as standing:
        yield standing
