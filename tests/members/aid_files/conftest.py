"""The township on SQLite, and on both databases for those that ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.members.pairings.county import Township, township


@pytest_asyncio.fixture
async def there(tmp_path: Path) -> AsyncIterator[Township]:
    """On SQLite."""
    async with township(tmp_path / "members.db") as found:
        yield found


@pytest_asyncio.fixture(params=["sqlite", "postgres"])
async def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Township]:
    """On both databases in turn."""
    place = tmp_path / "members.db" if request.param == "sqlite" else request.getfixturevalue("postgres_database")
    async with township(place) as found:
        yield found
