"""A person has what is held about them, in clear, as data and as a page, and nothing of anybody else."""

from html.parser import HTMLParser
from uuid import UUID

import pytest

from services.members.households.model import Citizen
from tests.members.imports.books import number
from tests.members.village import ADDRESS, PHONE, Office, citizen, member, organization, roster

pytestmark = pytest.mark.asyncio


class Words(HTMLParser):
    """The words of a page, and the addresses that it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.fetched: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]
        assert tag != "script"


async def someone(office: Office) -> UUID:
    """A citizen who is on the roll, too; and another one."""
    await office.take_in(roster(organizations=[organization("A1")], members=[member(1, name="<b>王样</b>")]))
    await office.take_in(roster(citizens=[citizen(1), citizen(2, "H2")]))
    index = office.stand.mounted.vault.index(number(1), place="person.citizen_number")
    async with office.stand.mounted.sessions() as session:
        people = [await session.get(Citizen, row[0]) for row in await office.rows(Citizen)]
    return next(one.id for one in people if one is not None and one.citizen_number_index == index)


async def test_the_data_hold_every_register_in_clear_and_the_audit_of_it(either_office: Office) -> None:
    person = await someone(either_office)
    told = (await either_office.stand.get("/me/export", by=person)).json()
    sections = {section["name"]: section["rows"] for section in told["sections"]}
    (on_roll,), (as_citizen,) = sections["member"], sections["citizen"]
    for row in (on_roll, as_citizen):
        assert (row["citizen_number"], row["phone"], row["address"]) == (number(1), PHONE, ADDRESS)
        assert not {"fingerprint", "citizen_number_index", "phone_index"} & row.keys()
    assert [act["action"] for act in sections["audit"]] == ["import_roster", "import_roster"]
    assert number(2) not in str(told)


async def test_the_page_says_the_same_runs_nothing_and_fetches_nothing(office: Office) -> None:
    person = await someone(office)
    answer = await office.stand.get("/me/export/page", by=person)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Words()
    page.feed(answer.text)
    assert {number(1), PHONE, ADDRESS, "<b>王样</b>"} <= set(page.said)
    assert page.fetched == []
    assert number(2) not in answer.text


async def test_somebody_of_whom_nothing_is_held_gets_empty_sections(office: Office) -> None:
    told = (await office.stand.get("/me/export", by=UUID(int=7))).json()
    assert {len(section["rows"]) for section in told["sections"]} == {0}
