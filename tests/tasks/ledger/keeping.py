"""A book with its three hands, for tests: sources, budget lines, households, entries from record to payment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.tables import new_id
from services.tasks.roster.model import Household
from tests.mounting import token
from tests.tasks.conftest import TOWNSHIP, VILLAGE, Village
from tests.tasks.dispatches.offices import holder

RECEIPT = b"%PDF-1.7 receipt"


@dataclass
class Keeping:
    """The book of the village, and who records, approves and pays."""

    village: Village
    recorder: UUID
    approver: UUID
    payer: UUID
    book: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, *, by: UUID, expect: int = 0, **body: object) -> dict[str, Any]:
        """Change something; what was answered. It must be of the code expected."""
        answer = await self.village.stand.post(f"/ledger{path}", by=by, **body)
        assert answer.status_code == expect or (not expect and answer.status_code < 300), answer.text
        return {"status": answer.status_code} | answer.json()

    async def get(self, path: str, *, by: UUID | None = None, **query: object) -> dict[str, Any]:
        """Read as the recorder or somebody else."""
        answer = await self.village.stand.get(f"/ledger{path}", by=by or self.recorder, **query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def paper(self, by: UUID | None = None) -> str:
        """A receipt that was uploaded; its id."""
        headers = {"authorization": f"Bearer {token(by or self.recorder)}", "idempotency-key": uuid4().hex}
        kept = await self.village.stand.client.post("/attachments", content=RECEIPT, headers=headers)
        assert kept.status_code == 201, kept.text
        return str(kept.json()["id"])

    async def household(self, division_code: str = VILLAGE) -> str:
        """A household of the village; its id."""
        return (await self.households(1, division_code))[0]

    async def households(self, many: int, division_code: str = VILLAGE) -> list[str]:
        """Households of the village; their ids."""
        made = [new_id() for _ in range(many)]
        async with self.village.stand.mounted.sessions() as session:
            for one in made:
                session.add(
                    Household(
                        id=one, township_code=f"{division_code[:9]}000", division_code=division_code, ended_on=None
                    )
                )
        return [str(one) for one in made]

    async def record(
        self, kind: str, *lines: dict[str, object], on: str = "2026-11-16", expect: int = 0, **said: object
    ) -> dict[str, Any]:
        """Record an entry with a paper."""
        body = {"kind": kind, "booked_on": on, "lines": list(lines), "evidence": [await self.paper()]} | said
        return await self.post(f"/books/{self.book}/entries", by=self.recorder, expect=expect, **body)

    async def paid(self, kind: str, *lines: dict[str, object], on: str = "2026-11-16") -> dict[str, Any]:
        """Have an entry recorded, approved and paid."""
        entry = await self.record(kind, *lines, on=on)
        return await self.through(entry["id"])

    async def through(self, entry_id: str) -> dict[str, Any]:
        """Have a recorded entry approved and paid."""
        await self.post(f"/entries/{entry_id}/approval", by=self.approver)
        return await self.post(f"/entries/{entry_id}/payment", by=self.payer)

    def receipt(self, commodity: str, amount: int, source: str = "FUND") -> dict[str, object]:
        """A line of what came in."""
        return {"commodity": commodity, "amount": amount, "source_id": self.sources[source]}

    def grant(
        self, commodity: str, amount: int, household: str, *, line: str = "AID", source: str = "FUND"
    ) -> dict[str, object]:
        """A line of what a household got."""
        given = {"household_id": household, "budget_line_id": self.lines[line]}
        return self.receipt(commodity, amount, source) | given

    async def loan(self, amount: int, household: str | None = None, **said: object) -> dict[str, Any]:
        """A loan that a household asks for."""
        body: dict[str, object] = {
            "code": f"L{uuid4().hex[:8].upper()}",
            "household_id": household or await self.household(),
            "lender_id": self.sources["BANK"],
            "amount": amount,
            "asked_on": "2026-11-16",
            "evidence": [await self.paper()],
        }
        return await self.post(f"/books/{self.book}/loans", by=self.recorder, **(body | said))

    async def line(self, code: str, title: str, commodity: str = "money") -> None:
        """Enter a budget line."""
        body = {"code": code, "title": title, "year": 2026, "commodity": commodity, "planned": 100_000_00}
        made = await self.post(f"/books/{self.book}/budget-lines", by=self.recorder, **body)
        self.lines[code] = str(made["id"])

    async def reconciles(self) -> bool:
        """Whether the book is right against its postings, with a trial balance of nought."""
        found = await self.get(f"/books/{self.book}/recount")
        assert all(one["balance"] == 0 for one in found["trial_balance"]) or not found["reconciles"]
        return bool(found["reconciles"])

    async def held(self, commodity: str, source: str = "FUND") -> int:
        """What the book holds from a source."""
        found = await self.get(f"/books/{self.book}/recount")
        return sum(
            one["balance"]
            for one in found["accounts"]
            if (one["kind"], one["commodity"], one["source_id"]) == ("holding", commodity, self.sources[source])
        )

    async def upload(
        self, content: bytes, *, trial: bool, evidence: Sequence[str] = (), by: UUID | None = None, ending: str = "xlsx"
    ) -> httpx.Response:
        """Send a spreadsheet to be tried or taken in."""
        headers = {"authorization": f"Bearer {token(by or self.recorder)}"}
        path = f"/ledger/imports/{self.book}"
        if trial:
            path += "/trial"
        else:
            headers["idempotency-key"] = uuid4().hex
        params = {"ending": ending, "evidence": list(evidence)}
        return await self.village.stand.client.post(path, content=content, headers=headers, params=params)


async def keeping(village: Village, *, from_on: str = "2026-10-01", division_code: str = VILLAGE) -> Keeping:
    """The township opens the village's book, and enters a fund, a bank and two budget lines."""
    recorder = village.people.cadre
    approver = (await holder(village, "secretary", "镇党委", TOWNSHIP)).person
    payer = (await holder(village, "township_cadre", "镇党委", TOWNSHIP)).person
    kept = Keeping(village, recorder, approver, payer)
    opened = await kept.post("/books", by=recorder, division_code=division_code, from_on=from_on)
    kept.book = str(opened["id"])
    for code, kind, name in (("FUND", "fund", "财政专项"), ("BANK", "lender", "信用社"), ("GIFT", "donor", "王某")):
        body = {"area_code": TOWNSHIP, "code": code, "kind": kind, "name": name, "named": kind != "donor"}
        made = await kept.post("/sources", by=recorder, **body)
        kept.sources[code] = str(made["id"])
    for code, title, commodity in (("AID", "生产补助", "money"), ("ROAD", "村组道路", "cement")):
        await kept.line(code, title, commodity)
    return kept
