"""One provider for all tests of a process, and the desk that signs in by it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.members.app import build
from tests.members.passwords.desk import QUICK, Desk, open_desk
from tests.members.single_sign_on.county import County, county


@pytest.fixture(scope="session")
def provider() -> Iterator[County]:
    """The county's identity provider."""
    with county() as running:
        yield running


@pytest_asyncio.fixture
async def desk(tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The service, which knows people by their staff numbers."""
    settings = provider.settings(subject_claim="staff_number", second_factor=["otp"])
    service = build(development=True, passwords=QUICK, single_sign_on=settings)
    async with open_desk(tmp_path / "members.db", monkeypatch, service=service) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk_by_phone(tmp_path: Path, provider: County, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """The service, which finds people by the telephone numbers that the provider has verified."""
    service = build(development=True, passwords=QUICK, single_sign_on=provider.settings(binds_by_phone=True))
    async with open_desk(tmp_path / "members.db", monkeypatch, service=service) as opened:
        yield opened
