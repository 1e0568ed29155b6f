"""How operations refuse, as their OpenAPI documents say it: one form for all, and the codes that may come."""

from collections.abc import Iterable
from typing import Any

from chassis.problems import (
    Conflict,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    WrongMediaType,
    document,
)

PROBLEM = "application/problem+json"
READING = {"get", "head"}
_NAMED = (
    *(Malformed, Unauthenticated, Forbidden, NotFound, Conflict, TooLarge, WrongMediaType, Invalid),
    *(TooMany, Unavailable),
)
_WAITING = {TooMany.status, Unavailable.status}
_TEXT = {"type": "string"}
_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457：为什么没有办成、下一步怎么做。程序看 code，给人看 title_zh，求助时报 request_id。",
    "required": ["type", "title", "title_zh", "status", "instance", "code", "request_id"],
    "properties": {
        "type": {**_TEXT, "description": "/problems/ 加 code"},
        "title": _TEXT,
        "title_zh": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "instance": _TEXT,
        "code": {**_TEXT, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "description": "不会改变的代号"},
        "request_id": _TEXT,
        "errors": {
            "type": "array",
            "description": "哪些字段不对；不含所填的值",
            "items": {"type": "object", "required": ["at", "fault"], "properties": {"at": _TEXT, "fault": _TEXT}},
        },
    },
}


def _response(problem: type[Problem]) -> dict[str, Any]:
    shown = document(problem(), request_id="0" * 16)
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": shown}
    said: dict[str, Any] = {"description": problem.title_zh, "content": {PROBLEM: content}}
    if problem.status in _WAITING:
        waiting = {"description": "多少秒后再试", "schema": {"type": "integer", "minimum": 0}}
        said["headers"] = {"Retry-After": waiting}
    return said


COMPONENTS: dict[str, dict[str, Any]] = {
    "schemas": {"Problem": _SCHEMA},
    "responses": {problem.__name__: _response(problem) for problem in (*_NAMED, Problem)},
}
"""The same in every document."""

_NAMES = {str(problem.status): problem.__name__ for problem in _NAMED} | {"default": Problem.__name__}


def add_refusals(operation: dict[str, Any], codes: Iterable[int | str]) -> None:
    """Say that an operation may refuse with these codes (or by `default`), unless it says itself what they mean."""
    responses = operation.setdefault("responses", {})
    for code in map(str, codes):
        responses.setdefault(code, {"$ref": f"#/components/responses/{_NAMES[code]}"})


def say_refusals(whole: dict[str, Any]) -> None:
    """Put into a service's document how each operation refuses; one that names refusals of its own says them all.

    What FastAPI says of a request that cannot be read is taken out: such a one is a problem here, too. So is what
    OpenAPI 3.1 has no word for.
    """
    components = whole.setdefault("components", {})
    for item in whole["paths"].values():
        for verb, operation in item.items():
            responses = operation["responses"]
            if "HTTPValidationError" in str(responses.get("422")):
                del responses["422"]
            if all(code < "400" or code == "412" for code in responses):  # a precondition comes beside the usual ones
                add_refusals(operation, _codes(verb, operation))
            for answer in responses.values():
                for media in answer.get("content", {}).values():
                    if "itemSchema" in media:  # OpenAPI 3.2's word for each event of a stream
                        media["schema"] = media.pop("itemSchema") | {"description": "事件流中的每个事件"}
    for section, shared in COMPONENTS.items():
        named = components.setdefault(section, {})
        for unused in ("HTTPValidationError", "ValidationError"):
            named.pop(unused, None)
        named.update(shared)


def _codes(verb: str, operation: dict[str, Any]) -> Iterable[int]:
    """Where somebody signs in or names a thing, there may be none; what is said may be wrong; a change too late."""
    changes = verb not in READING
    if changes or "security" in operation:
        yield from (Unauthenticated.status, Forbidden.status, NotFound.status)
    if changes or "parameters" in operation:
        yield from (NotFound.status, Invalid.status)
    if changes:
        yield from (Malformed.status, Conflict.status)
    if set(operation.get("requestBody", {}).get("content", ())) - {"application/json"}:
        yield WrongMediaType.status
