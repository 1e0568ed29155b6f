"""The pictures in the documents are small, made by a command, and say that everybody in them is made up."""

from dataclasses import replace

import pytest

from chassis.documents import Lines
from profiles.pictures import FOLDER, MADE_UP, PICTURES, marked, picture


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_is_there_and_can_be_made_again(name: str) -> None:
    made = PICTURES[name]()
    assert picture(made).startswith(b"\x89PNG")
    kept = (FOLDER / name).read_bytes()
    assert kept.startswith(b"\x89PNG")
    assert len(kept) < 100_000
    assert marked(made).blocks[0] == Lines((MADE_UP,))
    assert picture(made) != picture(replace(made, title="另一个标题"))


def test_everybody_in_the_pictures_is_generated() -> None:
    said = "".join(make().text for make in PICTURES.values())
    assert said.count("生成") > 5
