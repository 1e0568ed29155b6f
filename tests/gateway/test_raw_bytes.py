"""Whatever bytes come in at the socket, the gateway answers or closes, leaks nothing, and goes on serving others."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from gateway.app import create_app
from gateway.limits import KIB, MIB, Limits
from gateway.origin import Proxies
from gateway.upstreams import in_process
from profiles.connections import ConnectionLimits
from tests.gateway.stand import Service, serve
from tests.gateway.wire import Wire, post

pytestmark = pytest.mark.asyncio

LIMITS = Limits(first_byte_seconds=20, total_seconds=30, body_idle_seconds=0.3, linger_seconds=0.2)
PATIENCE = 30.0  # seconds for what takes a moment; a busy machine may need them
CONNECTIONS = ConnectionLimits(most=60, most_each=50, head_seconds=PATIENCE, read_seconds=PATIENCE)
GET = b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\n\r\n"


@dataclass(frozen=True)
class Fired:
    """A gateway under fire, and a client that wants to be served meanwhile."""

    service: Service
    client: httpx.AsyncClient
    port: int

    async def still_serves(self) -> None:
        """Somebody else is answered, and the machine that watches is too."""
        assert (await self._get("/api/tasks/mine")).json()["path"] == "/mine"
        assert (await self._get("/health")).json() == {"live": True}
        assert (await self._get("/metrics")).status_code == 200

    async def _get(self, path: str) -> httpx.Response:
        """Ask anew while connections are short, as everybody would."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    return await self.client.get(path)


@contextlib.asynccontextmanager
async def standing(limits: ConnectionLimits) -> AsyncIterator[Fired]:
    """A gateway with small limits."""
    service = Service()
    async with (
        serve(create_app(in_process({"tasks": service}), limits=LIMITS), limits=limits) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False) as client,
    ):
        yield Fired(service, client, port)


@pytest_asyncio.fixture
async def fired() -> AsyncIterator[Fired]:
    """The same, with the limits of this module."""
    async with standing(CONNECTIONS) as door:
        yield door


async def say_and_hear(port: int, said: bytes, *, end: bool = True) -> bytes:
    """Everything that comes back until the gateway closes; a reset is an end too."""
    with contextlib.suppress(ConnectionError):
        async with Wire(port) as wire:
            wire.writer.write(said)
            with contextlib.suppress(ConnectionError):
                await wire.writer.drain()
            if end and wire.writer.can_write_eof():
                wire.writer.write_eof()
            return await wire.hear_the_end(seconds=PATIENCE)
    return b""


HOSTILE = {
    "bad chunk size": post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"zz\r\nab\r\n0\r\n\r\n"),
    "chunk longer than it says": post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"2\r\nabcdef\r\n0\r\n\r\n"),
    "endless chunk size": post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"f" * 4096),
    "huge chunk size": post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"ffffffffffffffffff\r\n"),
    "negative length": post("/api/tasks/x", "Content-Length: -1"),
    "huge length": post("/api/tasks/x", "Content-Length: 99999999999999999999999"),
    "length and chunks": post("/api/tasks/x", "Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "100,000 headers": b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\n" + b"a: b\r\n" * 100_000 + b"\r\n",
    "101 headers": b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\n" + b"a: b\r\n" * 101 + b"\r\n",
    "huge header": b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\nX: " + b"a" * MIB + b"\r\n\r\n",
    "huge request line": b"GET /api/tasks/" + b"a" * MIB + b" HTTP/1.1\r\nHost: door\r\n\r\n",
    "huge method": b"A" * MIB + b" / HTTP/1.1\r\n\r\n",
    "invalid UTF-8 in the path": b"GET /api/tasks/\xff\xfe HTTP/1.1\r\nHost: door\r\n\r\n",
    "invalid UTF-8 encoded": b"GET /api/tasks/%ff%fe HTTP/1.1\r\nHost: door\r\n\r\n",
    "invalid UTF-8 in the host": b"GET /api/tasks/x HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    "invalid UTF-8 in a header": b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\nX-A: \xff\xfe\r\n\r\n",
    "NUL": b"GET /api/tasks/\x00 HTTP/1.1\r\nHost: door\r\n\r\n",
    "line feeds alone": b"GET /api/tasks/x HTTP/1.1\nHost: door\n\n",
    "no version": b"GET /api/tasks/x\r\n\r\n",
    "another version": b"GET /api/tasks/x HTTP/9.9\r\nHost: door\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "noughts": bytes(100_000),
    "upgrade": GET.removesuffix(b"\r\n") + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello",
    "garbage behind a request": GET + b"\x00\x01garbage\r\n\r\n",
    "a second half": GET + b"GET /api/tasks/y HT",
    "nothing": b"",
    "half a body": post("/api/tasks/x", "Content-Length: 100", body=b"half"),
    "trailers": post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"0\r\n" + b"a: b\r\n" * 50_000 + b"\r\n"),
}


@pytest.mark.parametrize("said", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_bytes_end_in_an_answer_or_a_closed_connection(fired: Fired, said: bytes) -> None:
    heard = await say_and_hear(fired.port, said)
    assert heard == b"" or heard.startswith(b"HTTP/1.1 ")
    assert b"HTTP/1.1 5" not in heard
    await fired.still_serves()


@pytest.mark.parametrize("which", ["100,000 headers", "101 headers", "huge header", "huge request line"])
async def test_a_head_beyond_its_limits_is_refused_as_too_large_and_reaches_no_service(
    fired: Fired, which: str
) -> None:
    heard = await say_and_hear(fired.port, HOSTILE[which], end=False)
    refused = b" 431 " in heard and b'"code":"head-too-large"' in heard
    assert refused or (heard == b"" and which != "101 headers")  # a reset may overtake it where much was sent
    assert fired.service.seen == []


async def test_requests_in_a_row_are_answered_in_order_before_the_garbage_behind_them(fired: Fired) -> None:
    heard = await say_and_hear(fired.port, GET * 5 + b"\x00garbage\r\n\r\n", end=False)
    assert heard.count(b"HTTP/1.1 200 OK") == 5
    assert b"HTTP/1.1 4" not in heard


async def test_a_head_that_trickles_is_cut_off() -> None:
    began = time.monotonic()
    async with standing(ConnectionLimits(head_seconds=0.5)) as fired, Wire(fired.port) as wire:
        with contextlib.suppress(ConnectionError):
            for byte in GET * 1000:
                await wire.say(bytes([byte]))
                if wire.reader.at_eof() or time.monotonic() - began > PATIENCE:
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wire.reader.read(1), 0.05)
        assert fired.service.seen == []
        await fired.still_serves()
    assert time.monotonic() - began < PATIENCE * 2


async def test_a_silent_connection_is_closed() -> None:
    async with standing(ConnectionLimits(head_seconds=0.3)) as fired, Wire(fired.port) as wire:
        with contextlib.suppress(ConnectionError):
            assert await wire.hear_the_end(seconds=PATIENCE) == b""


async def test_a_body_that_stands_still_is_refused_as_too_slow(fired: Fired) -> None:
    heard = await say_and_hear(fired.port, post("/api/tasks/x", "Content-Length: 100", body=b"half"), end=False)
    assert b"HTTP/1.1 408 " in heard
    assert b'"code":"too-slow"' in heard


async def test_a_reader_that_does_not_read_is_cut_off_and_the_service_is_let_go() -> None:
    async with standing(ConnectionLimits(read_seconds=0.3)) as fired, Wire(fired.port) as wire:
        wire.writer.write(post("/api/tasks/large", "Content-Length: 0"))
        async with asyncio.timeout(PATIENCE):
            await fired.service.left.wait()
        await fired.still_serves()


async def test_slow_callers_do_not_keep_others_from_being_served(fired: Fired) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(40):
            wire = await stack.enter_async_context(Wire(fired.port))
            wire.writer.write(b"GET /api/tasks/x HTTP/1.1\r\nHost: do")
        await fired.still_serves()


async def test_one_address_cannot_have_more_connections_than_its_share() -> None:
    async with (
        standing(ConnectionLimits(most=100, most_each=5, head_seconds=PATIENCE)) as door,
        contextlib.AsyncExitStack() as stack,
    ):
        wires = [await stack.enter_async_context(Wire(door.port)) for _ in range(8)]
        for wire in wires[5:]:
            with contextlib.suppress(ConnectionError):
                assert await wire.hear_the_end(seconds=PATIENCE) == b""
        for wire in wires[:5]:
            await wire.say(GET)
            assert (await wire.hear(seconds=PATIENCE)).status == 200


async def test_the_connection_that_was_silent_longest_makes_room_for_the_next() -> None:
    async with (
        standing(ConnectionLimits(most=5, trusted=Proxies(), head_seconds=PATIENCE)) as door,
        contextlib.AsyncExitStack() as stack,
    ):
        wires = []
        for _ in range(5):
            wires.append(await stack.enter_async_context(Wire(door.port)))
            await wires[-1].say(GET)
            await wires[-1].hear(seconds=PATIENCE)
        newcomer = await stack.enter_async_context(Wire(door.port))
        await newcomer.say(GET)
        assert (await newcomer.hear(seconds=PATIENCE)).status == 200
        with contextlib.suppress(ConnectionError):
            assert await wires[0].hear_the_end(seconds=PATIENCE) == b""


async def test_a_thousand_random_mutations_of_requests_leave_it_serving(fired: Fired) -> None:
    chance = random.Random(20261122)
    seeds = [said[: 4 * KIB] for said in HOSTILE.values()] + [
        GET,
        post("/api/tasks/x", "Content-Length: 2", body=b"{}"),
    ]

    def mutated() -> bytes:
        said = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(said) + 1)
            deed = chance.randrange(4)
            if deed == 0:
                said[at:at] = chance.randbytes(chance.randrange(1, 16))
            elif deed == 1:
                del said[at : at + chance.randrange(1, 16)]
            elif deed == 2 and said:
                said[at % len(said)] = chance.randrange(256)
            else:
                said[at:at] = chance.choice([b"\r\n", b"\n", b"\r", b"\x00", b": ", b"chunked", b"\xff", b"0\r\n\r\n"])
        return bytes(said)

    for _ in range(40):
        answers = await asyncio.gather(*(say_and_hear(fired.port, mutated()) for _ in range(25)))
        assert all(heard == b"" or heard.startswith(b"HTTP/1.1 ") for heard in answers)
        assert all(b"HTTP/1.1 50" not in heard for heard in answers)
    await fired.still_serves()
