"""Calls to servers of others: bounded in time, size and number, and none while they are down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from chassis.outside import LONGEST_ANSWER, Away, Circuit, LeftAlone, Outside
from profiles.servers.processes import pick_ports
from tests.standins.running import served

pytestmark = pytest.mark.asyncio


class Neighbour:
    """A server outside that does as it is asked."""

    def __init__(self) -> None:
        self.called = 0
        self.app = Starlette(routes=[Route("/{what}", self.answer, methods=["GET", "POST"])])

    async def answer(self, request: Request) -> Response:
        """By the name in the path."""
        self.called += 1
        match request.path_params["what"]:
            case "echo":
                body = await request.body()
                return Response(request.url.query.encode() + b"|" + body, media_type="text/plain")
            case "broken":
                return PlainTextResponse("no", 502)
            case "wrong":
                return PlainTextResponse("no", 404)
            case "elsewhere":
                return RedirectResponse("/echo")
            case "long":
                return Response(bytes(LONGEST_ANSWER + 1))
            case "silent":
                await request.receive()  # until the caller leaves
        return StreamingResponse(self._drip(request))  # dripping

    async def _drip(self, request: Request) -> AsyncIterator[bytes]:
        while not await request.is_disconnected():
            yield b"."
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
def neighbour() -> Iterator[tuple[Neighbour, str]]:
    """One for all of these tests, and its address."""
    one = Neighbour()
    with served(one.app) as address:
        yield one, address


def outside(
    address: str, *, seconds: float = 60.0, failures: int = 1000, rest: float = 3600, at_once: int = 8
) -> Outside:
    """A way to it."""
    circuit = Circuit(failures=failures, rest=rest)
    return Outside(address, seconds=seconds, connect_seconds=seconds, at_once=at_once, circuit=circuit)


async def test_an_answer_is_handed_on_as_it_came(neighbour: tuple[Neighbour, str]) -> None:
    to = outside(neighbour[1])
    reply = await to.ask("POST", "/echo", query={"a": "路灯"}, body="诉求".encode())
    assert (reply.code, reply.content_type.partition(";")[0]) == (200, "text/plain")
    assert reply.body == "a=%E8%B7%AF%E7%81%AF|诉求".encode()
    assert (await to.ask("GET", "/wrong")).code == 404
    assert (await to.ask("GET", "/elsewhere")).code == 307  # not followed


@pytest.mark.parametrize("what", ["broken", "long"])
async def test_a_failure_and_an_endless_answer_are_none(neighbour: tuple[Neighbour, str], what: str) -> None:
    with pytest.raises(Away) as away:
        await outside(neighbour[1]).ask("GET", f"/{what}")
    assert away.value.sent


@pytest.mark.parametrize("what", ["silent", "dripping"])
async def test_a_slow_answer_is_given_up_however_it_drips(neighbour: tuple[Neighbour, str], what: str) -> None:
    with pytest.raises(Away):
        await outside(neighbour[1], seconds=0.5).ask("GET", f"/{what}")


async def test_nothing_was_sent_to_a_server_that_is_not_there() -> None:
    with pytest.raises(Away) as away:
        await outside(f"http://127.0.0.1:{pick_ports(1)[0]}").ask("GET", "/echo")
    assert not away.value.sent
    assert not isinstance(away.value, LeftAlone)


async def test_more_calls_than_may_be_at_once_are_refused_and_not_kept_waiting(
    neighbour: tuple[Neighbour, str],
) -> None:
    to = outside(neighbour[1], at_once=2)
    under_way = [asyncio.create_task(to.ask("GET", "/silent")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(LeftAlone):
        await to.ask("GET", "/echo")
    for call in under_way:
        call.cancel()
    await asyncio.wait(under_way)
    assert (await to.ask("GET", "/echo")).code == 200


async def test_after_some_failures_it_is_left_alone_and_then_tried_by_one(neighbour: tuple[Neighbour, str]) -> None:
    one, address = neighbour
    to = outside(address, failures=3, rest=3600)
    before = one.called
    for _ in range(3):
        with pytest.raises(Away):
            await to.ask("GET", "/broken")
    for _ in range(3):
        with pytest.raises(LeftAlone):
            await to.ask("GET", "/echo")
    assert one.called == before + 3


async def test_one_call_tries_and_opens_the_way_for_all_or_for_none(neighbour: tuple[Neighbour, str]) -> None:
    to = outside(neighbour[1], failures=1, rest=0)
    with pytest.raises(Away):
        await to.ask("GET", "/broken")
    trying = asyncio.create_task(to.ask("GET", "/silent"))
    await asyncio.sleep(0)
    with pytest.raises(LeftAlone):  # one tries already
        await to.ask("GET", "/echo")
    trying.cancel()
    await asyncio.wait([trying])
    with pytest.raises(Away):
        await to.ask("GET", "/broken")
    assert (await to.ask("GET", "/echo")).code == 200
    assert [reply.code for reply in await asyncio.gather(*(to.ask("GET", "/echo") for _ in range(4)))] == [200] * 4


async def test_no_log_names_the_address_that_was_called(
    neighbour: tuple[Neighbour, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await outside(neighbour[1]).ask("GET", "/echo", query={"secret": "hush"})
    assert "hush" not in "".join(one.getMessage() for one in caplog.records if not one.name.startswith("uvicorn"))
