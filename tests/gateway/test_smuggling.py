"""A request that two readers could understand differently reaches nobody."""

import asyncio

import pytest
from starlette.types import Message, Scope

from chassis.problems import Malformed
from gateway.app import create_app
from gateway.headers import pass_on
from gateway.upstreams import in_process
from tests.gateway.stand import Service, Stand
from tests.gateway.wire import post

pytestmark = pytest.mark.asyncio

HIDDEN = b"0\r\n\r\nGET /api/tasks/hidden HTTP/1.1\r\nHost: door\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        post("/api/tasks/x", "Content-Length: 5", "Transfer-Encoding: chunked", body=HIDDEN),
        post("/api/tasks/x", "Transfer-Encoding: chunked", "Content-Length: 5", body=HIDDEN),
        post("/api/tasks/x", "Content-Length: 5", "Content-Length: 6", body=b"123456"),
        post("/api/tasks/x", "Content-Length: 5, 6", body=b"123456"),
        post("/api/tasks/x", "Content-Length: +5", body=b"12345"),
        post("/api/tasks/x", "Content-Length: -5", body=b"12345"),
        post("/api/tasks/x", "Content-Length: 5 5", body=b"12345"),
        post("/api/tasks/x", "Content-Length: 0x5", body=b"12345"),
        post("/api/tasks/x", "Transfer-Encoding: gzip, chunked", body=HIDDEN),
        post("/api/tasks/x", "Transfer-Encoding: chunked, identity", body=HIDDEN),
        post("/api/tasks/x", "Transfer-Encoding: xchunked", body=HIDDEN),
        post("/api/tasks/x", "Transfer-Encoding : chunked", body=HIDDEN),
        post("/api/tasks/x", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=HIDDEN),
        post("/api/tasks/x", "X-A: 1\rContent-Length: 5", body=b"12345"),
        post("/api/tasks/x", "X-A: 1\x00", "Content-Length: 0"),
        post("/api/tasks/x", "X-A: 1\x01", "Content-Length: 0"),
        post("/api/tasks/x", " X-Folded: 1", "Content-Length: 0"),
        post("/api/tasks/x", "Host: another", "Content-Length: 0"),
        post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"zz\r\n12\r\n0\r\n\r\n"),
        post("/api/tasks/x", "Transfer-Encoding: chunked", body=b"2;\n\r\n12\r\n0\r\n\r\n"),
        b"GET /api/tasks/x HTTP/1.1\r\nHost: door\r\nX-A: \xff\r\n\r\n",
        "GET /api/tasks/浙 HTTP/1.1\r\nHost: door\r\n\r\n".encode(),
        "GET /api/tasks/x?浙 HTTP/1.1\r\nHost: door\r\n\r\n".encode(),
        b"GET /api/tasks/x y HTTP/1.1\r\nHost: door\r\n\r\n",
        b"GET http://tasks/internal HTTP/1.1\r\nHost: door\r\n\r\n",
        b"CONNECT tasks:80 HTTP/1.1\r\nHost: tasks:80\r\n\r\n",
    ],
)
async def test_an_ambiguous_request_reaches_no_service(network_door: Stand, request_: bytes) -> None:
    async with network_door.wire() as wire:
        await wire.say(request_)
        wire.writer.write_eof()
        heard = await wire.hear_the_end()
    status = int(heard.split(b" ", 2)[1]) if heard else 400
    assert 400 <= status < 500
    assert heard.count(b"HTTP/1.1 ") <= 1
    await asyncio.sleep(0.05)  # for what a server may have kept back until the refusal was out
    assert network_door.service.seen == []


async def test_an_ambiguous_request_leaves_the_connections_to_the_service_clean(network_door: Stand) -> None:
    for body in (HIDDEN, b"5\r\n12345\r\n" + HIDDEN):
        async with network_door.wire() as wire:
            await wire.say(post("/api/tasks/x", "Transfer-Encoding: chunked", body=body))
            assert (await wire.hear()).status == 200
            assert (await network_door.client.get("/api/tasks/mine")).json()["path"] == "/mine"


async def test_half_a_body_is_never_taken_for_a_whole_one(network_door: Stand) -> None:
    async with network_door.wire() as wire:
        await wire.say(post("/api/tasks/attachments", "Content-Length: 200000", body=b"x" * 100_000))
    async with network_door.wire() as wire:
        await wire.say(post("/api/tasks/attachments", "Content-Length: 20", body=b"x" * 10))
    assert (await network_door.client.get("/api/tasks/mine")).json()["path"] == "/mine"
    assert "/attachments" not in network_door.service.seen or network_door.service.left.is_set()


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
        [(b"content-length", b"5"), (b"content-length", b"5")],
        [(b"content-length", b"5, 5")],
        [(b"content-length", b"")],
        [(b"content-length", b"\xb2")],
        [(b"content-length", b"9" * 16)],
        [(b"transfer-encoding", b"gzip, chunked")],
        [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"chunked")],
        [(b"host", b"a"), (b"host", b"b")],
    ],
)
async def test_the_gateway_itself_refuses_what_a_server_might_let_through(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(Malformed):
        pass_on(headers)


async def test_a_refusal_without_a_server_is_a_problem_too() -> None:
    sent: list[Message] = []
    service = Service()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/api/tasks/x",
        "raw_path": b"/api/tasks/x",
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "headers": [(b"content-length", b"5"), (b"transfer-encoding", b"chunked")],
    }
    await create_app(in_process({"tasks": service}))(scope, receive, send)
    assert sent[0]["status"] == 400
    assert b'"code":"malformed"' in sent[1]["body"]
    assert service.seen == []
