"""Servers of others, called over HTTP: bounded in time, size and number, and left alone while they are down."""

import asyncio
import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loaded with the first call: most processes call nobody outside, and it takes a tenth of a start
    import httpx

LONGEST_ANSWER = 1024 * 1024  # bytes
FAILURES = 5
"""So many failed calls one after another, and the server is left alone for a while (own figure)."""
REST = 15.0
"""Seconds for which it is left alone; then one call tries (own figure)."""

# Their lines would name the whole address, and WeChat wants its secret there.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Away(Exception):  # each adapter turns it into a Problem of its own
    """The server gave no answer that can be used; `sent` says whether it may have done what it was asked for."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class LeftAlone(Away):
    """The server was not even called, and is not to be called again at once: it is down, or we ask too much of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, sent=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; any code below 500."""

    code: int
    content_type: str
    body: bytes


class Circuit:
    """Lets calls through until several have failed in a row; then none for a while, then one that tries."""

    def __init__(self, *, failures: int = FAILURES, rest: float = REST) -> None:
        self._most = failures
        self._rest = rest
        self._failed = 0
        self._closed_until = 0.0
        self._trying = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call. Raises `LeftAlone` while the server is; counts the `Away` of the call itself."""
        broken = self._failed >= self._most
        if broken and (self._trying or time.monotonic() < self._closed_until):
            raise LeftAlone("failed before")
        self._trying = self._trying or broken
        try:
            yield
        except Away:
            self._failed += 1
            self._closed_until = time.monotonic() + self._rest
            raise
        else:
            self._failed = 0
        finally:
            self._trying = self._trying and not broken


class Outside:
    """One server outside. No call waits for another: beyond `at_once` they are refused, before memory grows.

    A connection is made for each call, so that nothing needs closing at the end: what is asked of them, sign-ins, is
    rare.
    """

    def __init__(
        self,
        address: str,
        *,
        seconds: float = 5.0,
        connect_seconds: float = 2.0,
        at_once: int = 32,
        circuit: Circuit | None = None,
    ) -> None:
        """`seconds` bounds a whole call, however slowly the answer drips."""
        self._address = address.rstrip("/")
        self._seconds = seconds
        self._connect_seconds = connect_seconds
        self._free = at_once
        self._circuit = circuit or Circuit()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call once, following no redirection. Raises `Away` for no answer in time, one too long, or a 5xx."""
        if self._free == 0:
            raise LeftAlone("too many calls at once")
        self._free -= 1
        try:
            with self._circuit.call():
                return await self._exchange(method, path, query=query, body=body, headers=headers)
        finally:
            self._free += 1

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Reply:
        import httpx

        try:
            async with asyncio.timeout(self._seconds), self._client() as client:
                request = client.build_request(
                    method, f"{self._address}{path}", params=query, content=body, headers=headers
                )
                answer = await client.send(request, stream=True)
                try:
                    body = await _bounded(answer)
                finally:
                    await answer.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as away:
            raise Away(type(away).__name__, sent=False) from None
        except (httpx.HTTPError, TimeoutError) as away:
            raise Away(type(away).__name__, sent=True) from None
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Away(f"answered {answer.status_code}", sent=True)
        return Reply(answer.status_code, answer.headers.get("content-type", ""), body)

    def _client(self) -> "httpx.AsyncClient":
        import httpx

        secure = _trusted() if self._address.startswith("https:") else False
        timeout = httpx.Timeout(self._seconds, connect=self._connect_seconds)
        return httpx.AsyncClient(timeout=timeout, verify=secure, trust_env=False)


async def _bounded(answer: "httpx.Response") -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > LONGEST_ANSWER:
            raise Away("answer too long", sent=True)
    return bytes(body)


@cache
def _trusted() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context(trust_env=False)
