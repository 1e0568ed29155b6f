"""The operator's desk, on SQLite, and on both databases for tests that ask."""

import pytest_asyncio

from tests.members.clients.desk import Desk, open_desk
from tests.members.village import Office


@pytest_asyncio.fixture
async def desk(office: Office) -> Desk:
    """On SQLite."""
    return await open_desk(office)


@pytest_asyncio.fixture
async def either_desk(either_office: Office) -> Desk:
    """On one of the two databases, then on the other."""
    return await open_desk(either_office)
