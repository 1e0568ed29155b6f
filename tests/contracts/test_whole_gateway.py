"""Through the gateway, as each role, no answer is a failure of ours, and none is outside the merged document."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, nullcontext, suppress
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp, Message

from gateway.app import create_app
from gateway.routes import public_prefix
from gateway.settings import RateSettings
from gateway.upstreams import in_process
from profiles.services import NAMES
from tests.contracts import pieces  # noqa: F401  # says how pieces of files are sent
from tests.gateway.authorisation.columns import NOBODY, ROLES, SCOPES
from tests.gateway.authorisation.county import County
from tests.gateway.authorisation.filling import county
from tests.gateway.authorisation.matrix import MATRIX
from tests.mounting import token

pytestmark = pytest.mark.asyncio

WHO = [NOBODY, *ROLES]
PATIENCE = 60  # seconds for one answer
INPUTS = 8  # for each operation, of each kind; the roles take turns at them
ABOUT_THINGS_THAT_ARE_THERE = 0.7
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
LAST = "/api/members/sign-out/everywhere"
"""Refuses every token that was given until then."""


class Whole:
    """The gateway before the three services, with somebody of every role in each of them."""

    def __init__(self, gateway: ASGIApp, counties: dict[str, County]) -> None:
        self._gateway = gateway
        self.counties = counties

    async def send(self, asked: httpx.Request) -> httpx.Response:
        """The answer; of a stream, which has no end, the beginning."""
        said, told = asyncio.Event(), asyncio.Event()
        begun: list[Message] = []
        body = bytearray()

        async def receive() -> Message:
            if said.is_set():
                await told.wait()
                return {"type": "http.disconnect"}
            said.set()
            return {"type": "http.request", "body": asked.content, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            body.extend(message.get("body", b""))
            endless = httpx.Headers(begun[0]["headers"]).get("content-type", "").startswith("text/event-stream")
            if endless or not message.get("more_body"):
                told.set()

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": asked.method,
            "scheme": "http",
            "server": ("gateway", 80),
            "client": ("127.0.0.1", 1),
            "root_path": "",
            "path": asked.url.path,
            "raw_path": asked.url.raw_path.partition(b"?")[0],
            "query_string": asked.url.query,
            "headers": [(name.lower(), value) for name, value in asked.headers.raw],
        }
        async with asyncio.timeout(PATIENCE):
            await self._gateway(scope, receive, send)
        answer = httpx.Response(begun[0]["status"], headers=begun[0]["headers"], content=bytes(body), request=asked)
        answer.elapsed = timedelta(0)
        return answer

    async def document(self) -> dict[str, Any]:
        """The merged document, as the gateway hands it out."""
        answer = await self.send(httpx.Request("GET", "http://gateway/openapi.json"))
        found: dict[str, Any] = orjson.loads(answer.content)
        assert "x-missing" not in found
        return found


@pytest_asyncio.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    """Everything of the matrix behind one gateway, whose rates nobody reaches."""
    async with AsyncExitStack() as held:
        counties = {name: await held.enter_async_context(county(name, tmp_path)) for name in NAMES}
        apps = {name: there.stand.mounted.app for name, there in counties.items()}
        yield Whole(create_app(in_process(apps), rates=RateSettings(scale=1e6)), counties)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", NAMES)
async def test_nobody_of_any_role_gets_an_answer_outside_the_document(whole: Whole, service: str) -> None:
    """Each operation is tried as each role, with input that its schema allows and with input that it forbids.

    The input is the same in each run: what chance finds, the fuzz of each service looks for.
    """
    there = whole.counties[service]
    things = {kind: await there.thing(kind) for kind in there.ids()}
    if "newcomer" in there.things:
        things["person_id"] = there.things["newcomer"]  # whose access is withdrawn is none of those who ask
    async with there.acting():
        for operation in _operations(await whole.document(), service):
            for kind in GenerationMode:
                for who, case in zip(WHO, cycle(_cases(operation, kind)), strict=False):
                    chance = random.Random(f"{operation.label} {who} {kind}")
                    for part in (case.path_parameters or {}).keys() & things.keys():
                        if chance.random() < ABOUT_THINGS_THAT_ARE_THERE:
                            case.path_parameters[part] = things[part]
                    _check(case, await whole.send(_made(there, case, who)), who)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", NAMES)
async def test_what_is_done_for_somebody_is_answered_as_the_document_says(whole: Whole, service: str) -> None:
    """Each row of the matrix, called by somebody for whom it is done: fuzz alone seldom comes so far."""
    there = whole.counties[service]
    operations = {(one.method.upper(), one.path): one for one in _operations(await whole.document(), service)}
    for row in MATRIX[service]:
        operation = operations.get((row.method, public_prefix(service) + row.path))
        who = next((column for column in WHO if row.cells[column] < 300), None)
        if operation is None or who is None:
            continue
        about = {part: await there.thing(row.about.get(part, part)) for part in row.parts}
        said = await there.filled(row.body)
        case = operation.Case(
            path_parameters=about,
            query={name: await there.filled(value) for name, value in row.query.items()},
            **({"body": said, "media_type": "application/json"} if operation.body else {}),
        )
        async with there.acting() if who == "stand_in" else nullcontext():
            answer = await whole.send(_made(there, case, who))
        assert answer.status_code == row.cells[who], f"{row.route} {who}: {answer.text[:300]}"
        _check(case, answer, who)
        if row.method != "GET":
            there.used_up()


@pytest.mark.parametrize("service", NAMES)
async def test_each_example_is_of_the_form_that_its_operation_takes(whole: Whole, service: str) -> None:
    there, wrong = whole.counties[service], []
    for operation in _operations(await whole.document(), service):
        content = operation.definition.raw.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            about = {part: await there.thing(part) for part in re.findall(r"{(\w+)}", operation.path)}
            shown = content["application/json"]["example"]
            case = operation.Case(path_parameters=about, body=shown, media_type="application/json")
            answer = await whole.send(_made(there, case, "operator"))
            if not answer.is_success and answer.json()["code"] == "invalid":
                wrong.append(f"{operation.label} {shown}: {answer.text}")
    assert wrong == [], "\n".join(wrong)


def _operations(document: dict[str, Any], service: str) -> list[Any]:  # schemathesis' type for them has no public name
    """Every operation of a service. `default` is taken out of the document, since it would allow any code."""
    for item in document["paths"].values():
        for operation in item.values():
            del operation["responses"]["default"]
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    mine = [one for one in found if one.path.startswith(f"/api/{service}/")]
    return sorted(mine, key=lambda one: one.path == LAST)


def _cases(operation: Any, kind: GenerationMode) -> list[Any]:
    """Input for an operation, the same each time; none where nothing wrong can be said."""
    found: list[Any] = []

    @settings(
        max_examples=INPUTS,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=kind))
    def collect(case: Any) -> None:
        found.append(case)

    if kind is GenerationMode.POSITIVE:
        collect()
    elif operation.body or list(operation.iter_parameters()):
        with suppress(Unsatisfiable):  # any bytes are a piece of a file: nothing wrong can be said
            collect()
    return found


def _made(there: County, case: Any, who: str) -> httpx.Request:
    """What somebody asks."""
    made = requests.Request(**case.as_transport_kwargs(base_url="http://gateway")).prepare()
    made.headers["Idempotency-Key"] = uuid4().hex
    made.headers.pop("Authorization", None)
    if who != NOBODY:
        claims = {"kind": "client", "sid": str(uuid4()), "scope": " ".join(SCOPES)} if who == "client" else {}
        made.headers["Authorization"] = f"Bearer {token(there.people[who], **claims)}"
    return httpx.Request(str(made.method), str(made.url), headers=made.headers, content=made.body)


def _check(case: Any, answer: httpx.Response, who: str) -> None:
    case.validate_response(answer, checks=CHECKS)
    if not (answer.status_code == 503 and "retry-after" in answer.headers):
        case.validate_response(answer, checks=[not_a_server_error])
    if "security" in case.operation.definition.raw and case.operation.path != LAST:
        assert (answer.status_code == 401) is (who == NOBODY), f"{case.operation.label} {who}: {answer.status_code}"
