"""Access taken back: from the operator's order to the refusal by the last of the services."""

import asyncio
import random
import time
import uuid
from typing import Any

import aiohttp

from bench.facts import quantile
from bench.load import BadLoad
from bench.rounds import Metrics

PEOPLE = "/api/members/sign-in/development/people"
SIGN_IN = "/api/members/sign-in/development"
ASKED = ("/api/members/sessions", "/api/tasks/notices", "/api/feedback/invitations")
"""A route of each service that answers everybody who is signed in."""
BETWEEN = 0.05  # seconds between two questions to one service
PATIENCE = 30.0
AT_ONCE = 4  # persons whose access is taken back at the same time


async def promise() -> Metrics:
    """What was promised, as a side that takes its turn: three seconds to the last service."""
    return {"p50_ms": 3000.0, "p99_ms": 3000.0}


class Withdrawals:
    """Takes the access of one village agent after another back, nobody's twice; nobody else is signed in as them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._people: list[Any] = []
        self._place: dict[str, str] = {}

    async def measure(self, *, count: int) -> Metrics:
        """The milliseconds from sending the order to the first refusal of the last service, for this many persons."""
        async with aiohttp.ClientSession(base_url=self._url, timeout=aiohttp.ClientTimeout(PATIENCE)) as client:
            operator = await self._operator(client)
            waits: list[float] = []
            for _ in range(0, count, AT_ONCE):
                people = [await self._next(client) for _ in range(AT_ONCE)]
                # The last refusal was at a service's look at its table: orders right after it would all wait longest.
                await asyncio.sleep(random.random())
                waits += await asyncio.gather(*(_until_refused(client, one, operator=operator) for one in people))
        return {"p50_ms": quantile(waits, 0.5), "p99_ms": quantile(waits, 0.99), "withdrawals": float(len(waits))}

    async def _operator(self, client: aiohttp.ClientSession) -> str:
        people = await _read(client, PEOPLE, role="county_operator", limit="1")
        return str((await _signed_in(client, people["items"][0]))["access_token"])

    async def _next(self, client: aiohttp.ClientSession) -> Any:
        if not self._people:
            page = await _read(client, PEOPLE, role="proxy_agent", limit="100", **self._place)
            self._people = page["items"]
            self._place = {"cursor": page["next"] or ""}
        if not self._people:
            raise BadLoad("there are not as many agents as withdrawals")
        return self._people.pop()


async def _until_refused(client: aiohttp.ClientSession, person: Any, *, operator: str) -> float:
    token = (await _signed_in(client, person))["access_token"]
    for path in ASKED:
        if await _code(client, path, token) != 200:
            raise BadLoad("somebody who has just signed in is refused")
    began = time.perf_counter()
    *refused_at, _ = await asyncio.gather(
        *(_refusal(client, path, token) for path in ASKED), _order(client, person, operator=operator)
    )
    return (max(at for at in refused_at if at is not None) - began) * 1000


async def _order(client: aiohttp.ClientSession, person: Any, *, operator: str) -> None:
    headers = {"Authorization": f"Bearer {operator}", "Idempotency-Key": uuid.uuid4().hex}
    path = f"/api/members/persons/{person['person_id']}/access/withdrawal"
    async with client.post(path, json={"reason": "device_lost"}, headers=headers) as answer:
        if answer.status != 200:
            raise BadLoad(f"the order was refused: {answer.status} {await answer.text()}")


async def _refusal(client: aiohttp.ClientSession, path: str, token: str) -> float:
    """When a service first refused. Raises `BadLoad` if it never does."""
    deadline = time.perf_counter() + PATIENCE
    while (asked_at := time.perf_counter()) < deadline:
        code = await _code(client, path, token)
        if code == 401:
            return time.perf_counter()
        if code != 200:
            raise BadLoad(f"{path} answered {code}")
        await asyncio.sleep(max(0.0, asked_at + BETWEEN - time.perf_counter()))
    raise BadLoad(f"{path} still believes a token after {PATIENCE:.0f} s")


async def _code(client: aiohttp.ClientSession, path: str, token: str) -> int:
    async with client.get(path, headers={"Authorization": f"Bearer {token}"}) as answer:
        await answer.read()
        return answer.status


async def _signed_in(client: aiohttp.ClientSession, person: Any) -> Any:
    sent = {"person_id": person["person_id"], "code": person["code"]}
    async with client.post(SIGN_IN, json=sent) as answer:
        if answer.status != 200:
            raise BadLoad(f"a sign-in was refused: {answer.status} {await answer.text()}")
        return await answer.json()


async def _read(client: aiohttp.ClientSession, path: str, **query: str) -> Any:
    async with client.get(path, params=query) as answer:
        if answer.status != 200:
            raise BadLoad(f"{path} answered {answer.status}: {await answer.text()}")
        return await answer.json()
