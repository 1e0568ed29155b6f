"""Exports: what is in the file and what is not, who gets one, how it goes on after a crash, and that it is gone."""

import asyncio
import io
import re
import zipfile
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from chassis.clock import SHANGHAI, real_now
from chassis.objects import Objects
from chassis.problems import NotFound
from chassis.sheets.report import harmless
from contracts.members import OrganizationRecorded, PersonErased
from services.tasks.case_exports import actions
from services.tasks.case_exports.model import CaseExport, ExportLimit, ExportStage
from services.tasks.desk_views.model import DeskView
from services.tasks.roster.model import Organization, Post
from tests.tasks.conftest import MONDAY, VILLAGE, Village

pytestmark = pytest.mark.asyncio


async def export(village: Village, by: UUID, **cut: object) -> dict[str, Any]:
    """Ask for an export and wait until it is ready."""
    asked = await village.stand.post("/case-exports", by=by, cut=cut)
    assert asked.status_code == 201, asked.text
    async with asyncio.timeout(20):
        while True:
            shown = (await village.stand.get(f"/case-exports/{asked.json()['id']}", by=by)).json()
            if shown["stage"] in {"ready", "failed"}:
                return dict(shown)
            await asyncio.sleep(0.05)


async def content(village: Village, shown: dict[str, Any]) -> bytes:
    """The file, by its address."""
    answer = await village.stand.client.get(str(shown["address"]).removeprefix("/api/tasks"))
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == shown["size"] == int(answer.headers["content-length"])
    return answer.content


def rows_of(file: bytes) -> list[list[Any]]:
    """The cells, as a reader that others wrote finds them."""
    return CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()


async def test_a_list_is_written_with_what_a_desk_needs_and_nothing_of_who_asked(village: Village) -> None:
    first = (await village.submit(wording="低保没发，电话13907360001"))["id"]
    second = await village.handled(wording="路灯坏了")
    shown = await export(village, village.people.cadre)
    assert (shown["stage"], shown["rows_done"], shown["rows_expected"], shown["cut_short"]) == ("ready", 2, 2, False)
    head, *rows = rows_of(await content(village, shown))
    assert head[0] == "事项编号"
    assert "环节" in head
    assert len(head) == len(set(head)) == 19
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [one["事项编号"] for one in table] == [second, first]
    assert table[0]["环节"] == "已办理，等待您评判"
    assert table[0]["承诺办结日期"] == date(2026, 11, 18)
    assert table[0]["提出时间"] == datetime(2026, 11, 16, 9, 0)  # noqa: DTZ001  # local, as a spreadsheet has it
    assert table[1]["村（社区）"] == "村"
    assert table[1]["承办组织"] == "村支部"
    text = str(rows)
    assert not [one for one in ("低保", "13907360001", str(village.people.villager)) if one in text]


async def test_a_limit_that_a_coming_calendar_may_move_says_so(village: Village) -> None:
    village.clock.at = datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI)
    await village.submit(kind=None, wording=None, item_code="street-light")
    await village.submit(kind="enquiry")
    head, *rows = rows_of(await content(village, await export(village, village.people.cadre)))
    assert [row[head.index("时限是否暂定")] for row in rows] == ["", "暂定"]


async def test_the_filter_cuts_it_and_a_complaint_is_in_nobodys_who_must_not_see_it(village: Village) -> None:
    await village.submit(wording="路灯坏了")
    wanted = (await village.submit(wording="低保没发"))["id"]
    async with village.stand.mounted.sessions() as session:
        office = next(one.id for one in await session.all(select(Post)) if one.person_id == village.people.agent)
    complaint = (await village.submit(kind="complaint", about_post_id=str(office), wording="低保被扣"))["id"]
    for person, found in ((village.people.secretary, {wanted}), (village.people.supervisor, {wanted, complaint})):
        _, *rows = rows_of(await content(village, await export(village, person, text="低保")))
        assert {row[0] for row in rows} == found


async def test_no_cell_becomes_a_formula(village: Village) -> None:
    async with village.stand.mounted.sessions() as session:
        (branch,) = [one for one in await session.all(select(Organization)) if one.division_code == VILLAGE]
    evil = '=HYPERLINK("http://x.example","点我")'
    await village.stand.hear(
        OrganizationRecorded(
            organization_id=branch.id,
            code=branch.code,
            name=evil,
            tier=branch.tier,
            superior_id=branch.superior_id,
            division_code=branch.division_code,
        )
    )
    await village.submit()
    file = await content(village, await export(village, village.people.cadre))
    head, row = rows_of(file)
    assert row[head.index("承办组织")] == f"'{evil}"
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert re.search(r"<f[ >]", sheet) is None
        assert not [name for name in parts.namelist() if "external" in name.lower() or "rels/sheet" in name]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_what_a_spreadsheet_would_run_is_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"村{start}1") == f"村{start}1"


async def test_who_exports(village: Village) -> None:
    for person in (village.people.villager, village.people.agent):
        refused = await village.stand.post("/case-exports", by=person, cut={})
        assert (refused.status_code, refused.json()["code"]) == (403, "may-not-export")
    faulty = await village.stand.post("/case-exports", by=village.people.cadre, cut={"text": "灯"})
    assert faulty.json()["code"] == "nothing-to-find"
    shown = await export(village, village.people.cadre)
    assert (await village.stand.get(f"/case-exports/{shown['id']}", by=village.people.operator)).status_code == 404
    for _ in range(4):
        await export(village, village.people.cadre)
    refused = await village.stand.post("/case-exports", by=village.people.cadre, cut={})
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-exports")
    rows = await village.stand.get("/audit/rows", by=village.people.cadre)
    assert "export_cases" in {one["action"] for one in rows.json()["items"]}


async def test_an_address_is_for_one_file_and_some_minutes(village: Village) -> None:
    shown = await export(village, village.people.cadre)
    path = str(shown["address"]).removeprefix("/api/tasks")
    for wrong in (path.replace(shown["id"], str(uuid4())), re.sub("until=[0-9]+", "until=1", path)):
        assert (await village.stand.client.get(wrong)).status_code == 404


async def test_more_than_the_most_is_cut_and_says_so(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [(await village.submit())["id"] for _ in range(5)]
    uses = village.stand.mounted._uses
    monkeypatch.setitem(uses, ExportLimit, ExportLimit(3))
    monkeypatch.setattr(actions, "PART", 2)
    shown = await export(village, village.people.cadre)
    assert (shown["rows_done"], shown["rows_expected"], shown["cut_short"]) == (3, 3, True)
    _, *rows = rows_of(await content(village, shown))
    assert [row[0] for row in rows[:3]] == cases[:1:-1]
    assert "只导出前 3 行" in str(rows[-1][0])


async def test_what_broke_off_is_begun_anew_and_given_up_after_some_times(village: Village) -> None:
    await village.submit()
    shown = await export(village, village.people.cadre)

    async def broke_off(*, takes: int, minutes: int) -> None:
        async with village.stand.mounted.sessions() as session:
            row = await session.get(CaseExport, UUID(shown["id"]), lock=True)
            assert row is not None
            row.stage, row.ready_at, row.takes = ExportStage.WRITING, None, takes
            row.taken_at = real_now() - timedelta(minutes=minutes)

    async def stage() -> str:
        return str((await village.stand.get(f"/case-exports/{shown['id']}", by=village.people.cadre)).json()["stage"])

    await broke_off(takes=1, minutes=1)
    assert await actions.write_next(village.stand.mounted.sessions) == 0  # somebody is at it
    await broke_off(takes=1, minutes=6)
    async with asyncio.timeout(10):
        while await stage() != "ready":
            await asyncio.sleep(0.05)
    await broke_off(takes=3, minutes=6)
    async with asyncio.timeout(10):
        while await stage() != "failed":
            await asyncio.sleep(0.05)


async def test_it_is_gone_after_a_day(village: Village) -> None:
    shown = await export(village, village.people.cadre)
    village.clock.at = MONDAY + timedelta(days=1, minutes=1)
    await village.stand.settle()
    assert (await village.stand.get(f"/case-exports/{shown['id']}", by=village.people.cadre)).status_code == 404
    async with village.stand.mounted.sessions() as session:
        with pytest.raises(NotFound):
            await session.use(Objects).get(actions.name_of(UUID(shown["id"])), key=bytes(32))


async def test_who_is_erased_leaves_no_view_and_no_export(village: Village) -> None:
    cadre = village.people.cadre
    shown = await export(village, cadre)
    await village.stand.post("/desk-views", by=cadre, name="待办", cut={})
    await village.stand.hear(PersonErased(person_id=cadre, erased_at=MONDAY))
    async with village.stand.mounted.sessions() as session:
        assert await session.all(select(DeskView)) == []
        assert await session.get(CaseExport, UUID(shown["id"])) is None
