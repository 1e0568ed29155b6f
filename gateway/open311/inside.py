"""Asking the services on behalf of a call, and letting its key in."""

import asyncio
import uuid
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp, Message, Send

from chassis.credentials import CredentialRefused
from chassis.problems import TimedOut, Unauthenticated, Unavailable
from gateway.asking import ask
from gateway.callers import Callers
from gateway.door import CredentialMalformed, Door
from gateway.guard import Guard
from gateway.headers import Headers
from gateway.json import Document, is_object
from gateway.limits import Limits
from gateway.open311.asked import Asked
from gateway.open311.refusals import ApiKeyMissing, ApiKeyRefused, NothingHere, told_of
from gateway.refusals import AnswerLost

INSIDE = "/internal/open311"
_FOR_PICTURES: Headers = [
    (b"cache-control", b"public, max-age=300"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"x-content-type-options", b"nosniff"),
]
_OF_A_PICTURE = frozenset({b"content-type", b"content-length"})


class Inside:
    """The services behind the façade, each with its places and its breaker."""

    def __init__(self, services: Mapping[str, ASGIApp], *, limits: Limits, guard: Guard) -> None:
        self._services = services
        self._limits = limits
        self._guard = guard
        self._door = Door(services, seconds=limits.door_seconds)
        self._callers = Callers(services.get("members"), seconds=limits.ready_seconds)

    async def let_in(self, asked: Asked) -> bytes:
        """What a call is signed with whose key is good. Raises `ApiKeyMissing`, `ApiKeyRefused`, `TooMany`."""
        key = asked.arguments.said.get("api_key")
        if not key:
            raise ApiKeyMissing()
        try:
            admission = await self._door.admit_open311(key)
        except (CredentialMalformed, CredentialRefused):
            raise ApiKeyRefused() from None
        bearer = b"Bearer " + admission.access_token.encode()
        if caller := await self._callers.name([(b"authorization", bearer)]):
            await self._guard.count_caller(asked.kind, caller, asked.exchange)
        return bearer

    async def tasks(
        self,
        asked: Asked,
        path: str,
        *,
        query: str = "",
        body: Mapping[str, object] | None = None,
        raw: bytes = b"",
        bearer: bytes = b"",
    ) -> Document:
        """What `tasks` answers. Raises `Refused` with what it refuses."""
        content = orjson.dumps(body) if body is not None else raw
        return await self._call("tasks", INSIDE + path, asked, query=query, content=content, bearer=bearer)

    async def members(self, asked: Asked, path: str, *, body: Mapping[str, object], bearer: bytes) -> Document:
        """What `members` answers. Raises `Refused` with what it refuses."""
        return await self._call("members", path, asked, query="", content=orjson.dumps(body), bearer=bearer)

    async def picture(self, asked: Asked, send: Send) -> None:
        """Hand a picture that was let out back as it comes. Raises `NothingHere`."""
        exchange, names, path = asked.exchange, asked.exchange.names.headers(), f"{INSIDE}/media/{asked.id}"
        onward = {**asked.scope, "method": "GET", "path": path, "raw_path": path.encode(), "root_path": ""}
        onward |= {"query_string": b"", "state": {}, "headers": [(b"host", b"tasks"), *names]}

        there = body_given = False

        async def pass_back(message: Message) -> None:
            nonlocal there
            if message["type"] == "http.response.start":
                there = message["status"] == 200
            if not there:
                return
            if message["type"] == "http.response.start":
                kept = [one for one in message["headers"] if one[0] in _OF_A_PICTURE]
                exchange.started, exchange.status = True, 200
                message = {**message, "headers": [*kept, *_FOR_PICTURES, *names, *exchange.more, *exchange.rate]}
            else:
                if asked.method == "HEAD":
                    message = {**message, "body": b""}
                exchange.bytes_out += len(message.get("body", b""))
                exchange.ended = "left" if message.get("more_body") else "whole"
            await send(message)

        async def no_body() -> Message:
            nonlocal body_given
            if body_given:
                await asyncio.Event().wait()
            body_given = True
            return {"type": "http.request", "body": b"", "more_body": False}

        with self._guard.let_in("tasks", exchange) as passage:
            passage.failed = False
            try:
                async with asyncio.timeout(self._limits.total_seconds):
                    await self._services["tasks"](onward, no_body, pass_back)
            except TimeoutError:
                passage.failed = True
                raise TimedOut from None
        if not there:
            raise NothingHere()

    async def _call(
        self, service: str, path: str, asked: Asked, *, query: str, content: bytes, bearer: bytes
    ) -> Document:
        said: Headers = [
            *asked.exchange.names.headers(),
            (b"x-forwarded-for", asked.origin.address.encode()),
            (b"idempotency-key", uuid.uuid4().hex.encode()),
            *([(b"authorization", bearer)] if bearer else ()),
        ]
        there = self._services.get(service)
        if there is None:
            raise Unavailable()
        with self._guard.let_in(service, asked.exchange) as passage:
            passage.failed = True
            try:
                seconds = self._limits.first_byte_seconds
                told = await ask(there, path, seconds=seconds, body=content, query=query, said=said)
            except AnswerLost:
                raise Unavailable() from None
            passage.failed = False
        try:
            found = orjson.loads(told.body)
        except orjson.JSONDecodeError:
            raise Unavailable() from None
        if not is_object(found):
            raise Unavailable()
        if told.status == Unauthenticated.status and (key := asked.arguments.said.get("api_key")):
            self._door.forget_open311(key)
            raise ApiKeyRefused()
        if told.status >= 400:
            raise told_of(told.status, found)
        return found
