"""The figures of seed 003 in two counties, each with its own service: entered by spreadsheet, read to the digit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from tests.tasks.conftest import TOWNSHIP, VILLAGE, standing_village
from tests.tasks.ledger.files import ENTRIES, LOANS, workbook
from tests.tasks.ledger.keeping import Keeping, keeping

pytestmark = pytest.mark.asyncio

DAY, DUE = date(2026, 11, 16), date(2028, 11, 16)
WAN = 1_000_000  # fen in 10,000 yuan


@asynccontextmanager
async def tenant(folder: Path) -> AsyncIterator[Keeping]:
    """A county's own service and database, with the book of a village."""
    folder.mkdir()
    async with standing_village(folder / "tasks.db", folder) as village:
        yield await keeping(village)


def shares(total: int, parts: int) -> list[int]:
    """A total in fen, in so many unequal parts that add up to it."""
    each = total // parts
    found = [each + (n % 7) * 100 for n in range(parts)]
    found[-1] -= sum(found) - total
    assert min(found) > 0
    return found


async def taken_in(kept: Keeping, file: bytes) -> None:
    """Try a file, take it in, and have it approved and paid in the order of its vouchers."""
    tried = (await kept.upload(file, trial=True)).json()
    assert tried["good"], tried["faults"][:3]
    taken = await kept.upload(file, trial=False, evidence=[await kept.paper()])
    assert taken.status_code == 201, taken.text
    for entry in taken.json()["entries"]:
        await kept.through(entry)


async def test_yuanyang_and_mengzi(tmp_path: Path) -> None:
    async with tenant(tmp_path / "yuanyang") as yuanyang, tenant(tmp_path / "mengzi") as mengzi:
        await _yuanyang(yuanyang)
        await _mengzi(mengzi)
        # Neither county holds anything of the other's.
        found = await yuanyang.get("/summary", by=yuanyang.village.people.operator, division_code=TOWNSHIP)
        assert found["loans"]["asked"] == 828
        other = await mengzi.village.stand.get(f"/ledger/books/{yuanyang.book}", by=mengzi.recorder)
        assert other.status_code == 404


async def _yuanyang(kept: Keeping) -> None:
    """Loans: 828 asked for 48.79 million yuan, 818 granted 33.89 million; aid 43.714 million, 585 t, 200 sets."""
    households = await kept.households(828)
    await kept.line("SUN", "太阳能到户", "solar")
    asked, granted = shares(4879 * WAN, 828), shares(3389 * WAN, 818)
    loans = [
        (f"D-{n}", households[n], "BANK", asked[n] / 100, DAY)
        + ((granted[n] / 100, DAY, DUE, f"F-{1 + n // 400}") if n < 818 else (None, None, None, None))
        for n in range(828)
    ]
    aid = [("A-1", DAY, "拨入", "资金", 4371.4, "万元", "FUND", None, None)]
    aid += [("A-2", DAY, "拨入", "水泥", 585, "吨", "FUND", None, None)]
    aid += [("A-3", DAY, "拨入", "太阳能", 200, "套", "FUND", None, None)]
    money, cement = shares(43_714_000_00, 300), [1950] * 300
    aid += [("A-4", DAY, "补助到户", "资金", money[n] / 100, "元", "FUND", "AID", households[n]) for n in range(300)]
    aid += [("A-5", DAY, "补助到户", "水泥", cement[n], "千克", "FUND", "ROAD", households[n]) for n in range(300)]
    aid += [("A-6", DAY, "补助到户", "太阳能", 1, "套", "FUND", "SUN", households[n]) for n in range(200)]
    await taken_in(kept, workbook(贷款=(LOANS[:9], loans), 台账=(ENTRIES[:9], aid)))
    found = await kept.get("/summary", by=kept.village.people.operator, division_code=TOWNSHIP)
    loan = found["loans"]
    assert (loan["asked"], loan["asked_fen"]) == (828, 48_790_000_00)
    assert (loan["granted"], loan["granted_households"], loan["granted_fen"]) == (818, 818, 33_890_000_00)
    assert loan["said_zh"].startswith("申请贷款 828 笔 48,790,000.00元；发放 818 户 33,890,000.00元；")
    totals = {(one["kind"], one["commodity"]): (one["amount"], one["amount_zh"]) for one in found["totals"]}
    assert totals["grant", "money"] == (43_714_000_00, "43,714,000.00元")
    assert totals["grant", "cement"] == (585_000, "585,000千克")
    assert totals["grant", "solar"] == (200, "200套")
    assert found["aided_households"] == 300
    assert (await kept.held("cement"), await kept.held("solar"), await kept.held("money")) == (0, 0, 0)
    assert await kept.reconciles()


async def _mengzi(kept: Keeping) -> None:
    """Grants of 18.25 + 1.76 + 1.887 million yuan, from three sources."""
    for code, name in (("CITY", "市级资金"), ("UNIT", "挂钩部门"), ("SOCIAL", "社会帮扶")):
        body = {"area_code": TOWNSHIP, "code": code, "kind": "department", "name": name}
        kept.sources[code] = str((await kept.post("/sources", by=kept.recorder, **body))["id"])
    sums = {"CITY": 1825 * WAN, "UNIT": 176 * WAN, "SOCIAL": 188_7 * WAN // 10}
    households = await kept.households(50)
    rows = []
    for code, total in sums.items():
        rows.append((f"R-{code}", DAY, "拨入", "资金", total / WAN, "万元", code, None, None))
        for household, part in zip(households, shares(total, 50), strict=True):
            rows.append((f"Z-{code}", DAY, "补助到户", "资金", part / 100, "元", code, "AID", household))
    await taken_in(kept, workbook(台账=(ENTRIES[:9], rows)))
    found = await kept.get("/summary", by=kept.village.people.operator, division_code=TOWNSHIP)
    by_source = {one["source_id"]: one["amount"] for one in found["totals"] if one["kind"] == "grant"}
    assert by_source == {kept.sources[code]: total for code, total in sums.items()}
    assert sum(by_source.values()) == 18_250_000_00 + 1_760_000_00 + 1_887_000_00 == 21_897_000_00
    assert (found["loans"]["asked"], found["aided_households"]) == (0, 50)
    one = await kept.get(f"/households/{UUID(households[0])}")
    assert len(one["lines"]) == 3
    assert await kept.reconciles()
    books = await kept.get("/books", division_code=VILLAGE)
    assert [one["id"] for one in books["items"]] == [kept.book]
