"""Coverage gaps: who has nobody, too few or too many, page by page and as a spreadsheet."""

from io import BytesIO
from pathlib import Path

import pytest
import python_calamine as calamine

from tests.members.pairings.county import HOUSEHOLDS, Township
from tests.members.village import TOWNSHIP, VILLAGE

pytestmark = pytest.mark.asyncio


async def gaps(there: Township, gap: str, *, by: str = "乡镇干部", **query: object) -> list[dict[str, object]]:
    """Every line of a list, in pages of two."""
    items: list[dict[str, object]] = []
    cursor: dict[str, object] = {}
    while True:
        answer = await there.get("/pairings/gaps", by=by, division_code=TOWNSHIP, gap=gap, limit=2, **cursor | query)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next"] is None:
            return items
        cursor = {"cursor": answer.json()["next"]}


async def test_households_and_villages_with_nobody_are_listed(anywhere: Township) -> None:
    assert {one["name"] for one in await gaps(anywhere, "household_without")} == set(HOUSEHOLDS)
    assert [one["about"] for one in await gaps(anywhere, "village_without")] == [VILLAGE]
    await anywhere.pair("党员甲", "H2")
    await anywhere.stand_by("B1")
    assert {one["name"] for one in await gaps(anywhere, "household_without")} == set(HOUSEHOLDS) - {"H2"}
    assert await gaps(anywhere, "village_without") == []


async def test_who_is_below_or_above_the_bounds_is_listed_with_them(anywhere: Township) -> None:
    await anywhere.pair("党员甲", "H1")
    [below] = await gaps(anywhere, "person_below")
    assert (below["name"], below["there"], below["least"], below["most"]) == ("党员甲", 1, 2, 3)
    await anywhere.pair("党员甲", "H2")
    assert await gaps(anywhere, "person_below") == []
    [village] = await gaps(anywhere, "village_below")
    assert (village["about"], village["there"], village["least"], village["most"]) == (VILLAGE, 0, 4, 5)
    for n in range(1, 5):
        await anywhere.stand_by(f"B{n}")
    assert await gaps(anywhere, "village_below") == []
    assert [one["there"] for one in await gaps(anywhere, "village_three_below")] == [0]
    assert await gaps(anywhere, "person_over") == await gaps(anywhere, "village_over") == []


async def test_a_pairing_that_is_not_yet_or_no_longer_counts_for_nothing(there: Township) -> None:
    await there.pair("党员甲", "H1", from_on="2026-12-01")
    await there.pair("党员乙", "H2", from_on="2026-01-01", to_on="2026-11-15")
    assert {one["name"] for one in await gaps(there, "household_without")} == set(HOUSEHOLDS)


async def test_the_spreadsheet_says_the_same(there: Township, tmp_path: Path) -> None:
    answer = await there.get("/pairings/gaps/export", by="乡镇干部", division_code=TOWNSHIP, gap="household_without")
    assert answer.status_code == 200
    rows = calamine.load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["编号", "名称", "所在"]
    assert {row[1] for row in rows[1:]} == set(HOUSEHOLDS)


async def test_only_posts_that_see_the_whole_area_see_its_gaps(there: Township) -> None:
    for by, code in (("代办员", 403), ("户主甲", 403), ("县管理员", 200)):
        answer = await there.get("/pairings/gaps", by=by, division_code=TOWNSHIP, gap="household_without")
        assert answer.status_code == code
