"""A villager reads what is booked for their own household, as they were told of it, and nothing of anybody else's."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.members import HouseholdListed, HouseholdPeopled
from tests.tasks.conftest import VILLAGE
from tests.tasks.ledger.keeping import Keeping
from tests.tasks.ledger.test_loans import granted, repaid

pytestmark = pytest.mark.asyncio


async def home_of(kept: Keeping, *people: UUID) -> str:
    """A household of these people, with which somebody is paired."""
    home = uuid4()
    await kept.village.stand.hear(
        HouseholdListed(household_id=home, division_code=VILLAGE, ended_on=None),
        HouseholdPeopled(household_id=home, person_ids=people),
    )
    return str(home)


async def test_a_household_reads_its_own_lines_and_loans_and_nobody_elses(kept: Keeping) -> None:
    people = kept.village.people
    spouse, stranger = uuid4(), uuid4()
    before = await kept.get("/own-household/lines", by=people.villager)
    assert (before["items"], "结对" in before["hint_zh"]) == ([], True)
    home, next_door = await home_of(kept, people.villager, spouse), await home_of(kept, people.neighbour)
    empty = await kept.get("/own-household/loans", by=people.villager)
    assert (empty["items"], "没有登记过贷款" in empty["hint_zh"]) == ([], True)

    await kept.paid("receipt", kept.receipt("money", 900, source="GIFT"), kept.receipt("money", 900))
    both = (kept.grant("money", 300, home, source="GIFT"), kept.grant("money", 500, next_door))
    given = await kept.paid("grant", *both)
    labour = {"commodity": "labour", "amount": 25, "household_id": home, "budget_line_id": kept.lines["ROAD"]}
    await kept.paid("labour", labour)
    loan = (await kept.loan(8_000, home))["id"]
    await kept.paid("loan_grant", granted(loan, 8_000))
    await kept.paid("loan_repayment", repaid(loan, 3_000))
    waiting = await kept.record("grant", kept.grant("money", 1, home))
    back = {"booked_on": "2026-11-16", "words": "发错", "evidence": [await kept.paper()]}
    wrong = await kept.post(f"/entries/{given['id']}/reversal", by=kept.recorder, **back)
    await kept.through(wrong["id"])

    for person in (people.villager, spouse):
        told = await kept.get("/own-household/lines", by=person)
        assert [(one["kind_zh"], one["amount_zh"], one["source_zh"], one["line_zh"]) for one in told["items"]] == [
            ("冲销：补助到户", "-3.00元", "社会捐赠（不具名）", "生产补助"),
            ("贷款收回", "-30.00元", "信用社", None),
            ("贷款发放", "80.00元", "信用社", None),
            ("投工投劳", "2.5工日", None, "村组道路"),
            ("补助到户", "3.00元", "社会捐赠（不具名）", "生产补助"),
        ]
        assert "冲销更正" in told["hint_zh"]
        assert waiting["id"] not in str(told)  # nothing is in the book before the third hand
    [mine] = (await kept.get("/own-household/loans", by=spouse))["items"]
    assert (mine["loan_id"], mine["owed_zh"], mine["lender_zh"]) == (loan, "50.00元", "信用社")
    assert "2026-11-20 前还清" in mine["next_zh"]
    kept.village.clock.at += timedelta(days=5)
    [late] = (await kept.get("/own-household/loans", by=spouse))["items"]
    assert "已过还款日期" in late["next_zh"]

    page = await kept.get("/own-household/lines", by=spouse, limit=3)
    rest = await kept.get("/own-household/lines", by=spouse, limit=3, cursor=page["next"])
    assert ([len(page["items"]), len(rest["items"])], rest["next"]) == ([3, 2], None)

    theirs = (await kept.get("/own-household/lines", by=people.neighbour))["items"]
    assert [one["amount"] for one in theirs] == [-500, 500]
    assert (await kept.get("/own-household/loans", by=people.neighbour))["items"] == []
    for outsider in (stranger, people.agent, people.cadre):  # offices read by their own way
        assert (await kept.get("/own-household/lines", by=outsider))["items"] == []

    await kept.village.stand.hear(HouseholdPeopled(household_id=UUID(home), person_ids=(people.villager,)))
    assert (await kept.get("/own-household/loans", by=spouse))["items"] == []  # they live elsewhere now
