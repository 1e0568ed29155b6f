"""A village with those who take requests in, for the tests of contacts and of consents."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import httpx

from services.members.households.model import Citizen
from services.members.roll.model import Member
from services.members.words import PostKind
from tests.members.imports.books import number
from tests.members.test_unmaskings import post
from tests.members.village import DISTRICT, TOWNSHIP, VILLAGE, Office, citizen, member, organization, roster
from tests.mounting import token

OTHER_VILLAGE = "430702204217"
AGENT, CADRE, ELSEWHERE, OPERATOR, AUDITOR, SUPERVISOR, CITIZEN, MUTE = 1, 2, 3, 4, 6, 7, 5, 8
CITIZENS_PHONE = "15400055555"


@dataclass
class Hall:
    """The office, and who is who."""

    office: Office
    people: dict[int, UUID]

    async def post(self, path: str, *, by: int, key: str | None = None, **body: object) -> httpx.Response:
        """Do something as somebody."""
        return await self.office.stand.post(path, by=self.people[by], key=key, **body)

    async def get(self, path: str, *, by: int) -> httpx.Response:
        """Read as somebody."""
        return await self.office.stand.get(path, by=self.people[by])

    async def as_client(self, path: str, client_id: UUID, *, scope: str, **body: object) -> httpx.Response:
        """Call as a township's system."""
        headers = {
            "authorization": f"Bearer {token(client_id, kind='client', sid=str(uuid4()), scope=scope)}",
            "idempotency-key": uuid4().hex,
        }
        return await self.office.client.post(path, json=body, headers=headers)


async def open_hall(office: Office) -> Hall:
    """An agent here and one elsewhere, a cadre, an operator, an auditor, a citizen with a telephone and one without."""
    posts = [
        post(AGENT, PostKind.PROXY_AGENT, VILLAGE),
        post(CADRE, PostKind.TOWNSHIP_CADRE, TOWNSHIP),
        post(ELSEWHERE, PostKind.PROXY_AGENT, OTHER_VILLAGE),
        post(OPERATOR, PostKind.COUNTY_OPERATOR, DISTRICT),
        post(AUDITOR, PostKind.AUDITOR, DISTRICT),
        post(SUPERVISOR, PostKind.SUPERVISOR, DISTRICT),
    ]
    members = [member(serial) for serial in (AGENT, CADRE, ELSEWHERE, OPERATOR, AUDITOR, SUPERVISOR)]
    citizens = [replace(citizen(CITIZEN), phone=CITIZENS_PHONE), replace(citizen(MUTE, "H2"), phone=None)]
    await office.take_in(roster(organizations=[organization("A1")], members=members, posts=posts, citizens=citizens))
    index = office.stand.mounted.vault.index
    known = dict[bytes, UUID]()
    async with office.stand.mounted.sessions() as session:
        for kind in (Member, Citizen):
            for row in await office.rows(kind):
                found = await session.get(kind, row[0])
                assert found is not None
                known[found.citizen_number_index] = found.id
    people = {serial: known[index(number(serial), place="person.citizen_number")] for serial in range(1, 9)}
    await office.told()
    return Hall(office, people)
