"""What browsers need: other origins by list, headers that keep pages safe, compression that keeps tags right."""

import gzip
from collections.abc import AsyncIterator

import brotli
import httpx
import pytest
import pytest_asyncio
import zstandard

from chassis.settings import Refused
from gateway.app import create_app
from gateway.compression import _squeezed
from gateway.settings import FrontSettings
from gateway.upstreams import in_process
from tests.gateway.stand import Service, serve

pytestmark = pytest.mark.asyncio

OURS = "https://desk.example.cn"
FRONT = FrontSettings(origins=f"{OURS}, http://localhost:5173", trusted_proxies="127.0.0.1/32", hsts_seconds=86400)
PREFLIGHT = {"origin": OURS, "access-control-request-method": "POST"}


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A browser before a gateway that lists two origins."""
    app = create_app(in_process({"tasks": Service(), "members": Service()}), front=FRONT)
    async with (
        serve(app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as caller,
    ):
        yield caller


async def test_a_listed_origin_may_call_and_read_the_answer(client: httpx.AsyncClient) -> None:
    for path, code in (("/api/tasks/x", 200), ("/api/nowhere", 404)):
        answer = await client.get(path, headers={"origin": OURS})
        assert answer.status_code == code
        assert answer.headers["access-control-allow-origin"] == OURS
        assert "ratelimit" in answer.headers["access-control-expose-headers"]
        assert "origin" in answer.headers["vary"]
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "https://desk.example.cn.evil.example", "*"])
async def test_any_other_origin_is_not_named(client: httpx.AsyncClient, origin: str) -> None:
    for answer in (
        await client.get("/api/tasks/x", headers={"origin": origin}),
        await client.options("/api/tasks/x", headers={**PREFLIGHT, "origin": origin}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert "origin" in answer.headers["vary"]


async def test_a_browsers_question_beforehand_is_answered_here_and_reaches_no_service() -> None:
    service = Service()
    app = create_app(in_process({"tasks": service}), front=FRONT)
    async with serve(app) as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        answer = await client.options("/api/tasks/requests", headers=PREFLIGHT)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == OURS
        assert "POST" in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"].split(", ")
        assert {"authorization", "content-type", "idempotency-key", "if-match"} <= set(allowed)
        assert service.seen == []
        await client.options("/api/tasks/requests")
        assert service.seen == ["/requests"]


async def test_what_a_service_says_of_origins_does_not_count(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/tasks/open-to-all")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("said", ["*", "https://*.example.cn", "example.cn", "https://example.cn/", "ftp://x", "null"])
async def test_what_is_no_whole_origin_makes_it_refuse_to_start(said: str) -> None:
    with pytest.raises(Refused):
        FrontSettings(origins=said)


async def test_every_answer_keeps_pages_safe(client: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/api/tasks/x", "/api/nowhere", "/nowhere", "/health"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "geolocation=()" in headers["permissions-policy"]
        assert len(headers.get_list("content-security-policy")) == 1
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_https_is_asked_for_only_where_the_caller_came_by_it(client: httpx.AsyncClient) -> None:
    plain = await client.get("/api/tasks/x")
    secure = await client.get("/api/tasks/x", headers={"x-forwarded-proto": "https"})
    assert "strict-transport-security" not in plain.headers
    assert secure.headers["strict-transport-security"] == "max-age=86400"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "zstd"), ("deflate", None), ("gzip;q=0", None)],
)
async def test_a_large_answer_is_compressed_as_the_caller_can_read_it(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    async with client.stream("GET", "/api/tasks/long", headers={"accept-encoding": accepted}) as answer:
        raw = b"".join([piece async for piece in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    read = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.ZstdDecompressor().decompress}
    assert (read[encoding](raw) if encoding else raw) == b"[" + b"0," * 5000 + b"0]"
    assert answer.headers["etag"] == ('W/"7"' if encoding else '"7"')
    assert "accept-encoding" in answer.headers["vary"].lower()


async def test_a_tag_that_is_still_right_is_answered_with_nothing(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/tasks/long", headers={"accept-encoding": "gzip"})
    again = await client.get(
        "/api/tasks/long", headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in again.headers


@pytest.mark.parametrize("path", ["/api/tasks/drip", "/api/members/long", "/api/tasks/encoded", "/api/tasks/nothing"])
async def test_streams_secrets_and_what_is_encoded_already_pass_as_they_are(
    client: httpx.AsyncClient, path: str
) -> None:
    async with client.stream("GET", path, headers={"accept-encoding": "gzip, br, zstd"}) as answer:
        assert answer.headers.get("content-encoding") == ("br" if path.endswith("encoded") else None)


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, br", "gzip"), ("br, zstd", None), ("gzip;q=0", None)])
async def test_a_page_of_the_gateways_own_is_compressed_once_however_often_it_is_asked_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, accepted: str, encoding: str | None
) -> None:
    compressed = list[bytes]()

    def compress(body: bytes, **_: object) -> bytes:
        compressed.append(body)
        return b"small"

    monkeypatch.setattr(gzip, "compress", compress)
    _squeezed.cache_clear()
    for _ in range(3):
        async with client.stream("GET", "/docs/swagger-ui-bundle.js", headers={"accept-encoding": accepted}) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["content-length"] == str(len(raw))
        assert "accept-encoding" in answer.headers["vary"].lower()
    assert len(compressed) == (1 if encoding else 0)
    _squeezed.cache_clear()
