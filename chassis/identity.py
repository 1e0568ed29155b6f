"""Who asks: the actor that `members` vouches for, and the keys by which every service checks that."""

from collections.abc import Awaitable, Callable, Mapping
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


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or the client behind a request. What a person may do follows from their posts, never from the token.

    A client (a system of a township) has scopes, and its id stands in `person_id`; a person has none (`None`).
    """

    person_id: UUID
    session_id: UUID | None = None
    scopes: frozenset[str] | None = None


class Keyring:
    """The public keys of `members`, read again from the service's own table when a token names one not held."""

    def __init__(self, read_keys: Callable[[], Awaitable[list[tuple[str, str, datetime]]]]) -> None:
        self._read_keys = read_keys
        self._keys: dict[str, tuple[EllipticCurvePublicKey, float]] = {}
        self._seen: dict[str, tuple[Actor, float]] = {}

    async def actor(self, token: str) -> Actor:
        """The actor of a token (ES256). Raises `Unauthenticated` for any that is not ours or is over (real time)."""
        now = real_now().timestamp()
        seen = self._seen.get(token)
        if seen is None:
            seen = await self._checked(token, now)
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[token] = seen
        actor, ends = seen
        if ends <= now:
            raise Unauthenticated()
        return actor

    async def holds_any(self) -> bool:
        """Whether a key has been heard of; without one no token can be checked."""
        if not self._keys:
            await self._refresh()
        return bool(self._keys)

    async def _checked(self, token: str, now: float) -> tuple[Actor, float]:
        try:
            kid = str(jwt.get_unverified_header(token).get("kid", ""))
            if kid not in self._keys:
                await self._refresh()
            key, key_ends = self._keys[kid]
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
            ends = min(float(claims["exp"]), float(claims["iat"]) + TOKEN_LIFE.total_seconds(), key_ends)
            return _actor(claims), ends
        except (jwt.InvalidTokenError, KeyError, ValueError) as refusal:
            raise Unauthenticated() from refusal

    async def _refresh(self) -> None:
        for kid, pem, not_after in await self._read_keys():
            key = load_pem_public_key(pem.encode())
            if isinstance(key, EllipticCurvePublicKey):
                self._keys[kid] = (key, not_after.timestamp())


def _actor(claims: Mapping[str, object]) -> Actor:
    """Who a token speaks for. Raises `KeyError` or `ValueError` for claims that say it in no way of ours."""
    session = claims.get("sid")
    kind = claims.get("kind", "person")
    if kind not in ("person", "client"):
        raise ValueError("neither a person nor a client")
    return Actor(
        person_id=UUID(str(claims["sub"])),
        session_id=None if session is None else UUID(str(session)),
        scopes=frozenset(str(claims["scope"]).split()) if kind == "client" else None,
    )
