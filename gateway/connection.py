"""One kept HTTP/1.1 connection to a service: one request at a time, its answer piece by piece."""

import asyncio
from typing import cast

import httptools

from gateway.headers import Headers
from gateway.limits import KIB

_HEAD_BYTES = 64 * KIB  # of an answer's head; a service that says more is out of order
_READ_AHEAD_BYTES = 256 * KIB  # of an answer's body that its reader has not taken yet
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class Broken(Exception):  # turned into a problem by who asked, since it depends on what was asked
    """The connection ended, or what came over it is not HTTP."""


class Connection(asyncio.Protocol):
    """httptools' parser of answers, and the flow of bytes in both ways."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._error: Exception | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._paused = False
        self._lost = asyncio.Event()
        self.idle_since = 0.0

    def ask(self, message: bytes, *, head_only: bool) -> None:
        """Begin an exchange with the head of a request, and as much of its body as there is."""
        # A parser for each answer: none can inherit the state that another left.
        self._parser = httptools.HttpResponseParser(self)
        self._head_only = head_only
        self._status = self._came = 0
        self._headers: Headers = []
        self._body = bytearray()
        self._headed = self._whole = self._keep = self._interim = False
        self._transport.write(message)

    async def write(self, piece: bytes) -> None:
        """More of the request's body; waits while the service does not read."""
        self._transport.write(piece)
        await self._writable.wait()

    @property
    def answered(self) -> bool:
        """Whether a byte of the answer has come."""
        return self._came > 0

    async def answer(self) -> tuple[int, Headers]:
        """The status and the headers of the answer; names in lower case. Raises `Broken`, or why it was given up."""
        while not self._headed:
            await self._next()
        return self._status, self._headers

    async def read(self) -> tuple[bytes, bool]:
        """Some more of the answer's body, and whether there is still more. Raises as `answer`."""
        while not self._body and not self._whole:
            await self._next()
        piece, self._body = bytes(self._body), bytearray()
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        return piece, not self._whole

    def give_up(self, error: Exception) -> None:
        """Break off; whoever waits for the answer gets this error."""
        if self._error is None:
            self._error = error
        self._transport.abort()
        self._wake()

    def close(self) -> None:
        """Close it without a word."""
        self._transport.abort()

    async def closed(self) -> None:
        """Wait until it is closed indeed."""
        await self._lost.wait()

    def may_be_kept(self) -> bool:
        """Whether the exchange ended so that another may follow; the answer's parser is let go."""
        kept = self._whole and self._keep and self._error is None and not self._transport.is_closing()
        self._parser = None
        return kept

    def is_open(self) -> bool:
        """Whether the service has not closed it."""
        return self._error is None and not self._transport.is_closing()

    async def _next(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None
        if self._error is not None and not (self._whole and self._headed):
            raise self._error

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without being a subclass

    def data_received(self, data: bytes) -> None:
        """Some of an answer; a word that nobody asked for ends the connection."""
        if self._parser is None:
            self.give_up(Broken())
            return
        self._came += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.give_up(Broken())
        if not self._headed and self._came > _HEAD_BYTES:
            self.give_up(Broken())
        if self._headed or self._error is not None:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, which is also the end of an answer that is framed by nothing else (RFC 9112, section 6.3)."""
        if self._parser is not None and not self._whole:
            if exc is None and self._headed and not any(name in _FRAMING for name, _ in self._headers):
                self._whole = True
            elif self._error is None:
                self._error = Broken()
        elif self._error is None:
            self._error = Broken()
        self._lost.set()
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        """The service reads more slowly than we write."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._writable.set()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """An answer begins; a second one to the same request means that we no longer understand each other."""
        if self._whole:
            self._keep = False
            self._error = self._error or Broken()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if not self._whole:
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The head is there, or an interim one, which is passed over."""
        assert self._parser
        if self._whole:
            return
        if self._came > _HEAD_BYTES and sum(len(name) + len(value) for name, value in self._headers) > _HEAD_BYTES:
            self.give_up(Broken())
            return
        self._status = self._parser.get_status_code()
        self._interim = self._status < 200
        if self._interim:
            self._headers = []
            return
        self._headed = True
        self._keep = self._parser.should_keep_alive()
        self._whole = self._head_only

    def on_body(self, body: bytes) -> None:
        """Some of the body."""
        if self._whole:
            self._keep = False
            return
        self._body += body
        if len(self._body) > _READ_AHEAD_BYTES and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The last byte has come."""
        self._whole = self._whole or not self._interim
