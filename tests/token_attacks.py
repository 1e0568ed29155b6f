"""Tokens that nobody may believe, each by the name of what is wrong with it."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.clock import real_now
from chassis.identity import TOKEN_LIFE
from tests.mounting import KEY, PEM, token

LI = UUID(int=7)
ANOTHER_COUNTY = ec.generate_private_key(ec.SECP256R1())  # a key of another installation's `members`
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)

Forge = Callable[[], str]


def claims(**other: object) -> dict[str, object]:
    """What a good token of Li says."""
    now = int(real_now().timestamp())
    return {"iss": "members", "aud": "lianxin", "sub": str(LI), "iat": now, "exp": now + 60} | other


def without(claim: str) -> str:
    """A token signed with the right key that lacks a claim."""
    said = claims()
    del said[claim]
    return jwt.encode(said, KEY, algorithm="ES256", headers={"kid": "test"})


def headed(**header: object) -> str:
    """A token signed with the right key, with other things in its header."""
    return jwt.encode(claims(), KEY, algorithm="ES256", headers={"kid": "test"} | header)


def part(said: object) -> str:
    """One part of a token."""
    return _text(said if isinstance(said, bytes) else json.dumps(said).encode())


def by_hand(header: Mapping[str, object], mark: bytes = b"") -> str:
    """A token that no library would write."""
    return f"{part(header)}.{part(claims())}.{_text(mark)}"


def signed_with_the_public_key(secret: bytes) -> str:
    """HS256 with the public key as its secret: the classic confusion of algorithms."""
    said = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'test'})}.{part(claims())}"
    return f"{said}.{_text(hmac.digest(secret, said.encode(), sha256))}"


def altered() -> str:
    """A real token with another person in it."""
    head, _, mark = token(LI).split(".")
    return f"{head}.{token(uuid4()).split('.')[1]}.{mark}"


def with_the_other_signature() -> str:
    """A real token with the all-zero signature that some libraries believed."""
    head, body, _ = token(LI).split(".")
    return f"{head}.{body}.{_text(bytes(64))}"


def _text(said: bytes) -> str:
    return urlsafe_b64encode(said).rstrip(b"=").decode()


def _der() -> bytes:
    return KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _own_jwk() -> dict[str, object]:
    """The forger's own key, offered in the header for checking."""
    forger = ec.generate_private_key(ec.SECP256R1())
    return dict(jwt.algorithms.ECAlgorithm.to_jwk(forger.public_key(), as_dict=True))


ATTACKS: dict[str, Forge] = {
    "wrong audience": lambda: token(LI, aud="another"),
    "no audience of ours among several": lambda: token(LI, aud=["one", "two"]),
    "wrong issuer": lambda: token(LI, iss="tasks"),
    "expired": lambda: token(LI, exp=real_now() - timedelta(seconds=1)),
    "issued longer ago than a token lives": lambda: token(
        LI, iat=real_now() - TOKEN_LIFE - timedelta(seconds=1), exp=real_now() + timedelta(days=1)
    ),
    "not yet good": lambda: token(LI, nbf=real_now() + timedelta(hours=1)),
    "issued in the future": lambda: token(LI, iat=real_now() + timedelta(hours=1)),
    **{f"without {claim}": partial(without, claim) for claim in ("iss", "aud", "sub", "iat", "exp")},
    "a person who is no id": lambda: token(LI, sub="li"),
    "a person who is a number": lambda: token(LI, sub=7),
    "a session that is no id": lambda: token(LI, sid="../1"),
    "users of its device that are no list": lambda: token(LI, beside=str(uuid4())),
    "of another kind": lambda: token(LI, kind="operator"),
    "a client without scopes": lambda: token(LI, kind="client"),
    "unsigned": lambda: by_hand({"alg": "ES256", "kid": "test"}),
    "alg none": lambda: by_hand({"alg": "none", "kid": "test"}),
    "alg NonE": lambda: by_hand({"alg": "NonE", "kid": "test"}),
    "alg missing": lambda: by_hand({"kid": "test"}),
    "alg of another kind": lambda: by_hand({"alg": ["ES256"], "kid": "test"}),
    "HS256 made from the public key": lambda: signed_with_the_public_key(PEM.encode()),
    "HS256 made from the public key in another form": lambda: signed_with_the_public_key(_der()),
    "HS256 made from nothing": lambda: signed_with_the_public_key(b""),
    "RS256": lambda: jwt.encode(claims(), RSA, algorithm="RS256", headers={"kid": "test"}),
    "all-zero signature": with_the_other_signature,
    "another county's key under our name": lambda: token(LI, key=ANOTHER_COUNTY),
    "another county's key under its own": lambda: token(LI, key=ANOTHER_COUNTY, kid="another-county"),
    "a key unknown": lambda: token(LI, kid="unheard-of"),
    "a key withdrawn": lambda: token(LI, kid="withdrawn"),
    "a key over": lambda: token(LI, kid="over"),
    "no key named": lambda: jwt.encode(claims(), KEY, algorithm="ES256"),
    "a key that is a path": lambda: token(LI, kid="../../../etc/passwd"),
    "a key that is an address": lambda: token(LI, kid="https://keys.example/jwks"),
    "a key that is SQL": lambda: token(LI, kid="' OR '1'='1"),
    "a key with a NUL": lambda: token(LI, kid="test\x00"),
    "a key that is no text": lambda: by_hand({"alg": "ES256", "kid": 7}),
    "a key without an end": lambda: token(LI, kid="k" * 2000),
    "crit": lambda: headed(crit=["exp"]),
    "crit of something unknown": lambda: headed(crit=["lianxin"], lianxin=1),
    "unencoded payload": lambda: by_hand({"alg": "ES256", "kid": "test", "b64": False, "crit": ["b64"]}),
    "its own key with it": lambda: headed(jwk=_own_jwk()),
    "an address for keys with it": lambda: headed(jku="https://keys.example/jwks"),
    "a certificate's address with it": lambda: headed(x5u="https://keys.example/x5u"),
    "altered": altered,
    "with something behind": lambda: token(LI) + "x",
    "cut off": lambda: token(LI)[:-6],
    "four parts": lambda: token(LI) + ".x",
    "encrypted": lambda: "e30.e30.e30.e30.e30",
    "not a token": lambda: "a.b.c",
    "dots": lambda: "..",
    "huge": lambda: token(LI, note="x" * 8000),
    "huge signature": lambda: by_hand({"alg": "ES256", "kid": "test"}, mark=bytes(3000)),
    "nested without end": lambda: f"{part(b'[' * 2500)}.e30.e30",
    "a number without end": lambda: f"{part(b'9' * 2500)}.e30.e30",
    "not UTF-8": lambda: f"{part(bytes(range(128, 256)))}.e30.e30",
    "an end beyond numbers": lambda: token(LI, exp=10**400),
    "an end that is no number": lambda: token(LI, exp="never"),
}
