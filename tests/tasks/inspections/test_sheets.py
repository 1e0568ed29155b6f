"""Inspections, letters and pledges as spreadsheets: what one's posts reach, and nothing in it that runs."""

from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from python_calamine import load_workbook

from chassis.sheets.tables import table
from tests.tasks.inspections.conftest import Inspected
from tests.tasks.inspections.going_out import visited
from tests.tasks.letters.writing import letter_of, post_of


def rows_of(content: bytes) -> list[list[Any]]:
    """The lines below the headings; every cell is text, and none is a formula or a link."""
    with ZipFile(BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert not any(mark in sheet for mark in ("<f>", "<f ", "hyperlink"))
    rows = load_workbook(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for row in rows for cell in row)
    return rows[1:]


async def given_out(inspected: Inspected, path: str, by: UUID, **query: object) -> list[list[Any]]:
    """A sheet, as somebody gets it."""
    answer = await inspected.village.stand.get(path, by=by, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return rows_of(answer.content)


def test_nothing_in_a_table_runs_whoever_wrote_it() -> None:
    told = ["=HYPERLINK(1)", "+1", "-1", "@x", "http://例.cn", None, 5]
    [row] = rows_of(table("表", ["列"] * len(told), [told]))
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in row if cell)
    assert ("http://例.cn" in row, row[5], row[6]) == (True, "", "5")


@pytest.mark.asyncio
async def test_what_ones_posts_reach_is_given_out(inspected: Inspected) -> None:
    village, people = inspected.village, inspected.village.people
    _, finding = await visited(inspected)
    await letter_of(village)
    pledge = {"post_id": await post_of(village, people.secretary), "words": "=1+1 年底前修好路"}
    days = {"from_on": "2026-11-16", "to_on": "2026-12-31"}
    draft = await inspected.done("/pledges", people.secretary, **pledge, **days)
    assert await given_out(inspected, "/pledges/sheet", people.cadre) == []  # a draft is nobody else's
    await inspected.done(f"/pledges/{draft['id']}/publication", people.secretary)

    [visit] = await given_out(inspected, "/inspections/sheet", people.cadre)
    assert visit[-2:] == ["1", "0"]
    await inspected.done(f"/findings/{finding}/feedback", people.secretary, owned=False, words="当时有会议记录")
    [letter] = await given_out(inspected, "/letters/sheet", people.cadre, stage="unsigned")
    assert (letter[2], letter[3], letter[5]) == ("2026年度责任书", "生成secretary", "1")
    assert await given_out(inspected, "/letters/sheet", people.cadre, year=2025) == []
    [promise] = await given_out(inspected, "/pledges/sheet", people.cadre)
    assert promise[3].endswith("=1+1 年底前修好路")
    assert promise[3] != "=1+1 年底前修好路"
    for path in ("/inspections/sheet", "/letters/sheet", "/pledges/sheet"):
        assert await given_out(inspected, path, people.other_agent) == [], path
