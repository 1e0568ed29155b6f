"""Every field that a person fills in, against the file that says why it is asked: `python -m profiles.fields`.

It lists what is missing there, what is there and asked no more, what somebody holds already, and what may not be asked
at all; the build fails on any of it. What is missing is printed as it would stand in the file.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fastapi.routing import iter_route_contexts

from chassis.clock import SystemClock
from chassis.http import READING
from chassis.log.memory import MemoryLog
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.settings import DevelopmentSettings, RuleSettings
from chassis.sqlite import SqliteStore
from profiles.services import NAMES, build
from services.tasks.burden.fields import FIELDS, Fields

DEEPEST = 4  # objects within objects


class Asked(NamedTuple):
    """One field of one form, as the service's own document has it."""

    service: str
    form: str  # the action, as the audit names it
    field: str  # with dots where it lies in another one
    said: str  # title and description of it, for words that tell what it is for


def asked() -> list[Asked]:
    """Every field of every body that a POST, PUT or PATCH of the three services takes."""
    return [one for service in NAMES for one in _of(service)]


def faults(fields: Fields, found: list[Asked]) -> list[str]:
    """What is wrong, each in a sentence; empty if nothing is."""
    declared = {(form.service, form.form, name) for form in fields.forms for name in form.fields}
    there = {one[:3] for one in found} | {(one.service, one.form, f"{one.field.rpartition('.')[0]}.*") for one in found}
    said = [f"{'.'.join(one[:3])}：没有声明来源" for one in found if not _declared(fields, one)]
    said += [f"{'.'.join(one)}：文件里有，接口里已经没有，请删去" for one in sorted(declared - there)]
    for one in found:
        form = fields.form(one.service, one.form)
        source = form.source_of(one.field) if form else None
        place = ".".join(one[:3])
        if form and source and (holder := fields.holder_of(one.field, source)):
            said.append(f"{place}：{holder} 已经掌握，不得再向{form.asked_of}索取")
        for banned in fields.banned_in(one.field, one.said, form, source):
            said.append(f"{place}：属于禁止收集的内容：{banned.title}（{banned.rule}）")
    return said


def missing(fields: Fields, found: list[Asked]) -> str:
    """What is not declared yet, as it would stand in the file."""
    forms: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if not _declared(fields, one):
            forms.setdefault((one.service, one.form), []).append(one.field)
    return "\n".join(
        f"  - {{service: {service}, form: {form}, title: ？, asked_of: ？,\n"
        f"     fields: {{{', '.join(f'{name}: ？' for name in names)}}}}}"
        for (service, form), names in forms.items()
    )


def main(file: Path = FIELDS) -> int:
    """Say what is wrong; 1 if anything is."""
    fields, found = Fields.load(file), asked()
    said = faults(fields, found)
    for line in said:
        print(line)  # a command's answer
    if stubs := missing(fields, found):
        print(f"\n请补入 {file}：\n{stubs}")  # likewise
    if not said:
        print(f"{len(found)} 个填写项都有来源。")  # likewise
    return 1 if said else 0


def _declared(fields: Fields, one: Asked) -> bool:
    form = fields.form(one.service, one.form)
    return form is not None and form.source_of(one.field) is not None


def _of(service: str) -> Iterator[Asked]:
    app = Mounted(
        build(service, development=DevelopmentSettings(development=True), rules=RuleSettings()),
        store=SqliteStore(Path(service)),  # no file is made before the store is opened
        log=MemoryLog(),
        clock=SystemClock(),
        vault=Vault(bytes(32)),
    ).api
    document = app.openapi()
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        for method in sorted((getattr(route, "methods", None) or set()) - READING):
            operation = document["paths"].get(context.path, {}).get(method.lower(), {})
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for name, said in _fields(content["schema"], document, depth=0):
                    yield Asked(service, route.endpoint.__name__, name, said)  # type: ignore[attr-defined]
                break  # the same form in another encoding asks for the same


def _fields(schema: Mapping[str, Any], document: Mapping[str, Any], *, depth: int) -> Iterator[tuple[str, str]]:
    for name, field in _properties(schema, document).items():
        within = list(_fields(field, document, depth=depth + 1)) if depth < DEEPEST else []
        if within:
            yield from ((f"{name}.{inner}", said) for inner, said in within)
        else:
            yield name, f"{field.get('title', '')} {field.get('description', '')}"


def _properties(schema: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an object, of a list of objects, or of whichever object may stand there."""
    if "$ref" in schema:
        return _properties(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    if "properties" in schema:
        return dict(schema["properties"])
    if "items" in schema:
        return _properties(schema["items"], document)
    found: dict[str, Any] = {}
    for choice in [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]:
        found |= _properties(choice, document)
    return found


if __name__ == "__main__":
    sys.exit(main())
