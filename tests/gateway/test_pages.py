"""What the gateway answers itself: health, metrics, the front page and the page to try the interface at."""

import asyncio
import re

import httpx
import pytest
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.limits import Limits
from gateway.upstreams import in_process
from tests.gateway.stand import Service, Stand, free_port, gateway_before, serve

pytestmark = pytest.mark.asyncio

LIMITS = Limits(ready_seconds=2.0)


async def test_the_gateway_lives_without_asking_anybody(door: Stand) -> None:
    answer = await door.client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert door.service.seen == []


async def test_it_is_ready_when_its_services_are(door: Stand) -> None:
    answer = await door.client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "services": {"tasks": {"ready": True, "reasons": []}}},
    )


async def test_it_says_which_service_is_not_ready_and_why(door: Stand) -> None:
    door.service.ready = (503, {"ready": False, "reasons": ["outbox lag 90 s"]})
    answer = await door.client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["services"]["tasks"] == {"ready": False, "reasons": ["outbox lag 90 s"]}


@pytest.mark.parametrize("told", ["words", [1], {"reasons": "one"}, None])
async def test_an_odd_word_about_readiness_breaks_nothing(door: Stand, told: object) -> None:
    door.service.ready = (503, told)
    answer = await door.client.get("/health/ready")
    assert answer.json()["services"]["tasks"] == {"ready": False, "reasons": []}


async def test_the_services_are_asked_once_however_many_want_to_know(
    door: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.health._KEEP_SECONDS", 1000.0)
    answers = await asyncio.gather(*(door.client.get("/health/ready") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert door.service.seen == ["/health/ready"]


async def test_services_that_are_down_or_slow_are_named_and_soon() -> None:
    async with (
        serve(Service()) as port,
        gateway_before(
            {
                "members": f"http://127.0.0.1:{port}",
                "tasks": f"http://127.0.0.1:{free_port()}",
                "feedback": f"http://127.0.0.1:{port}/asleep",
            },
            limits=LIMITS,
        ) as (client, _),
    ):
        answer = await client.get("/health/ready", timeout=30)
    assert answer.status_code == 503
    assert answer.json()["services"] == {
        "members": {"ready": True, "reasons": []},
        "tasks": {"ready": False, "reasons": ["unavailable"]},
        "feedback": {"ready": False, "reasons": ["timed-out"]},
    }


async def test_metrics_count_by_service_method_and_class_and_name_no_address(door: Stand) -> None:
    await door.client.get("/api/tasks/requests/geheim?q=secret")
    await door.client.post("/api/tasks/early")
    await door.client.get("/api/nowhere")
    metrics = (await door.client.get("/metrics")).text
    count = "lianxin_gateway_request_seconds_count"
    assert f'{count}{{answer="2xx",method="GET",service="tasks"}} 1.0' in metrics
    assert f'{count}{{answer="4xx",method="POST",service="tasks"}} 1.0' in metrics
    assert f'{count}{{answer="4xx",method="GET",service="gateway"}} 1.0' in metrics
    assert not re.search("geheim|secret|nowhere", metrics)


async def test_a_request_leaves_one_line_that_names_no_address_and_no_query(door: Stand) -> None:
    with capture_logs() as lines:
        await door.client.post(
            "/api/tasks/requests/geheim?code=secret", content=b"{}", headers={"x-request-id": "ask-me-about-it"}
        )
    [line] = [line for line in lines if line["event"] == "request"]
    assert isinstance(line.pop("ms"), float)
    assert line.pop("bytes_out") > 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "route": "/api/tasks",
        "service": "tasks",
        "status": 200,
        "request_id": "ask-me-about-it",
        "bytes_in": 2,
        "ended": "whole",
    }


async def test_the_front_page_says_in_chinese_where_things_are(door: Stand) -> None:
    answer = await door.client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "接口说明" in answer.text
    for link in re.findall('href="([^"]+)"', answer.text):
        assert (await door.client.get(link)).status_code == 200


async def test_the_page_to_try_it_loads_from_here_alone_and_keeps_its_own_policy(door: Stand) -> None:
    page = await door.client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?! src=)|<style| on\w+=|style=|https?://", page.text) == []
    links = re.findall('(?:src|href)="([^"]+)"', page.text)
    assert len(links) == 3
    for link in links:
        assert link.startswith("/docs/")
        there = await door.client.get(link)
        assert there.status_code == 200
        assert there.headers["content-type"].startswith(("text/css", "text/javascript"))
    assert "/openapi.json" in there.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_the_gateways_own_pages_can_only_be_read(door: Stand, method: str) -> None:
    answer = await door.client.request(method, "/docs")
    assert (answer.status_code, answer.json()["code"]) == (405, "method-not-taken")
    assert answer.headers["allow"] == "GET, HEAD"


async def test_the_head_of_a_page_has_no_body(door: Stand) -> None:
    answer = await door.client.head("/docs")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("address", "headers", "code"),
    [
        ("127.0.0.1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("::1", {}, 200),
        ("11.1.2.3", {}, 404),
        ("10.1.2.3", {"x-forwarded-for": "11.1.2.3"}, 404),
        ("10.1.2.3", {"forwarded": "for=11.1.2.3"}, 404),
        ("somewhere", {}, 404),
    ],
)
async def test_metrics_are_for_those_who_come_straight_from_inside(
    address: str, headers: dict[str, str], code: int
) -> None:
    transport = httpx.ASGITransport(create_app(in_process({})), client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        assert (await client.get("/metrics", headers=headers)).status_code == code
