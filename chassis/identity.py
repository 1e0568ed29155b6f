"""Who asks: the actor that `members` vouches for, and what every service checks that against."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chassis.clock import real_now
from chassis.problems import Unauthenticated

TOKEN_LIFE = timedelta(minutes=15)
"""How long a token is good (real time); no service takes one for longer, whatever it says."""
AUDIENCE = "lianxin"
ISSUER = "members"
REMEMBERED = 4096  # tokens whose signature need not be computed again
MOST_BESIDE = 8  # persons in office whom a token names as users of its device
LONGEST = 4096  # characters of a token
KID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
HEADER = {"alg", "kid", "typ"}  # a header with `crit`, `jku`, `jwk` … asks for more than we do

UNREADABLE = (
    jwt.InvalidTokenError,
    KeyError,
    ValueError,
    OverflowError,
    RecursionError,
)  # deep JSON exhausts the stack


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or the client behind a request. What a person may do follows from their posts, never from the token.

    A client (a system of a township) has scopes, and its id stands in `person_id`; a person has none (`None`). `beside`
    are persons in office who signed in on the same device of late, as far as the device said which it is.
    """

    person_id: UUID
    session_id: UUID | None = None
    scopes: frozenset[str] | None = None
    beside: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Heard:
    """What a service has heard.

    Of keys: id, PEM, good until. Of access taken back: whose, of which session, tokens given up to when.
    """

    keys: Sequence[tuple[str, str, datetime]] = ()
    withdrawn: Sequence[tuple[UUID, UUID | None, datetime]] = ()


class Keyring:
    """Checks tokens by what the service has heard from `members`.

    That is read again once a second, since another copy of the service may be the one that hears (`refresh`), and at
    once when a token names a key that is not held. A checked token is remembered: then it costs one look-up.
    """

    def __init__(self, read: Callable[[], Awaitable[Heard]]) -> None:
        self._read = read
        self._heard = Heard()
        self._read_at = 0.0  # when the last reading began, in monotonic seconds
        self._reading = asyncio.Lock()
        self._keys: dict[str, tuple[EllipticCurvePublicKey, float]] = {}
        self._sessions: set[UUID] = set()
        self._subjects: dict[UUID, float] = {}
        self._seen: dict[str, tuple[Actor, float, float]] = {}

    async def actor(self, token: str) -> Actor:
        """The actor of a token (ES256). Raises `Unauthenticated` for any that is not ours or is over (real time)."""
        seen = self._seen.get(token)
        if seen is None:
            seen = await self._checked(token)
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[token] = seen
        actor, ends, _ = seen
        if ends <= real_now().timestamp():
            raise Unauthenticated()
        return actor

    async def holds_any(self) -> bool:
        """Whether a key has been heard of; without one no token can be checked."""
        if not self._keys:
            await self.refresh()
        return bool(self._keys)

    async def refresh(self) -> None:
        """Go by what the service has heard until now; tokens that it refuses are remembered no longer.

        However many ask at once, they wait for one reading.
        """
        asked_at = time.monotonic()
        async with self._reading:
            if self._read_at <= asked_at:
                self._read_at = time.monotonic()
                self._take(await self._read())

    async def _checked(self, token: str) -> tuple[Actor, float, float]:
        """Who a token speaks for, when it ends and when it was given."""
        if len(token) > LONGEST:
            raise Unauthenticated()
        try:
            header = jwt.get_unverified_header(token)
            key, key_ends = await self._key(str(header.get("kid")))
            if not header.keys() <= HEADER:
                raise Unauthenticated()
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            actor, issued, ends = _actor(claims), float(claims["iat"]), float(claims["exp"])
        except UNREADABLE as refusal:
            raise Unauthenticated() from refusal
        if self._withdrawn(actor, issued):
            raise Unauthenticated()
        return actor, min(ends, issued + TOKEN_LIFE.total_seconds(), key_ends), issued

    async def _key(self, kid: str) -> tuple[EllipticCurvePublicKey, float]:
        """The key of this id. Raises `KeyError` or `ValueError`."""
        if not KID.fullmatch(kid):
            raise ValueError("no id of a key")
        if kid not in self._keys:
            await self.refresh()
        return self._keys[kid]

    def _take(self, heard: Heard) -> None:
        if heard == self._heard:
            return
        if heard.keys != self._heard.keys:
            self._keys = {kid: (_public(pem), not_after.timestamp()) for kid, pem, not_after in heard.keys}
            self._seen.clear()
        self._sessions = {session_id for _, session_id, _ in heard.withdrawn if session_id is not None}
        self._subjects = {}
        for subject_id, session_id, before in heard.withdrawn:
            if session_id is None:
                self._subjects[subject_id] = max(before.timestamp(), self._subjects.get(subject_id, 0))
        self._seen = {token: seen for token, seen in self._seen.items() if not self._withdrawn(seen[0], seen[2])}
        self._heard = heard

    def _withdrawn(self, actor: Actor, issued: float) -> bool:
        return actor.session_id in self._sessions or issued <= self._subjects.get(actor.person_id, 0)


def _public(pem: str) -> EllipticCurvePublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, EllipticCurvePublicKey):
        raise TypeError("a key of members lies on P-256")
    return key


def _actor(claims: Mapping[str, object]) -> Actor:
    """Who a token speaks for. Raises `KeyError` or `ValueError` for claims that say it in no way of ours."""
    session = claims.get("sid")
    kind = claims.get("kind", "person")
    if kind not in ("person", "client"):
        raise ValueError("neither a person nor a client")
    beside = claims.get("beside", [])
    if not isinstance(beside, list) or len(beside) > MOST_BESIDE:
        raise ValueError("no list of persons")
    return Actor(
        person_id=UUID(str(claims["sub"])),
        session_id=None if session is None else UUID(str(session)),
        scopes=frozenset(str(claims["scope"]).split()) if kind == "client" else None,
        beside=frozenset(UUID(str(one)) for one in beside),
    )
