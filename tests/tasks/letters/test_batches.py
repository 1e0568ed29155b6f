"""Letters for many posts at once: made one by one, with their progress, and each refusal in its own row."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.tasks.conftest import Village
from tests.tasks.letters.writing import letter_of, line, post_of

pytestmark = pytest.mark.asyncio


async def made(village: Village, **wanted: list[dict[str, object]]) -> dict[str, Any]:
    """Have letters made and wait until there is nothing left to do; `wanted` is person → items."""
    people = village.people
    letters = [
        {"post_id": str(uuid4()) if name == "nobody" else await post_of(village, getattr(people, name)), "lines": lines}
        for name, lines in wanted.items()
    ]
    begun = await village.stand.post(
        "/letter-batches", by=people.cadre, year=2026, title="2026年度责任书", letters=letters
    )
    assert begun.status_code == 202, begun.text
    assert begun.json()["done"] <= len(letters)
    async with asyncio.timeout(20):
        while not (told := (await village.stand.get(f"/letter-batches/{begun.json()['id']}", by=people.cadre)).json())[
            "finished_at"
        ]:
            await asyncio.sleep(0.05)
    return dict(told)


async def test_a_batch_makes_what_is_missing_renews_what_changed_and_says_what_it_cannot(village: Village) -> None:
    people = village.people
    await letter_of(village, line(1))
    await letter_of(village, line(1), person=people.agent)
    told = await made(
        village, secretary=[line(1)], agent=[line(1), line(2)], other_agent=[line(3)], cadre=[line(1)], nobody=[line(1)]
    )
    outcomes = [(row["outcome"], row["reason"]) for row in told["rows"]]
    assert outcomes == [
        ("same", None),
        ("renewed", None),
        ("made", None),
        ("failed", "may-not-make-letters"),
        ("failed", "not-in-office"),
    ]
    assert (told["size"], told["done"], told["failed"]) == (5, 5, 2)
    listed = (await village.stand.get("/letters", by=people.cadre)).json()["items"]
    assert {one["person_id"]: one["version"] for one in listed} == {
        str(people.secretary): 1,
        str(people.agent): 2,
        str(people.other_agent): 1,
    }
    own = (await village.stand.get("/letter-batches", by=people.cadre)).json()["items"]
    assert [one["id"] for one in own] == [told["id"]]
    assert (await village.stand.get(f"/letter-batches/{told['id']}", by=people.operator)).status_code == 404


async def test_who_oversees_nobody_has_no_letters_made_and_a_post_stands_once(village: Village) -> None:
    people = village.people
    one = {"post_id": await post_of(village, people.secretary), "lines": [line(1)]}
    asked = {"year": 2026, "title": "责任书"}
    refused = await village.stand.post("/letter-batches", by=people.agent, letters=[one], **asked)
    assert refused.json()["code"] == "may-not-make-letters"
    twice = await village.stand.post("/letter-batches", by=people.cadre, letters=[one, one], **asked)
    assert twice.json()["code"] == "post-twice"
