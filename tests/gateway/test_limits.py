"""Sizes and deadlines hold, over the network and in one process alike."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.limits import KIB, MIB, Limits
from tests.gateway.stand import Stand
from tests.gateway.wire import post

pytestmark = pytest.mark.asyncio

PIECE = b"x" * (64 * KIB)


@pytest.fixture
def limits() -> Limits:
    """Long enough for a busy machine; a test that waits for one to pass says its own."""
    return Limits(first_byte_seconds=20.0, total_seconds=30.0, upload_seconds=60.0, linger_seconds=0.5)


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    """A body of which nobody says the length beforehand."""
    for _ in range(size // len(PIECE)):
        yield PIECE
    if rest := size % len(PIECE):
        yield PIECE[:rest]


async def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not(door: Stand) -> None:
    for size, status in ((MIB, 200), (MIB + 1, 413)):
        for content in (b"x" * size, in_pieces(size)):
            answer = await door.client.post("/api/tasks/requests", content=content)
            assert answer.status_code == status
    assert answer.json()["code"] == "too-large"
    assert answer.json()["limit_bytes"] == MIB


async def test_an_announced_body_of_fifty_megabytes_is_refused_before_a_byte_of_it_is_read(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/requests", f"Content-Length: {50 * MIB}"))
        reply = await wire.hear(seconds=30)
        assert (reply.status, reply.json()["code"]) == (413, "too-large")
        assert ("connection", "close") in reply.headers
    assert door.service.seen == []


async def test_a_caller_that_sends_fifty_megabytes_anyway_can_read_the_refusal(door: Stand) -> None:
    answer = await door.client.post("/api/tasks/requests", content=b"x" * (50 * MIB))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    answer = await door.client.post("/api/tasks/attachments", content=b"x" * (50 * MIB))
    assert (answer.status_code, answer.json()["limit_bytes"]) == (413, 12 * MIB)
    assert door.service.seen == []


async def test_fifty_megabytes_in_pieces_stop_at_the_limit(door: Stand) -> None:
    answer = await door.client.post("/api/tasks/requests", content=in_pieces(50 * MIB))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    arrived = sum(door.service.arrived.get_nowait() for _ in range(door.service.arrived.qsize()))
    assert arrived <= MIB


async def test_a_refused_caller_cannot_keep_the_connection(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/requests", f"Content-Length: {50 * MIB}"))
        assert b" 413 " in await wire.hear_the_end(seconds=30)


async def test_who_asks_before_sending_is_refused_without_being_told_to_go_on(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/requests", f"Content-Length: {50 * MIB}", "Expect: 100-continue"))
        assert (await wire.hear(seconds=30)).status == 413
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/requests", "Content-Length: 2", "Expect: 100-continue"))
        assert await wire.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await wire.say(b"{}")
        assert (await wire.hear()).json()["bytes"] == 2


async def test_an_attachment_may_be_larger_and_arrives_whole(door: Stand) -> None:
    size = 12 * MIB
    expected = hashlib.sha256(b"x" * size).hexdigest()
    for content in (b"x" * size, in_pieces(size)):
        answer = await door.client.post("/api/tasks/attachments", content=content)
        assert (answer.status_code, answer.json()["sha256"]) == (200, expected)


async def test_a_body_in_pieces_reaches_the_service_before_it_is_whole(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/attachments", "Transfer-Encoding: chunked"))
        for _ in range(3):
            await wire.say(b"%x\r\n%b\r\n" % (len(PIECE), PIECE))
            arrived = 0
            async with asyncio.timeout(30):
                while arrived < len(PIECE):
                    arrived += await door.service.arrived.get()
        await wire.say(b"0\r\n\r\n")
        assert (await wire.hear()).json()["bytes"] == 3 * len(PIECE)


@pytest.mark.parametrize("limits", [Limits(first_byte_seconds=0.3)])
async def test_a_service_that_does_not_begin_to_answer_times_out(door: Stand) -> None:
    for content in (b"", b"{}", b"x" * (200 * KIB)):
        answer = await door.client.post("/api/tasks/asleep", content=content)
        assert (answer.status_code, answer.json()["code"]) == (504, "timed-out")


@pytest.mark.parametrize("limits", [Limits(total_seconds=1.0)])
async def test_a_service_that_does_not_end_its_answer_is_broken_off(door: Stand) -> None:
    async with asyncio.timeout(30):
        with pytest.raises(httpx.RemoteProtocolError):
            await door.client.get("/api/tasks/hang-midway")


@pytest.mark.parametrize("limits", [Limits(body_idle_seconds=0.3)])
async def test_a_caller_that_does_not_end_its_body_times_out(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/requests", "Content-Length: 10", body=b"12345"))
        assert b" 408 " in await wire.hear_the_end(seconds=20)


@pytest.mark.parametrize("limits", [Limits(first_byte_seconds=1.5)])
async def test_the_first_byte_is_waited_for_only_from_the_end_of_the_body(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/attachments", "Content-Length: 5"))
        for piece in (b"1", b"2", b"3", b"4", b"5"):
            await asyncio.sleep(0.4)
            await wire.say(piece)
        assert (await wire.hear()).json()["bytes"] == 5


@pytest.mark.parametrize("limits", [Limits(total_seconds=1.5)])
async def test_a_stream_of_events_may_outlive_the_total_deadline(door: Stand) -> None:
    async with asyncio.timeout(30), door.client.stream("GET", "/api/tasks/drip") as answer:
        pieces = answer.aiter_bytes()
        for number in range(3):
            assert await anext(pieces) == b"data: %d\n\n" % number
            await asyncio.sleep(0.7)
            door.service.go_on.set()
        assert [piece async for piece in pieces] == []


async def test_an_answer_before_the_body_was_read_is_handed_on(door: Stand) -> None:
    answer = await door.client.post("/api/tasks/early", content=b"x" * (900 * KIB))
    assert (answer.status_code, answer.json()) == (401, {"refused": True})
