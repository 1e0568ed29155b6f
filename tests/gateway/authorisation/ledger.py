"""The rows of the ledger, and fresh books, entries and loans to try them on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID, uuid4

from sqlmodel import select

from chassis.tables import new_id
from contracts.members import DivisionListed, HouseholdListed, HouseholdPeopled, PostHeld
from services.tasks.ledger.books.model import LedgerBook
from services.tasks.roster.model import Household, Post
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.mounting import token
from tests.tasks.conftest import MONDAY, TOWNSHIP, VILLAGE

DAY = str(MONDAY.date())
READ = "secretary cadre supervisor operator auditor"
READ_ABOVE = "cadre supervisor operator auditor"
KEEP = {201: "cadre operator", 403: "secretary supervisor auditor"}
MOVE = {200: "cadre operator", 403: "secretary supervisor auditor"}
WHO = "keepers at the township or county; the village itself and those who watch only read"
RECEIPT = {"commodity": "money", "amount": 1, "source_id": "{source}"}

ROWS: list[Row] = [
    signed_in("GET /ledger/goods", "every person: what is counted is public"),
    Row(
        "POST /ledger/books",
        WHO,
        404,
        {201: "cadre operator", 403: "supervisor auditor"},
        body={"division_code": "{fresh_division}", "from_on": DAY},
    ),
    signed_in("GET /ledger/books", "books of one's area", shows=("book_id", READ)),
    Row("GET /ledger/books/{book_id}", "readers of the area", 404, {200: READ}),
    Row(
        "POST /ledger/sources",
        WHO,
        404,
        {201: "cadre operator", 403: "supervisor auditor"},
        body={"area_code": TOWNSHIP, "code": "{fresh_code}", "kind": "fund", "name": "专项"},
    ),
    Row("GET /ledger/sources", "readers of the area", 404, {200: READ}, query={"area_code": VILLAGE}),
    Row(
        "POST /ledger/books/{book_id}/budget-lines",
        WHO,
        404,
        KEEP,
        body={"code": "{fresh_code}", "title": "补助", "year": 2026, "commodity": "money"},
    ),
    Row("GET /ledger/books/{book_id}/budget-lines", "readers of the area", 404, {200: READ}),
    Row(
        "POST /ledger/books/{book_id}/entries",
        f"{WHO}; evidence is the recorder's own: this one is not",
        404,
        {422: "cadre operator", 403: "secretary supervisor auditor"},
        body={"kind": "receipt", "booked_on": DAY, "lines": [RECEIPT], "evidence": [str(uuid4())]},
    ),
    Row("GET /ledger/books/{book_id}/entries", "readers of the area", 404, {200: READ}),
    Row(
        "GET /ledger/entries/{entry_id}", "readers of the area", 404, {200: READ}, about={"entry_id": "recorded_entry"}
    ),
    Row(
        "POST /ledger/entries/{entry_id}/approval",
        f"{WHO}; not who recorded it",
        404,
        MOVE,
        about={"entry_id": "recorded_entry"},
    ),
    Row(
        "POST /ledger/entries/{entry_id}/payment",
        f"{WHO}; neither who recorded nor who approved it",
        404,
        MOVE,
        about={"entry_id": "approved_entry"},
    ),
    Row(
        "POST /ledger/entries/{entry_id}/refusal",
        WHO,
        404,
        MOVE,
        body={"words": "不对"},
        about={"entry_id": "recorded_entry"},
    ),
    Row(
        "POST /ledger/entries/{entry_id}/reversal",
        f"{WHO}; this one is not paid",
        404,
        {409: "cadre operator", 403: "secretary supervisor auditor"},
        body={"booked_on": DAY, "words": "记错", "evidence": [str(uuid4())]},
        about={"entry_id": "recorded_entry"},
    ),
    Row(
        "POST /ledger/books/{book_id}/loans",
        f"{WHO}; evidence is the recorder's own: this one is not",
        404,
        {422: "cadre operator", 403: "secretary supervisor auditor"},
        body={
            "code": "L-0",
            "household_id": "{household_id}",
            "lender_id": "{source}",
            "amount": 1,
            "asked_on": DAY,
            "evidence": [str(uuid4())],
        },
    ),
    Row("GET /ledger/books/{book_id}/loans", "readers of the area", 404, {200: READ}),
    Row("GET /ledger/loans/{loan_id}", "readers of the area", 404, {200: READ}),
    Row("POST /ledger/loans/{loan_id}/refusal", f"{WHO}; not who took it in", 404, MOVE, body={"words": "资料不全"}),
    Row("GET /ledger/books/{book_id}/recount", "readers of the area", 404, {200: READ}),
    Row("GET /ledger/books/{book_id}/statement", "readers of the area", 404, {200: READ}, query={"month": DAY[:7]}),
    Row(
        "POST /ledger/books/{book_id}/close",
        f"{WHO}; this month is not over",
        404,
        {409: "cadre operator", 403: "secretary supervisor auditor"},
        body={"month": DAY[:7]},
    ),
    Row(
        "GET /ledger/summary",
        "readers of the whole area",
        404,
        {200: READ_ABOVE},
        query={"division_code": TOWNSHIP},
    ),
    signed_in("GET /ledger/households/{household_id}", "books of one's area"),
    signed_in(
        "GET /ledger/own-household/lines",
        "one's own household, of those that are paired",
        shows=("own_line", "citizen"),
    ),
    signed_in(
        "GET /ledger/own-household/loans",
        "one's own household, of those that are paired",
        shows=("own_loan", "citizen"),
    ),
    Row(
        "POST /ledger/imports/{book_id}/trial",
        f"{WHO}; this file is none",
        404,
        {422: "cadre operator", 403: "secretary supervisor auditor"},
    ),
    Row(
        "POST /ledger/imports/{book_id}",
        f"{WHO}; this file is none",
        404,
        {422: "cadre operator", 403: "secretary supervisor auditor"},
    ),
    Row("GET /ledger/books/{book_id}/sheet", "readers of the area", 404, {200: READ}, query={"month": DAY[:7]}),
    everybody(
        "GET /ledger/disclosures/{division_code}", "everybody: closed months of a village, without households", 200
    ),
]


@dataclass
class Making:
    """The village's book with more cadres, so that three hands are there; fresh entries and loans in it."""

    there: County
    kept: dict[str, str] = field(default_factory=dict)
    numbered: Iterator[int] = field(default_factory=lambda: count(1))

    async def done(self, path: str, by: UUID, **body: object) -> str:
        answer = await self.there.stand.post(f"/ledger{path}", by=by, **body)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["id"])

    async def cadre(self, name: str) -> UUID:
        """One of more cadres of the township."""
        if name not in self.kept:
            async with self.there.stand.mounted.sessions() as session:
                held = await session.all(select(Post))
            model = next(one for one in held if one.person_id == self.there.people["cadre"])
            self.kept[name] = str(uuid4())
            post = PostHeld(
                post_id=uuid4(),
                person_id=UUID(self.kept[name]),
                name="生成干部",
                kind="township_cadre",
                organization_id=model.organization_id,
                division_code=TOWNSHIP,
                from_on=model.from_on,
                to_on=None,
            )
            await self.there.stand.hear(post)
        return UUID(self.kept[name])

    async def paper(self) -> str:
        headers = {"authorization": f"Bearer {token(await self.cadre('first'))}", "idempotency-key": uuid4().hex}
        answer = await self.there.stand.client.post("/attachments", content=b"%PDF-1.7", headers=headers)
        return str(answer.json()["id"])

    async def book_id(self) -> str:
        if "book" not in self.kept:  # whoever tries the examples may have opened it
            async with self.there.stand.mounted.sessions() as session:
                there = [one.id for one in await session.all(select(LedgerBook)) if one.division_code == VILLAGE]
            if there:
                self.kept["book"] = str(there[0])
        if "book" not in self.kept:
            body = {"division_code": VILLAGE, "from_on": DAY}
            self.kept["book"] = await self.done("/books", await self.cadre("first"), **body)
        return self.kept["book"]

    async def source(self) -> str:
        if "source" not in self.kept:
            body = {"area_code": TOWNSHIP, "code": "S-0", "kind": "lender", "name": "信用社"}
            self.kept["source"] = await self.done("/sources", await self.cadre("first"), **body)
        return self.kept["source"]

    async def household_id(self) -> str:
        if "household" not in self.kept:
            one = new_id()
            self.kept["household"] = str(one)
            async with self.there.stand.mounted.sessions() as session:
                session.add(Household(id=one, township_code=TOWNSHIP, division_code=VILLAGE, ended_on=None))
        return self.kept["household"]

    async def recorded_entry(self) -> str:
        line = RECEIPT | {"source_id": await self.source()}
        body = {"kind": "receipt", "booked_on": DAY, "lines": [line], "evidence": [await self.paper()]}
        return await self.done(f"/books/{await self.book_id()}/entries", await self.cadre("first"), **body)

    async def approved_entry(self) -> str:
        return await self.done(f"/entries/{await self.recorded_entry()}/approval", await self.cadre("second"))

    async def loan_id(self) -> str:
        return await self.new_loan(await self.household_id())

    async def new_loan(self, household: str) -> str:
        """A loan that a household asks for."""
        body = {
            "code": await self.fresh_code(),
            "household_id": household,
            "lender_id": await self.source(),
        }
        said = {"amount": 1, "asked_on": DAY, "evidence": [await self.paper()]}
        return await self.done(f"/books/{await self.book_id()}/loans", await self.cadre("first"), **body, **said)

    async def own_home(self) -> str:
        """The citizen's household."""
        if "home" not in self.kept:
            home, citizen = uuid4(), self.there.people["citizen"]
            await self.there.stand.hear(
                HouseholdListed(household_id=home, division_code=VILLAGE, ended_on=None),
                HouseholdPeopled(household_id=home, person_ids=(citizen,)),
            )
            self.kept["home"] = str(home)
        return self.kept["home"]

    async def own_line(self) -> str:
        if "own_line" not in self.kept:
            book = await self.book_id()
            line = {"code": await self.fresh_code(), "title": "修路投工", "year": 2026, "commodity": "labour"}
            budget = await self.done(f"/books/{book}/budget-lines", await self.cadre("first"), **line)
            work = {"commodity": "labour", "amount": 10, "household_id": await self.own_home()}
            body = {"kind": "labour", "booked_on": DAY, "lines": [work | {"budget_line_id": budget}]}
            path = f"/books/{book}/entries"
            entry = await self.done(path, await self.cadre("first"), **body, evidence=[await self.paper()])
            await self.done(f"/entries/{entry}/approval", await self.cadre("second"))
            self.kept["own_line"] = await self.done(f"/entries/{entry}/payment", await self.cadre("third"))
        return self.kept["own_line"]

    async def own_loan(self) -> str:
        if "own_loan" not in self.kept:
            self.kept["own_loan"] = await self.new_loan(await self.own_home())
        return self.kept["own_loan"]

    async def fresh_code(self) -> str:
        return f"C-{next(self.numbered)}"

    async def fresh_division(self) -> str:
        code = f"{TOWNSHIP[:9]}{500 + next(self.numbered)}"
        await self.there.stand.hear(DivisionListed(code=code, name="新村", kind="village", superior_code=TOWNSHIP))
        return code

    async def division_code(self) -> str:
        return VILLAGE


def makers(there: County) -> dict[str, Maker]:
    """What the rows above are tried on."""
    making = Making(there)
    made = (
        making.book_id,
        making.source,
        making.household_id,
        making.recorded_entry,
        making.approved_entry,
        making.loan_id,
        making.own_line,
        making.own_loan,
    )
    plain = (making.fresh_code, making.fresh_division, making.division_code)
    return {maker.__name__: maker for maker in (*made, *plain)}
