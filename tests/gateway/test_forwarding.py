"""A request passes to its service and the answer back, over the network and in one process alike."""

import asyncio
import hashlib
import re

import httpx
import pytest

from tests.gateway.stand import Stand
from tests.gateway.wire import post

pytestmark = pytest.mark.asyncio


def header(answer: httpx.Response, name: str) -> list[str]:
    """Every value of a header that the service saw."""
    return [value for key, value in answer.json()["headers"] if key == name]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_the_service_sees_the_request_without_the_prefix(door: Stand, method: str) -> None:
    content = b"" if method in {"GET", "OPTIONS"} else '{"说":"话"}'.encode()
    answer = await door.client.request(
        method, "/api/tasks/requests/%E6%B5%99%2F1?page=2&q=%E4%BD%A0", content=content, headers={"x-mine": "1"}
    )
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["method"], seen["path"]) == (method, "/requests/浙/1")
    assert (seen["raw_path"], seen["query"]) == ("/requests/%E6%B5%99%2F1", "page=2&q=%E4%BD%A0")
    assert (seen["bytes"], seen["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert header(answer, "x-mine") == ["1"]
    assert header(answer, "content-length") == ([str(len(content))] if content else [])


async def test_a_bare_prefix_is_the_root_of_the_service(door: Stand) -> None:
    assert (await door.client.get("/api/tasks")).json()["path"] == "/"


async def test_head_has_the_length_and_no_body(door: Stand) -> None:
    answer = await door.client.head("/api/tasks/requests")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


async def test_an_answer_without_a_body_stays_one(door: Stand) -> None:
    for _ in range(2):
        answer = await door.client.get("/api/tasks/nothing")
        assert (answer.status_code, answer.content) == (204, b"")


async def test_one_connection_serves_many_requests_in_turn(door: Stand) -> None:
    async with door.wire() as wire:
        for number in range(5):
            await wire.say(post(f"/api/tasks/{number}", "Content-Length: 2", body=b"{}"))
            reply = await wire.hear()
            assert (reply.status, reply.json()["path"]) == (200, f"/{number}")


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/unknown/requests",
        "/api/tasksy/requests",
        "/%61pi/tasks/requests",
        "/api/%74asks/requests",
        "/api//tasks/requests",
        "/api/tasks//requests",
        "/api/tasks/./requests",
        "/api/tasks/requests/..",
        "/api/tasks/requests/%2e%2e/secret",
        "/api/tasks/requests/..%2fsecret",
        "/api/tasks/requests%5csecret",
        "/api/tasks/requests%00",
        "/api/tasks/internal",
        "/api/tasks/internal/facts",
        "/api/tasks/%69nternal/facts",
        "/api/tasks/internal%2Ffacts",
        "/api/tasks/%2finternal",
        "/api/tasks/x/../internal",
        "/api/tasks/metrics",
        "/api/tasks/health/ready",
        "/api/tasks/openapi.json",
        "/api/tasks/docs",
        "/nowhere",
    ],
)
async def test_what_is_no_public_address_is_not_found_and_no_service_hears_of_it(door: Stand, path: str) -> None:
    async with door.wire() as wire:
        await wire.say(f"GET {path} HTTP/1.1\r\nHost: door\r\n\r\n".encode())
        reply = await wire.hear()
    assert (reply.status, reply.json()["code"]) == (404, "not-found")
    assert ("content-type", "application/problem+json") in reply.headers
    assert door.service.seen == []


async def test_a_refusal_is_a_problem_in_two_languages_that_names_the_request(door: Stand) -> None:
    answer = await door.client.get("/api/nowhere", headers={"x-request-id": "tell-me-2026"})
    assert answer.json() == {
        "type": "/problems/not-found",
        "title": "There is no such thing within your reach.",
        "title_zh": "没有找到，请核对后重试。",
        "status": 404,
        "instance": "urn:lianxin:request:tell-me-2026",
        "code": "not-found",
        "request_id": "tell-me-2026",
    }


async def test_a_caller_cannot_say_who_it_is_or_where_it_comes_from(door: Stand) -> None:
    answer = await door.client.get(
        "/api/tasks/requests",
        headers={
            "X-Lianxin-Actor": "somebody",
            "X-Forwarded-For": "10.0.0.1",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "elsewhere",
            "X-Forwarded-Prefix": "/x",
            "Forwarded": "for=10.0.0.1",
            "X-Real-IP": "10.0.0.1",
            "X-Deadline-Ms": "999999",
            "Authorization": "Bearer abc",
            "Cookie": "a=b",
        },
    )
    assert header(answer, "x-lianxin-actor") == header(answer, "forwarded") == header(answer, "x-real-ip") == []
    assert header(answer, "x-forwarded-prefix") == []
    assert header(answer, "x-forwarded-for") == ["127.0.0.1"]
    assert header(answer, "x-forwarded-proto") == ["http"]
    assert header(answer, "x-forwarded-host") == [f"127.0.0.1:{door.port}"]
    assert header(answer, "host") == ["tasks"]
    assert header(answer, "authorization") == ["Bearer abc"]
    assert header(answer, "cookie") == ["a=b"]
    [left] = header(answer, "x-deadline-ms")
    assert 0 < int(left) <= 30_000


async def test_headers_of_one_hop_end_here(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(
            post(
                "/api/tasks/requests",
                "Connection: keep-alive, X-Secret",
                "X-Secret: 1",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Trailer: Expires",
                "Upgrade: h2c",
                "Proxy-Authorization: Basic abc",
                "Proxy-Connection: keep-alive",
                "X-Kept: yes",
                "Content-Length: 0",
            )
        )
        seen = dict((await wire.hear()).json()["headers"])
    gone = {"connection", "x-secret", "keep-alive", "te", "trailer", "upgrade", "proxy-authorization"}
    assert seen.keys() & (gone | {"proxy-connection"}) == set()
    assert seen["x-kept"] == "yes"


async def test_a_header_outside_ascii_arrives_unchanged(door: Stand) -> None:
    answer = await door.client.get("/api/tasks/requests", headers={"x-name": "买买提·𠮷".encode()})
    assert header(answer, "x-name") == ["买买提·𠮷"]


async def test_a_services_answer_is_cleaned_and_made_safe(door: Stand) -> None:
    answer = await door.client.get("/api/tasks/hostile", headers={"x-request-id": "the-right-one"})
    assert answer.headers.get_list("x-request-id") == ["the-right-one"]
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", answer.headers["traceparent"])
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers.get_list("cache-control") == ["max-age=60"]
    assert answer.headers["etag"] == '"7"'
    assert len(answer.headers.get_list("date")) == len(answer.headers.get_list("server")) == 1
    assert not answer.headers.keys() & {"x-private", "keep-alive", "proxy-authenticate"}


async def test_every_answer_is_safe_and_not_stored_unless_the_service_says_so(door: Stand) -> None:
    for path in ["/api/tasks/requests", "/api/tasks/internal", "/", "/docs", "/nowhere", "/health/live"]:
        answer = await door.client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("there", "outside"),
    [
        ("/requests/7", "/api/tasks/requests/7"),
        ("http://tasks/requests/7?x=1", "/api/tasks/requests/7?x=1"),
        ("http://tasks", "/api/tasks/"),
        ("https://elsewhere.example/x", "https://elsewhere.example/x"),
        ("http://tasks.example/x", "http://tasks.example/x"),
        ("//elsewhere.example/x", "//elsewhere.example/x"),
        ("7", "7"),
    ],
)
async def test_a_location_is_told_as_it_is_called_from_outside(door: Stand, there: str, outside: str) -> None:
    answer = await door.client.get(f"/api/tasks/moved?{there}")
    assert (answer.status_code, answer.headers["location"]) == (307, outside)


@pytest.mark.parametrize("sane", ["abcdefgh", "A" * 64, "6f1e7c1a-abcd-4fed-8abc-abcdefabcdef"])
async def test_a_sane_request_id_is_kept(door: Stand, sane: str) -> None:
    answer = await door.client.get("/api/tasks/requests", headers={"x-request-id": sane})
    assert [answer.headers["x-request-id"]] == header(answer, "x-request-id") == [sane]


@pytest.mark.parametrize("insane", ["short", "A" * 65, "with space", "semi;colon", "under_score", "名字名字名字名字"])
async def test_another_request_id_is_replaced(door: Stand, insane: str) -> None:
    answer = await door.client.get("/api/tasks/requests", headers={"x-request-id": insane.encode()})
    assert [answer.headers["x-request-id"]] == header(answer, "x-request-id")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_a_valid_trace_goes_on_under_a_new_span(door: Stand) -> None:
    trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    answer = await door.client.get(
        "/api/tasks/requests", headers={"traceparent": f"00-{trace}-{span}-00", "tracestate": "a=1"}
    )
    version, same, other, flags = answer.headers["traceparent"].split("-")
    assert (version, same, flags) == ("00", trace, "00")
    assert other != span
    assert header(answer, "traceparent") == [answer.headers["traceparent"]]
    assert header(answer, "tracestate") == ["a=1"]


@pytest.mark.parametrize(
    "broken", ["", "00-x-y-01", f"00-{'0' * 32}-{'1' * 16}-01", f"00-{'1' * 32}-{'0' * 16}-01", f"00-{'A' * 32}-b-01"]
)
async def test_a_broken_trace_is_begun_anew_and_its_state_dropped(door: Stand, broken: str) -> None:
    answer = await door.client.get("/api/tasks/requests", headers={"traceparent": broken, "tracestate": "a=1"})
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", answer.headers["traceparent"])
    assert header(answer, "tracestate") == []


async def test_a_streamed_answer_comes_through_piece_by_piece(door: Stand) -> None:
    async with asyncio.timeout(30), door.client.stream("GET", "/api/tasks/drip") as answer:
        pieces = answer.aiter_bytes()
        for number in range(3):
            assert await anext(pieces) == b"data: %d\n\n" % number
            door.service.go_on.set()
        assert [piece async for piece in pieces] == []


async def test_an_answer_that_breaks_off_is_never_taken_for_whole(door: Stand) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await door.client.get("/api/tasks/break-midway")


async def test_the_callers_leaving_reaches_the_service(door: Stand) -> None:
    async with door.wire() as wire:
        await wire.say(post("/api/tasks/asleep", "Content-Length: 2", body=b"{}"))
        await asyncio.sleep(0.15)
    async with asyncio.timeout(30):
        await door.service.left.wait()


async def test_leaving_in_the_middle_of_a_stream_reaches_the_service(door: Stand) -> None:
    async with door.client.stream("GET", "/api/tasks/drip") as answer:
        assert await anext(answer.aiter_bytes()) == b"data: 0\n\n"
    async with asyncio.timeout(30):
        await door.service.left.wait()
