"""The phone's program draws what the ballot box takes, and an issuer with a second key is found out by it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.blind_signatures import new_key
from profiles.serving import serving
from services.feedback.ballots.credentials import CredentialNotOfThisCell, check_credential
from services.members.credentials.actions import key_place
from services.members.credentials.model import CellKey, KeyList
from tests.clients.phones import Phones, phones
from tests.members.credentials.client import bytes_of, text_of
from tests.members.credentials.conftest import AGENT, OTHER, SERVED, TODAY, Poll, cell, done
from tests.mounting import token

pytestmark = pytest.mark.asyncio

NEXT_DAY = TODAY + timedelta(days=1)


@pytest_asyncio.fixture
async def driven(poll: Poll) -> AsyncIterator[Phones]:
    """Phones that speak with the service by a door of its own."""
    app = Starlette(routes=[Mount("/api/members", app=poll.office.stand.mounted.app)])
    async with serving(app, host="127.0.0.1", port=0) as (port, _):
        with phones(f"http://127.0.0.1:{port}/api") as driven:
            yield driven


class Owner:
    """Somebody with a phone."""

    def __init__(self, poll: Poll, driven: Phones, person: int, phone: str) -> None:
        self._poll, self._driven, self._phone = poll, driven, phone
        self._token = token(poll.people[person])

    @property
    def at(self) -> datetime:
        """The phone's clock, which goes as the service's does."""
        return self._poll.office.stand.mounted.clock.now()

    async def draws(self) -> list[str]:
        """Open the app."""
        return await asyncio.to_thread(self._driven.draw, self._phone, token=self._token, at=self.at)

    async def credentials(self) -> list[dict[str, str]]:
        """What lies on the phone."""
        kept = await asyncio.to_thread(self._driven.kept, self._phone, at=self.at)
        return [one["credential"] for one in kept["cells"] if one["credential"]]

    async def digest(self) -> str:
        """Read out to a neighbour."""
        return await asyncio.to_thread(self._driven.digest, self._phone, at=self.at)


async def test_a_phone_draws_what_the_box_takes_and_finds_out_an_issuer_with_a_second_key(
    poll: Poll, driven: Phones
) -> None:
    stand, opened = poll.office.stand, cell()
    for person in (SERVED, OTHER):
        await stand.hear(opened, *done(poll.people[person], poll.people[AGENT]))
    await poll.on(NEXT_DAY)
    mine, neighbours = Owner(poll, driven, SERVED, "mine"), Owner(poll, driven, OTHER, "a neighbour's")
    [shown] = await poll.to_draw(SERVED)
    assert await mine.draws() == []
    [credential] = await mine.credentials()
    message, signature = bytes_of(credential["message"]), bytes_of(credential["signature"])
    check_credential(shown["public_key"], message=message, signature=signature)
    with pytest.raises(CredentialNotOfThisCell):
        check_credential(shown["public_key"], message=message[::-1], signature=signature)
    assert await mine.draws() == []
    assert await mine.credentials() == [credential]

    private, public = new_key()
    async with stand.mounted.sessions() as session:  # the issuer turns: a key for this one person
        key = await session.get(CellKey, opened.cell_id, lock=True)
        assert key is not None
        key.public_key = text_of(public)
        key.private_key = stand.mounted.vault.seal_bytes(private, place=key_place(opened.cell_id))
    assert await neighbours.draws() == ["key-of-ones-own"]
    assert await neighbours.credentials() == []

    async with stand.mounted.sessions() as session:  # and a list for this one person, too
        listed = await session.get(KeyList, NEXT_DAY, lock=True)
        assert listed is not None
        session.delete(listed)
    async with stand.mounted.sessions() as session:
        session.remind("credentials.keys_of_the_day", about=opened.cell_id, due_at=session.now)
    await stand.settle()
    assert await neighbours.draws() == ["list-changed"]
    fresh = Owner(poll, driven, OTHER, "a new one")  # which saw no list before, and whose owner asks the other
    assert await fresh.draws() == []
    assert await fresh.digest() != await mine.digest()
