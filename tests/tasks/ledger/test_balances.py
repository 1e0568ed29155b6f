"""What is left is public, and nobody can work out of two months what a small group got in between."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.ledger.disclosures.balances import Given, Shown, kept_back
from services.tasks.ledger.disclosures.grouping import OTHERS, AidLine, told
from tests.tasks.conftest import VILLAGE
from tests.tasks.ledger.keeping import Keeping

HOUSEHOLDS = [uuid4() for _ in range(7)]
LEAST = 3
GRANT = st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(HOUSEHOLDS), st.integers(-3, 9))
MONTHS = st.lists(st.lists(GRANT, max_size=8), min_size=1, max_size=6)


@settings(deadline=None)
@given(MONTHS)
def test_two_balances_differ_by_what_was_told_and_by_what_enough_households_share(
    months: list[list[tuple[str, UUID, int]]],
) -> None:
    given: list[Given] = []
    shown: set[Shown] = set()
    since: dict[str, date] = {}
    hidden: dict[UUID, int] = defaultdict(int)  # what stood in no line since the last balance,
    unknown = 0  # and what a reader does not know of it
    for number, grants in enumerate(months, start=1):
        month = date(2026, number, 1)
        amounts: dict[str, int] = defaultdict(int)
        homes: dict[str, set[UUID]] = defaultdict(set)
        for title, household, amount in grants:
            amounts[title] += amount
            homes[title].add(household)
            given.append((month, "money", title, household, amount))
        public, _ = told([AidLine(one, amounts[one], frozenset(homes[one])) for one in amounts], least=LEAST)
        shown |= {(month, "money", one.title) for one in public}
        unknown += sum(amounts.values()) - sum(one.amount for one in public)
        titles = {one.title for one in public}
        for title, household, amount in grants:
            if not titles & {title, OTHERS}:
                hidden[household] += amount
        assert sum(hidden.values()) == unknown
        found = kept_back(given, shown, since)["money"]
        if not found or len(found) >= LEAST:
            moved = {household for household, amount in hidden.items() if amount}
            assert not moved or len(moved) >= LEAST
            since["money"] = month
            hidden.clear()
            unknown = 0


@pytest.mark.asyncio
async def test_a_balance_stands_as_it_was_until_enough_households_were_aided_unseen(kept: Keeping) -> None:
    client = kept.village.stand.client
    few, more = await kept.households(2), await kept.households(3)

    async def closed(month: str) -> dict[str, tuple[int, str]]:
        kept.village.clock.at += timedelta(days=31)
        await kept.post(f"/books/{kept.book}/close", by=kept.approver, month=month)
        newest = (await client.get(f"/ledger/disclosures/{VILLAGE}")).json()["items"][0]
        assert newest["month"] == month
        return {one["commodity"]: (one["amount"], one["as_of"]) for one in newest["lines"] if one["kind"] == "balance"}

    await kept.paid("receipt", kept.receipt("money", 1000), kept.receipt("cement", 50), on="2026-10-05")
    assert await closed("2026-10") == {"money": (1000, "2026-10"), "cement": (50, "2026-10")}
    await kept.paid("grant", *(kept.grant("money", 10, one) for one in few), on="2026-11-20")
    assert await closed("2026-11") == {"money": (1000, "2026-10"), "cement": (50, "2026-11")}
    assert await closed("2026-12") == {"money": (1000, "2026-10"), "cement": (50, "2026-12")}
    await kept.paid("grant", *(kept.grant("money", 1, one) for one in more), on="2027-01-10")
    assert await closed("2027-01") == {"money": (977, "2027-01"), "cement": (50, "2027-01")}
