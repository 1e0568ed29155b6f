"""No input makes a service fail: what its OpenAPI document allows, what it forbids, and what no document foresees."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import environ
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from profiles.services import NAMES
from tests.contracts import pieces  # noqa: F401  # says how pieces of files are sent
from tests.feedback import facts
from tests.mounting import token
from tests.tasks.conftest import VILLAGE
from tests.three_services import Lived, alive, unopened

EXAMPLES = int(environ.get("LIANXIN_FUZZ_EXAMPLES", "10"))
"""For each operation, of each kind: others in every run, and more of them under `make fuzz`."""
KINDS = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
ENDLESS = {"/live"}
"""Streams, whose answers have no end."""
OAUTH = "/oauth/token"
"""Refuses in the words of RFC 6749, section 5.2."""
TAKES_NOTHING = {"/jwks", "/catalogue", "/me", "/invitations/choices", "/sign-in/single-sign-on/start"}
"""Where nothing but a token can be said, and so nothing else wrong."""
KNOWN = {
    "members": {"division_code": facts.VILLAGE},
    "tasks": {"division_code": VILLAGE},
    "feedback": {"code": facts.VILLAGE},
}
"""Places that are there: chance would never name one."""


@dataclass(frozen=True)
class Running:
    """A service in a loop of its own, so that tests that are no coroutines can ask it."""

    name: str
    loop: asyncio.AbstractEventLoop
    lived: Lived

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer; the trace of a failure is in the log that pytest shows."""
        return asyncio.run_coroutine_threadsafe(self.lived.stand.client.send(request), self.loop).result(120)


@contextmanager
def running(name: str, folder: Path) -> Iterator[Running]:
    """Start a service in a thread, and stop it at the end."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name=f"fuzz {name}")
    thread.start()
    entered = alive(name, folder)
    try:
        lived = asyncio.run_coroutine_threadsafe(entered.__aenter__(), loop).result(120)
        yield Running(name, loop, lived)
        asyncio.run_coroutine_threadsafe(entered.__aexit__(None, None, None), loop).result(120)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def check(answer: httpx.Response) -> None:
    """An answer of ours: done, or a problem that says so; never a failure."""
    where = f"{answer.request.method} {answer.request.url} {answer.request.content[:300]!r}: {answer.text[:300]}"
    assert answer.status_code < 500, where
    if answer.status_code >= 400 and answer.request.url.path == OAUTH:
        assert answer.json().keys() == {"error", "error_description"}, where
    elif answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", where
        if answer.request.method == "HEAD":
            return
        said = answer.json()
        assert {"type", "title", "title_zh", "status", "code"} <= said.keys(), where
        assert said["status"] == answer.status_code, where
        assert said["type"] == f"/problems/{said['code']}", where


def operations(name: str) -> list[Any]:  # schemathesis has no public name for the type of an operation of its own
    """Every operation of a service's document."""
    schema = schemathesis.openapi.from_dict(unopened(name).openapi())
    return [found.ok() for found in schema.get_all_operations() if found.ok().path not in ENDLESS]


@pytest.mark.timeout(600 * max(1, EXAMPLES // 10))
@pytest.mark.parametrize("kind", KINDS, ids=[kind.value for kind in KINDS])
@pytest.mark.parametrize("name", NAMES)
def test_no_input_makes_a_service_fail(name: str, kind: GenerationMode, tmp_path: Path) -> None:
    """What is tried follows from the seed that pytest prints; `--randomly-seed` repeats it."""
    with running(name, tmp_path) as service:
        for operation in operations(name):
            _try_out(service, operation, kind)


def _try_out(service: Running, operation: Any, kind: GenerationMode) -> None:
    if kind is GenerationMode.NEGATIVE and operation.path in TAKES_NOTHING:
        return
    people, things = sorted(service.lived.people), service.lived.things

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        print_blob=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=kind), who=st.sampled_from(people), draw=st.data())
    def try_out(case: Any, who: str, draw: st.DataObject) -> None:
        for part in case.path_parameters or {}:
            if part in things and draw.draw(st.booleans(), label="about something that is there"):
                case.path_parameters[part] = draw.draw(st.sampled_from(things[part]))
        for said in (case.query, case.body):
            if isinstance(said, dict) and draw.draw(st.booleans(), label="of a place that is there"):
                said.update({field: known for field, known in KNOWN[service.name].items() if field in said})
        sent = requests.Request(**case.as_transport_kwargs(base_url="http://service")).prepare()
        sent.headers["Authorization"] = f"Bearer {token(service.lived.people[who])}"
        sent.headers["Idempotency-Key"] = uuid4().hex
        check(service.send(httpx.Request(str(sent.method), str(sent.url), headers=sent.headers, content=sent.body)))

    if kind is GenerationMode.POSITIVE:
        try_out()
    else:
        with suppress(Unsatisfiable):  # nothing wrong can be said, as where any bytes are taken
            try_out()
