"""A service in another process, as an ASGI application: what it is called with goes out over HTTP."""

import asyncio
import functools
from collections.abc import AsyncIterator

import aiohttp
from multidict import CIMultiDict
from starlette.types import Receive, Scope, Send
from yarl import URL

from chassis.problems import Malformed, Unavailable
from gateway.limits import KIB
from gateway.refusals import AnswerLost

_READ_AHEAD_BYTES = 64 * KIB  # what is this small goes up in one write
_WATCH_AFTER_SECONDS = 0.05  # most answers are there by then, and need nobody to watch whether the caller stays
_PAUSE_SECONDS = 0.1  # before the one more try of a connection that could not be made
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Network:
    """The connections to all services, opened on first use and shared."""

    def __init__(self, *, connect_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The client of this process; only to be used in its event loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                # An idle connection goes before uvicorn's five seconds are over: a POST must not meet one being closed.
                connector=aiohttp.TCPConnector(limit=2000, keepalive_timeout=4.0, ttl_dns_cache=10),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_seconds),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            )
        return self._session

    async def close(self) -> None:
        """Close them all."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class Line:
    """The line to one service."""

    def __init__(self, address: str, network: Network) -> None:
        self._address = address.rstrip("/")
        self._network = network

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one request. Raises `Unavailable` if nothing was done, `AnswerLost` if that is not known."""
        headers = CIMultiDict[str]()
        for name, value in scope["headers"]:
            try:
                headers.add(name.decode(), value.decode())
            except UnicodeDecodeError:
                raise Malformed(header=name.decode("ascii", "replace")) from None
        caller = _Caller(receive)
        try:
            async with asyncio.timeout(None) as caller.presence:
                body = await caller.read_body(headers.get("content-length"))
                response = await self._open(scope, headers, body)
                try:
                    await _hand_on(response, send)
                finally:
                    response.close()  # of no effect once the whole answer was read
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise Unavailable from None
        except TimeoutError:
            if not caller.left:
                raise
        except aiohttp.ClientError:
            if not caller.left:
                raise (Unavailable if scope["method"] in _SAFE else AnswerLost)() from None
        finally:
            caller.forget()

    async def _open(
        self, scope: Scope, headers: CIMultiDict[str], body: bytes | AsyncIterator[bytes] | None
    ) -> aiohttp.ClientResponse:
        """Send the request and wait for the head of the answer.

        A connection that cannot be made is tried once more: nothing was sent. Beyond that only aiohttp itself tries
        again, once, what is idempotent by RFC 9110 and has no body under way.
        """
        query = scope["query_string"].decode("ascii")
        target = self._address + scope["raw_path"].decode("ascii") + (f"?{query}" if query else "")
        request = functools.partial(
            self._network.session.request,
            scope["method"],
            URL(target, encoded=True),
            headers=headers,
            data=body,
            allow_redirects=False,
        )
        try:
            return await request()
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(_PAUSE_SECONDS)
        return await request()


async def _hand_on(response: aiohttp.ClientResponse, send: Send) -> None:
    headers = [(name.lower(), value) for name, value in response.raw_headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    content = response.content
    more = True
    while more:
        chunk = await content.readany()
        more = not content.at_eof()
        await send({"type": "http.response.body", "body": chunk, "more_body": more})


class _Caller:
    """The caller's side: its body, and then whether it is still there."""

    presence: asyncio.Timeout

    def __init__(self, receive: Receive) -> None:
        self.left = False
        self._receive = receive
        self._timer: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None

    async def read_body(self, announced: str | None) -> bytes | AsyncIterator[bytes] | None:
        """A small body in one piece, a larger one as it comes, or none."""
        first, more = await self._next()
        if more and announced is not None and int(announced) <= _READ_AHEAD_BYTES:
            pieces = [first]
            while more:
                piece, more = await self._next()
                pieces.append(piece)
            first = b"".join(pieces)
        if more:
            return self._stream(first)
        self._look_after()
        return first or None

    async def _stream(self, first: bytes) -> AsyncIterator[bytes]:
        piece, more = first, True
        while more:
            if piece:
                yield piece
            piece, more = await self._next()
        if piece:
            yield piece
        self._look_after()

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._leave()
            raise aiohttp.ClientConnectionError
        return message.get("body", b""), message.get("more_body", False)

    def _look_after(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_WATCH_AFTER_SECONDS, self._start_watch)

    def _start_watch(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._wait_until_gone())

    async def _wait_until_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._leave()

    def _leave(self) -> None:
        self.left = True
        self.presence.reschedule(asyncio.get_running_loop().time())

    def forget(self) -> None:
        """The exchange is over: nobody needs to watch."""
        if self._timer:
            self._timer.cancel()
        if self._watch:
            self._watch.cancel()
