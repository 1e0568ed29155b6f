"""A list as a spreadsheet: taken away, edited there, and taken in again once it is seen what changes."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import python_calamine
import xlsxwriter

from tests.mounting import token
from tests.tasks.checklists.lists import broken_down, done, plan, seen
from tests.tasks.conftest import Village

pytestmark = pytest.mark.asyncio
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


Rows = list[list[Any]]


async def taken_away(village: Village, list_id: str) -> Rows:
    """The list as its rows of cells."""
    answer = await village.stand.get(f"/checklists/{list_id}/sheet", by=village.people.operator)
    assert answer.headers["content-type"] == XLSX
    return python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def workbook(rows: Rows) -> bytes:
    """Rows as somebody's spreadsheet program saves them."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    sheet, on = book.add_worksheet(), book.add_format({"num_format": "yyyy/m/d"})
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(row, column, cell, on)
            else:
                sheet.write(row, column, cell)
    book.close()
    return file.getvalue()


async def sent(village: Village, path: str, content: Rows | bytes, *, by: UUID | None = None) -> httpx.Response:
    """A workbook, sent as the body."""
    headers = {
        "authorization": f"Bearer {token(by or village.people.operator)}",
        "idempotency-key": uuid4().hex,
        "content-type": XLSX,
    }
    body = content if isinstance(content, bytes) else workbook(content)
    return await village.stand.client.post(path, content=body, headers=headers)


async def test_what_was_edited_in_place_is_seen_before_it_changes_anything(village: Village) -> None:
    list_id, _ = await plan(village, "修水渠", "装路灯", "清垃圾")
    book = await taken_away(village, list_id)
    assert book[1][:4] == ["编号", "事项", "要求", "时限"]
    book[2][1] = "修北渠"
    book[3][3] = date(2027, 5, 1)
    book.append(["4", "=HYPERLINK(1)", "三处", date(2027, 6, 1), "是"])
    shown = await sent(village, f"/checklists/{list_id}/sheet/preview", book)
    assert shown.status_code == 200, shown.text
    told = shown.json()
    assert told["new"] == ["4"]
    assert [(one["number"], one["field_zh"], one["before"], one["after"]) for one in told["changed"]] == [
        ("1", "事项", "修水渠", "修北渠"),
        ("2", "时限", "2027-06-30", "2027-05-01"),
    ]
    assert (told["unchanged"], told["missing"], told["faults"]) == (1, [], [])
    before = await seen(village, f"/checklists/{list_id}/items", village.people.operator)
    assert [one["title"] for one in before["items"]] == ["修水渠", "装路灯", "清垃圾"]
    taken = await sent(village, f"/checklists/{list_id}/sheet?token={told['token']}", book)
    assert taken.status_code == 200, taken.text
    after = await seen(village, f"/checklists/{list_id}/items", village.people.operator)
    assert [(one["title"], one["due_on"], one["evidence"]) for one in after["items"]] == [
        ("修北渠", "2027-06-30", False),
        ("装路灯", "2027-05-01", False),
        ("清垃圾", "2027-06-30", False),
        ("=HYPERLINK(1)", "2027-06-01", True),
    ]
    again = await taken_away(village, list_id)
    assert again[5][1] == "'=HYPERLINK(1)"  # a quote before what a spreadsheet would run
    unchanged = await sent(village, f"/checklists/{list_id}/sheet/preview", again)
    assert (unchanged.json()["faults"], unchanged.json()["changed"], unchanged.json()["unchanged"]) == ([], [], 4)


async def test_every_fault_is_told_by_row_column_and_reason_and_nothing_is_taken_in(village: Village) -> None:
    list_id, _ = await plan(village, "修水渠")
    book = await taken_away(village, list_id)
    for row in range(300):
        book.append([f"{row + 2}", "某事", "", "不是日期" if row % 2 else date(2035, 1, 1), "也许"])
    shown = (await sent(village, f"/checklists/{list_id}/sheet/preview", book)).json()
    assert shown["token"] is None
    assert len(shown["faults"]) == 600
    assert {(one["column"]) for one in shown["faults"]} == {"时限", "须附凭证"}
    assert {one["row"] for one in shown["faults"]} == set(range(4, 304))
    refused = await sent(village, f"/checklists/{list_id}/sheet?token={'0' * 64}", book)
    assert refused.json()["type"].endswith("/sheet-faulty")


async def test_a_sheet_is_not_taken_in_after_the_list_has_changed(village: Village) -> None:
    list_id, _ = await plan(village, "修水渠")
    book = await taken_away(village, list_id)
    book[2][1] = "修北渠"
    shown = (await sent(village, f"/checklists/{list_id}/sheet/preview", book)).json()
    await done(village, f"/checklists/{list_id}/items", village.people.operator, title="后加", due_on="2027-06-30")
    late = await sent(village, f"/checklists/{list_id}/sheet?token={shown['token']}", book)
    assert late.json()["type"].endswith("/not-this-sheet")


async def test_who_has_what_and_how_far_it_is_are_shown_and_never_read(village: Village) -> None:
    list_id, _ = await plan(village, "修水渠")
    await broken_down(village, list_id)
    await village.stand.settle()
    book = await taken_away(village, list_id)
    assert book[2][-2:] == ["0%", "0/3"]
    book[2][-1] = "3/3"
    shown = (await sent(village, f"/checklists/{list_id}/sheet/preview", book)).json()
    assert (shown["changed"], shown["unchanged"]) == ([], 1)


async def test_what_is_no_spreadsheet_or_too_large_is_refused(village: Village) -> None:
    list_id, _ = await plan(village, "修水渠")
    path = f"/checklists/{list_id}/sheet/preview"
    assert (await sent(village, path, b"PK\x03\x04 no")).json()["type"].endswith("/sheet-unreadable")
    assert (await sent(village, path, bytes(3 << 20))).status_code == 413
    book = [["别的", "表格"]]
    assert (await sent(village, path, book)).json()["type"].endswith("/sheet-unreadable")
    assert (await sent(village, path, book, by=village.people.secretary)).status_code == 404
