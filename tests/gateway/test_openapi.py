"""The merged document is one valid OpenAPI 3.1 document, and every reference in it leads somewhere."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field
from starlette.types import ASGIApp

from chassis.openapi import COMPONENTS, PROBLEM
from gateway.examples import Examples
from gateway.openapi import Documentation, merge
from profiles.services import NAMES
from tests.gateway.stand import Service, Stand, free_port, gateway_before
from tests.three_services import unopened

pytestmark = pytest.mark.asyncio


class Errand(BaseModel):
    """A kind of request."""

    kind: Literal["errand"]


class Matter(BaseModel):
    """Another."""

    kind: Literal["matter"]


class Request(BaseModel):
    """A request of either kind."""

    what: Annotated[Errand | Matter, Field(discriminator="kind")]
    part_of: "Request | None"


def a_service(title: str) -> FastAPI:
    """A service as FastAPI describes it."""
    app = FastAPI(title=title, description=f"{title}的说明")
    bearer = HTTPBearer()

    @app.get("/requests/{number}", dependencies=[Depends(bearer)], tags=["x"])
    async def read(number: int) -> Request:
        raise NotImplementedError

    @app.post("/requests")
    async def submit(request: Request) -> Request:
        raise NotImplementedError

    @app.get("/internal/facts")
    async def facts() -> None:
        raise NotImplementedError

    @app.get("/health/live")
    async def live() -> None:
        raise NotImplementedError

    return app


def references(node: Any) -> Iterator[str]:
    """Every reference in a document, those of discriminators too."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        if isinstance(node.get("discriminator"), dict):
            yield from node["discriminator"].get("mapping", {}).values()
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


async def document_of(**services: ASGIApp) -> Any:
    """The merged document of these services."""
    async with gateway_before(dict(services)) as (client, _):
        answer = await client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


async def test_two_services_with_the_same_names_become_one_document() -> None:
    document = await document_of(tasks=a_service("办理"), members=a_service("党员"))
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/"}]
    assert sorted(document["paths"]) == [
        f"/api/{service}{path}" for service in ("members", "tasks") for path in ("/requests", "/requests/{number}")
    ]
    named = {f"{service}_{name}" for service in ("members", "tasks") for name in ("Errand", "Matter", "Request-Input")}
    assert named <= set(document["components"]["schemas"])
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) == 4
    assert all(operation["operationId"].startswith(f"{operation['tags'][0]}_") for operation in operations)
    assert document["tags"] == [
        {"name": "members", "description": "党员的说明"},
        {"name": "tasks", "description": "办理的说明"},
    ]


async def test_every_reference_leads_somewhere() -> None:
    document = await document_of(tasks=a_service("办理"), members=a_service("党员"))
    found = list(references(document))
    assert any(reference.endswith("tasks_Errand") for reference in found)
    for reference in found:
        there = document
        for step in reference.removeprefix("#/").split("/"):
            there = there[step]


async def test_one_bearer_scheme_stands_for_all() -> None:
    document = await document_of(tasks=a_service("办理"), members=a_service("党员"))
    assert list(document["components"]["securitySchemes"]) == ["bearer"]
    for service in ("tasks", "members"):
        assert document["paths"][f"/api/{service}/requests/{{number}}"]["get"]["security"] == [{"bearer": []}]
        assert "security" not in document["paths"][f"/api/{service}/requests"]["post"]


async def test_a_scheme_for_the_whole_service_binds_its_operations_but_the_public_ones() -> None:
    document = merge(
        {
            "tasks": {
                "security": [{"token": []}],
                "paths": {"/a": {"get": {}, "post": {"security": []}, "parameters": [], "servers": []}},
            }
        },
        missing=[],
    )
    item = document["paths"]["/api/tasks/a"]
    assert item.keys() == {"get", "post", "parameters"}
    assert item["get"]["security"] == [{"bearer": []}]
    assert "security" not in item["post"]


async def test_links_and_bare_names_of_a_mapping_follow_the_new_names() -> None:
    schema = {"discriminator": {"propertyName": "kind", "mapping": {"a": "A", "b": "#/components/schemas/B"}}}
    answer = {"links": {"next": {"operationId": "read"}}}
    document: Any = merge({"tasks": {"components": {"schemas": {"S": schema}, "responses": {"R": answer}}}}, missing=[])
    assert document["components"]["schemas"]["tasks_S"]["discriminator"]["mapping"] == {
        "a": "tasks_A",
        "b": "#/components/schemas/tasks_B",
    }
    assert document["components"]["responses"]["tasks_R"]["links"]["next"]["operationId"] == "tasks_read"


async def test_a_service_that_is_down_is_missing_and_comes_in_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.openapi._KEEP_PARTIAL_SECONDS", 0.05)
    service = Service()
    service.document = "nonsense"
    async with gateway_before({"tasks": service, "members": a_service("党员")}) as (client, _):
        assert (await client.get("/openapi.json")).json()["x-missing"] == ["tasks"]
        service.document = {"paths": {"/back": {"get": {}}}}
        await asyncio.sleep(0.06)
        document = (await client.get("/openapi.json")).json()
        assert "/api/tasks/back" in document["paths"]
        assert "x-missing" not in document


async def test_a_service_that_cannot_be_reached_does_not_keep_the_document_from_anybody() -> None:
    async with gateway_before({"tasks": f"http://127.0.0.1:{free_port()}"}) as (client, _):
        document = (await client.get("/openapi.json")).json()
    assert (document["paths"], document["x-missing"]) == ({}, ["tasks"])


async def test_the_services_are_asked_once_for_many_readers(door: Stand) -> None:
    answers = await asyncio.gather(*(door.client.get("/openapi.json") for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    assert door.service.seen == ["/openapi.json"]


async def test_a_service_that_goes_down_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.openapi._KEEP_SECONDS", 0.0)
    service = Service()
    service.document = {"paths": {"/here": {"get": {}}}}
    documentation = Documentation({"tasks": service}, seconds=1.0)
    first = await documentation.document()
    service.document = "nonsense"
    assert await documentation.document() == first


@pytest.fixture(scope="module")
def whole() -> Any:
    """The merged document of the three services as they are."""
    return merge({name: unopened(name).openapi() for name in NAMES}, missing=[])


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    """Every operation of a document, by its verb and path."""
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            yield f"{verb} {path}", operation


def faults(example: object, schema: Any, document: Any) -> list[str]:
    """Why a schema does not allow an example."""
    checked = Draft202012Validator({**schema, "components": document["components"]})
    return [fault.message for fault in checked.iter_errors(example)]


async def test_the_whole_interface_is_a_valid_openapi_document(whole: Any) -> None:
    OpenAPIV31SpecValidator(whole).validate()


async def test_every_form_that_the_whole_interface_names_is_there(whole: Any) -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(whole)))
    assert named - whole["components"]["schemas"].keys() == set()


async def test_every_body_of_the_whole_interface_has_an_example_that_its_schema_allows(whole: Any) -> None:
    shown = 0
    for name, operation in operations(whole):
        for said in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in said.get("content", {}).values():
                if "schema" in media:
                    assert not faults(media["example"], media["schema"], whole), name
                    shown += 1
    assert shown > 150


async def test_every_parameter_is_explained_or_named_by_its_choices_or_shown(whole: Any) -> None:
    for name, operation in operations(whole):
        for one in operation.get("parameters", []):
            if one["required"]:
                assert not faults(one["example"], one["schema"], whole), (name, one)
            else:
                assert one.get("description") or "$ref" in one["schema"], (name, one)


async def test_every_operation_is_named_and_says_how_it_refuses(whole: Any) -> None:
    for name, operation in operations(whole):
        assert operation["summary"], name
        assert operation["description"], name
        responses = operation["responses"]
        assert {"400", "429", "503", "default"} <= responses.keys(), name
        assert {"401", "403"} <= responses.keys() or "security" not in operation, name
        assert "HTTPValidationError" not in str(operation), name
        if name != "post /api/members/oauth/token":  # refuses in the words of RFC 6749
            refusals = [answer for code, answer in responses.items() if not code.startswith("2")]
            assert all("content" in _resolved(whole, answer) for answer in refusals), name
            assert {kind for answer in refusals for kind in _resolved(whole, answer)["content"]} == {PROBLEM}, name


async def test_each_shown_problem_is_one(whole: Any) -> None:
    assert whole["components"]["responses"].keys() == COMPONENTS["responses"].keys()
    for name, answer in whole["components"]["responses"].items():
        media = answer["content"][PROBLEM]
        assert not faults(media["example"], media["schema"], whole), name


def _resolved(document: Any, answer: Any) -> Any:
    named = answer.get("$ref", "").rpartition("/")[2]
    return document["components"]["responses"][named] if named else answer


async def test_an_example_of_the_services_own_is_kept() -> None:
    media = {"schema": {"type": "string"}, "example": "ours"}
    operation = {"requestBody": {"content": {"application/json": media}}, "responses": {}}
    document = merge({"tasks": {"paths": {"/x": {"post": operation}}}}, missing=[])
    shown = document["paths"]["/api/tasks/x"]["post"]["requestBody"]["content"]["application/json"]
    assert shown["example"] == "ours"


async def test_a_schema_that_names_itself_has_an_end() -> None:
    schema = {"type": "object", "properties": {"part_of": {"$ref": "#/components/schemas/Endless"}}}
    assert Examples({"schemas": {"Endless": schema}}).of({"$ref": "#/components/schemas/Endless"})
