"""The line to a service: every way in which an answer may be framed, and every way in which it may go wrong."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.limits import KIB, Limits
from tests.gateway.stand import Stand, gateway_before
from tests.gateway.test_failing_services import before_a_peer

pytestmark = pytest.mark.asyncio

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PATIENCE = 30.0


def talk(*answers: bytes, close: bool = False):  # type: ignore[no-untyped-def]
    """A service that says these in turn, the last one for ever."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(answers[min(number, len(answers)) - 1])
        if close:
            writer.close()

    return say


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x=y\r\n!\r\n0\r\n\r\n", b"ok!"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nTrailer: 1\r\n\r\n", b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\nContent-Length: 99\r\n\r\n', b""),
    ],
)
async def test_every_framing_is_understood_and_the_connection_used_again(answer: bytes, body: bytes) -> None:
    async with before_a_peer(talk(answer)) as (client, asked):
        for _ in range(3):
            assert (await client.get("/api/tasks/x")).content == body
        assert asked == [1, 1, 1]


async def test_an_answer_that_ends_with_its_connection_is_whole() -> None:
    async with before_a_peer(talk(b"HTTP/1.1 200 OK\r\n\r\nall of it", close=True)) as (client, asked):
        for _ in range(2):
            assert (await client.get("/api/tasks/x")).content == b"all of it"
        assert asked == [1, 2]


async def test_an_answer_to_head_has_no_body_whatever_length_it_says() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    async with before_a_peer(talk(head, head, OK)) as (client, asked):
        for _ in range(2):
            answer = await client.head("/api/tasks/x")
            assert (answer.status_code, answer.headers["content-length"]) == (200, "1000")
        assert (await client.get("/api/tasks/x")).content == b"ok"
        assert asked == [1, 1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * (100 * KIB) + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX\x00: 1\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"\x16\x03\x01\x02",
    ],
)
async def test_what_is_no_decent_answer_is_none_and_its_connection_is_not_used_again(answer: bytes) -> None:
    async with before_a_peer(talk(answer, answer, OK)) as (client, asked):
        refused = await client.get("/api/tasks/x")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        if len(asked) == 1:  # it was not worth a second try
            assert (await client.get("/api/tasks/x")).status_code == 503
        assert (await client.get("/api/tasks/x")).content == b"ok"
        assert len(set(asked)) == len(asked)


async def test_an_answer_that_nobody_asked_for_is_given_to_nobody() -> None:
    async with before_a_peer(talk(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret", OK)) as (client, asked):
        assert (await client.get("/api/tasks/x")).content == b"ok"
        assert (await client.get("/api/tasks/x")).content == b"ok"
        assert asked == [1, 2]


async def test_a_connection_that_the_service_closed_meanwhile_is_not_used() -> None:
    async with before_a_peer(talk(OK, close=True)) as (client, asked):
        for _ in range(3):
            assert (await client.post("/api/tasks/x", content=b"{}")).status_code == 200
        assert asked == [1, 2, 3]


async def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    together = asyncio.Barrier(5)

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await together.wait()
        writer.write(OK)

    async with before_a_peer(say) as (client, asked):
        answers = await asyncio.gather(*(client.get("/api/tasks/x") for _ in range(5)))
        assert [answer.content for answer in answers] == [b"ok"] * 5
        assert sorted(asked) == [1, 2, 3, 4, 5]


async def test_a_large_answer_waits_for_a_caller_that_reads_slowly(network_door: Stand) -> None:
    async with network_door.client.stream("GET", "/api/tasks/large", timeout=PATIENCE) as answer:
        pieces = answer.aiter_bytes()
        read = 0
        while read < 3_000_000:
            read += len(await anext(pieces))
        assert not network_door.service.left.is_set()
    async with asyncio.timeout(PATIENCE):
        await network_door.service.left.wait()


async def test_a_body_of_unknown_length_goes_on_in_chunks_and_arrives_whole(network_door: Stand) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for size in (1, 70_000, 3, 200_000):
            yield b"x" * size
            await asyncio.sleep(0)

    answer = await network_door.client.post("/api/tasks/x", content=pieces())
    assert answer.json()["bytes"] == 270_004
    assert (await network_door.client.post("/api/tasks/x", content=b"{}")).json()["bytes"] == 2


async def test_a_service_that_refuses_before_the_body_is_through_is_heard() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.read(65536):
                pass

    async with before_a_peer(refuse) as (client, _):
        answer = await client.post("/api/tasks/x", content=b"x" * (900 * KIB))
        assert (answer.status_code, answer.content) == (403, b"no")


async def test_a_service_behind_a_path_is_asked_there() -> None:
    asked = asyncio.Queue[bytes]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.put_nowait(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with gateway_before({"tasks": f"http://127.0.0.1:{port}/behind/"}, limits=Limits()) as (client, _):
        assert (await client.get("/api/tasks/x%2Fy?z=1")).content == b"ok"
    server.close()
    assert (await asked.get()).startswith(b"GET /behind/x%2Fy?z=1 HTTP/1.1\r\nhost: tasks\r\n")


async def test_a_caller_that_leaves_in_its_body_leaves_no_half_request_behind(network_door: Stand) -> None:
    with contextlib.suppress(httpx.HTTPError):

        async def pieces() -> AsyncIterator[bytes]:
            yield b"x" * 100
            raise httpx.ReadError("left")

        await network_door.client.post("/api/tasks/attachments", content=pieces())
    async with asyncio.timeout(PATIENCE):
        await network_door.service.left.wait()
    assert (await network_door.client.get("/api/tasks/mine")).json()["path"] == "/mine"
