"""What callers are told when a service is down or dies under their request."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.limits import Limits
from tests.gateway.stand import Service, Stand, free_port, gateway_before, serve

pytestmark = pytest.mark.asyncio

LIMITS = Limits(first_byte_seconds=20.0, total_seconds=30.0)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


@contextlib.asynccontextmanager
async def before_a_peer(talk: Talk) -> AsyncIterator[tuple[httpx.AsyncClient, list[int]]]:
    """A gateway before a server that talks as the test says; with the number of each connection it was asked on."""
    asked: list[int] = []
    connections = 0

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        mine = connections
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                asked.append(mine)
                await talk(reader, writer, len(asked))
                if writer.is_closing():
                    break
        writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        async with gateway_before({"tasks": f"http://127.0.0.1:{port}"}, limits=LIMITS) as (client, _):
            yield client, asked
    finally:
        server.close()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    """Close without a word."""
    writer.close()


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    """Answer what is not HTTP."""
    writer.write(b"EHLO\r\n\r\n")


async def hang_up_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    """Close the first time, answer the second."""
    if number == 1:
        writer.close()
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def test_a_service_that_is_down_is_unavailable_and_nothing_was_done() -> None:
    async with gateway_before({"tasks": f"http://127.0.0.1:{free_port()}"}, limits=LIMITS) as (client, _):
        for method in ("GET", "POST"):
            answer = await client.request(method, "/api/tasks/requests")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_a_service_that_comes_back_in_a_moment_is_tried_once_more_even_for_a_post() -> None:
    port = free_port()
    async with gateway_before({"tasks": f"http://127.0.0.1:{port}"}, limits=LIMITS) as (client, _):
        asking = asyncio.create_task(client.post("/api/tasks/requests", content=b"{}"))
        await asyncio.sleep(0.03)
        server = await asyncio.start_server(_answer_ok, "127.0.0.1", port)
        answer = await asking
        server.close()
    assert (answer.status_code, answer.content) == (200, b"ok")


async def _answer_ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"{}")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    writer.close()


async def test_a_post_whose_answer_is_lost_is_not_sent_again() -> None:
    async with before_a_peer(hang_up) as (client, asked):
        answer = await client.post("/api/tasks/requests", content=b"{}")
        assert (answer.status_code, answer.json()["code"]) == (502, "answer-lost")
        assert "不会重复办理" in answer.json()["title_zh"]
        assert len(asked) == 1


async def test_a_get_whose_answer_is_lost_is_sent_once_more() -> None:
    async with before_a_peer(hang_up_once) as (client, asked):
        answer = await client.get("/api/tasks/requests")
        assert (answer.status_code, answer.content, len(asked)) == (200, b"ok", 2)
    async with before_a_peer(hang_up) as (client, asked):
        answer = await client.get("/api/tasks/requests")
        assert (answer.status_code, answer.json()["code"], len(asked)) == (503, "unavailable", 2)


async def test_a_service_that_does_not_speak_http_is_no_service() -> None:
    async with before_a_peer(babble) as (client, _):
        assert (await client.get("/api/tasks/requests")).status_code == 503
        assert (await client.post("/api/tasks/requests", content=b"{}")).status_code == 502


async def test_connections_to_a_service_are_used_again() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async with before_a_peer(answer) as (client, asked):
        for _ in range(4):
            assert (await client.get("/api/tasks/requests")).content == b"ok"
        assert asked == [1, 1, 1, 1]


async def test_a_compressed_answer_passes_as_it_is() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd")

    async with (
        before_a_peer(answer) as (client, _),
        client.stream("GET", "/api/tasks/requests") as streamed,
    ):
        assert streamed.headers["content-encoding"] == "br"
        assert [piece async for piece in streamed.aiter_raw()] == [b"abcd"]


async def test_a_caller_that_leaves_early_frees_the_connection_to_the_service(network_door: Stand) -> None:
    for path in ("asleep", "drip"):
        for _ in range(3):
            with contextlib.suppress(httpx.TimeoutException):
                async with network_door.client.stream("GET", f"/api/tasks/{path}", timeout=0.15) as answer:
                    await anext(answer.aiter_bytes())
            async with asyncio.timeout(30):
                await network_door.service.left.wait()
            network_door.service.left.clear()


async def test_a_service_killed_in_the_middle_of_its_answer_breaks_the_answer_off() -> None:
    async def die_midway(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
        await writer.drain()
        writer.transport.abort()

    async with before_a_peer(die_midway) as (client, _):
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/api/tasks/requests")


async def test_one_service_down_does_not_touch_another() -> None:
    down = f"http://127.0.0.1:{free_port()}"
    async with (
        serve(Service()) as port,
        gateway_before({"tasks": down, "members": f"http://127.0.0.1:{port}"}, limits=LIMITS) as (client, _),
    ):
        answers = await asyncio.gather(client.get("/api/tasks/x"), client.get("/api/members/x"))
        assert [answer.status_code for answer in answers] == [503, 200]


async def test_a_timed_out_service_in_this_process_is_given_up() -> None:
    service = Service()
    async with gateway_before({"tasks": service}, limits=Limits(first_byte_seconds=0.2)) as (client, _):
        assert (await client.get("/api/tasks/asleep")).status_code == 504
    assert service.cancelled.is_set()


async def test_a_timeout_of_a_services_own_is_not_taken_for_the_gateways() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise TimeoutError

    async with gateway_before({"tasks": fail}) as (client, _):
        assert (await client.get("/api/tasks/requests")).status_code == 500
