"""What of a request's and an answer's headers passes the gateway, and what it adds of its own."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chassis.problems import Malformed

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade"})

# Read here, and set anew or left out; `expect` is answered by our own server.
_NOT_PASSED = _HOP_BY_HOP | {
    b"cf-connecting-ip",
    b"client-ip",
    b"content-length",
    b"expect",
    b"forwarded",
    b"host",
    b"remote-user",
    b"true-client-ip",
    b"traceparent",
    b"tracestate",
    b"x-deadline-ms",
    b"x-http-method-override",
    b"x-original-url",
    b"x-request-id",
    b"x-rewrite-url",
}
# A caller may not say who it is by a header, nor where it comes from.
_CREDENTIALS = b"lianxin-"  # a key or a signature: for the door alone
_NOT_PASSED_FAMILIES = (
    *(b"x-forwarded-", b"x-lianxin-", b"x-real-", b"x-client-", b"x-cluster-client-", b"x-remote-", b"x-auth"),
    *(b"x-user", b"proxy-", _CREDENTIALS),
)

_NOT_RETURNED = _HOP_BY_HOP | {
    b"date",
    b"permissions-policy",
    b"ratelimit",
    b"ratelimit-policy",
    b"referrer-policy",
    b"server",
    b"strict-transport-security",
    b"traceparent",
    b"x-content-type-options",
    b"x-request-id",
}

# Between the service and the gateway, or the gateway's to say.
_NOT_RETURNED_FAMILIES = (b"proxy-", b"access-control-")

SAFE: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
# What an answer says unless it says otherwise itself: nobody keeps it, and nothing of it runs or is framed.
UNLESS_SAID: Headers = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]

_SAID = frozenset(name for name, _ in UNLESS_SAID)
# Of a run of eleven digits nobody knows whose telephone or citizen number it is, and names of requests are logged.
_REQUEST_ID = re.compile(rb"(?!.*[0-9]{11})[A-Za-z0-9-]{8,64}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_ABSOLUTE = re.compile(rb"https?://([^/?#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Names:
    """By what one request is found again in every log: W3C Trace Context, and an id that a caller can read out."""

    request_id: bytes
    traceparent: bytes

    def headers(self) -> Headers:
        """For the service and for the caller alike."""
        return [(b"x-request-id", self.request_id), (b"traceparent", self.traceparent)]


@dataclass(frozen=True, slots=True)
class Passing:
    """The headers of a request that may pass, and what the others said."""

    kept: Headers
    credentials: Headers
    host: bytes
    length: int | None
    chunked: bool

    @property
    def has_body(self) -> bool:
        """Whether the request says that a body comes with it."""
        return bool(self.length) or self.chunked


def name_request(headers: Iterable[tuple[bytes, bytes]]) -> Names:
    """The request's names: the caller's own if they are of the right form, else new ones; always a new span."""
    request_id = trace = b""
    flags = b"01"
    for name, value in headers:
        if name == b"x-request-id":
            request_id = value if _REQUEST_ID.fullmatch(value) else b""
        elif name == b"traceparent" and (match := _TRACEPARENT.fullmatch(value)):
            trace, flags = match.groups()
    chance = os.urandom(40).hex().encode()
    return Names(
        request_id or chance[48:],
        b"00-%b-%b-%b" % (trace or chance[:32], chance[32:48], flags),
    )


def pass_on(headers: Iterable[tuple[bytes, bytes]]) -> Passing:
    """Sort a request's headers. Raises `Malformed` where two readers could disagree about who asks, or what."""
    kept: Headers = []
    credentials: Headers = []
    read: dict[bytes, bytes] = {}
    for header in headers:
        name, value = header
        if name in _NOT_PASSED:
            if name in read and name in {b"content-length", b"transfer-encoding", b"host"}:
                raise Malformed(header=name.decode())
            read[name] = read[name] + b"," + value if name in read else value
        elif name.startswith(_NOT_PASSED_FAMILIES):
            if name.startswith(_CREDENTIALS):
                credentials.append(header)
        else:
            if name == b"authorization":
                if name in read:
                    raise Malformed(header="authorization")
                read[name] = value
            kept.append(header)
    length, coding = read.get(b"content-length"), read.get(b"transfer-encoding")
    if coding is not None and (length is not None or coding.lower() != b"chunked"):
        raise Malformed(header="transfer-encoding")
    if length is not None:
        if not _LENGTH.fullmatch(length):
            raise Malformed(header="content-length")
        kept.append((b"content-length", length))
    if b"tracestate" in read and _TRACEPARENT.fullmatch(read.get(b"traceparent", b"")):
        kept.append((b"tracestate", read[b"tracestate"]))
    host = read.get(b"host", b"")
    _check_text([*kept, (b"host", host)])
    return Passing(
        kept=_without_named(kept, read.get(b"connection")),
        credentials=credentials,
        host=host,
        length=None if length is None else int(length),
        chunked=coding is not None,
    )


_OF_THE_BODY = frozenset({b"content-type", b"content-length", b"accept"})


def without_caller(passing: Passing) -> Passing:
    """What is left of a request's headers where nothing may tell who asks: what its body is, and nothing else."""
    kept = [header for header in passing.kept if header[0] in _OF_THE_BODY]
    return replace(passing, kept=kept, credentials=[])


def hand_back(headers: Iterable[tuple[bytes, bytes]], *, names: Names, prefix: str, authority: bytes) -> Headers:
    """The headers of a service's answer as the caller gets them.

    `prefix` is put before the path of a `Location` that points into the service, which knows itself as `authority`.
    """
    kept: Headers = []
    connection: bytes | None = None
    unsaid = UNLESS_SAID
    for header in headers:
        name = header[0]
        if name in _NOT_RETURNED:
            if name == b"connection":
                connection = header[1]
        elif name == b"location":
            kept.append((name, _outside(header[1], prefix=prefix, authority=authority)))
        elif not name.startswith(_NOT_RETURNED_FAMILIES):
            if name in _SAID:
                unsaid = [one for one in unsaid if one[0] != name]
            kept.append(header)
    return [*_without_named(kept, connection), *unsaid, *SAFE, *names.headers()]


def _check_text(headers: Headers) -> None:
    for name, value in headers:
        if not value.isascii():
            try:
                value.decode()
            except UnicodeDecodeError:
                raise Malformed(header=name.decode("ascii", "replace")) from None


def _without_named(headers: Headers, connection: bytes | None) -> Headers:
    """Without the headers that `Connection` names; RFC 9110, section 7.6.1."""
    if connection is None:
        return headers
    named = {token.strip() for token in connection.lower().split(b",")} - {b"content-length"}
    return [header for header in headers if header[0] not in named]


def _outside(location: bytes, *, prefix: str, authority: bytes) -> bytes:
    """A service's address as it is called from outside."""
    absolute = _ABSOLUTE.match(location)
    if absolute and absolute[1] == authority:
        location = location[absolute.end() :] or b"/"
    elif absolute or not location.startswith(b"/") or location.startswith(b"//"):
        return location
    return prefix.encode() + location
