"""Whether the gateway lives, and whether the services behind it are ready."""

import asyncio
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp

from chassis.problems import Problem
from gateway.answers import Answer
from gateway.asking import ask

Said = dict[str, bool | list[str]]


def answer_live() -> Answer:
    """Says yes as long as the process answers at all; asks nobody, so that one sick service restarts no gateway."""
    return Answer(b'{"live":true}')


async def answer_ready(services: Mapping[str, ASGIApp], *, seconds: float) -> Answer:
    """Asks every service at once, and says of each whether it is ready and why not; 503 unless all are."""
    said = await asyncio.gather(*(_ask_ready(upstream, seconds=seconds) for upstream in services.values()))
    ready = all(one["ready"] for one in said)
    body = orjson.dumps({"ready": ready, "services": dict(zip(services, said, strict=True))})
    return Answer(body, status=200 if ready else 503)


async def _ask_ready(upstream: ASGIApp, *, seconds: float) -> Said:
    try:
        told = await ask(upstream, "/health/ready", seconds=seconds)
    except Problem as problem:
        return {"ready": False, "reasons": [problem.code()]}
    return {"ready": told.status == 200, "reasons": _reasons(told.body)}


def _reasons(body: bytes) -> list[str]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    reasons = said.get("reasons") if isinstance(said, dict) else None
    return [str(reason) for reason in reasons] if isinstance(reasons, list) else []
