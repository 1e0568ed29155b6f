"""A village's book over the gateway: three hands, a loan from asking to its last fen, and what the public reads."""

from datetime import timedelta
from typing import Any

from tests.journeys.test_inspections import uploaded
from tests.journeys.test_pairing import household_of
from tests.journeys.village import Village
from tests.town import Json, Person


class Book:
    """The village's book, kept by the township and the county; everything is booked in the month that is over."""

    def __init__(self, village: Village) -> None:
        self.recorder, self.approver = village.cadre, village.township_secretary
        self.payer = village.town.people("county_operator")[0]
        last = village.town.now().date().replace(day=1) - timedelta(days=1)
        self.day, self.month = str(last), f"{last:%Y-%m}"
        made = self.recorder.post("/tasks/ledger/books", division_code=village.code, from_on=f"{self.month}-01")
        self.path = f"/tasks/ledger/books/{made['id']}"

    def source(self, village: Village, kind: str, name: str) -> str:
        """Who gives or lends."""
        code = f"{kind.upper()}-{village.code}"
        said = {"area_code": village.township, "code": code, "kind": kind, "name": name}
        return str(self.recorder.post("/tasks/ledger/sources", **said)["id"])

    def line(self, code: str, title: str) -> str:
        """A budget line in money."""
        said = {"code": code, "title": title, "year": int(self.day[:4]), "commodity": "money"}
        return str(self.recorder.post(f"{self.path}/budget-lines", **said)["id"])

    def recorded(self, kind: str, amount: int, **said: object) -> str:
        """The path of an entry of one line, recorded with its evidence."""
        lines = [{"commodity": "money", "amount": amount, **said}]
        body: dict[str, Any] = {"kind": kind, "booked_on": self.day, "lines": lines}
        made = self.recorder.post(f"{self.path}/entries", **body, evidence=[uploaded(self.recorder)])
        return f"/tasks/ledger/entries/{made['id']}"

    def paid(self, kind: str, amount: int, **said: object) -> Json:
        """An entry that went through all three hands."""
        entry = self.recorded(kind, amount, **said)
        self.approver.post(f"{entry}/approval")
        return self.payer.post(f"{entry}/payment")


def balances(person: Person, book: Book) -> dict[str, int]:
    """The accounts of the book by kind, as somebody of the village reads them; they agree with the postings."""
    found = person.get(f"{book.path}/recount")
    assert found["reconciles"], found
    assert [one["balance"] for one in found["trial_balance"]] == [0]
    return {one["kind"]: one["balance"] for one in found["accounts"]}


def test_a_book_is_kept_by_three_hands_and_its_month_is_public(village: Village) -> None:
    town, book, home = village.town, Book(village), household_of(village, village.citizen)
    cadre = {"person_id": book.recorder.id}
    book.recorder.post("/members/pairings", kind="household", helper=cadre, household_id=home)
    fund, bank = book.source(village, "fund", "衔接资金"), book.source(village, "lender", "信用社")
    aid, road = book.line("AID", "产业奖补"), book.line("ROAD", "村道维修")
    assert village.secretary.refused(f"{book.path}/budget-lines", code="X", title="补助", year=2025, commodity="money")[
        1
    ] == ("may-not-keep-books")

    entry = book.recorded("receipt", 10_000_00, source_id=fund)
    assert book.recorder.refused(f"{entry}/approval")[1] == "hands-not-separate"
    assert book.payer.refused(f"{entry}/payment")[1] == "not-allowed-now"
    book.approver.post(f"{entry}/approval")
    assert book.recorder.refused(f"{entry}/payment")[1] == "hands-not-separate"
    assert book.payer.post(f"{entry}/payment")["number"] == 1
    [paper] = village.secretary.get(entry)["evidence"]
    assert paper["digest"]

    too_much = book.recorded("use", 10_000_01, source_id=fund, budget_line_id=road)
    book.approver.post(f"{too_much}/approval")
    assert book.payer.refused(f"{too_much}/payment")[1] == "not-enough-held"
    book.recorder.post(f"{too_much}/refusal", words="超出结存")
    book.paid("use", 4_000_00, source_id=fund, budget_line_id=road)
    book.paid("grant", 500_00, source_id=fund, budget_line_id=aid, household_id=home)

    asked = {"code": f"L-{village.code}", "household_id": home, "lender_id": bank, "amount": 3_000_00}
    loan = book.recorder.post(f"{book.path}/loans", **asked, asked_on=book.day, evidence=[uploaded(book.recorder)])[
        "id"
    ]
    due = str(town.now().date() + timedelta(days=300))
    book.paid("loan_grant", 3_000_00, loan_id=loan, due_on=due)
    book.paid("loan_repayment", 1_000_00, loan_id=loan)
    assert village.secretary.get(f"/tasks/ledger/loans/{loan}")["loan"]["owed"] == 2_000_00
    last = book.paid("loan_repayment", 2_000_00, loan_id=loan)
    settled = village.secretary.get(f"/tasks/ledger/loans/{loan}")["loan"]
    assert (settled["stage"], settled["owed"], last["number"]) == ("repaid", 0, 6)
    town.settle()
    own = village.citizen.get("/tasks/ledger/own-household/lines")["items"]
    assert [(one["kind"], one["amount"]) for one in own] == [
        ("loan_repayment", -2_000_00),
        ("loan_repayment", -1_000_00),
        ("loan_grant", 3_000_00),
        ("grant", 500_00),
    ]
    [owed] = village.citizen.get("/tasks/ledger/own-household/loans")["items"]
    assert (owed["loan_id"], owed["owed"]) == (loan, 0)
    assert village.neighbour.get("/tasks/ledger/own-household/lines")["items"] == []
    there = balances(village.secretary, book)
    assert (there["holding"], there["aid"], there["works"], there["loans"]) == (5_500_00, 500_00, 4_000_00, 0)

    address = f"{town.address}/api/tasks/ledger/disclosures/{village.code}"
    assert town.client.get(address).json()["items"] == []
    assert book.recorder.refused(f"{book.path}/close", month=f"{town.now():%Y-%m}")[1] == "month-not-over"
    book.approver.post(f"{book.path}/close", month=book.month)
    public = town.client.get(address)
    [month] = public.json()["items"]
    assert (month["month"], month["withheld"]) == (book.month, True)  # one household alone: no line, no balance
    assert {(one["kind"], one["title"], one["amount_zh"]) for one in month["lines"]} == {
        ("receipt", "衔接资金", "10,000.00元"),
        ("works", "村道维修", "4,000.00元"),
    }
    assert home not in public.text
    assert village.neighbour.call("GET", book.path).status_code == 404
