"""One OpenAPI 3.1 document of all services, as they look from outside."""

import asyncio
import re
import time
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp

from chassis.openapi import COMPONENTS, add_refusals
from chassis.problems import Malformed, Problem, TooLarge, TooMany, Unavailable
from gateway.asking import ask
from gateway.examples import Examples
from gateway.json import Document, Json, is_object
from gateway.routes import CLOSED, public_prefix

_VERBS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_COMPONENT = "#/components/"
_OF_ANOTHER = re.compile(rb"#/components/schemas/(\w+):")
_ELSEWHERE = "Open311 GeoReport v2 不在本文档内：见 /open311/v2/discovery.json 和其规范。"
_BEARER: Json = [{"bearer": []}]
_OURS = (Malformed.status, TooMany.status, Unavailable.status, "default")  # how any request may be refused here
_KEEP_SECONDS = 300.0
_KEEP_PARTIAL_SECONDS = 2.0  # while a service is down, so that it comes in soon after it is back


class Documentation:
    """The merged document, asked for when somebody wants it and kept for a while.

    A service that is down keeps the place that it had; `x-missing` names those that were never heard.
    """

    def __init__(self, services: Mapping[str, ASGIApp], *, seconds: float) -> None:
        self._services = services
        self._seconds = seconds
        self._heard: dict[str, Document] = {}
        self._merged = b""
        self._stale_at = 0.0
        self._asking = asyncio.Lock()

    async def document(self) -> bytes:
        """The document as JSON."""
        async with self._asking:
            if time.monotonic() >= self._stale_at:
                answered = await asyncio.gather(*map(self._hear, self._services))
                missing = [name for name in self._services if name not in self._heard]
                self._merged = orjson.dumps(merge(self._heard, missing=missing))
                self._stale_at = time.monotonic() + (_KEEP_SECONDS if all(answered) else _KEEP_PARTIAL_SECONDS)
        return self._merged

    async def _hear(self, service: str) -> bool:
        try:
            told = await ask(self._services[service], "/openapi.json", seconds=self._seconds)
            heard = orjson.loads(told.body) if told.status == 200 else None
        except (Problem, orjson.JSONDecodeError):
            return False
        if is_object(heard):
            self._heard[service] = heard
        return is_object(heard)


def merge(documents: Mapping[str, Document], *, missing: list[str]) -> Document:
    """Several services' documents as one: their public paths, with names of components and operations by service."""
    tags: list[Json] = []
    paths: Document = {}
    components: Document = {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}}
    components |= {section: {**shared} for section, shared in COMPONENTS.items()}
    for service in sorted(name for name in documents if _rests_on(documents[name]) <= documents.keys()):
        document = documents[service]
        info = _object(document.get("info"))
        tags.append({"name": service, "description": info.get("description") or info.get("title") or service})
        for path, item in _object(document.get("paths")).items():
            if path[1:].partition("/")[0] not in CLOSED:
                everywhere = document.get("security")
                paths[public_prefix(service) + path] = _rename(
                    _public_item(_object(item), service=service, everywhere=everywhere), service=service
                )
        for section, named in _object(document.get("components")).items():
            if section != "securitySchemes":
                there = _object(components.setdefault(section, {}))
                for name, component in _object(named).items():
                    if not _is_shared(section, name):
                        there[f"{service}_{name}"] = _rename(component, service=service)
    examples = Examples(components)
    for item in paths.values():
        for operation in _object(item).values():
            if is_object(operation):
                examples.give(operation)
    merged: Document = {
        "openapi": "3.1.0",
        "info": {
            "title": "连心 Lianxin",
            "version": "1",
            "description": "群众诉求、办理、评价，一个入口。" + _ELSEWHERE,
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": components,
    }
    if missing:
        merged["x-missing"] = [*missing]
    return merged


def _rests_on(document: Document) -> set[str]:
    """The services whose forms a document shows as they are."""
    return {service.decode() for service in _OF_ANOTHER.findall(orjson.dumps(document))}


def _public_item(item: Document, *, service: str, everywhere: Json) -> Document:
    public: Document = {}
    for verb, operation in item.items():
        if verb == "servers":
            continue
        if verb not in _VERBS or not is_object(operation):
            public[verb] = operation
            continue
        changed = {key: value for key, value in operation.items() if key not in {"servers", "security"}}
        changed["tags"] = [service]
        if "operationId" in operation:
            changed["operationId"] = f"{service}_{operation['operationId']}"
        if operation.get("security", everywhere):
            changed["security"] = _BEARER
        add_refusals(changed, _OURS)
        if "requestBody" in operation:
            add_refusals(changed, [TooLarge.status])
        public[verb] = changed
    return public


def _rename(node: Json, *, service: str) -> Json:
    """The same with every reference to a component or an operation of this service by its new name."""
    if isinstance(node, list):
        return [_rename(one, service=service) for one in node]
    if not isinstance(node, dict):
        return node
    renamed: Document = {key: _rename(value, service=service) for key, value in node.items()}
    if isinstance(reference := node.get("$ref"), str):
        renamed["$ref"] = _renamed_reference(reference, service=service)
    if is_object(discriminator := node.get("discriminator")) and isinstance(discriminator.get("propertyName"), str):
        mapping: Document = {
            value: _renamed_reference(target, service=service, bare=True)
            for value, target in _object(discriminator.get("mapping")).items()
            if isinstance(target, str)
        }
        renamed["discriminator"] = {**discriminator, **({"mapping": mapping} if mapping else {})}
    if is_object(links := renamed.get("links")):
        for link in links.values():
            if is_object(link) and isinstance(operation := link.get("operationId"), str):
                link["operationId"] = f"{service}_{operation}"
    return renamed


def _renamed_reference(reference: str, *, service: str, bare: bool = False) -> str:
    if reference.startswith(_COMPONENT):
        section, _, name = reference.removeprefix(_COMPONENT).partition("/")
        if ":" in name:  # of another service, which a screen shows as it is
            return f"{_COMPONENT}{section}/{name.replace(':', '_')}"
        if _is_shared(section, name):
            return reference
        return f"{_COMPONENT}{section}/{service}_{name}"
    return f"{service}_{reference}" if bare and "/" not in reference and "." not in reference else reference


def _is_shared(section: str, name: str) -> bool:
    """Whether a component is the same in every service's document."""
    return name in COMPONENTS.get(section, ())


def _object(node: Json) -> Document:
    return node if isinstance(node, dict) else {}
