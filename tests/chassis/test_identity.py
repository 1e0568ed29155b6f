"""Which tokens are believed: only those that `members` signed, for us, in force now."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from chassis import identity
from chassis.clock import real_now
from chassis.identity import Actor, Heard, Keyring
from chassis.problems import Unauthenticated
from tests.mounting import PEM, token
from tests.token_attacks import ATTACKS, LI, headed

pytestmark = pytest.mark.asyncio


def ring(*, not_after: timedelta = timedelta(days=1)) -> Keyring:
    """A keyring that has heard of the key `test`."""
    ends = real_now() + not_after

    async def read() -> Heard:
        over = [(kid, PEM, real_now()) for kid in ("withdrawn", "over")]
        return Heard(keys=[("test", PEM, ends), *over])

    return Keyring(read)


async def test_a_token_of_members_names_its_person() -> None:
    assert (await ring().actor(token(LI))).person_id == LI


async def test_a_token_of_a_client_names_its_scopes_and_its_key() -> None:
    key = uuid4()
    given = token(LI, kind="client", scope="requests.send requests.read", sid=str(key))
    assert await ring().actor(given) == Actor(LI, key, frozenset({"requests.send", "requests.read"}))
    assert (await ring().actor(token(LI, kind="client", scope=""))).scopes == frozenset()


@pytest.mark.parametrize("attack", ATTACKS)
async def test_every_other_token_is_refused(attack: str) -> None:
    with pytest.raises(Unauthenticated):
        await ring().actor(ATTACKS[attack]())


async def test_the_attacks_differ_from_a_good_token_in_one_thing() -> None:
    """So that they are not refused for being written badly."""
    held = ring()
    assert (await held.actor(headed())).person_id == LI
    assert (await held.actor(headed(typ="JWT"))).person_id == LI
    assert (await held.actor(token(LI, aud=["one", "lianxin"]))).person_id == LI


async def test_a_remembered_token_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    held = ring()
    short = token(LI, exp=real_now() + timedelta(seconds=30))
    await held.actor(short)
    later = real_now() + timedelta(seconds=31)
    monkeypatch.setattr(identity, "real_now", lambda: later)
    with pytest.raises(Unauthenticated):
        await held.actor(short)


async def test_a_token_ends_with_its_key() -> None:
    with pytest.raises(Unauthenticated):
        await ring(not_after=timedelta(seconds=-1)).actor(token(LI))


async def test_a_key_heard_of_later_is_found() -> None:
    keys: list[tuple[str, str, datetime]] = []

    async def read() -> Heard:
        return Heard(keys=list(keys))

    held = Keyring(read)
    assert not await held.holds_any()
    with pytest.raises(Unauthenticated):
        await held.actor(token(LI))
    keys.append(("test", PEM, real_now() + timedelta(days=1)))
    assert (await held.actor(token(LI))).person_id == LI
    assert await held.holds_any()
