"""One request sent a thousand times, many at once, through the listening gateway: one case, in both profiles."""

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx

from tests.journeys.georeport import key_of
from tests.journeys.village import Village

TIMES, AT_ONCE = 1000, 64
Send = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def a_thousand_times(send: Send) -> list[httpx.Response]:
    """What a thousand copies were answered, so many of them under way at any moment."""

    async def all_of_them() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=AT_ONCE)
        async with httpx.AsyncClient(timeout=60, limits=limits) as client, asyncio.TaskGroup() as group:
            sent = [group.create_task(one(client)) for _ in range(TIMES)]
        return [task.result() for task in sent]

    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(client: httpx.AsyncClient) -> httpx.Response:
        async with at_once:
            for tries in range(200):
                with suppress(httpx.TransportError):  # a line that breaks is one more reason to send it again
                    answer = await send(client)
                    if answer.status_code != 409 or answer.json()["code"] != "still-running":
                        return answer
                await asyncio.sleep(random.uniform(0.1, 0.2 * min(tries + 1, 10)))  # no secret
        raise AssertionError("it was never answered")

    return asyncio.run(all_of_them())


def test_one_key_makes_one_case(village: Village, words: str) -> None:
    address, key = f"{village.town.address}/api/tasks/requests", uuid.uuid4().hex
    body = {"division_code": village.code, "kind": "help", "wording": words}
    headers = {"authorization": f"Bearer {village.citizen.token}", "idempotency-key": key}
    answers = a_thousand_times(lambda client: client.post(address, json=body, headers=headers))
    assert Counter(one.status_code for one in answers) == {201: TIMES}
    assert len({one.content for one in answers}) == 1  # the tracking code, too
    assert Counter(one.headers.get("idempotency-replayed") for one in answers) == {None: 1, "true": TIMES - 1}
    assert len(village.citizen.get("/tasks/requests", whose="asked")["items"]) == 1


def test_one_report_of_one_account_is_one_case_with_one_number(village: Village, words: str) -> None:
    address = f"{village.town.address}/open311/v2/requests.json"
    said = {
        "api_key": key_of(village.town, f"T{village.township}"),
        "service_code": "street-light",
        "lat": "29.0404",
        "long": "111.6906",
        "address_id": village.code,
        "account_id": "a-1",
        "description": words,
        "attribute[fault]": "out",
    }
    answers = a_thousand_times(lambda client: client.post(address, data=said))
    assert Counter(one.status_code for one in answers) == {201: 1, 200: TIMES - 1}
    assert len({one.json()[0]["service_request_id"] for one in answers}) == 1
    village.town.settle()
    [shown] = village.town.client.get(f"{village.town.address}/open311/v2/requests.json").json()[:1]
    assert shown["service_request_id"] == answers[0].json()[0]["service_request_id"]
    listed = village.cadre.get("/tasks/cases", area=village.code)["items"]
    assert [one["id"] for one in listed] == [shown["service_request_id"]]
