"""Access taken back: from the operator's order to the refusal by the last of the services."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
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
    """Takes the access of one citizen after another back, nobody's twice."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._citizens: list[Any] = []
        self._cursor: str | None = None

    async def measure(self, *, count: int) -> Metrics:
        """The milliseconds from sending the order to the first refusal of the last service, for this many persons."""
        async with aiohttp.ClientSession(base_url=self._url, timeout=aiohttp.ClientTimeout(PATIENCE)) as client:
            operator = await self._operator(client)
            waits: list[float] = []
            for _ in range(0, count, AT_ONCE):
                citizens = [await self._next(client) for _ in range(AT_ONCE)]
                waits += await asyncio.gather(*(_until_refused(client, one, operator=operator) for one in citizens))
        return {"p50_ms": quantile(waits, 0.5), "p99_ms": quantile(waits, 0.99), "withdrawals": float(len(waits))}

    async def _operator(self, client: aiohttp.ClientSession) -> str:
        people = await _read(client, PEOPLE, role="county_operator", limit="1")
        return str((await _signed_in(client, people["items"][0]))["access_token"])

    async def _next(self, client: aiohttp.ClientSession) -> Any:
        if not self._citizens:
            place = {"cursor": self._cursor} if self._cursor else {}
            page = await _read(client, PEOPLE, role="citizen", limit="100", **place)
            self._citizens, self._cursor = page["items"], page["next"]
        return self._citizens.pop()


async def _until_refused(client: aiohttp.ClientSession, person: Any, *, operator: str) -> float:
    token = (await _signed_in(client, person))["access_token"]
    if {code async for code in _codes(client, token)} != {200}:
        raise BadLoad("somebody who has just signed in is refused")
    began = time.perf_counter()
    async with asyncio.TaskGroup() as going_on:
        refusals = [going_on.create_task(_refusal(client, path, token)) for path in ASKED]
        headers = {"Authorization": f"Bearer {operator}", "Idempotency-Key": uuid.uuid4().hex}
        order = f"/api/members/persons/{person['person_id']}/access/withdrawal"
        async with client.post(order, json={"reason": "device_lost"}, headers=headers) as answer:
            if answer.status != 200:
                raise BadLoad(f"the order was refused: {answer.status} {await answer.text()}")
    return (max(refusal.result() for refusal in refusals) - began) * 1000


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


async def _codes(client: aiohttp.ClientSession, token: str) -> AsyncIterator[int]:
    for path in ASKED:
        yield await _code(client, path, token)


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
