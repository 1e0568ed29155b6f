"""Screens: composed at once, whole where they can be, honest where not, small, and not sent twice."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import orjson
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.paging import place
from gateway.limits import Limits
from gateway.screens.app import SCREENS
from gateway.screens.fitting import MOST_BYTES
from gateway.screens.screen import Screen, Shape
from tests.gateway.stand import gateway_before, serve

pytestmark = pytest.mark.asyncio

LIMITS = Limits(screen_seconds=0.5)


@dataclass
class Told:
    """A service that answers as the test says, and remembers who asked."""

    answers: dict[str, tuple[int, object]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    seen: list[tuple[str, str, str]] = field(default_factory=list)  # path, query, whose token
    at_once: int = 0
    most_at_once: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            for _ in range(2):
                await send({"type": f"{(await receive())['type']}.complete"})
            return
        path = scope["path"]
        said = dict(scope["headers"])
        self.seen.append((path, scope["query_string"].decode(), said.get(b"authorization", b"").decode()))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(5 if path in self.slow else 0.05)
        finally:
            self.at_once -= 1
        status, told = self.answers.get(path, (200, {"items": [], "next": None}))
        body = orjson.dumps(told)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@dataclass
class House:
    """A gateway before three services."""

    services: dict[str, Told]
    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a screen as somebody."""
        said = {"authorization": "Bearer somebody"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(f"/api/screens{path}", headers=said)


@asynccontextmanager
async def house(*, network: bool = False, down: str = "") -> AsyncIterator[House]:
    """Three services of the test behind a real gateway; over the network, one may be down."""
    services = {name: Told() for name in ("members", "tasks", "feedback")}
    async with (
        _served(services, network=network, down=down) as there,
        gateway_before(there, limits=LIMITS) as (client, _),
    ):
        yield House(services, client)


@asynccontextmanager
async def _served(
    services: dict[str, Told], *, network: bool, down: str
) -> AsyncIterator[dict[str, str] | dict[str, ASGIApp]]:
    if not network:
        yield dict(services)
        return
    async with AsyncExitStack() as stack:
        addresses = {
            name: f"http://127.0.0.1:{await stack.enter_async_context(serve(told))}" for name, told in services.items()
        }
        yield addresses | ({down: "http://127.0.0.1:1"} if down else {})


def lines(number: int, *, words: str = "路灯坏了") -> dict[str, object]:
    """A page of a list."""
    return {"items": [{"id": str(uuid4()), "title_zh": words} for _ in range(number)], "next": None}


@pytest.mark.parametrize("found", SCREENS, ids=[screen.name for screen in SCREENS])
async def test_every_part_is_asked_at_once_with_the_callers_own_token(found: Screen) -> None:
    async with house() as there:
        began = time.monotonic()
        answer = await there.get(found.path.replace("{id}", str(uuid4())))
        assert answer.status_code == 200, answer.text
        assert time.monotonic() - began < 0.05 * len(found.parts) + 0.5
        asked = [one for told in there.services.values() for one in told.seen if one[0] != "/jwks"]
        assert len(asked) == len(found.parts)
        assert {token for _, _, token in asked} == {"Bearer somebody"}
        most = max(sum(part.service == name for part in found.parts) for name in there.services)
        assert max(told.most_at_once for told in there.services.values()) == most
        assert answer.json()["parts"].keys() == {part.name for part in found.parts}
        assert answer.json()["missing"] == []


async def test_a_service_that_does_not_answer_in_time_leaves_its_part_out_and_says_so() -> None:
    async with house() as there:
        there.services["feedback"].slow.add("/invitations")
        there.services["tasks"].answers["/requests"] = (200, lines(2))
        told = (await there.get("/home")).json()
    assert told["parts"]["to_rate"] is None
    assert [one["part"] for one in told["missing"]] == ["to_rate"]
    assert told["missing"][0]["sentence_zh"].startswith("等我评价的事项暂时无法显示")
    assert len(told["parts"]["cases"]["items"]) == 2


async def test_a_service_that_is_down_leaves_its_part_out_and_says_so() -> None:
    async with house(network=True, down="feedback") as there:
        told = (await there.get("/home")).json()
    assert [(one["part"], one["code"]) for one in told["missing"]] == [("to_rate", "unavailable")]
    assert told["parts"]["cases"] == {"items": [], "next": None}


async def test_a_service_that_fails_is_missing_and_one_that_refuses_is_only_empty() -> None:
    async with house() as there:
        there.services["tasks"].answers["/notices"] = (500, {"code": "failure"})
        there.services["members"].answers["/proposals"] = (403, {"code": "forbidden"})
        told = (await there.get("/overview")).json()
    assert told["parts"]["proposals"] is None
    assert [one["part"] for one in told["missing"]] == ["notices"]


@pytest.mark.parametrize(("status", "code"), [(404, "not-found"), (401, "unauthenticated")])
async def test_what_the_main_part_refuses_refuses_the_screen(status: int, code: str) -> None:
    path = f"/cases/{(case := uuid4())}"
    async with house() as there:
        there.services["tasks"].answers[f"/requests/{case}"] = (status, {"code": code, "title_zh": "没有找到"})
        answer = await there.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_without_a_token_there_is_no_screen() -> None:
    async with house() as there:
        for told in there.services.values():
            told.answers = dict.fromkeys(
                ("/requests", "/invitations", "/notices", "/me"), (401, {"code": "unauthenticated"})
            )
        assert (await there.get("/home")).status_code == 401


async def test_the_same_screen_is_not_sent_twice() -> None:
    async with house() as there:
        there.services["tasks"].answers["/requests"] = (200, lines(3))
        first = await there.get("/home")
        again = await there.get("/home", if_none_match=first.headers["etag"])
        weak = await there.get("/home", if_none_match=f'"x", W/{first.headers["etag"].removeprefix("W/")}')
        assert (again.status_code, again.content, weak.status_code) == (304, b"", 304)
        there.services["tasks"].answers["/requests"] = (200, lines(4))
        changed = await there.get("/home", if_none_match=first.headers["etag"])
        assert changed.status_code == 200
        assert changed.headers["etag"] != first.headers["etag"]


async def test_a_screen_stays_small_and_its_list_goes_on_where_it_was_cut() -> None:
    page = lines(10, words="水" * 900)
    async with house() as there:
        there.services["tasks"].answers["/requests"] = (200, page)
        answer = await there.get("/home", accept_encoding="identity")
    told = answer.json()
    shown = told["parts"]["cases"]
    assert len(answer.content) <= MOST_BYTES
    assert 1 < len(shown["items"]) < 10
    assert told["cut"] == ["cases"]
    assert str(place(shown["next"])) == shown["items"][-1]["id"]
    assert told["goes_on"]["cases"] == "/api/tasks/requests"


async def test_a_long_story_loses_what_is_oldest() -> None:
    case = uuid4()
    history = [{"what_zh": f"{number}" + "事" * 100} for number in range(200)]
    async with house() as there:
        there.services["tasks"].answers[f"/requests/{case}"] = (200, {"id": str(case), "history": history})
        answer = await there.get(f"/cases/{case}", accept_encoding="identity")
    told = answer.json()
    assert len(answer.content) <= MOST_BYTES
    assert told["parts"]["case"]["history"][-1] == history[-1]
    assert told["goes_on"]["case"] == f"/api/tasks/requests/{case}"


@pytest.mark.parametrize("path", ["/", "/nothing", "/cases/", "/cases/not-an-id", "/home/more", "/cases"])
async def test_there_are_no_other_screens(path: str) -> None:
    async with house() as there:
        assert (await there.get(path)).status_code == 404


async def test_a_screen_is_only_read() -> None:
    async with house() as there:
        answer = await there.client.post("/api/screens/home", json={}, headers={"authorization": "Bearer somebody"})
        assert answer.status_code == 405


async def test_a_service_that_rests_is_not_asked_again() -> None:
    async with house(network=True, down="feedback") as there:
        for _ in range(25):
            await there.get("/home")
        told = (await there.get("/home")).json()
    assert [one["code"] for one in told["missing"]] == ["resting"]


async def test_lists_and_stories_are_the_only_parts_that_may_be_long() -> None:
    for screen in SCREENS:
        assert sum(part.shape is not Shape.WHOLE for part in screen.parts) >= 1
        assert all("limit=" in part.query or part.shape is not Shape.PAGE for part in screen.parts)
