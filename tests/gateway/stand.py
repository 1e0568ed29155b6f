"""What the gateway's tests stand on: real servers on random ports, and a service that does as it is told."""

import asyncio
import contextlib
import hashlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import create_app
from gateway.limits import Limits
from gateway.upstreams import in_process, over_network
from profiles.connections import ConnectionLimits, guarded, sweep
from tests.gateway.wire import Wire

DOCUMENT = {"openapi": "3.1.0", "info": {"title": "办理", "version": "1"}, "paths": {}}


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, which belong to pytest, and stopped at once instead of at the next tick."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait for the end, and look at the connections meanwhile."""
        await self.on_tick(0)
        while not self.over.is_set():
            sweep(self.server_state.connections, asyncio.get_running_loop().time())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), 0.05)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals as they are."""
        yield


@contextlib.asynccontextmanager
async def serve(app: ASGIApp, *, limits: ConnectionLimits | None = None) -> AsyncIterator[int]:
    """A real server on a random port of the loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=guarded(limits or ConnectionLimits()),
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        ws="none",
    )
    config.timeout_graceful_shutdown = 1
    server = Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield listener.getsockname()[1]
    finally:
        server.over.set()
        await running
        listener.close()


class Service:
    """Answers what its path says, and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.arrived: asyncio.Queue[int] = asyncio.Queue()  # sizes of pieces of a body, as they come
        self.go_on = asyncio.Event()
        self.left = asyncio.Event()
        self.ready: tuple[int, object] = (200, {"ready": True, "reasons": []})
        self.document: object = DOCUMENT
        self.keys: object = {"keys": []}
        self.cancelled = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                kind = (await receive())["type"]
                await send({"type": f"{kind}.complete"})
            return
        self.seen.append(scope["path"])
        deed = scope["path"].strip("/").partition("/")[0].replace("-", "_").replace(".", "_")
        await getattr(self, f"do_{deed}", self.do_echo)(scope, receive, send)

    async def answer(self, send: Send, told: object, *, status: int = 200, more: list[tuple[bytes, bytes]]) -> None:
        """A small JSON answer."""
        body = orjson.dumps(told)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *more]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def do_echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell what arrived."""
        digest, size, more = hashlib.sha256(), 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            size += len(message["body"])
            digest.update(message["body"])
            self.arrived.put_nowait(len(message["body"]))
            more = message.get("more_body", False)
        told = {
            "method": scope["method"],
            "path": scope["path"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode()] for name, value in scope["headers"]],
            "bytes": size,
            "sha256": digest.hexdigest(),
        }
        await self.answer(send, told, more=[])

    async def do_asleep(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Never answer; notice if the caller leaves or the call is given up."""
        await receive()
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        self.left.set()

    async def do_drip(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A stream of events, the next one when told to."""
        await receive()
        gone = asyncio.create_task(self._wait_until_gone(receive))
        try:
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
            )
            for number in range(3):
                await send({"type": "http.response.body", "body": b"data: %d\n\n" % number, "more_body": True})
                await self.go_on.wait()
                self.go_on.clear()
                if self.left.is_set():
                    return
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _wait_until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left.set()
        self.go_on.set()

    async def do_hang_midway(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin an answer of ten bytes and never end it."""
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})
        await receive()

    async def do_break_midway(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin an answer, and give up without its end."""
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
        await send({"type": "http.response.body", "body": b"12345", "more_body": True})

    async def do_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer without end, as fast as it is taken; notice when nobody takes it any more."""
        gone = asyncio.create_task(self._wait_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while not self.left.is_set():
                await send({"type": "http.response.body", "body": bytes(65536), "more_body": True})
                await asyncio.sleep(0)
        finally:
            self.left.set()
            gone.cancel()

    async def do_early(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse without reading the body."""
        await self.answer(send, {"refused": True}, status=401, more=[])

    async def do_hostile(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say what only the gateway may say, or what is of no concern beyond it."""
        await receive()
        more = [
            (b"x-request-id", b"not-the-one-asked-with"),
            (b"traceparent", b"nonsense"),
            (b"connection", b"x-private"),
            (b"x-private", b"1"),
            (b"keep-alive", b"timeout=99"),
            (b"proxy-authenticate", b"Basic"),
            (b"referrer-policy", b"unsafe-url"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"cache-control", b"max-age=60"),
            (b"etag", b'"7"'),
        ]
        await self.answer(send, {}, more=more)

    async def do_open_to_all(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say what only the gateway may say about other origins."""
        await receive()
        await self.answer(send, {}, more=[(b"access-control-allow-origin", b"*")])

    async def do_long(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A long answer with a tag, or none if the caller has it still."""
        await receive()
        if dict(scope["headers"]).get(b"if-none-match") in {b'"7"', b'W/"7"'}:
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"7"')]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.answer(send, [0] * 5001, more=[(b"etag", b'"7"')])

    async def do_encoded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer that the service has encoded itself."""
        await receive()
        await self.answer(send, [0] * 5001, more=[(b"content-encoding", b"br")])

    async def do_moved(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Point to the address in the query."""
        await receive()
        await self.answer(send, {}, status=307, more=[(b"location", scope["query_string"])])

    async def do_nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """204."""
        await receive()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def do_health(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As the test wants it."""
        status, told = self.ready
        await self.answer(send, told, status=status, more=[])

    async def do_jwks(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As the test wants it."""
        await self.answer(send, self.keys, more=[])

    async def do_openapi_json(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As the test wants it."""
        await self.answer(send, self.document, more=[])


@dataclass(frozen=True)
class Stand:
    """A running gateway, its service `tasks`, and a client."""

    service: Service
    client: httpx.AsyncClient
    port: int

    def wire(self) -> Wire:
        """A connection on which a test writes its own bytes."""
        return Wire(self.port)


@contextlib.asynccontextmanager
async def gateway_before(
    services: dict[str, str] | dict[str, ASGIApp], *, limits: Limits | None = None
) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """A gateway before services given as addresses or as applications."""
    addresses = {name: there for name, there in services.items() if isinstance(there, str)}
    apps = {name: there for name, there in services.items() if not isinstance(there, str)}
    upstreams = over_network(addresses, connect_seconds=0.5) if addresses else in_process(apps)
    async with (
        serve(create_app(upstreams, limits=limits)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client,
    ):
        yield client, port


@contextlib.asynccontextmanager
async def stand(service: Service, *, limits: Limits, network: bool) -> AsyncIterator[Stand]:
    """A gateway before one service."""
    async with contextlib.AsyncExitStack() as stack:
        there: dict[str, str] | dict[str, ASGIApp] = {"tasks": service}
        if network:
            there = {"tasks": f"http://127.0.0.1:{await stack.enter_async_context(serve(service))}"}
        client, port = await stack.enter_async_context(gateway_before(there, limits=limits))
        yield Stand(service, client, port)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
