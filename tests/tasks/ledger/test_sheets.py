"""A spreadsheet is tried before it is taken in, with every bad row; what is given out comes back to the digit."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
import python_calamine

from tests.tasks.ledger.files import ENTRIES, LOANS, workbook
from tests.tasks.ledger.keeping import Keeping

pytestmark = pytest.mark.asyncio

DAY = date(2026, 11, 16)


async def test_a_file_is_tried_then_taken_in_and_waits_for_two_others(kept: Keeping) -> None:
    one, two = await kept.households(2)
    file = workbook(
        台账=(
            ENTRIES,
            [
                ("P-1", DAY, "拨入", "资金", 182.5, "万元", "FUND", None, None, None, None, "第一批"),
                ("P-2", "2026年11月16日", "拨入", "水泥", "585", "吨", "FUND", None, None, None, None, None),
                ("P-3", DAY, "补助到户", "资金", "1,000.01", None, "FUND", "AID", one, None, None, None),
                ("P-3", DAY, "补助到户", "资金", 2000, None, "FUND", "AID", two, None, None, None),
                ("P-5", DAY, "投工投劳", "投工投劳", 2.5, "工日", None, "ROAD", one, None, None, None),
                ("P-4", DAY, "贷款收回", "资金", 100, None, None, None, None, "D-1", None, None),
            ],
        ),
        贷款=(
            LOANS,
            [
                ("D-1", one, "BANK", 5, DAY, 4, DAY, date(2027, 11, 16), "F-1", "万元"),
                ("D-2", two, "BANK", 30000, DAY, None, None, None, None, None),
            ],
        ),
    )
    tried = (await kept.upload(file, trial=True)).json()
    assert (tried["good"], tried["faults"], tried["loans"], tried["vouchers"], tried["lines"]) == (True, [], 2, 6, 7)
    assert {(one["kind_zh"], one["commodity"], one["amount"]) for one in tried["sums"]} == {
        ("拨入", "money", 182_500_000),
        ("拨入", "cement", 585_000),
        ("补助到户", "money", 300_001),
        ("投工投劳", "labour", 25),
        ("贷款收回", "money", 10_000),
        ("贷款发放", "money", 4_000_000),
        ("贷款申请", "money", 8_000_000),
    }
    assert (await kept.get(f"/books/{kept.book}/entries"))["items"] == []
    bare = await kept.upload(file, trial=False)
    assert (bare.status_code, bare.json()["code"]) == (409, "evidence-missing")
    paper = await kept.paper()
    taken = await kept.upload(file, trial=False, evidence=[paper])
    assert taken.status_code == 201, taken.text
    again = (await kept.upload(file, trial=True)).json()
    assert {one["fault"] for one in again["faults"]} == {"这个凭证号已经导入", "这个贷款编号已经登记"}
    twice = await kept.upload(file, trial=False, evidence=[await kept.paper()])
    assert (twice.status_code, twice.json()["code"]) == (422, "ledger-rows-faulty")
    waiting = (await kept.get(f"/books/{kept.book}/entries", stage="recorded"))["items"]
    for entry in sorted(waiting, key=lambda one: one["voucher"]):
        whole = await kept.get(f"/entries/{entry['id']}")
        assert [one["id"] for one in whole["evidence"]] == [paper]
        await kept.through(entry["id"])
    assert (await kept.held("money"), await kept.held("cement")) == (182_500_000 - 300_001, 585_000)
    assert await kept.reconciles()
    first = (await kept.get(f"/households/{one}"))["loans"][0]
    assert (first["asked"], first["granted"], first["repaid"]) == (5_000_000, 4_000_000, 10_000)


async def test_every_bad_row_is_named_and_nothing_of_it_comes_in(kept: Keeping) -> None:
    one, stranger = await kept.household(), await kept.household("430702100202")
    file = workbook(
        台账=(
            ENTRIES,
            [
                ("B-1", DAY, "拨入", "资金", 0.001, "元", "FUND", None, None, None, None, None),
                ("B-2", "昨天", "拨入", "资金", -5, None, "NONE", None, None, None, None, None),
                ("B-3", DAY, "补助到户", "黄金", 1, None, "FUND", None, one, None, None, None),
                ("B-4", date(2026, 9, 30), "拨入", "水泥", 1, "斗", "FUND", None, None, None, None, None),
                ("B-5", DAY, "补助到户", "资金", 1, None, "FUND", "AID", stranger, None, None, None),
                ("B-6", DAY, "拨入", "资金", 1, None, "FUND", None, "430702199001011234", None, None, None),
                ("B-7", DAY, "拨入", "资金", 1, None, "FUND", None, None, None, None, None),
                ("B-7", DAY, "项目支出", "资金", 1, None, "FUND", "AID", None, None, None, None),
                ("B-8", DAY, "贷款收回", "资金", 1, None, None, None, None, "D-9", None, None),
            ],
        ),
        贷款=(
            LOANS,
            [
                ("D-1", one, "FUND", 5, DAY, 6, DAY, None, None, None),
                ("D-1", one, "BANK", 5, DAY, None, None, None, "F-1", None),
            ],
        ),
        说明=(("填表说明",), [("每行一笔",)]),
    )
    tried = (await kept.upload(file, trial=True)).json()
    found = {(one["sheet"], one["row"], one["column"]) for one in tried["faults"]}
    assert found == {
        ("台账", 2, "数量"),
        ("台账", 3, "日期"),
        ("台账", 3, "数量"),
        ("台账", 3, "来源编码"),
        ("台账", 4, "品目"),
        ("台账", 4, "项目编码"),
        ("台账", 5, "日期"),
        ("台账", 5, "单位"),
        ("台账", 6, "户标识"),
        ("台账", 7, "户标识"),
        ("台账", 9, "凭证号"),
        ("台账", 10, "贷款编号"),
        ("贷款", 2, "出借方编码"),
        ("贷款", 2, "发放金额"),
        ("贷款", 2, "到期日"),
        ("贷款", 2, "凭证号"),
        ("贷款", 3, "贷款编号"),
        ("贷款", 3, "凭证号"),
    }
    assert "430702199001011234" not in str(tried)  # somebody wrote a citizen number where a household belongs
    assert (tried["good"], tried["unread"]) == (False, ["说明"])
    refused = await kept.upload(file, trial=False, evidence=[await kept.paper()])
    assert (refused.status_code, refused.json()["code"]) == (422, "ledger-rows-faulty")
    assert (await kept.get(f"/books/{kept.book}/entries"))["items"] == []
    none = await kept.upload(workbook(表=(("甲", "乙"), [("1", "2")])), trial=True)
    assert (none.status_code, none.json()["code"]) == (422, "no-ledger-sheet")
    village = await kept.upload(file, trial=True, by=kept.village.people.secretary)
    assert (village.status_code, village.json()["code"]) == (403, "may-not-keep-books")


async def test_what_is_given_out_holds_no_formula_and_comes_back_to_the_digit(kept: Keeping) -> None:
    household = await kept.household()
    evil = '=HYPERLINK("http://x")'
    entry = await kept.record("receipt", kept.receipt("money", 1_825_000_001), words=evil)
    await kept.through(entry["id"])
    await kept.paid("grant", kept.grant("money", 7, household))
    wrong = await kept.paid("receipt", kept.receipt("cement", 3))
    body = {"booked_on": "2026-11-16", "words": "重复", "evidence": [await kept.paper()]}
    back = await kept.post(f"/entries/{wrong['id']}/reversal", by=kept.recorder, **body)
    await kept.through(back["id"])
    answer = await kept.village.stand.get(f"/ledger/books/{kept.book}/sheet", by=kept.recorder, month="2026-11")
    assert answer.status_code == 200, answer.text
    with ZipFile(BytesIO(answer.content)) as parts:
        assert b"<f" not in parts.read("xl/worksheets/sheet1.xml")  # no cell is a formula
    rows = python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[2:6] for row in rows[1:]] == [
        ["拨入", "资金", "18250000.01", "元"],
        ["补助到户", "资金", "0.07", "元"],
        ["拨入", "水泥", "3", "千克"],
        ["冲销拨入", "水泥", "3", "千克"],
    ]
    assert rows[1][11] == f"'{evil}"
    tried = (await kept.upload(answer.content, trial=True)).json()
    sums = {(one["kind_zh"], one["commodity"], one["amount"]) for one in tried["sums"]}
    assert sums == {("拨入", "money", 1_825_000_001), ("补助到户", "money", 7), ("拨入", "cement", 3)}
    assert [one["column"] for one in tried["faults"]] == ["类型"]  # reversals are made in the book alone
