"""The route table: which public address belongs to which service."""

import re
from dataclasses import dataclass

from starlette.types import Scope

from chassis.problems import NotFound
from gateway.rates import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One public prefix. The service sees the address without `public_prefix`."""

    prefix: str
    service: str
    uploads: bool = False  # takes bodies of `Limits.upload_bytes`, and the time they need
    counted: Kind | None = None  # as what it is counted, whatever the method
    unlinkable: bool = False  # nothing of the caller passes, is counted or is written down: no address, name or cookie

    def kind_of(self, method: str) -> Kind:
        """As what a request is counted."""
        if self.counted:
            return self.counted
        if method in _READING:
            return Kind.READING
        return Kind.UPLOADING if self.uploads else Kind.CHANGING


_READING = frozenset({"GET", "HEAD", "OPTIONS"})

SCREENS = "screens"
"""The gateway's own: it answers from what the services say."""

PAGES = "public"
"""The gateway's own as well: pages for anybody with a browser, below an address that can be read out."""

# The longer prefix stands first.
ROUTES = (
    Route(prefix="/api/members/sign-in", service="members", counted=Kind.SIGNING_IN),
    Route(prefix="/api/members/oauth", service="members", counted=Kind.SIGNING_IN),
    Route(prefix="/api/members", service="members"),
    Route(prefix="/api/tasks/attachments", service="tasks", uploads=True),
    Route(prefix="/api/tasks/ledger/imports", service="tasks", uploads=True),
    Route(prefix="/api/tasks/tracking", service="tasks", counted=Kind.TRACKING),
    Route(prefix="/api/tasks/slips", service="tasks", counted=Kind.TRACKING),
    Route(prefix="/api/tasks/letters/checks", service="tasks", counted=Kind.TRACKING),
    Route(prefix="/api/tasks", service="tasks"),
    Route(prefix="/api/feedback/ballots", service="feedback", unlinkable=True),
    Route(prefix="/api/feedback/survey-answers", service="feedback", unlinkable=True),
    Route(prefix="/api/feedback", service="feedback"),
    Route(prefix="/api/screens", service=SCREENS),
    Route(prefix="/public", service=PAGES),
)

SERVICES = tuple(dict.fromkeys(route.service for route in ROUTES if route.service not in {SCREENS, PAGES}))

# What a service answers to those who run it, and nobody else. The gateway has one document for all of them.
CLOSED = frozenset({"internal", "metrics", "health", "openapi.json", "docs", "redoc"})

# A path that two parsers could read differently: empty and dot segments, backslashes, control characters.
_AMBIGUOUS = re.compile(r"//|/\.\.?(?:/|$)|[\x00-\x1f\x7f\\]")


def public_prefix(service: str) -> str:
    """What is taken off an address before the service sees it."""
    return "/public" if service == PAGES else f"/api/{service}"


_TABLE = [(route, public_prefix(route.service).encode(), len(public_prefix(route.service))) for route in ROUTES]


def find(scope: Scope) -> tuple[Route, str, bytes]:
    """The route of a request, and the path, decoded and raw, that its service is to see.

    Raises `NotFound` for what is no public address. The decoded path decides, since it is what the service goes by: an
    encoded letter makes no other route of it. The prefix itself may not be encoded.
    """
    raw: bytes = scope["raw_path"]
    whole: str = scope["path"]
    for route, prefix, cut in _TABLE:
        if whole.startswith(route.prefix) and whole[len(route.prefix) : len(route.prefix) + 1] in {"", "/"}:
            path = whole[cut:] or "/"
            if raw[: cut + 1] not in (prefix, prefix + b"/"):
                break
            if _AMBIGUOUS.search(path) or path[1:].partition("/")[0] in CLOSED:
                break
            return route, path, raw[cut:] or b"/"
    raise NotFound
