"""The documents say what the code does: the life cycles, the decisions' numbers, and the places that are named."""

import re
from pathlib import Path

import pytest

from profiles.lifecycles import DOCUMENT, document, lifecycles

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_the_life_cycles_are_written_as_they_are() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run `python -m profiles.lifecycles`"


def test_no_life_cycle_is_overlooked() -> None:
    written = [
        path.relative_to(ROOT / "services").parent.as_posix().replace("/", ".")
        for path in (ROOT / "services").rglob("*.py")
        if re.search(r"= Lifecycle\(", path.read_text(encoding="utf-8"))
    ]
    assert sorted(written) == sorted(lifecycles())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(page: Path) -> None:
    linked = re.findall(r"\]\((?!\w+:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [to for to in linked if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:bench(?!/results)|chassis|clients|contracts|deploy|docs|gateway|profiles|services|tests)/[\w./-]+)", text
    )
    gone = [path for path in named if not (ROOT / path.rstrip("./")).exists()]
    assert gone == []


def test_decisions_are_numbered_in_one_sequence_and_say_four_things() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for path in DECISIONS:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], path.name
