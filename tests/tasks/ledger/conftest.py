"""A book on SQLite; what must hold on both databases asks for `village` itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.tasks.conftest import standing_village
from tests.tasks.ledger.keeping import Keeping, keeping


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Keeping]:
    """The village's book with its three hands."""
    async with standing_village(tmp_path / "tasks.db", tmp_path) as village:
        yield await keeping(village)
