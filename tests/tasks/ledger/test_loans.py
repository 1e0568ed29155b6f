"""Loans are asked for, granted and repaid by entries through three hands, or refused; overdue is worked out."""

from datetime import timedelta

import pytest

from tests.tasks.ledger.keeping import Keeping

pytestmark = pytest.mark.asyncio


def granted(loan: str, amount: int, due_on: str = "2026-11-20") -> dict[str, object]:
    """A line by which a loan is granted."""
    return {"commodity": "money", "amount": amount, "loan_id": loan, "due_on": due_on}


def repaid(loan: str, amount: int) -> dict[str, object]:
    """A line by which some of a loan comes back."""
    return {"commodity": "money", "amount": amount, "loan_id": loan}


async def test_a_loan_from_the_asking_to_the_last_fen(kept: Keeping) -> None:
    loan = (await kept.loan(5_000_001))["id"]

    async def seen() -> tuple[str, int, int, bool]:
        one = (await kept.get(f"/loans/{loan}"))["loan"]
        return one["stage"], one["granted"], one["owed"], one["overdue"]

    assert await seen() == ("asked", 0, 0, False)
    too_much = await kept.record("loan_grant", granted(loan, 5_000_002))
    await kept.post(f"/entries/{too_much['id']}/approval", by=kept.approver)
    refused = await kept.post(f"/entries/{too_much['id']}/payment", by=kept.payer, expect=409)
    assert refused["code"] == "loan-too-large"
    first = await kept.record("loan_grant", granted(loan, 5_000_000))
    second = await kept.record("loan_grant", granted(loan, 1))
    await kept.through(first["id"])
    assert await seen() == ("granted", 5_000_000, 5_000_000, False)
    await kept.post(f"/entries/{second['id']}/approval", by=kept.approver)
    again = await kept.post(f"/entries/{second['id']}/payment", by=kept.payer, expect=409)
    assert again["code"] == "not-allowed-now"  # a loan is granted once
    kept.village.clock.at += timedelta(days=5)
    assert await seen() == ("granted", 5_000_000, 5_000_000, True)
    assert len((await kept.get(f"/books/{kept.book}/loans", overdue="true"))["items"]) == 1
    part = await kept.paid("loan_repayment", repaid(loan, 4_999_999), on="2026-11-21")
    rest = await kept.record("loan_repayment", repaid(loan, 2), on="2026-11-21")
    await kept.post(f"/entries/{rest['id']}/approval", by=kept.approver)
    over = await kept.post(f"/entries/{rest['id']}/payment", by=kept.payer, expect=409)
    assert (over["code"], over["owed"]) == ("loan-too-large", 1)
    await kept.paid("loan_repayment", repaid(loan, 1), on="2026-11-21")
    assert await seen() == ("repaid", 5_000_000, 0, False)
    body = {"booked_on": "2026-11-21", "words": "金额登错", "evidence": [await kept.paper()]}
    back = await kept.post(f"/entries/{part['id']}/reversal", by=kept.recorder, **body)
    await kept.through(back["id"])
    assert await seen() == ("granted", 5_000_000, 4_999_999, True)
    assert await kept.reconciles()
    assert (await kept.get(f"/books/{kept.book}/loans", stage="repaid"))["hint_zh"] is not None


async def test_a_grant_is_reversed_only_while_nothing_was_repaid(kept: Keeping) -> None:
    loan = (await kept.loan(100))["id"]
    grant = await kept.paid("loan_grant", granted(loan, 100))
    some = await kept.paid("loan_repayment", repaid(loan, 1))

    async def reverse(entry: str, *, expect: int = 0) -> str:
        body = {"booked_on": "2026-11-16", "words": "未放款", "evidence": [await kept.paper()]}
        made = await kept.post(f"/entries/{entry}/reversal", by=kept.recorder, **body)
        await kept.post(f"/entries/{made['id']}/approval", by=kept.approver)
        done = await kept.post(f"/entries/{made['id']}/payment", by=kept.payer, expect=expect)
        return str(done["code" if expect else "stage"])

    assert await reverse(grant["id"], expect=409) == "loan-too-large"
    await kept.post(f"/entries/{(await waiting(kept))}/refusal", by=kept.recorder, words="先冲还款")
    assert await reverse(some["id"]) == "paid"
    assert await reverse(grant["id"]) == "paid"
    assert (await kept.get(f"/loans/{loan}"))["loan"]["stage"] == "asked"
    assert await kept.reconciles()


async def waiting(kept: Keeping) -> str:
    """The entry that waits to be paid."""
    return str((await kept.get(f"/books/{kept.book}/entries", stage="approved"))["items"][0]["id"])


async def test_a_loan_is_refused_by_somebody_else_than_who_took_it_in(kept: Keeping) -> None:
    loan = (await kept.loan(100))["id"]
    own = await kept.post(f"/loans/{loan}/refusal", by=kept.recorder, expect=403, words="资料不全")
    assert own["code"] == "hands-not-separate"
    done = await kept.post(f"/loans/{loan}/refusal", by=kept.approver, words="资料不全")
    assert (done["stage"], done["refusal"]) == ("refused", "资料不全")
    late = await kept.record("loan_grant", granted(loan, 100))
    await kept.post(f"/entries/{late['id']}/approval", by=kept.approver)
    refused = await kept.post(f"/entries/{late['id']}/payment", by=kept.payer, expect=409)
    assert refused["code"] == "not-allowed-now"
    body = {"code": "L-9", "household_id": await kept.household(), "amount": 1, "asked_on": "2026-11-16"}
    said = {"lender_id": kept.sources["FUND"], "evidence": [await kept.paper()]}
    no_bank = await kept.post(f"/books/{kept.book}/loans", by=kept.recorder, expect=422, **body, **said)
    assert no_bank["code"] == "no-such-source"
    whole = await kept.get(f"/loans/{loan}")
    assert len(whole["evidence"]) == 1
