"""A township's system sends requests in for its area and sees what it sent, and nothing else of anybody's."""

from uuid import UUID, uuid4

import httpx
import pytest

from contracts.members import ClientRegistered
from tests.mounting import token
from tests.tasks.conftest import DISTRICT, TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio

BOTH = "requests.send requests.read"


async def registered(village: Village, area: str) -> UUID:
    """A client of an organisation, as `members` tells of it."""
    client_id = uuid4()
    fact = ClientRegistered(client_id=client_id, organization_id=uuid4(), division_code=area, scopes=BOTH.split())
    await village.stand.hear(fact)
    return client_id


def headers(client_id: UUID, scopes: str = BOTH) -> dict[str, str]:
    """Of a request by a client."""
    bearer = token(client_id, kind="client", sid=str(uuid4()), scope=scopes)
    return {"authorization": f"Bearer {bearer}", "idempotency-key": uuid4().hex}


async def send(village: Village, client_id: UUID, *, scopes: str = BOTH, **body: object) -> httpx.Response:
    """A request that a client sends in."""
    asked = {"division_code": VILLAGE, "kind": "help", "wording": "路灯坏了"} | body
    return await village.stand.client.post("/requests", json=asked, headers=headers(client_id, scopes))


async def read(village: Village, client_id: UUID, path: str, *, scopes: str = BOTH) -> httpx.Response:
    """What a client is shown."""
    return await village.stand.client.get(path, headers=headers(client_id, scopes))


async def test_what_a_client_sent_is_dispatched_and_shown_to_it_alone(village: Village) -> None:
    client_id, other = await registered(village, TOWNSHIP), await registered(village, TOWNSHIP)
    own = await village.submit()
    answer = await send(village, client_id, requester_id=str(village.people.neighbour))
    assert answer.status_code == 201, answer.text
    assert answer.json()["named_person"] == "生成proxy_agent"
    case = answer.json()["id"]
    shown = await read(village, client_id, f"/requests/{case}")
    assert shown.json()["channel_zh"] == "系统对接"
    for path in ("/requests", "/requests?whose=sent", "/requests?whose=below", "/requests?whose=working"):
        assert [one["id"] for one in (await read(village, client_id, path)).json()["items"]] == [case]
        assert (await read(village, other, path)).json()["items"] == []
    for somebody, path in ((other, f"/requests/{case}"), (client_id, f"/requests/{own['id']}")):
        refused = await read(village, somebody, path)
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    asked = (await village.stand.get("/requests", by=village.people.neighbour)).json()["items"]
    assert [one["id"] for one in asked] == [case]


@pytest.mark.parametrize("area", ["430702100202", "430702200000", "430703000000"])
async def test_a_client_of_another_area_sends_nothing_in_here(village: Village, area: str) -> None:
    answer = await send(village, await registered(village, area))
    assert (answer.status_code, answer.json()["code"]) == (403, "not-in-its-area")


@pytest.mark.parametrize("area", [VILLAGE, TOWNSHIP, DISTRICT])
async def test_a_client_of_the_area_or_of_one_around_it_does(village: Village, area: str) -> None:
    assert (await send(village, await registered(village, area))).status_code == 201


async def test_a_client_that_was_not_heard_of_sends_nothing_in(village: Village) -> None:
    answer = await send(village, uuid4())
    assert (answer.status_code, answer.json()["code"]) == (403, "not-in-its-area")


async def test_without_its_scope_a_client_neither_sends_nor_reads(village: Village) -> None:
    client_id = await registered(village, TOWNSHIP)
    case = (await send(village, client_id)).json()["id"]
    tried = [
        await send(village, client_id, scopes="requests.read"),
        await read(village, client_id, "/requests", scopes="requests.send"),
        await read(village, client_id, f"/requests/{case}", scopes="requests.send"),
        await read(village, client_id, "/requests", scopes=""),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in tried] == [(403, "scope-missing")] * 4


async def test_a_client_does_nothing_with_a_case_but_send_and_read_it(village: Village) -> None:
    client_id = await registered(village, TOWNSHIP)
    case = (await send(village, client_id)).json()["id"]
    for move, body in (
        ("promise", {"promised_on": "2026-11-18"}),
        ("answer", {"words": "已办"}),
        ("judgement", {"solved": "yes", "round": 1}),
    ):
        answer = await village.stand.client.post(f"/requests/{case}/{move}", json=body, headers=headers(client_id))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")


async def test_a_client_cannot_say_by_which_channel_it_sends(village: Village) -> None:
    case = (await send(village, await registered(village, TOWNSHIP), channel="counter")).json()["id"]
    await village.stand.settle()
    [told] = [fact for fact in village.told("tasks.request.submitted.v1") if fact["request_id"] == case]
    assert told["channel"] == "signed_api"
