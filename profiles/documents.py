"""The published facts as documents: a JSON Schema of each version, and an AsyncAPI description of the event log.

`python -m profiles.documents` writes them into `contracts/schemas`. A version that was published keeps its promise:
what would break those who hear it, or those who replay what already lies on the log, is refused and needs a new
version, `….v2`, beside the old one.
"""

import json
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Final, cast

import yaml
from pydantic.json_schema import GenerateJsonSchema

import contracts
from contracts.event import Event

SCHEMAS: Final = Path(contracts.__path__[0]) / "schemas"

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Document = dict[str, Json]

# The attributes of a CloudEvent in Kafka's binary mode, as `chassis.log.cloudevent` writes them.
HEADERS: Final[Document] = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_partitionkey", "content-type"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "The same however often the fact is delivered."},
        "ce_source": {"type": "string", "description": "The path of the publishing service."},
        "ce_type": {"type": "string", "description": "The name of the fact."},
        "ce_time": {"type": "string", "format": "date-time", "description": "Domain time of publishing, UTC."},
        "ce_partitionkey": {"type": "string", "description": "The same as the message's key."},
        "ce_traceparent": {"type": "string", "description": "W3C trace context of the request behind the fact."},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


class Broken(Exception):
    """A published version would no longer keep its promise."""


class _WithoutTitles(GenerateJsonSchema):
    """A property is called by its name; «Request Id» for `request_id` says nothing more."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def published() -> list[type[Event]]:
    """Every fact of `contracts`, in the order of their names."""
    modules = {import_module(f"contracts.{found.name}").__name__ for found in pkgutil.iter_modules(contracts.__path__)}
    return sorted((fact for fact in Event.__subclasses__() if fact.__module__ in modules), key=lambda fact: fact.type)


def schema_of(fact: type[Event]) -> Document:
    """What a fact's body holds, as JSON Schema; `x-key` is the field whose value orders it."""
    return {**fact.model_json_schema(schema_generator=_WithoutTitles), "x-type": fact.type, "x-key": fact.key_field}


def breaks(before: Document, after: Document) -> list[str]:
    """What a change of a published version would break; empty where it only adds fields that may be missing."""
    fields, fields_after = _fields(before), _fields(after)
    found = [] if before["x-key"] == after["x-key"] else [f"its key was {before['x-key']}"]
    found += [f"{name} is gone" for name in fields if name not in fields_after]
    found += [
        f"{name} is of another type"
        for name, kind in fields.items()
        if name in fields_after and _meaning(kind) != _meaning(fields_after[name])
    ]
    found += [f"{name} may not be missing" for name in sorted(_required(after) - _required(before))]
    used, used_after = (cast("Document", schema.get("$defs", {})) for schema in (before, after))
    return found + [f"{name}, which its fields use, has changed" for name in used if used_after.get(name) != used[name]]


def asyncapi() -> Document:
    """The event log as an AsyncAPI 3 document: one channel for each publishing service."""
    facts = published()
    sources = sorted({fact.source() for fact in facts})
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "连心 Lianxin: the event log",
            "version": "1",
            "description": "What the services tell one another. Facts of one key arrive in the order in which they "
            "happened, at least once; topics have no common order. They carry ids and codes, never free text or a "
            "citizen's personal data.",
        },
        "defaultContentType": "application/json",
        "channels": {source: _channel(source, facts) for source in sources},
        "operations": {
            f"{source}.tell": {"action": "send", "channel": {"$ref": f"#/channels/{source}"}} for source in sources
        },
        "components": {
            "messages": {fact.type: _message(fact) for fact in facts},
            "messageTraits": {"cloudEvent": {"headers": HEADERS}},
        },
    }


def documents() -> dict[str, str]:
    """Every document, by the name of its file."""
    written = {f"{fact.type}.json": json.dumps(schema_of(fact), indent=2) + "\n" for fact in published()}
    written["asyncapi.yaml"] = yaml.safe_dump(asyncapi(), sort_keys=False, allow_unicode=True, width=110)
    return written


def write(directory: Path = SCHEMAS) -> None:
    """Write the documents. Raises `Broken` where that would take back what a version has promised."""
    now = {fact.type: schema_of(fact) for fact in published()}
    for file in sorted(directory.glob("*.json")):
        before: Document = json.loads(file.read_text(encoding="utf-8"))
        found = breaks(before, now[file.stem]) if file.stem in now else ["it is published no more"]
        if found:
            raise Broken(f"{file.stem}: {'; '.join(found)}. Publish a new version beside it instead.")
    for name, text in documents().items():
        (directory / name).write_text(text, encoding="utf-8")


def _channel(source: str, facts: list[type[Event]]) -> Json:
    return {
        "address": f"evt.{source}",
        "description": f"What «{source}» tells the others.",
        "messages": {
            fact.type: {"$ref": f"#/components/messages/{fact.type}"} for fact in facts if fact.source() == source
        },
        "bindings": {"kafka": {"topic": f"evt.{source}", "bindingVersion": "0.5.0"}},
    }


def _message(fact: type[Event]) -> Json:
    return {
        "name": fact.type,
        "title": fact.__name__,
        "summary": (fact.__doc__ or "").strip().partition("\n")[0],
        "traits": [{"$ref": "#/components/messageTraits/cloudEvent"}],
        "payload": {"$ref": f"./{fact.type}.json"},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"The value of `{fact.key_field}`."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _fields(schema: Document) -> Document:
    return cast("Document", schema["properties"])


def _required(schema: Document) -> set[str]:
    return set(cast("list[str]", schema.get("required", [])))


def _meaning(kind: Json) -> Document:
    """A field's type without what is only told about it."""
    return {word: said for word, said in cast("Document", kind).items() if word not in {"description", "default"}}


if __name__ == "__main__":
    write()
