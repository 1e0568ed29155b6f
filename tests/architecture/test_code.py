"""What the linters do not see: where time comes from, how a module begins, what may be ignored."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.architecture.services import ROOT

PACKAGES = ("profiles", "services", "gateway", "contracts", "chassis")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
WITH_TESTS = MODULES + sorted(
    path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py") if path.stat().st_size > 0
)

MAY_ASK_THE_MACHINE = {Path("chassis/clock.py"), Path("chassis/telemetry.py")}
PRESENT = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
BARE = re.compile(r"#\s*(noqa(?!: ?[A-Z]+[0-9])|type: ?ignore(?!\[)|(ruff|flake8|mypy): ?(noqa|ignore))")


def asked_for_the_present(source: str) -> Iterator[str]:
    """Where a program asks the machine or the database what time it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if (node.module, name.name) in PRESENT:
                    yield f"line {node.lineno}: from {node.module} import {name.name}"
        elif isinstance(node, ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (of, node.attr) in PRESENT:
                yield f"line {node.lineno}: {of}.{node.attr}"


def ignored_without_a_code(source: str) -> Iterator[str]:
    """Comments that switch a check off for more than one rule."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and BARE.search(token.string):
            yield f"line {token.start[0]}: {token.string}"


def without_a_sentence_at_its_head(source: str) -> Iterator[str]:
    """The beginning of a module whose docstring's first paragraph is not one line with an end."""
    first = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]
    if not first or "\n" in first or not first.endswith((".", "?", "!")):
        yield first or "no docstring"


def everywhere(modules: Iterable[Path], find: Callable[[str], Iterable[str]]) -> list[str]:
    """What a search finds in these modules, with the place."""
    return [f"{module}: {found}" for module in modules for found in find((ROOT / module).read_text(encoding="utf-8"))]


def test_only_the_clock_asks_the_machine_for_the_time() -> None:
    others = [module for module in MODULES if module not in MAY_ASK_THE_MACHINE]
    assert everywhere(others, asked_for_the_present) == []


def test_every_module_begins_with_one_sentence() -> None:
    assert everywhere(WITH_TESTS, without_a_sentence_at_its_head) == []


def test_nothing_is_ignored_without_its_code() -> None:
    assert everywhere(WITH_TESTS, ignored_without_a_code) == []


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "at = Field(default_factory=datetime.now)",
        "dt.date.today()",
        "time.time()",
        "from time import time",
        "select(func.now())",
    ],
)
def test_every_way_to_ask_for_the_present_is_found(source: str) -> None:
    assert list(asked_for_the_present(source)) != []


@pytest.mark.parametrize("source", ["clock.now()", "session.now", "time.monotonic()", "datetime.fromisoformat(x)"])
def test_the_clock_and_durations_are_no_such_way(source: str) -> None:
    assert list(asked_for_the_present(source)) == []


@pytest.mark.parametrize(
    "comment", ["noqa", "noqa # because", "type: ignore", "type:ignore", "ruff: noqa", "mypy: ignore-errors"]
)
def test_every_bare_ignore_is_found(comment: str) -> None:
    assert list(ignored_without_a_code(f"x = 1  # {comment}\n")) != []


@pytest.mark.parametrize("comment", ["noqa: A002", "type: ignore[arg-type]", "nothing here is ignored"])
def test_an_ignore_with_its_code_is_not_bare(comment: str) -> None:
    assert list(ignored_without_a_code(f"x = 1  # {comment}\n")) == []


@pytest.mark.parametrize("source", ["", '"""no end"""', '"""Two lines\nof it."""', "x = 1"])
def test_a_module_without_a_sentence_at_its_head_is_found(source: str) -> None:
    assert list(without_a_sentence_at_its_head(source)) != []
