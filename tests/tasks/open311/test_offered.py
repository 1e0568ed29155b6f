"""What may be reported from outside is a section of the catalogue, and a faulty one is refused line by line."""

from datetime import date
from pathlib import Path

import pytest

from chassis.operator_files import BadFile
from services.tasks.catalogue.model import CATALOGUE, Catalogue
from services.tasks.rules.pack import MatterKind

TEXT = CATALOGUE.read_text(encoding="utf-8")
HELD = Catalogue.load()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    kind: suggestion\n    name: 意见建议", "    kind: complaint\n    name: 意见建议", "投诉和举报不对外公开"),
        ("    item: litter\n", "    item: no-such-item\n", "items 里没有 no-such-item"),
        ("    item: litter\n", "    item: water-supply\n", "published 的 item 不能重复"),
        ("    item: litter\n", "", "item 和 kind 写且只写一个"),
        ("    item: litter\n", "    item: litter\n    kind: help\n", "item 和 kind 写且只写一个"),
        ("{ out: 不亮, flickering: 闪烁, leaning: 灯杆倾斜或倒伏 }", "{}", "values 只用于"),
        ("      - code: pole\n", "      - code: fault\n", "code 不能重复"),
        (
            "      - code: warning\n        asks: false\n",
            "      - code: warning\n        asks: false\n        required: true\n",
            "只是说明",
        ),
    ],
)
def test_a_faulty_section_is_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in TEXT
    path = tmp_path / "catalogue.yaml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadFile, match=what):
        Catalogue.load(path)


def test_no_errand_of_a_person_and_no_free_words_are_public_as_shipped() -> None:
    assert {one.code for one in HELD.published if one.public} == {
        "street-light",
        "road-damage",
        "litter",
        "water-supply",
    }
    assert HELD.published_as(item="subsistence-allowance", kind=MatterKind.HELP) is None
    assert all(HELD.published_as(item=None, kind=kind) is None for kind in MatterKind)


def test_a_service_is_offered_while_its_errand_is() -> None:
    assert HELD.offered_outside("litter", on=date(2022, 12, 31)) is None
    assert HELD.offered_outside("litter", on=date(2023, 1, 1)) is not None
