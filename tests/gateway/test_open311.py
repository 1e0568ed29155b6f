"""The façade alone: what it asks the services, in which order and by whose token, and how it writes and refuses."""

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from chassis.clock import real_now
from gateway.limits import Limits
from gateway.open311.arguments import of_query
from gateway.open311.shapes import Format, write
from tests.gateway.stand import gateway_before

KEY = f"{'0' * 32}.{'A' * 43}"
NUMBER = str(uuid4())
CASE = {
    "service_request_id": NUMBER,
    "status": "open",
    "status_notes": "正在办理。",
    "service_name": "路灯维修",
    "service_code": "street-light",
    "description": "灯 <b>&\x00\x0b 坏了",
    "agency_responsible": None,
    "service_notice": None,
    "requested_datetime": "2026-11-26T08:00:00+08:00",
    "updated_datetime": "2026-11-26T08:00:00+08:00",
    "expected_datetime": "2026-11-28T23:59:59+08:00",
    "address": "区镇村",
    "address_id": "430702100201",
    "lat": 29.0405,
    "long": 111.6905,
    "files": [{"id": NUMBER, "ending": "jpg"}],
}


class Services:
    """`members` and `tasks`, as far as the façade asks them; each question is remembered."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, object, str]] = []
        self.told: dict[str, tuple[int, object]] = {
            "/internal/actor-tokens": (
                200,
                {"access_token": "token-1", "expires_at": (real_now() + timedelta(minutes=5)).isoformat()},
            ),
            "/jwks": (200, {"keys": []}),
            "/contacts": (201, {"person_id": NUMBER}),
            "/internal/open311/area": (200, {"division_code": "430702100000"}),
            "/internal/open311/requests": (
                201,
                {"request_id": NUMBER, "token": None, "repeated": False, "files": 0, "notices": ["已受理。"]},
            ),
            f"/internal/open311/requests/{NUMBER}": (200, CASE),
            f"/internal/open311/requests/{NUMBER}/media": (201, {"id": NUMBER}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = dict(scope["headers"])
        said = orjson.loads(body) if body.startswith(b"{") else body
        path = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
        if scope["path"] != "/jwks":
            self.asked.append((scope["method"], path, said, headers.get(b"authorization", b"").decode()))
        status, told = self.told.get(scope["path"], (404, {"title": "No.", "title_zh": "没有。"}))
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": orjson.dumps(told)})


@pytest_asyncio.fixture
async def services() -> Services:
    """What stands behind the gateway."""
    return Services()


@pytest_asyncio.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a listening gateway."""
    limits = Limits(body_bytes=4096, upload_bytes=16384, linger_seconds=0.1)
    async with gateway_before({"members": services, "tasks": services}, limits=limits) as (client, _):
        yield client


@pytest.mark.asyncio
async def test_a_report_asks_members_first_and_hands_no_name_on(services: Services, client: httpx.AsyncClient) -> None:
    said = {
        "api_key": KEY,
        "service_code": "street-light",
        "phone": "13900000000",
        "first_name": "样",
        "last_name": "张",
    }
    form = said | {
        "attribute[fault]": "out",
        "attribute[more][]": ["a", "b"],
        "email": "",
        "lat": " 29 ",
        "long": "111",
    }
    answer = await client.post("/open311/v2/requests.json", data=form)
    assert (answer.status_code, answer.json()[0]["service_request_id"]) == (201, NUMBER)
    paths = [path for _, path, _, _ in services.asked]
    assert paths == ["/internal/actor-tokens", "/internal/open311/area", "/contacts", "/internal/open311/requests"]
    assert services.asked[2][2] == {"division_code": "430702100000", "phone": "13900000000", "name": "张样"}
    assert services.asked[3][2:] == (
        {
            "service_code": "street-light",
            "lat": "29",
            "long": "111",
            "attributes": {"fault": ["out"], "more": ["a", "b"]},
            "requester_id": NUMBER,
        },
        "Bearer token-1",
    )


@pytest.mark.asyncio
async def test_files_are_handed_on_after_the_report_and_a_bad_one_spoils_nothing(
    services: Services, client: httpx.AsyncClient
) -> None:
    data = {"api_key": KEY, "service_code": "litter"}
    files = [("media", ("a.jpg", b"\xff\xd8\xff", "image/jpeg")), ("media", ("b.jpg", b"\xff\xd8\xff2", "image/jpeg"))]
    answer = await client.post("/open311/v2/requests.xml", data=data, files=files)
    assert ET.fromstring(answer.content).findtext("request/service_notice") == "已受理。收下 2 个附件。"
    services.told[f"/internal/open311/requests/{NUMBER}/media"] = (415, {"title_zh": "不支持"})
    answer = await client.post("/open311/v2/requests.json", data=data, files=files)
    assert answer.status_code == 201
    assert "有 2 个附件未能收下" in answer.json()[0]["service_notice"]


@pytest.mark.asyncio
async def test_no_link_is_followed(services: Services, client: httpx.AsyncClient) -> None:
    data = {"api_key": KEY, "service_code": "litter", "media_url": "http://127.0.0.1:1/x.jpg"}
    await client.post("/open311/v2/requests.json", data=data)
    assert services.asked[-1][2] == {"service_code": "litter", "media_url": data["media_url"], "attributes": {}}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"api_key=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(300)), "application/x-www-form-urlencoded", 400),
        (b"service_code=x&description=1&description=2", "application/x-www-form-urlencoded", 400),
        (b"{}", "application/json", 400),
        (b"x", "multipart/form-data", 400),
        (b"a=" + b"x" * 5000, "application/x-www-form-urlencoded", 413),
        (b"service_code=x", "application/x-www-form-urlencoded; charset=utf-8", 403),
        (b"service_code=x&api_key=", "application/x-www-form-urlencoded", 403),
        (b"api_key=nonsense", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_what_is_no_decent_form_is_refused_in_the_form_that_was_asked_for(
    services: Services, client: httpx.AsyncClient, content: bytes, content_type: str, status: int
) -> None:
    headers = {"content-type": content_type}
    answer = await client.post("/open311/v2/requests.xml", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert ET.fromstring(answer.content).findtext("error/code") == str(status)
    assert services.asked == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("told", "status"), [(401, 403), (403, 403), (404, 404), (409, 503), (422, 400), (429, 429)])
async def test_what_a_service_refuses_has_georeports_codes(
    services: Services, client: httpx.AsyncClient, told: int, status: int
) -> None:
    services.told["/internal/open311/requests"] = (told, {"title": "No.", "title_zh": "不行。", "argument": "lat"})
    answer = await client.post("/open311/v2/requests.json", data={"api_key": KEY})
    assert (answer.status_code, answer.json()[0]["code"]) == (status, status)
    assert told == 401 or answer.json()[0]["description"] == "不行。 No. [argument: lat]"


@pytest.mark.asyncio
async def test_a_case_is_written_whole_and_safely(client: httpx.AsyncClient) -> None:
    as_xml = await client.get(f"/open311/v2/requests/{NUMBER}.xml")
    [found] = ET.fromstring(as_xml.content)
    assert found.findtext("description") == "灯 <b>& 坏了"
    assert found.findtext("lat") == "29.0405"
    assert found.findtext("media_url") == f"{client.base_url}/open311/v2/media/{NUMBER}.jpg"
    head = await client.head(f"/open311/v2/requests/{NUMBER}.xml")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(as_xml.content)))


@pytest.mark.asyncio
async def test_an_address_that_georeport_does_not_know_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("services", "services.yaml", "nothing.json", "requests/a%2Fb.json", "tokens.json", "media/x.jpg", ""):
        assert (await client.get(f"/open311/v2/{path}")).status_code == 404, path
    for method, path in (("POST", "services.json"), ("PUT", "requests.json"), ("DELETE", f"requests/{NUMBER}.json")):
        assert (await client.request(method, f"/open311/v2/{path}")).status_code == 405, path


@pytest.mark.asyncio
async def test_the_merged_document_leaves_the_facade_out_and_says_where_it_is(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert "/open311/v2/discovery.json" in document["info"]["description"]
    assert not [path for path in document["paths"] if "open311" in path]
    assert (await client.get("/api/tasks/internal/open311/services")).status_code == 404


def test_an_empty_argument_is_one_that_was_not_sent() -> None:
    found = of_query(b"status=&service_code=a&service_code=b&page=%20&start_date=2026-01-01T00:00:00%2B08:00")
    assert found.said == {"service_code": "a,b", "start_date": "2026-01-01T00:00:00+08:00"}


@given(st.text())
def test_any_words_are_well_formed_xml(words: str) -> None:
    written = write("services", [{"description": words}], Format.XML)
    ET.fromstring(written)
