"""One call on its way: what its address asks for, in which form, and as what it is counted."""

import re
from dataclasses import dataclass, field

from starlette.types import Scope

from gateway.exchange import Exchange
from gateway.open311.arguments import MULTIPART, Arguments
from gateway.open311.shapes import Format
from gateway.origin import Origin
from gateway.rates import Kind

_ADDRESS = re.compile(
    r"/open311/(?:v2/)?(?P<discovery>discovery)(?:\.(?P<f0>xml|json))?"
    r"|/open311/v2/(?P<list>services|requests|servicerequestupdates)\.(?P<f1>xml|json)"
    r"|/open311/v2/(?P<one>services|requests|tokens)/(?P<id>[A-Za-z0-9_-]{1,100})\.(?P<f2>xml|json)"
    r"|/open311/v2/(?P<media>media)/(?P<file>[0-9a-f-]{36})\.[a-z0-9]{2,4}"
)


@dataclass(slots=True)
class Asked:
    """What a call asks for; `what` is empty where GeoReport v2 has no such address."""

    scope: Scope
    exchange: Exchange
    what: str
    id: str | None
    format: Format
    origin: Origin = field(default_factory=lambda: Origin("unknown", "http", "unknown"))
    base: str = ""  # of the addresses that are given out
    arguments: Arguments = field(default_factory=Arguments)

    @classmethod
    def of(cls, scope: Scope, exchange: Exchange) -> "Asked":
        """By its address; where that says no form, XML, which every client reads."""
        found = _ADDRESS.fullmatch(scope["path"])
        parts = {name: part for name, part in found.groupdict().items() if part} if found else {}
        what = next((parts[name] for name in ("discovery", "list", "one", "media") if name in parts), "")
        said = scope["path"].rpartition(".")[2]
        return cls(
            scope,
            exchange,
            what=what,
            id=parts.get("id") or parts.get("file"),
            format=Format.JSON if said == Format.JSON else Format.XML,
        )

    @property
    def method(self) -> str:
        """GET, POST …"""
        return str(self.scope["method"])

    @property
    def reads(self) -> bool:
        """Whether nothing is to be changed."""
        return self.method in {"GET", "HEAD"}

    @property
    def content_type(self) -> str:
        """Of the body."""
        return next((value.decode("latin-1") for name, value in self.scope["headers"] if name == b"content-type"), "")

    @property
    def kind(self) -> Kind:
        """As what it is counted: tokens as strictly as tracking codes, since both are tried out alike."""
        if self.what == "tokens":
            return Kind.TRACKING
        if self.reads:
            return Kind.READING
        return Kind.UPLOADING if self.content_type.lower().startswith(MULTIPART) else Kind.CHANGING
