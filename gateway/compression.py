"""Answers are compressed for those who can read that; never a stream of events, and never what holds a fresh secret."""

import gzip
import re
from dataclasses import replace
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, remove_compress_type

from gateway.answers import Answer

_LEAST_BYTES = 1024  # a packet; less gains nothing
_SERVICES = ("/api/", "/open311/", "/public")
_GZIP = re.compile(rb"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_EVENTS = "text/event-stream"  # each event would cost a flush, and a proxy in between could hold it back

# Tokens and keys are handed out there. That others who send and read compressed answers cannot guess at them (BREACH)
# follows already from tokens in a header instead of a cookie: no page makes a browser send them.
_SECRET = "/api/members/"  # an address, not a secret


class Compressed:
    """Wraps the gateway. What a service has encoded itself passes as it is, and so do the gateway's own pages."""

    def __init__(self, app: ASGIApp) -> None:
        remove_compress_type(_EVENTS)
        self._plain = app
        self._compressing = CompressMiddleware(app, minimum_size=_LEAST_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, compressed if the caller accepts that."""
        path = scope.get("path", "")
        counted = path.startswith(_SERVICES) and not path.startswith(_SECRET)
        if scope["type"] != "http" or not counted or not _accepts(scope):
            await self._plain(scope, receive, send)
            return

        async def weaken(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _weak(message["headers"])
            await send(message)

        await self._compressing(scope, receive, weaken)


def squeezed(answer: Answer, scope: Scope) -> Answer:
    """A page of the gateway's own, for whoever reads gzip.

    Pages are not counted, so each is compressed once and kept: anew for everybody, the large ones would keep the
    gateway busy for whoever asks for them in a loop.
    """
    if len(answer.body) < _LEAST_BYTES:
        return answer
    more = (*answer.more, (b"vary", b"accept-encoding"))
    if not any(name == b"accept-encoding" and _GZIP.search(value) for name, value in scope["headers"]):
        return replace(answer, more=more)
    return replace(answer, body=_squeezed(answer.body), more=(*more, (b"content-encoding", b"gzip")))


@lru_cache(maxsize=8)
def _squeezed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _accepts(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and value != b"identity" for name, value in scope["headers"])


def _weak(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """With a weak tag if these bytes are not the ones that the service tagged; RFC 9110, section 8.8.3."""
    if not any(name == b"content-encoding" for name, _ in headers):
        return headers
    return [
        (name, b"W/" + value if name == b"etag" and not value.startswith(b"W/") else value) for name, value in headers
    ]
