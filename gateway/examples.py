"""Examples for the merged document: what a body may look like, made from its schema where the service gives none."""

import re
from collections.abc import Mapping

from gateway.json import Document, Json, is_object

_AN_ID = "019aab3e-7b5e-7000-8000-000000000001"
_BY_FORMAT: dict[str, Json] = {
    "uuid": _AN_ID,
    "date": "2026-11-22",
    "date-time": "2026-11-22T09:30:00Z",
    "time": "09:30:00",
    "duration": "PT15M",
    "uri": "https://example.cn/",
    "binary": "",
}
# Made-up values for names that occur; a pattern alone tells nobody what belongs there.
_BY_NAME: dict[str, Json] = {
    "division_code": "430702100201",
    "phone": "13800000000",
    "email": "yangli@example.cn",
    "wording": "村口路灯不亮，请帮忙看看",
    "words": "已经换好路灯，请查看",
    "reason": "不属于本组织职责",
    "name": "张样",
    "title": "村级代办员",
    "device": "办公室电脑",
    "month": "2026-11",
}
_FILLS = (
    *("示例", "example", "A1", "0", "0000", "000000", "123456", "00000001", "430702100201", "2026-11"),
    *("x" * 16, "a" * 32, "0" * 64, "A" * 43, "A" * 86, "A" * 112, "A" * 342, "0" * 12),
)
_DEEPEST = 20


class Examples:
    """Makes examples of schemas that refer to the components of one document."""

    def __init__(self, components: Mapping[str, Json]) -> None:
        schemas = components.get("schemas")
        self._schemas: Document = schemas if is_object(schemas) else {}

    def give(self, operation: Document) -> None:
        """Put an example with each body of an operation, asked or answered, and with what has to be said beside it."""
        parameters = operation.get("parameters")
        for asked in parameters if isinstance(parameters, list) else ():
            if is_object(asked) and asked.get("required") and "example" not in asked and "examples" not in asked:
                asked["example"] = self.of(asked.get("schema"), name=str(asked.get("name")))
        body = operation.get("requestBody")
        answers = operation.get("responses")
        for said in (body, *(answers.values() if is_object(answers) else ())):
            content = said.get("content") if is_object(said) else None
            for media in content.values() if is_object(content) else ():
                if is_object(media) and "example" not in media and "examples" not in media and "schema" in media:
                    media["example"] = self.of(media["schema"])

    def of(self, schema: Json, *, name: str = "", depth: int = 0) -> Json:
        """A value that the schema allows, as far as a schema says so."""
        if not is_object(schema) or depth > _DEEPEST:
            return None
        for word in ("examples", "enum"):
            if isinstance(choices := schema.get(word), list) and choices:
                return choices[0]
        for word in ("example", "const", "default"):
            if schema.get(word) is not None:
                return schema[word]
        for word in ("anyOf", "oneOf", "allOf"):
            if isinstance(several := schema.get(word), list) and several:
                return self.of(several[0], name=name, depth=depth + 1)
        if isinstance(reference := schema.get("$ref"), str):
            return self.of(self._schemas.get(reference.rpartition("/")[2]), name=name, depth=depth + 1)
        return self._plain(schema, name=name, depth=depth)

    def _plain(self, schema: Document, *, name: str, depth: int) -> Json:
        value: Json = None
        match schema.get("type"):
            case "object":
                properties = schema.get("properties")
                named = properties.items() if is_object(properties) else ()
                value = {key: self.of(each, name=key, depth=depth + 1) for key, each in named}
            case "array":
                least = schema.get("minItems")
                value = [self.of(schema.get("items"), name=name, depth=depth + 1)]
                value *= least if isinstance(least, int) and least else 1
            case "integer" | "number":
                value = _number(schema)
            case "boolean":
                value = True
            case "string":
                value = _text(schema, name=name)
        return value


def _number(schema: Document) -> int | float:
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(above := schema.get("exclusiveMinimum"), int | float):
        least = above + 1
    figure: int | float = least if isinstance(least, int | float) and least > 1 else 1
    return most if isinstance(most, int | float) and most < figure else figure


def _text(schema: Document, *, name: str) -> Json:
    form = schema.get("format")
    if isinstance(form, str) and form in _BY_FORMAT:
        return _BY_FORMAT[form]
    fills = [fill for fill in (_BY_NAME.get(name), *_FILLS) if isinstance(fill, str)]
    return next((fill for fill in fills if _fits(schema, fill)), fills[0])


def _fits(schema: Document, text: str) -> bool:
    least, most, pattern = schema.get("minLength", 0), schema.get("maxLength"), schema.get("pattern")
    if isinstance(least, int) and len(text) < least:
        return False
    if isinstance(most, int) and len(text) > most:
        return False
    return not isinstance(pattern, str) or re.search(pattern, text) is not None
