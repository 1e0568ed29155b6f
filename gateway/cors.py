"""Which pages of other origins may call the interface from a browser (the Fetch standard's CORS protocol)."""

from collections.abc import Iterable

from starlette.types import Scope

from gateway.answers import Answer
from gateway.headers import Headers

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE"
_ASKED = (
    b"authorization, content-type, device-key, idempotency-key, if-match, if-none-match, last-event-id, tus-resumable, "
    b"upload-length, upload-metadata, upload-offset, x-request-id"
)
_TOLD = (
    b"etag, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, tus-resumable, upload-expires, "
    b"upload-length, upload-offset, x-request-id"
)
_VARY = (b"vary", b"origin")
_KEEP_SECONDS = b"600"


class Origins:
    """The listed origins. Tokens travel in a header, so no page needs cookies, and none gets them."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin.encode() for origin in allowed)

    def headers(self, scope: Scope) -> Headers:
        """What an answer says to the page that asked."""
        if not self._allowed:
            return []
        origin = _one(scope, b"origin")
        if origin not in self._allowed:
            return [_VARY]
        return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", _TOLD), _VARY]

    def answer_preflight(self, scope: Scope) -> Answer | None:
        """The answer to a browser that asks beforehand; none if this is no such question."""
        if scope["method"] != "OPTIONS" or not _one(scope, b"access-control-request-method"):
            return None
        more = self.headers(scope)
        if len(more) > 1:
            more += [
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", _ASKED),
                (b"access-control-max-age", _KEEP_SECONDS),
            ]
        return Answer(b"", b"text/plain", more=tuple(more))


def _one(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")
