"""The village with two households: on SQLite, and on both databases for what hangs on the database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.tasks.conftest import Village, standing_village
from tests.tasks.visits.paying import Homes


@pytest_asyncio.fixture
async def homes(tmp_path: Path) -> AsyncIterator[Homes]:
    """On SQLite."""
    async with standing_village(tmp_path / "tasks.db", tmp_path) as village:
        found = Homes(village)
        await found.tell()
        yield found


@pytest_asyncio.fixture
async def anywhere(village: Village) -> Homes:
    """On both databases in turn."""
    found = Homes(village)
    await found.tell()
    return found
