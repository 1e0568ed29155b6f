"""Which tokens are believed: only those that `members` signed, for us, in force now."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chassis import identity
from chassis.clock import real_now
from chassis.identity import Heard, Keyring
from chassis.problems import Unauthenticated
from tests.mounting import KEY, PEM, token

pytestmark = pytest.mark.asyncio

LI = UUID(int=7)


def ring(*, not_after: timedelta = timedelta(days=1)) -> Keyring:
    """A keyring that has heard of the key `test`."""
    ends = real_now() + not_after

    async def read() -> Heard:
        return Heard(keys=[("test", PEM, ends)])

    return Keyring(read)


def part(said: object) -> str:
    """One part of a token."""
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def without(claim: str) -> str:
    """A token signed with the right key that lacks a claim."""
    now = int(real_now().timestamp())
    said = {"iss": "members", "aud": "lianxin", "sub": str(LI), "iat": now, "exp": now + 60}
    del said[claim]
    return jwt.encode(said, KEY, algorithm="ES256", headers={"kid": "test"})


def signed_with_the_public_key() -> str:
    """HS256 with the public key as its secret: the classic confusion of algorithms."""
    now = int(real_now().timestamp())
    said = {"iss": "members", "aud": "lianxin", "sub": str(LI), "iat": now, "exp": now + 60}
    text = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'test'})}.{part(said)}"
    mark = urlsafe_b64encode(hmac.digest(PEM.encode(), text.encode(), sha256)).rstrip(b"=").decode()
    return f"{text}.{mark}"


def unsigned() -> str:
    """A token that says it needs no signature."""
    return f"{part({'alg': 'none', 'kid': 'test'})}.{token(LI).split('.')[1]}."


def altered() -> str:
    """A real token with another person in it."""
    head, _, mark = token(LI).split(".")
    return f"{head}.{token(uuid4()).split('.')[1]}.{mark}"


async def test_a_token_of_members_names_its_person() -> None:
    assert (await ring().actor(token(LI))).person_id == LI


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: token(LI, exp=real_now() - timedelta(seconds=1)),
        lambda: token(LI, nbf=real_now() + timedelta(hours=1)),
        lambda: token(LI, iat=real_now() + timedelta(hours=1)),
        lambda: token(LI, key=ec.generate_private_key(ec.SECP256R1())),
        lambda: token(LI, kid="unheard-of"),
        lambda: token(LI, aud="another"),
        lambda: token(LI, iss="tasks"),
        lambda: token(LI, sub="li"),
        lambda: token(LI, sub=7),
        *(lambda claim=claim: without(claim) for claim in ("iss", "aud", "sub", "iat", "exp")),
        signed_with_the_public_key,
        unsigned,
        altered,
        lambda: token(LI) + "x",
        lambda: "a.b.c",
        lambda: "",
    ],
)
async def test_every_other_token_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(Unauthenticated):
        await ring().actor(wrong())


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
