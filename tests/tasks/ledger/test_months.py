"""A month is closed in turn with its statement; the public reads its lines, and no household can be told from them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.ledger.books.model import LedgerAccount
from services.tasks.ledger.disclosures.grouping import AidLine, told
from tests.tasks.conftest import VILLAGE
from tests.tasks.ledger.keeping import Keeping
from tests.tasks.ledger.test_loans import granted, repaid


@pytest.mark.asyncio
async def test_months_are_closed_in_turn_and_nothing_is_booked_in_them_any_more(kept: Keeping) -> None:
    await kept.paid("receipt", kept.receipt("money", 1000), on="2026-10-31")
    waiting = await kept.record("receipt", kept.receipt("money", 50), on="2026-10-05")

    async def close(month: str, *, expect: int = 0) -> dict[str, object]:
        return await kept.post(f"/books/{kept.book}/close", by=kept.approver, expect=expect, month=month)

    assert (await close("2026-11", expect=409))["code"] == "month-not-over"
    late = await close("2026-10", expect=409)
    assert (late["code"], late["entries"]) == ("entries-waiting", [waiting["id"]])
    await kept.post(f"/entries/{waiting['id']}/refusal", by=kept.recorder, words="日期不对")
    made = await close("2026-10")
    assert made["closed"] is True
    assert {(one["kind"], one["opening"], one["debit"], one["credit"], one["closing"]) for one in made["lines"]} == {
        ("holding", 0, 1000, 0, 1000),
        ("source", 0, 0, 1000, -1000),
    }
    assert (await close("2026-10", expect=409))["code"] == "month-not-over"
    refused = await kept.record("receipt", kept.receipt("money", 1), on="2026-10-31", expect=409)
    assert (refused["code"], refused["closed_on"]) == ("period-closed", "2026-10-31")
    await kept.paid("grant", kept.grant("money", 400, await kept.household()))
    now = await kept.get(f"/books/{kept.book}/statement", month="2026-11")
    assert now["closed"] is False
    assert ("holding", 1000, 0, 400, 600) in {
        (one["kind"], one["opening"], one["debit"], one["credit"], one["closing"]) for one in now["lines"]
    }
    again = await kept.get(f"/books/{kept.book}/statement", month="2026-10")
    assert again["lines"] == made["lines"]


@pytest.mark.asyncio
async def test_a_book_that_was_tampered_with_does_not_reconcile_and_is_not_closed(kept: Keeping) -> None:
    await kept.paid("receipt", kept.receipt("money", 1000), on="2026-10-31")
    found = await kept.get(f"/books/{kept.book}/recount")
    async with kept.village.stand.mounted.sessions() as session:
        account = await session.get(LedgerAccount, UUID(found["accounts"][0]["account_id"]), lock=True)
        assert account is not None
        account.balance += 1
    assert await kept.reconciles() is False
    refused = await kept.post(f"/books/{kept.book}/close", by=kept.approver, expect=409, month="2026-10")
    assert refused["code"] == "books-differ"


@pytest.mark.asyncio
async def test_the_public_reads_lines_without_households_and_loans_as_totals(kept: Keeping) -> None:
    client = kept.village.stand.client
    empty = (await client.get(f"/ledger/disclosures/{VILLAGE}")).json()
    assert (empty["items"], empty["hint_zh"] is not None) == ([], True)
    await kept.line("FEW", "大病救助")
    on = "2026-10-20"
    await kept.paid("receipt", kept.receipt("money", 9000), kept.receipt("money", 7, source="GIFT"), on=on)
    await kept.paid("receipt", kept.receipt("cement", 500), on=on)
    many, few = await kept.households(6), await kept.households(2)
    await kept.paid("grant", *(kept.grant("money", 100, one) for one in many), on=on)
    await kept.paid("grant", *(kept.grant("money", 1000, one, line="FEW") for one in few), on=on)
    await kept.paid("use", kept.receipt("cement", 300) | {"budget_line_id": kept.lines["ROAD"]}, on=on)
    labour = {"commodity": "labour", "amount": 10, "household_id": many[0], "budget_line_id": kept.lines["ROAD"]}
    await kept.paid("labour", labour, on=on)
    loans = [(await kept.loan(10_000, one, asked_on=on))["id"] for one in many]
    await kept.paid("loan_grant", *(granted(one, 8000) for one in loans), on=on)
    await kept.post(f"/books/{kept.book}/close", by=kept.approver, month="2026-10")
    await kept.paid("loan_repayment", repaid(loans[0], 500), on="2026-11-02")
    kept.village.clock.at += timedelta(days=30)
    await kept.post(f"/books/{kept.book}/close", by=kept.approver, month="2026-11")
    answer = await client.get(f"/ledger/disclosures/{VILLAGE}")
    november, october = answer.json()["items"]
    lines = {(one["kind"], one["title"], one["commodity"], one["amount"], one["count_zh"]) for one in october["lines"]}
    assert lines == {
        ("receipt", "财政专项", "money", 9000, None),
        ("receipt", "社会捐赠（不具名）", "money", 7, None),
        ("receipt", "财政专项", "cement", 500, None),
        ("works", "村组道路", "cement", 300, None),
        # Two households alone would be known by their sum: their line is told with the others'.
        ("aid", "其他（户数较少的项目合并公布）", "money", 2600, "8户"),
        ("loans_asked", "累计申请贷款", "money", 60_000, "6笔"),
        ("loans_granted", "累计发放贷款", "money", 48_000, "6笔"),
        ("balance", "月末结存", "money", 6407, None),
        ("balance", "月末结存", "cement", 200, None),
    }
    assert october["withheld"] is True  # one household's labour
    # One repayment would be told by comparing two months; the totals stand as they were told before.
    assert {(one["kind"], one["as_of"]) for one in november["lines"]} == {
        ("loans_asked", "2026-10"),
        ("loans_granted", "2026-10"),
        ("balance", "2026-11"),
    }
    assert november["withheld"] is True
    for secret in (*many, *few, *loans, "王某", "大病救助"):
        assert secret not in answer.text
    page = (await client.get(f"/ledger/disclosures/{VILLAGE}", params={"limit": 1})).json()
    assert ([one["month"] for one in page["items"]], page["next"]) == (["2026-11"], "2026-11")
    rest = (await client.get(f"/ledger/disclosures/{VILLAGE}", params={"limit": 1, "before": "2026-11"})).json()
    assert [one["month"] for one in rest["items"]] == ["2026-10"]


HOUSEHOLDS = [uuid4() for _ in range(12)]
LINE = st.builds(
    AidLine,
    title=st.sampled_from([f"项目{n}" for n in range(40)]),
    amount=st.integers(-(10**6), 10**9),
    households=st.frozensets(st.sampled_from(HOUSEHOLDS), min_size=1, max_size=12),
)


@settings(deadline=None)
@given(st.lists(LINE, max_size=8, unique_by=lambda line: line.title), st.integers(2, 6))
def test_no_line_is_told_that_fewer_households_share_than_the_rule_asks(lines: list[AidLine], least: int) -> None:
    public, withheld = told(lines, least=least)
    assert all(len(one.households) >= least for one in public)
    hidden = sum(one.amount for one in lines) - sum(one.amount for one in public)
    if not withheld:
        assert hidden == 0
    else:
        # What is kept back is of too few households all together, and no line of others is kept back with it.
        kept_back = [one for one in lines if one not in public]
        assert len(frozenset().union(*(one.households for one in kept_back))) < least
        assert not public or all(len(one.households) < least for one in kept_back)
