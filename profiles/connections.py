"""Connections from outside: how many there may be, and how long each may take with what it has to say or to hear."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self, cast

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from chassis.problems import Malformed, Problem, document
from gateway.origin import Proxies, counted_as
from gateway.settings import FrontSettings


class HeadTooLarge(Problem):
    """The request's address or headers are longer, or more, than any of ours."""

    status = 431
    title_zh = "请求的地址或附带信息过长，请更新应用后重试。"


NOBODY = Proxies()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Sizes in bytes, times in seconds; own values, no source."""

    most: int = 4096
    most_each: int | None = None  # from one address, unless it is a trusted proxy's
    trusted: Proxies = NOBODY
    headers: int = 100
    header_bytes: int = 32 * 1024  # address and headers together
    head_seconds: float = 10.0  # for a whole head, from the opening of the connection or the answer before
    read_seconds: float = 30.0  # for the caller to take 64 KiB of an answer: less than 2 KiB a second is too slow

    @classmethod
    def outside(cls, front: FrontSettings) -> Self:
        """As a server needs them that anybody can reach."""
        return cls(
            most=front.most_connections,
            most_each=front.most_connections_each,
            trusted=Proxies(front.trusted_proxies),
        )


class _Head(Exception):  # raised through the parser, which stops at it
    """The head of a request is too large."""


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol, with limits; `sweep` has to be called about once a second."""

    limits: ClassVar[ConnectionLimits]
    open_from: ClassVar[Counter[str]]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller connects; one too many takes the place of the connection that has been silent longest."""
        super().connection_made(cast(asyncio.Transport, transport))
        self.quiet_since = self.loop.time()
        self._blocked_since: float | None = None
        self._in_head = True
        self._head_bytes = 0
        self._too_large = False
        self._deaf = False
        peer = self.client[0] if self.client else ""
        self._from = counted_as(peer)
        self.open_from[self._from] += 1
        each = self.limits.most_each
        if each is not None and self.open_from[self._from] > each and not self.limits.trusted.trusts(peer):
            self.transport.abort()
        elif len(self.connections) > self.limits.most:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller has gone."""
        super().connection_lost(exc)
        self.open_from[self._from] -= 1
        if not self.open_from[self._from]:
            del self.open_from[self._from]

    def data_received(self, data: bytes) -> None:
        """Some of a request; its head is measured while it comes, whole or not."""
        if self._deaf or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        if self._in_head:
            self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(HeadTooLarge() if self._too_large else Malformed())
        except httptools.HttpParserUpgrade:
            pass  # nothing here upgrades: it is answered as the plain request that it is, too
        if self._in_head and self._head_bytes > self.limits.header_bytes:
            self._refuse(HeadTooLarge())

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        super().on_header(name, value)
        if len(self.headers) > self.limits.headers:
            self._too_large = True
            raise _Head

    def on_headers_complete(self) -> None:
        """The head is there."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self.limits.header_bytes:
            self._too_large = True
            raise _Head
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request is there; what follows is the head of the next."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer is out."""
        self.quiet_since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """The caller does not take what it is sent."""
        self._blocked_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """It has taken some."""
        self._blocked_since = None
        super().resume_writing()

    def _refuse(self, problem: Problem) -> None:
        """Tell who sent what is no request of ours, as every refusal is told, and close; nothing is logged of it.

        Requests that came whole before it get their answers first.
        """
        if self._deaf:
            return
        self._deaf = True
        if not self.is_quiet() and not self.cycle.more_body:
            self.cycle.keep_alive = False
            return
        if self.is_quiet() or not (self.pipeline or self.cycle.response_started):
            body = orjson.dumps(document(problem, request_id="-"))
            kind = b"content-type: application/problem+json\r\n"
            length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[problem.status] + kind + length + body)
        self.transport.close()

    def is_quiet(self) -> bool:
        """Whether no request of this connection is being worked on."""
        return self.cycle is None or self.cycle.response_complete

    def sweep(self, now: float) -> None:
        """Cut off who takes too long."""
        limits = self.limits
        if self.transport.is_closing() and self._blocked_since is None:
            self._blocked_since = now  # it stays open until the caller has taken what is left
        if self._blocked_since is not None and now - self._blocked_since > limits.read_seconds:
            self.transport.abort()
        elif self.is_quiet():
            silent = now - self.quiet_since
            waits = self.transport.get_write_buffer_size() > 0
            if silent > (limits.read_seconds if waits else limits.head_seconds):
                self.transport.abort()

    def _make_room(self) -> None:
        quiet = [one for one in self.connections if isinstance(one, Guarded) and one.is_quiet() and one is not self]
        oldest = min(quiet, key=lambda one: one.quiet_since, default=self)
        oldest.transport.abort()


def guarded(limits: ConnectionLimits) -> type[Guarded]:
    """The protocol of one server."""
    return type("Guarded", (Guarded,), {"limits": limits, "open_from": Counter()})


def sweep(connections: Iterable[object], now: float) -> None:
    """Look at every connection of a server."""
    for connection in tuple(connections):
        if isinstance(connection, Guarded):
            connection.sweep(now)
