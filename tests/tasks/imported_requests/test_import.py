"""A spreadsheet of requests: every bad row is told, a dry run writes nothing, and a row is one case however often."""

import csv
from pathlib import Path

import pytest
from sqlmodel import select

from profiles.importing_requests import bring_requests_in, outcome_of, write_codes
from services.tasks.imported_requests.rows import NoRequestsFound
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.rules.pack import Urgency
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village

pytestmark = pytest.mark.asyncio
HEAD = ["来件编号", "村（社区）代码", "类别", "事项编码", "诉求内容", "紧急程度", "群众编号"]
WORDS = "三组路口漏气𠮷，电话13907360001"


def sheet(folder: Path, *rows: list[str]) -> Path:
    """A file of these rows."""
    file = folder / "requests.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEAD, *rows])
    return file


async def cases(village: Village) -> list[ServiceRequest]:
    """What there is."""
    async with village.stand.mounted.sessions() as session:
        return sorted(await session.all(select(ServiceRequest)), key=lambda one: one.id)


async def test_good_rows_become_cases_once_and_are_followed_by_their_codes(village: Village, tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ["12345-1", VILLAGE, "求助", "", WORDS, "水电气热", str(village.people.villager)],
        ["12345-2", VILLAGE, "", "street-light", "", "", ""],
    )
    tasks = village.stand.mounted
    tried = await bring_requests_in(tasks, file, source="12345", dry_run=True)
    assert outcome_of(tried, dry_run=True).startswith("这只是试运行，没有写入（新增 2 件，已有 0 件）")
    assert await cases(village) == []
    done = await bring_requests_in(tasks, file, source="12345")
    first, second = await cases(village)
    assert (first.channel, first.urgency, first.requester_id) == (
        Channel.SPREADSHEET,
        Urgency.UTILITIES,
        village.people.villager,
    )
    assert (second.item_code, second.anonymous, first.anonymous) == ("street-light", True, False)
    assert first.working_person_id == village.people.agent
    again = await bring_requests_in(tasks, file, source="12345")
    assert (again.imported, outcome_of(again, dry_run=False)) == ([], "新增 0 件，已有 2 件，时限自现在起算。")
    elsewhere = await bring_requests_in(tasks, file, source="provincial")
    assert len(elsewhere.imported or []) == 2
    codes = tmp_path / "codes.csv"
    write_codes(codes, done.imported or [])
    assert codes.stat().st_mode & 0o077 == 0
    told = codes.read_text(encoding="utf-8-sig").splitlines()[2].split(",")
    shown = await village.stand.client.post("/tracking", json={"code": told[2]})
    assert (told[0], shown.json()["stage"]) == ("12345-2", "dispatched")


async def test_every_bad_row_is_told_by_row_column_and_reason(village: Village, tmp_path: Path) -> None:
    file = sheet(
        tmp_path,
        ["A-1", VILLAGE, "求助", "", "好的一行", "", ""],
        ["A-1", VILLAGE, "求助", "", "编号重复", "", ""],
        ["A-3", TOWNSHIP, "", "", "", "很急", "张三"],
        ["A-4", VILLAGE, "", "no-such-item", "", "", ""],
        ["", VILLAGE, "投诉", "", "无编号", "", ""],
    )
    refused = await bring_requests_in(village.stand.mounted, file, source="12345")
    assert refused.imported is None
    assert [(one.row, one.column) for one in refused.checked.faults] == [
        (3, "来件编号"),
        (4, "紧急程度"),
        (4, "群众编号"),
        (4, "村代码"),
        (4, "类别"),
        (4, "诉求内容"),
        (5, "事项编码"),
        (6, "来件编号"),
    ]
    assert await cases(village) == []
    good = await bring_requests_in(village.stand.mounted, file, source="12345", good_rows=True)
    assert [one.number for one in good.imported or []] == ["A-1"]


async def test_another_table_is_refused_whole(village: Village, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("姓名,手机\n张三,13907360001\n", encoding="utf-8")
    with pytest.raises(NoRequestsFound):
        await bring_requests_in(village.stand.mounted, file, source="12345")
