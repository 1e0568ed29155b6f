"""The gateway's own questions to a service: one small request, answered whole."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message

from chassis.problems import Problem, TimedOut, Unavailable
from gateway.breaker import Breaker
from gateway.headers import Headers, name_request


@dataclass(frozen=True, slots=True)
class Told:
    """What the service answered."""

    status: int
    body: bytes


async def ask(
    upstream: ASGIApp,
    path: str,
    *,
    seconds: float,
    body: bytes = b"",
    query: str = "",
    said: Headers | None = None,
) -> Told:
    """GET a path of a service, or POST JSON to it; `said` are headers to pass on, with a name and trace of their own.

    Raises `TimedOut`, or what the upstream raises for a service that is down.
    """
    status = 0
    answer = bytearray()
    answered = asyncio.Event()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await answered.wait()
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            answer.extend(message.get("body", b""))
            if not message.get("more_body", False):
                answered.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST" if body else "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (b"host", b"gateway"),
            (b"accept", b"application/json"),
            *([(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))] if body else ()),
            *(said if said is not None else name_request(()).headers()),
        ],
        "client": None,
        "server": None,
        "state": {},
    }
    try:
        async with asyncio.timeout(seconds):
            await upstream(scope, receive, send)
    except TimeoutError:
        raise TimedOut from None
    return Told(status, bytes(answer))


@dataclass(frozen=True, slots=True)
class Services:
    """The services with the breaker of each; `seconds` is what each question has."""

    upstreams: Mapping[str, ASGIApp]
    breakers: Mapping[str, Breaker]
    seconds: float

    async def ask(self, service: str, path: str, *, query: str, said: Headers) -> Told:
        """Ask a service unless its breaker says that it rests; what it fails in counts there.

        Raises `Unavailable` where there is no such service, `Resting`, and what `ask` raises.
        """
        upstream = self.upstreams.get(service)
        if upstream is None:
            raise Unavailable()
        breaker = self.breakers[service]
        probe = breaker.enter()
        failed: bool | None = None
        try:
            told = await ask(upstream, path, seconds=self.seconds, query=query, said=said)
            failed = False
        except Problem:
            failed = True
            raise
        finally:
            breaker.leave(probe=probe, failed=failed)
        return told
