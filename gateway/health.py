"""Whether the gateway lives, and whether the services behind it are ready."""

import asyncio
import time
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp

from chassis.problems import Problem
from gateway.answers import Answer
from gateway.asking import ask

Said = dict[str, bool | list[str]]

_KEEP_SECONDS = 0.5


def answer_live() -> Answer:
    """Says yes as long as the process answers at all; asks nobody, so that one sick service restarts no gateway."""
    return Answer(b'{"live":true}')


class Readiness:
    """Whether the services are ready: asked at most twice a second, however many want to know."""

    def __init__(self, services: Mapping[str, ASGIApp], *, seconds: float) -> None:
        self._services = services
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._answer = Answer(b"")
        self._stale_at = 0.0

    async def answer(self) -> Answer:
        """Says of each service whether it is ready and why not; 503 unless all are."""
        async with self._asking:
            if time.monotonic() >= self._stale_at:
                self._answer = await self._ask()
                self._stale_at = time.monotonic() + _KEEP_SECONDS
        return self._answer

    async def _ask(self) -> Answer:
        asked = (_ask_ready(upstream, seconds=self._seconds) for upstream in self._services.values())
        said = await asyncio.gather(*asked)
        ready = all(one["ready"] for one in said)
        body = orjson.dumps({"ready": ready, "services": dict(zip(self._services, said, strict=True))})
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
