"""The village with two households, on both databases."""

import pytest_asyncio

from tests.tasks.conftest import Village
from tests.tasks.visits.paying import Homes


@pytest_asyncio.fixture
async def homes(village: Village) -> Homes:
    """Somebody answers for one of them."""
    found = Homes(village)
    await found.tell()
    return found
