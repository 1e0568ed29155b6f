"""Signing keys: told of before they sign, followed by others, withdrawn when they leaked."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import jwt
import pytest

from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE
from chassis.session import Session
from contracts.members import SigningKeyPublished, SigningKeyWithdrawn
from services.members.accounts import keys
from services.members.accounts.keys import (
    HEARING,
    SIGNING,
    NoSuchKey,
    keep_keys_turning,
    keys_of,
    rotate,
    withdraw_key,
)
from tests.members.village import Office, village_roster

pytestmark = pytest.mark.asyncio

A_BIT = timedelta(seconds=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the real time by which keys are made, sign and end."""
    return lambda instant: monkeypatch.setattr(keys, "real_now", lambda: instant)


async def do(office: Office, work: Callable[[Session], Awaitable[object]]) -> object:
    """Do something in a transaction of its own."""
    async with office.stand.mounted.sessions() as session:
        return await work(session)


async def kid_now(office: Office) -> str:
    """The id of the key that signs."""
    kid: str = jwt.get_unverified_header(await office.token("citizen"))["kid"]
    return kid


async def test_a_new_key_is_told_of_before_it_signs(either_office: Office, at: Callable[[datetime], None]) -> None:
    office = either_office
    await office.take_in(village_roster())
    first, begun = await kid_now(office), real_now()
    await office.told()
    second = await do(office, rotate)
    told = {fact.key: json.loads(fact.body) for fact in await office.told() if fact.type == SigningKeyPublished.type}
    assert told.keys() == {first, second}
    assert {key["kid"] for key in (await office.client.get("/jwks")).json()["keys"]} == {first, second}
    assert await kid_now(office) == first
    at(begun + HEARING + A_BIT)
    assert await kid_now(office) == second


async def test_an_old_key_is_good_until_its_last_token_is_over(
    office: Office, at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.take_in(village_roster())
    first, begun = await kid_now(office), real_now()
    second = await do(office, rotate)
    last_token_ends = begun + HEARING + TOKEN_LIFE
    async with office.stand.mounted.sessions() as session:
        ends = {key.kid: key.not_after for key in await keys_of(session)}
    assert ends[first] > last_token_ends
    assert ends[first] < last_token_ends + timedelta(minutes=2)
    at(ends[first] + A_BIT)
    assert {key["kid"] for key in (await office.client.get("/jwks")).json()["keys"]} == {second}


async def test_a_withdrawn_key_is_refused_at_once_and_another_signs(either_office: Office) -> None:
    office = either_office
    await office.take_in(village_roster())
    leaked = await office.token("citizen")
    kid = jwt.get_unverified_header(leaked)["kid"]
    assert (await office.read("/me", leaked)).status_code == 200
    await office.told()
    await do(office, lambda session: withdraw_key(session, kid))
    told = {fact.type for fact in await office.told()}  # a fact may be told twice
    assert told == {SigningKeyWithdrawn.type, SigningKeyPublished.type}
    await office.stand.mounted.keyring.refresh()
    assert (await office.read("/me", leaked)).status_code == 401
    good = await office.token("citizen")
    assert jwt.get_unverified_header(good)["kid"] != kid
    assert (await office.read("/me", good)).status_code == 200
    assert kid not in (await office.client.get("/jwks")).text


@pytest.mark.parametrize(
    ("place", "later"),
    [
        *((0, later) for later in (timedelta(0), HEARING / 2, HEARING + A_BIT)),
        *((1, later) for later in (timedelta(0), HEARING / 2, HEARING + A_BIT, timedelta(hours=1))),
    ],
)
async def test_whichever_key_is_withdrawn_and_whenever_another_signs_on(
    office: Office, at: Callable[[datetime], None], place: int, later: timedelta
) -> None:
    await office.take_in(village_roster())
    begun = real_now()
    both = [await kid_now(office), str(await do(office, rotate))]
    at(begun + later)
    await do(office, lambda session: withdraw_key(session, both[place]))
    for minutes in range(0, 60, 4):
        at(begun + later + timedelta(minutes=minutes))
        assert await kid_now(office) != both[place]


@pytest.mark.parametrize("kid", ["", "unheard-of", "../../etc/passwd"])
async def test_only_a_key_that_is_good_can_be_withdrawn(office: Office, kid: str) -> None:
    with pytest.raises(NoSuchKey):
        await do(office, lambda session: withdraw_key(session, kid))


async def test_keys_follow_one_another_without_anybodys_doing(office: Office, at: Callable[[datetime], None]) -> None:
    await office.take_in(village_roster())
    begun, seen = real_now(), set[str]()
    for month in range(5):
        at(begun + month * (SIGNING + HEARING + A_BIT))
        await do(office, keep_keys_turning)
        assert await do(office, keep_keys_turning) == 0  # once is enough
        seen.add(await kid_now(office))
    assert len(seen) >= 4
    assert len((await office.client.get("/jwks")).json()["keys"]) <= 2


async def test_after_a_long_standstill_a_key_signs_at_once(office: Office, at: Callable[[datetime], None]) -> None:
    await office.take_in(village_roster())
    first = await kid_now(office)
    at(real_now() + keys.KEY_LIFE + timedelta(days=300))
    await do(office, keep_keys_turning)
    assert await kid_now(office) != first
