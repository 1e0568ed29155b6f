"""Making a screen small enough: lists give way at their end, stories at their beginning, and say where they go on."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from chassis.paging import cursor_after
from chassis.problems import Problem
from gateway.json import Document, Json, is_object
from gateway.screens.screen import Part, Screen, Shape

MOST_BYTES = 20_000
"""What a screen may weigh, uncompressed: a second or so on a village's network (own figure of the product)."""

_LIST = {Shape.PAGE: "items", Shape.HEAD: "items", Shape.STORY: "history"}
_AWAY = "{}暂时无法显示，请稍后下拉刷新；其他内容不受影响。"
_NOT_YOURS = None


def fitted(screen: Screen, parts: Mapping[Part, Document | Problem | None], *, about: str) -> bytes:
    """The answer of a screen as JSON, at most `MOST_BYTES`."""
    shown: dict[str, Json] = {
        part.name: _NOT_YOURS if told is None or isinstance(told, Problem) else told for part, told in parts.items()
    }
    missing: list[Json] = [
        {"part": part.name, "code": told.code(), "sentence_zh": _AWAY.format(part.title_zh)}
        for part, told in parts.items()
        if isinstance(told, Problem)
    ]
    goes_on: dict[str, Json] = {part.name: part.on_its_own.replace("{id}", about) for part in screen.parts}
    answer: Document = {"screen": screen.name, "parts": shown, "missing": missing, "goes_on": goes_on, "cut": []}
    body = orjson.dumps(answer)
    cut = set[str]()
    while len(body) > MOST_BYTES and (part := _largest(screen, shown)):
        _take_one_from(shown[part.name], part)
        cut.add(part.name)
        answer["cut"] = [*sorted(cut)]
        body = orjson.dumps(answer)
    return body


def _largest(screen: Screen, shown: Mapping[str, Json]) -> Part | None:
    """The part whose list can best give way; none if all are down to one line."""
    sizes = [
        (len(orjson.dumps(lines)), part) for part in screen.parts if len(lines := _lines(shown[part.name], part)) > 1
    ]
    return max(sizes, key=lambda one: one[0])[1] if sizes else None


def _lines(told: Json, part: Part) -> list[Json]:
    lines = told.get(_LIST.get(part.shape, "")) if is_object(told) else None
    return lines if isinstance(lines, list) else []


def _take_one_from(told: Json, part: Part) -> None:
    """A list loses its oldest line and goes on from the one before; a story loses its oldest entry."""
    lines = _lines(told, part)
    if part.shape is Shape.STORY:
        lines.pop(0)
        return
    lines.pop()
    last = lines[-1]
    if is_object(told) and is_object(last):
        cursor = "next" if "next" in told else "next_cursor"
        told[cursor] = cursor_after(UUID(str(last["id"]))) if part.shape is Shape.PAGE else None
