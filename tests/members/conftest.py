"""The service on SQLite for every test, and on both databases for those that ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.members.village import Office, open_office


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The service on SQLite."""
    async with open_office(tmp_path / "members.db") as opened:
        yield opened


@pytest_asyncio.fixture
async def office_on_postgres(postgres_database: str) -> AsyncIterator[Office]:
    """The service on PostgreSQL."""
    async with open_office(postgres_database) as opened:
        yield opened


@pytest.fixture(params=["office", "office_on_postgres"])
def either_office(request: pytest.FixtureRequest) -> Office:
    """The service on one of the two databases, then on the other."""
    opened: Office = request.getfixturevalue(request.param)
    return opened
