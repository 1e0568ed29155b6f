"""An office on SQLite for every test, and one on PostgreSQL for those that ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.feedback.office import Office, postgres_office, sqlite_office


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The service on SQLite."""
    async with sqlite_office(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def office_on_postgres(postgres_database: str) -> AsyncIterator[Office]:
    """The service on PostgreSQL."""
    async with postgres_office(postgres_database) as opened:
        yield opened
