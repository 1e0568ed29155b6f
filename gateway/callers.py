"""Who asks, as far as counting needs it: the subject of a token whose signature is good."""

import asyncio
import time
from dataclasses import dataclass

import jwt
import orjson
from starlette.types import ASGIApp

from chassis.clock import real_now
from chassis.identity import AUDIENCE, ISSUER
from chassis.problems import Problem
from gateway.asking import ask
from gateway.headers import Headers

_REMEMBERED = 8192  # tokens whose signature need not be computed again
_ASK_AGAIN_SECONDS = 10.0  # at most this often, whatever key a token names
_KEEP_SECONDS = 300.0
_KEYS = "/jwks"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person or a client by its id. What they may do is the services' business, which check the token again."""

    name: str
    is_client: bool
    per_minute: int | None = None  # how often a client may ask, by what it was registered with


class Callers:
    """Checks tokens by the public keys of `members`, each once.

    A token that is not good names nobody: such a request is counted by its address alone, and the service refuses it.
    """

    def __init__(self, members: ASGIApp | None, *, seconds: float) -> None:
        self._members = members
        self._seconds = seconds
        self._keys: dict[str, jwt.PyJWK] = {}
        self._known: dict[bytes, tuple[Caller, float]] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def name(self, headers: Headers) -> Caller | None:
        """Whose token a request brings, if it is a good one."""
        bearer = next((value for name, value in headers if name == b"authorization"), None)
        if bearer is None:
            return None
        known = self._known.get(bearer)
        if known is None:
            known = await self._check(bearer)
            if known is None:
                return None
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[bearer] = known
        caller, ends = known
        return caller if ends > real_now().timestamp() else None

    async def _check(self, bearer: bytes) -> tuple[Caller, float] | None:
        scheme, _, token = bearer.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = key and jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
        except (jwt.InvalidTokenError, ValueError):
            return None
        if not claims:
            return None
        caller = Caller(str(claims["sub"]), claims.get("kind") == "client", claims.get("rate"))
        return caller, float(claims["exp"])

    async def _key(self, kid: str) -> jwt.PyJWK | None:
        age = time.monotonic() - self._asked_at
        if age > (_KEEP_SECONDS if kid in self._keys else _ASK_AGAIN_SECONDS) and not self._asking.locked():
            async with self._asking:
                await self._ask()
        return self._keys.get(kid)

    async def _ask(self) -> None:
        self._asked_at = time.monotonic()
        if self._members is None:
            return
        try:
            told = await ask(self._members, _KEYS, seconds=self._seconds)
            keys = jwt.PyJWKSet.from_dict(orjson.loads(told.body)).keys
        except (Problem, orjson.JSONDecodeError, AttributeError, jwt.PyJWTError):
            return  # the keys that are there go on to serve
        self._keys = {str(key.key_id): key for key in keys}
