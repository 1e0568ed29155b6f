"""The glossary: a row's own table, enum and routes use none of the words that its last column rules out."""

import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import import_module

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

import services
from tests.architecture.services import ROOT, SERVICES, models_of


@dataclass(frozen=True)
class Entry:
    """One row: the identifiers that it is about, and what they are not called."""

    identifiers: tuple[str, ...]
    ruled_out: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """Something in the code that bears a name on a row's behalf."""

    identifier: str
    name: str
    what: str


def entries(text: str) -> list[Entry]:
    """The rows of every table of the glossary."""
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    return [
        Entry(
            identifiers=tuple(re.findall(r"`([^`]+)`", row[0])),
            ruled_out=tuple(word.strip().replace("`", "") for word in row[-1].split(",") if word.strip()),
        )
        for row in rows
    ]


def words(name: str) -> list[str]:
    """The words of a class, a column or a part of a path, in the singular."""
    split = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
    return [re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", word.lower())) for word in split]


def clashes(entry: Entry, named: list[Named]) -> Iterator[str]:
    """What bears one of the words that its row rules out; «(alone)» rules out the word as the whole name."""
    for thing in named:
        if thing.identifier not in entry.identifiers:
            continue
        parts = words(thing.name)
        for ruled_out in entry.ruled_out:
            phrase = words(ruled_out.removesuffix("(alone)"))
            windows = [parts[start : start + len(phrase)] for start in range(len(parts))]
            if parts == phrase if ruled_out.endswith("(alone)") else phrase in windows:
                yield f"{thing.what} {thing.name}: not «{ruled_out}» for {thing.identifier}"


def in_the_code() -> list[Named]:
    """Every table and enum of the services, and the routes of the slice in which a table's model lies."""
    modules = [
        import_module(found.name)
        for found in pkgutil.walk_packages(services.__path__, "services.")
        if ".migrations" not in found.name
    ]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    enums = [kind for kind in kinds if issubclass(kind, Enum) and kind.__module__.startswith("services.")]
    routers = {id(router): router for module in modules for router in vars(module).values() if _is_router(router)}
    routes = [route for router in routers.values() for route in router.routes if isinstance(route, APIRoute)]
    models = [model for service in SERVICES for model in models_of(service)]
    named = [Named(model.__name__, str(model.__tablename__), "table") for model in models]
    for kind in enums:
        named += [Named(kind.__name__, member.name, "enum") for member in kind]
        named += [Named(kind.__name__, str(member.value), "enum") for member in kind]
    for model in models:
        its_slice = model.__module__.rpartition(".")[0]
        for route in routes:
            if route.endpoint.__module__.startswith(f"{its_slice}."):
                fixed = re.sub(r"\{[^}]*\}", "", route.path)
                named += [Named(model.__name__, part, f"{route.path}:") for part in fixed.split("/") if part]
    return named


def _is_router(thing: object) -> bool:
    return isinstance(thing, APIRouter)


GLOSSARY = entries((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def test_nothing_bears_a_word_that_its_row_rules_out() -> None:
    named = in_the_code()
    assert [clash for entry in GLOSSARY for clash in clashes(entry, named)] == []


def test_the_rows_of_the_first_services_are_found_in_the_code() -> None:
    named = in_the_code()
    found = {thing.identifier for thing in named if any(thing.identifier in entry.identifiers for entry in GLOSSARY)}
    assert {"Organization", "ServiceRequest", "Rating"} <= found
    assert {"table", "enum"} < {thing.what for thing in named}


@pytest.mark.parametrize(
    ("identifier", "name", "clash"),
    [
        ("ServiceRequest", "service_request", False),
        ("ServiceRequest", "case", True),
        ("ServiceRequest", "my-cases", True),
        ("ServiceRequest", "casework", False),
        ("Organization", "case", False),
        ("ProxyAgent", "proxy_agent", False),
        ("ProxyAgent", "agents", True),
        ("Credential", "BallotToken", True),
        ("Credential", "ballot", False),
        ("CatalogueItem", "service_types", True),
    ],
)
def test_a_word_is_ruled_out_for_its_own_row_alone(identifier: str, name: str, clash: bool) -> None:
    named = [Named(identifier, name, "table")]
    assert any(list(clashes(entry, named)) for entry in GLOSSARY) == clash
