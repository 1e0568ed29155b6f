"""The threat model is whole: at every border each letter of STRIDE, and behind each line tests that there are."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
STRIDE = set("STRIDE")
NOT_HERE = "does not apply: "


@dataclass(frozen=True)
class Line:
    """One threat at one border."""

    border: str
    letter: str
    threat: str
    rest: tuple[str, ...]  # what stands against it, what is left
    tests: tuple[str, ...]  # path::name


def lines(page: str) -> Iterator[Line]:
    """The rows of the table under each border's heading."""
    border = ""
    for line in page.splitlines():
        if line.startswith("## "):
            border = line.removeprefix("## ")
        elif re.match(r"\| \w+ \|", line):
            letter, threat, *rest, tests = (cell.strip() for cell in line.strip("|").split("|"))
            yield Line(border, letter, threat, tuple(rest), tuple(re.findall(r"`([^`]+)`", tests)))


LINES = list(lines(PAGE))
BORDERS = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)


@cache
def named_in(path: str) -> frozenset[str]:
    """The names of the tests that a file holds; none if there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def faults(line: Line) -> Iterator[str]:
    """What a line lacks."""
    if line.letter not in STRIDE:
        yield f"«{line.letter}» is no letter of STRIDE"
    if line.threat.startswith(NOT_HERE):  # with a reason: the row's cells are stripped
        return
    if not all([line.threat, *line.rest]):
        yield "an empty cell"
    if not line.tests:
        yield "no test"
    for test in line.tests:
        path, _, name = test.partition("::")
        if name not in named_in(path):
            yield f"{test} is not there"


@pytest.mark.parametrize("border", BORDERS)
def test_each_letter_is_thought_of_at_every_border(border: str) -> None:
    assert {line.letter for line in LINES if line.border == border} == STRIDE


@pytest.mark.parametrize("border", BORDERS)
def test_every_line_is_whole_and_names_tests_that_there_are(border: str) -> None:
    found = [f"{line.letter}: {fault}" for line in LINES if line.border == border for fault in faults(line)]
    assert found == []


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("| S | t | against | left | `tests/architecture/test_threat_model.py::test_gone` |", "is not there"),
        ("| S | t | against | left | `tests/gone.py::test_gone` |", "is not there"),
        ("| S | t | against | left | |", "no test"),
        ("| S | t | against | | `tests/architecture/test_code.py::test_every_bare_ignore_is_found` |", "an empty cell"),
        ("| X | does not apply: why | | | |", "is no letter"),
        ("| S | does not apply:  | | | |", "an empty cell"),
    ],
)
def test_what_a_line_lacks_is_found(row: str, fault: str) -> None:
    (line,) = lines(f"## Border\n{row}")
    assert any(fault in found for found in faults(line))
