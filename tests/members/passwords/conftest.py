"""The desk on SQLite, and on both databases for the tests that ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.members.passwords.desk import Desk, open_desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The service on SQLite."""
    async with open_desk(tmp_path / "members.db", monkeypatch) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk_on_postgres(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The service on PostgreSQL."""
    async with open_desk(postgres_database, monkeypatch) as opened:
        yield opened


@pytest.fixture(params=["desk", "desk_on_postgres"])
def either_desk(request: pytest.FixtureRequest) -> Desk:
    """The service on one of the two databases, then on the other."""
    opened: Desk = request.getfixturevalue(request.param)
    return opened
