"""A service in another process, as an ASGI application: what it is called with goes out over HTTP."""

import asyncio
import ssl
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from chassis.problems import Problem, Unavailable
from gateway.connection import Broken, Connection
from gateway.limits import KIB
from gateway.refusals import AnswerLost

_READ_AHEAD_BYTES = 64 * KIB  # what is this small goes up in one write, and may be sent again
_WATCH_AFTER_SECONDS = 0.05  # most answers are there by then, and need nobody to watch whether the caller stays
_PAUSE_SECONDS = 0.1  # before the one more try of a connection that could not be made
_IDLE_SECONDS = 4.0  # an idle connection goes before uvicorn's five are over: a POST must not meet one being closed
_MOST_IDLE = 100
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class CallerLeft(Exception):  # no error: nobody is there to be told of one
    """The caller did not wait for the answer."""


class Budget:
    """What a service may be asked again: a tenth of what it was asked (own figure), so that retries add no storm."""

    _PRICE = 10  # requests that earn one more try
    _MOST = 100

    def __init__(self) -> None:
        self._left = self._MOST

    def earn(self) -> None:
        """A request was made."""
        self._left = min(self._MOST, self._left + 1)

    def spend(self) -> bool:
        """Whether one more try is allowed; it is then counted."""
        if self._left < self._PRICE:
            return False
        self._left -= self._PRICE
        return True


class Line:
    """The line to one service: its address, its kept connections, and its budget of second tries."""

    def __init__(self, address: str, *, connect_seconds: float) -> None:
        where = urlsplit(address)
        self._host = where.hostname or "127.0.0.1"
        self._port = where.port or (443 if where.scheme == "https" else 80)
        self._secure = ssl.create_default_context() if where.scheme == "https" else None
        self._prefix = where.path.rstrip("/").encode()
        self._connect_seconds = connect_seconds
        self._idle: list[Connection] = []
        self._budget = Budget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one request. Raises `Unavailable` if nothing was done, `AnswerLost` if that is not known."""
        caller = _Caller(receive)
        self._budget.earn()
        try:
            first, more = await caller.read(_announced(scope))
            head, chunked = self._head(scope, first=first, more=more)
            connection = await self._ask(scope, caller, head + (_chunk(first) if chunked else first), whole=not more)
            pump = asyncio.create_task(caller.pump(connection, chunked=chunked)) if more else None
            try:
                await self._hand_on(connection, send)
            finally:
                if pump is not None and not pump.done():
                    pump.cancel()
                    await asyncio.wait([pump])
                    connection.close()
                self._keep(connection)
        except CallerLeft:
            pass
        except Broken:
            raise (Unavailable if scope["method"] in _SAFE else AnswerLost)() from None
        finally:
            caller.forget()

    async def close(self) -> None:
        """Close what is kept."""
        while self._idle:
            connection = self._idle.pop()
            connection.close()
            await connection.closed()

    def _head(self, scope: Scope, *, first: bytes, more: bool) -> tuple[bytes, bool]:
        """The head of the request, and whether its body goes in chunks: nobody said how long it will be."""
        query = scope["query_string"]
        target = self._prefix + scope["raw_path"] + (b"?" + query if query else b"")
        lines = [b"%b %b HTTP/1.1" % (scope["method"].encode(), target)]
        announced = False
        for name, value in scope["headers"]:
            lines.append(name + b": " + value)
            announced = announced or name == b"content-length"
        chunked = more and not announced
        if chunked:
            lines.append(b"transfer-encoding: chunked")
        elif first and not announced:
            lines.append(b"content-length: %d" % len(first))
        lines.append(b"\r\n")
        return b"\r\n".join(lines), chunked

    async def _ask(self, scope: Scope, caller: "_Caller", message: bytes, *, whole: bool) -> Connection:
        """Send the request and wait for the head of the answer.

        Sent again, once, is what is safe by RFC 9110 and got no byte of an answer, as far as the budget goes.
        """
        may_repeat = whole and scope["method"] in _SAFE
        head_only = scope["method"] == "HEAD"
        while True:
            connection = await self._connection()
            connection.ask(message, head_only=head_only)
            if not whole:
                return connection
            caller.watch(connection)
            try:
                await connection.answer()
            except Broken:
                if connection.answered or not may_repeat or not self._budget.spend():
                    raise
                may_repeat = False
            except asyncio.CancelledError:
                connection.close()
                raise
            else:
                return connection

    async def _hand_on(self, connection: Connection, send: Send) -> None:
        status, headers = await connection.answer()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        more = True
        while more:
            piece, more = await connection.read()
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _connection(self) -> Connection:
        """A kept connection or a new one; one that cannot be made is tried once more, since nothing was sent."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            kept = self._idle.pop()
            if now - kept.idle_since < _IDLE_SECONDS:
                if kept.is_open():
                    return kept
            else:  # and so are those below it
                kept.close()
                await self.close()
        try:
            return await self._connect()
        except (OSError, TimeoutError):
            if not self._budget.spend():
                raise Unavailable from None
        await asyncio.sleep(_PAUSE_SECONDS)
        try:
            return await self._connect()
        except (OSError, TimeoutError):
            raise Unavailable from None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._connect_seconds):
            _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._secure)
        return connection

    def _keep(self, connection: Connection) -> None:
        if connection.may_be_kept() and len(self._idle) < _MOST_IDLE:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            connection.close()


class _Caller:
    """The caller's side: its body, and then whether it is still there."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._connection: Connection | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None

    async def read(self, announced: int | None) -> tuple[bytes, bool]:
        """The body in one piece if it is said to be small, else how it begins; and whether there is more."""
        body, more = await self._next()
        while more and announced is not None and announced <= _READ_AHEAD_BYTES:
            piece, more = await self._next()
            body += piece
        return body, more

    async def pump(self, connection: Connection, *, chunked: bool) -> None:
        """The rest of the body, as it comes."""
        more = True
        try:
            while more:
                piece, more = await self._next()
                await connection.write(_chunk(piece) if chunked else piece)
            if chunked:
                await connection.write(b"0\r\n\r\n")
        except (Problem, CallerLeft) as why:
            connection.give_up(why)
        else:
            self.watch(connection)

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise CallerLeft
        return message.get("body", b""), message.get("more_body", False)

    def watch(self, connection: Connection) -> None:
        """From a moment later on, break off when the caller leaves: nobody waits for the answer any more."""
        self._connection = connection
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER_SECONDS, self._start_watch)

    def _start_watch(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._wait_until_gone())

    async def _wait_until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._connection is not None:
            self._connection.give_up(CallerLeft())

    def forget(self) -> None:
        """The exchange is over: nobody needs to watch."""
        if self._timer:
            self._timer.cancel()
        if self._watch:
            self._watch.cancel()


def _announced(scope: Scope) -> int | None:
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)


def _chunk(piece: bytes) -> bytes:
    """As a chunk; an empty piece is none, since an empty chunk would be the end."""
    return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
