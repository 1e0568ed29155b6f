"""An entry goes through three hands, has evidence, never gives out what is not there, and is never edited."""

import asyncio
from uuid import UUID, uuid4

import pytest

from contracts.members import PersonErased
from services.tasks.attachments.model import Attachment
from tests.tasks.conftest import Village
from tests.tasks.ledger.keeping import Keeping, keeping

pytestmark = pytest.mark.asyncio


async def test_it_counts_once_three_persons_have_recorded_approved_and_paid_it(kept: Keeping) -> None:
    entry = await kept.record("receipt", kept.receipt("money", 1_825_000_001))
    assert (entry["stage"], entry["number"], await kept.held("money")) == ("recorded", None, 0)
    early = await kept.post(f"/entries/{entry['id']}/payment", by=kept.payer, expect=409)
    assert early["code"] == "not-allowed-now"
    approved = await kept.post(f"/entries/{entry['id']}/approval", by=kept.approver)
    assert (approved["stage"], await kept.held("money")) == ("approved", 0)
    paid = await kept.post(f"/entries/{entry['id']}/payment", by=kept.payer)
    assert (paid["stage"], paid["number"], await kept.held("money")) == ("paid", 1, 1_825_000_001)
    assert {paid["recorded_by"], paid["approved_by"], paid["paid_by"]} == {
        str(kept.recorder),
        str(kept.approver),
        str(kept.payer),
    }
    whole = await kept.get(
        f"/entries/{entry['id']}", by=kept.village.people.secretary
    )  # the village reads its own book
    assert whole["lines"][0]["amount_zh"] == "18,250,000.01元"
    (paper,) = whole["evidence"]
    assert (await kept.village.stand.client.get(paper["address"].removeprefix("/api/tasks"))).content[:5] == b"%PDF-"
    assert await kept.reconciles()


async def test_no_two_of_the_three_hands_are_one_person(kept: Keeping) -> None:
    entry = await kept.record("receipt", kept.receipt("money", 100))
    for by in (kept.recorder,):
        assert (await kept.post(f"/entries/{entry['id']}/approval", by=by, expect=403))["code"] == "hands-not-separate"
    await kept.post(f"/entries/{entry['id']}/approval", by=kept.payer)  # a cadre may approve, too
    for by in (kept.recorder, kept.payer):
        assert (await kept.post(f"/entries/{entry['id']}/payment", by=by, expect=403))["code"] == "hands-not-separate"
    assert (await kept.post(f"/entries/{entry['id']}/payment", by=kept.village.people.operator))["stage"] == "paid"


async def test_the_village_reads_its_book_and_keeps_none(kept: Keeping) -> None:
    entry = await kept.record("receipt", kept.receipt("money", 100))
    for path in ("approval", "payment"):
        refused = await kept.post(f"/entries/{entry['id']}/{path}", by=kept.village.people.secretary, expect=403)
        assert refused["code"] == "may-not-keep-books"
    refused = await kept.village.stand.post(f"/ledger/entries/{entry['id']}/approval", by=kept.village.people.villager)
    assert refused.status_code == 404
    body = {"kind": "receipt", "booked_on": "2026-11-16", "lines": [kept.receipt("money", 1)]}
    bare = await kept.village.stand.post(f"/ledger/books/{kept.book}/entries", by=kept.recorder, evidence=[], **body)
    assert bare.status_code == 422  # no entry without evidence
    strange = await kept.record("receipt", kept.receipt("money", 1), evidence=[str(uuid4())], expect=422)
    assert strange["code"] == "no-such-attachment"
    others = await kept.record("receipt", kept.receipt("money", 1), evidence=[await kept.paper(kept.payer)], expect=422)
    assert others["code"] == "no-such-attachment"


async def test_goods_are_never_given_out_that_are_not_there(kept: Keeping) -> None:
    household = await kept.household()
    await kept.paid("receipt", kept.receipt("cement", 585_000))
    more = await kept.record("grant", kept.grant("cement", 585_001, household, line="ROAD"))
    await kept.post(f"/entries/{more['id']}/approval", by=kept.approver)
    refused = await kept.post(f"/entries/{more['id']}/payment", by=kept.payer, expect=409)
    assert (refused["code"], refused["held"], refused["wanted"]) == ("not-enough-held", 585_000, 585_001)
    await kept.post(f"/entries/{more['id']}/refusal", by=kept.recorder, words="多写了一公斤")
    await kept.paid("grant", kept.grant("cement", 585_000, household, line="ROAD"))
    assert await kept.held("cement") == 0
    other = await kept.record("grant", kept.grant("cement", 1, household, line="ROAD", source="GIFT"))
    await kept.post(f"/entries/{other['id']}/approval", by=kept.approver)
    assert (await kept.post(f"/entries/{other['id']}/payment", by=kept.payer, expect=409))["code"] == "not-enough-held"
    assert await kept.reconciles()


async def test_a_mistake_is_reversed_by_another_entry_and_once(kept: Keeping) -> None:
    household = await kept.household()
    await kept.paid("receipt", kept.receipt("money", 1000))
    wrong = await kept.paid("grant", kept.grant("money", 700, household))
    body = {"booked_on": "2026-11-16", "words": "户填错了"}
    path = f"/entries/{wrong['id']}/reversal"
    made = await kept.post(path, by=kept.recorder, evidence=[await kept.paper()], **body)
    assert (made["stage"], made["kind_zh"]) == ("recorded", "冲销：补助到户")
    twice = await kept.post(path, by=kept.recorder, evidence=[await kept.paper()], expect=409, **body)
    assert twice["code"] == "reversed-already"
    assert await kept.held("money") == 300
    done = await kept.through(made["id"])
    assert (await kept.held("money"), done["number"]) == (1000, 3)
    again = f"/entries/{made['id']}/reversal"
    refused = await kept.post(again, by=kept.recorder, evidence=[await kept.paper()], expect=409, **body)
    assert refused["code"] == "not-reversible"
    seen = await kept.get(f"/households/{household}")
    assert [one["amount"] for one in seen["lines"]] == [-700, 700]
    assert await kept.reconciles()


async def test_a_receipt_is_not_reversed_once_it_was_given_out(kept: Keeping) -> None:
    came = await kept.paid("receipt", kept.receipt("solar", 200))
    await kept.line("SUN", "太阳能到户", "solar")
    await kept.paid("grant", kept.grant("solar", 1, await kept.household(), line="SUN"))
    body = {"booked_on": "2026-11-16", "words": "重复登记", "evidence": [await kept.paper()]}
    made = await kept.post(f"/entries/{came['id']}/reversal", by=kept.recorder, **body)
    await kept.post(f"/entries/{made['id']}/approval", by=kept.approver)
    refused = await kept.post(f"/entries/{made['id']}/payment", by=kept.payer, expect=409)
    assert (refused["code"], refused["held"]) == ("not-enough-held", 199)


async def test_a_line_says_what_its_kind_asks_for_and_no_more(kept: Keeping) -> None:
    household = await kept.household()
    grant, money = kept.grant("money", 1, household), kept.receipt("money", 1)
    works = money | {"budget_line_id": kept.lines["AID"]}
    labour = {"commodity": "labour", "amount": 10} | {name: grant[name] for name in ("household_id", "budget_line_id")}
    loan = {"commodity": "money", "amount": 1, "due_on": "2027-11-16"}
    for kind, line in (
        ("receipt", money | {"household_id": household}),
        ("receipt", _without(money, "source_id")),
        ("grant", _without(grant, "household_id")),
        ("grant", _without(grant, "budget_line_id")),
        ("use", works | {"household_id": household}),
        ("labour", labour | {"source_id": kept.sources["FUND"]}),
        ("labour", labour | {"commodity": "money"}),
        ("grant", grant | {"commodity": "labour"}),
        ("loan_grant", loan),
    ):
        assert (await kept.record(kind, line, expect=422))["code"] == "entry-incomplete", (kind, line)
    for kind, line in (("receipt", money), ("grant", grant), ("use", works), ("labour", labour)):
        await kept.record(kind, line)


def _without(line: dict[str, object], name: str) -> dict[str, object]:
    return {key: value for key, value in line.items() if key != name}


async def test_only_what_is_of_this_book_can_be_named(kept: Keeping) -> None:
    stranger = await kept.household("430702100202")
    away = await kept.record("grant", kept.grant("money", 1, stranger), expect=422)
    assert away["code"] == "household-not-in-area"
    nothing = await kept.record(
        "receipt", {"commodity": "gold", "amount": 1} | {"source_id": kept.sources["FUND"]}, expect=422
    )
    assert nothing["code"] == "no-such-goods"
    none = await kept.record("receipt", kept.receipt("money", 1) | {"source_id": str(uuid4())}, expect=422)
    assert none["code"] == "no-such-source"
    for day in ("2026-09-30", "2026-11-17"):
        assert (await kept.record("receipt", kept.receipt("money", 1), on=day, expect=409))["code"] == "period-closed"


async def test_two_payers_of_one_entry_pay_it_once(village: Village) -> None:
    kept = await keeping(village)
    await kept.paid("receipt", kept.receipt("money", 500))
    entry = await kept.record("grant", kept.grant("money", 500, await kept.household()))
    await kept.post(f"/entries/{entry['id']}/approval", by=kept.approver)
    stand = kept.village.stand
    path = f"/ledger/entries/{entry['id']}/payment"
    payers = [kept.payer, kept.village.people.operator] * 3
    answers = await asyncio.gather(*(stand.post(path, by=by) for by in payers))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409, 409]
    assert (await kept.held("money"), await kept.reconciles()) == (0, True)
    book = await kept.get(f"/books/{kept.book}")
    assert book["vouchers"] == 2
    # Nor do several entries together give out more than is there.
    await kept.paid("receipt", kept.receipt("cement", 1000))
    households = await kept.households(4)
    entries = [await kept.record("grant", kept.grant("cement", 400, one, line="ROAD")) for one in households]
    for one in entries:
        await kept.post(f"/entries/{one['id']}/approval", by=kept.approver)
    paths = [f"/ledger/entries/{one['id']}/payment" for one in entries]
    answers = await asyncio.gather(*(kept.village.stand.post(path, by=kept.payer) for path in paths))
    assert sorted(one.status_code for one in answers) == [200, 200, 409, 409]
    assert (await kept.held("cement"), await kept.reconciles()) == (200, True)


async def test_lists_are_cut_by_stage_and_kind_and_paged(kept: Keeping) -> None:
    empty = await kept.get(f"/books/{kept.book}/entries")
    assert (empty["items"], empty["hint_zh"] is not None) == ([], True)
    first = await kept.paid("receipt", kept.receipt("money", 3))
    second = await kept.record("receipt", kept.receipt("money", 4))
    page = await kept.get(f"/books/{kept.book}/entries", limit=1)
    assert [one["id"] for one in page["items"]] == [second["id"]]
    rest = await kept.get(f"/books/{kept.book}/entries", limit=1, cursor=page["next"])
    assert [one["id"] for one in rest["items"]] == [first["id"]]
    waiting = await kept.get(f"/books/{kept.book}/entries", stage="recorded", kind="receipt")
    assert [one["id"] for one in waiting["items"]] == [second["id"]]


async def test_the_evidence_of_the_books_outlives_whoever_uploaded_it(kept: Keeping) -> None:
    entry = await kept.record("receipt", kept.receipt("money", 1))
    loose = await kept.paper()
    await kept.village.stand.hear(PersonErased(person_id=kept.recorder, erased_at=kept.village.clock.now()))
    whole = await kept.get(f"/entries/{entry['id']}", by=kept.approver)
    (paper,) = whole["evidence"]
    client = kept.village.stand.client
    assert (await client.get(paper["address"].removeprefix("/api/tasks"))).content[:5] == b"%PDF-"
    async with kept.village.stand.mounted.sessions() as session:
        gone = await session.get(Attachment, UUID(loose))
        assert gone is not None
        assert gone.key is None
