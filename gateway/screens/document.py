"""The OpenAPI document of the screens; the forms of their parts are those of the services' own documents."""

from collections.abc import Iterable

from gateway.json import Document, Json
from gateway.screens.screen import Part, Screen

_HOW = (
    "Parts that did not come in time are null and named under `missing`, with a sentence to show; a part that is not "
    "for the caller is null. `goes_on` says under which address a part is had alone and goes on; `cut` names the lists "
    "that were shortened to keep the whole under 20 kB."
)

_AWAY: Json = {
    "type": "object",
    "required": ["part", "code", "sentence_zh"],
    "properties": {"part": {"type": "string"}, "code": {"type": "string"}, "sentence_zh": {"type": "string"}},
}


def document_of(screens: Iterable[Screen]) -> Document:
    """What each screen answers. A form of a service is named `service:Form`, which the merged document resolves."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "screens", "version": "1", "description": "手机页面：一次取齐一屏所需，弱网可用。"},
        "paths": {screen.path.replace("{id}", "{request_id}"): {"get": _operation(screen)} for screen in screens},
    }


def _operation(screen: Screen) -> Document:
    parameters: list[Json] = [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "上次得到的 ETag；内容未变时答 304",
            "schema": {"type": "string"},
        }
    ]
    if "{id}" in screen.path:
        parameters.append(
            {
                "name": "request_id",
                "in": "path",
                "required": True,
                "description": "事项的编号",
                "schema": {"type": "string", "format": "uuid"},
            }
        )
    return {
        "operationId": screen.name,
        "summary": screen.about,
        "description": _HOW,
        "security": [{"bearer": []}],
        "parameters": parameters,
        "responses": {
            "200": {"description": screen.about, "content": {"application/json": {"schema": _schema(screen)}}},
            "304": {"description": "Nothing has changed."},
        },
    }


def _schema(screen: Screen) -> Json:
    named: list[Json] = [part.name for part in screen.parts]
    return {
        "type": "object",
        "required": ["screen", "parts", "missing", "goes_on", "cut"],
        "properties": {
            "screen": {"const": screen.name},
            "parts": {
                "type": "object",
                "required": named,
                "properties": {part.name: _part(part) for part in screen.parts},
            },
            "missing": {"type": "array", "items": _AWAY},
            "goes_on": {"type": "object", "additionalProperties": {"type": "string"}},
            "cut": {"type": "array", "items": {"type": "string"}},
        },
    }


def _part(part: Part) -> Json:
    return {"anyOf": [{"$ref": f"#/components/schemas/{part.service}:{part.schema}"}, {"type": "null"}]}
