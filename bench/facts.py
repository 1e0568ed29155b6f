"""The way of a fact, timed by the databases' own commit times: at a steady rate, and as fast as a backlog drains."""

import asyncio
import itertools
import math
import time
import uuid
from collections.abc import Sequence
from datetime import datetime

import aiohttp
import asyncpg

from bench.fill import Copies
from bench.load import Ask, BadLoad
from bench.rounds import Metrics
from bench.rows import Rows
from bench.sides import FactPath

PATIENCE = 60.0


def quantile(figures: Sequence[float], share: float) -> float:
    """The figure that this share of all does not exceed."""
    return sorted(figures)[max(0, math.ceil(share * len(figures)) - 1)]


async def commit_to_effect(
    url: str, asks: Sequence[Ask], path: FactPath, *, database: str, rate: float, seconds: float
) -> Metrics:
    """Submit at a steady rate, whatever the answers take, and follow each fact to its effect."""
    here, there = await asyncpg.connect(database), await asyncpg.connect(path.effects_database)
    try:
        since = await here.fetchval("select clock_timestamp()")
        accepted = await _submit_steadily(url, asks, rate=rate, count=round(rate * seconds))
        causes = dict(await here.fetch(path.cause, since))
        if len(causes) != accepted:
            raise BadLoad(f"{accepted} submits were accepted and {len(causes)} causes found: see `cause` in FactPath")
        effects = await _effects(there, path, since, at_least=len(causes))
    finally:
        await here.close()
        await there.close()
    waits = [(effects[key] - at).total_seconds() * 1000 for key, at in causes.items() if key in effects]
    if len(waits) != len(causes):
        raise BadLoad(f"of {len(causes)} causes only {len(waits)} had an effect with the same key")
    return {"p50_ms": quantile(waits, 0.5), "p99_ms": quantile(waits, 0.99), "facts": float(len(waits))}


async def drain(rows: Rows, path: FactPath, *, database: str, count: int) -> Metrics:
    """Lay a backlog of copied facts into the outbox, and time the effects from the first commit to the last.

    The first commit is where the clock starts, so that the relay's wait for its next look is not counted.
    """
    facts = rows.only([path.outbox])
    if not facts.rows:
        raise BadLoad(f"one submit wrote nothing to {path.outbox}: see `outbox` in FactPath")
    here, there = await asyncpg.connect(database), await asyncpg.connect(path.effects_database)
    try:
        since = await here.fetchval("select clock_timestamp()")
        await Copies(facts, count=count).insert(here)
        laid = await here.fetchval("select clock_timestamp()")
        effects = await _effects(there, path, since, at_least=count)
    finally:
        await here.close()
        await there.close()
    first, last = min(effects.values()), max(effects.values())
    at_first = sum(at == first for at in effects.values())
    whole = (last - laid).total_seconds()
    running = (last - first).total_seconds()
    per_effect = len(facts.rows)
    rate = (len(effects) - at_first) / running if running > 0 else len(effects) / whole
    return {"per_second": rate * per_effect, "whole_seconds": whole, "facts": float(len(effects) * per_effect)}


async def _effects(
    connection: asyncpg.Connection, path: FactPath, since: datetime, *, at_least: int
) -> dict[str, datetime]:
    """Wait until that many effects are there and none of them moves any more. Raises `BadLoad` when no more come.

    An effect that several facts of one thing write to is there with the first and complete with the last.
    """
    before: dict[str, datetime] = {}
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = dict(await connection.fetch(path.effect, since))
        if found != before:
            deadline = time.monotonic() + PATIENCE
        elif len(found) >= at_least:
            return found
        before = found
        await asyncio.sleep(0.5)
    raise BadLoad(f"{len(before)} of {at_least} effects came, and no more for {PATIENCE:.0f} s")


async def _submit_steadily(url: str, asks: Sequence[Ask], *, rate: float, count: int) -> int:
    """An open loop: the next request leaves at its time even if earlier ones are not answered. Raises `BadLoad`."""
    salt, turns = uuid.uuid4().hex, itertools.cycle(asks)

    async def submit(number: int, client: aiohttp.ClientSession) -> bool:
        ask = next(turns)
        headers = {"Content-Type": "application/json", "Idempotency-Key": f'"{salt}-{number}"'}
        if ask.token:
            headers["Authorization"] = f"Bearer {ask.token}"
        async with client.post(url + ask.path, data=ask.body.encode(), headers=headers) as answer:
            await answer.read()
            return answer.status < 400

    async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as sending:
        started, tasks = time.monotonic(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            tasks.append(sending.create_task(submit(number, client)))
    if not all(task.result() for task in tasks):
        raise BadLoad(f"{sum(not task.result() for task in tasks)} of {count} steady submits were refused")
    return count
