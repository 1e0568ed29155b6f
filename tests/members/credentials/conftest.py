"""A village in which people are served, and a cell about it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.clock import SHANGHAI, local_date
from contracts.feedback import CellOpened
from contracts.tasks import RequestHandled, RequestSubmitted
from services.members.households.model import Citizen
from services.members.persons import in_clear, vault_of
from services.members.roll.model import Member
from tests.members.credentials.client import Blinded, blind, key_of, listed_key, prepare, text_of
from tests.members.imports.books import number
from tests.members.village import TOWNSHIP, VILLAGE, Office, citizen, member, organization, post, roster

AGENT, SERVED, OTHER = 1, 3, 4
TODAY = date(2026, 11, 16)


def cell(division: str = VILLAGE, *items: str, day: date = TODAY) -> CellOpened:
    """A cell about one unit and this month, from which credentials are given out until the fifth of the next."""
    return CellOpened(
        cell_id=uuid4(),
        township_code=TOWNSHIP,
        division_code=division,
        item_codes=items,
        served_from=day.replace(day=1),
        served_to=day.replace(day=30),
        draws_until=date(2026, 12, 5),
        closes_on=date(2026, 12, 10),
    )


def done(
    by: UUID, handler: UUID, *, division: str = VILLAGE, **said: object
) -> tuple[RequestSubmitted, RequestHandled]:
    """A request that was handled at once, as `tasks` tells it."""
    at = datetime.combine(TODAY, time(9), SHANGHAI)
    request_id = uuid4()
    submitted = RequestSubmitted.model_validate(
        {
            "request_id": request_id,
            "division_code": VILLAGE,
            "kind": "help",
            "item_code": None,
            "channel": "phone",
            "submitted_at": at,
            "finish_due_at": at + timedelta(days=5),
            **said,
        }
    )
    handled = RequestHandled(
        request_id=request_id, round=1, requester_id=by, handler_id=handler, handled_at=at, in_time=True
    )
    return submitted, handled


@dataclass
class Poll:
    """The service with an agent and two citizens, and what a phone does."""

    office: Office
    people: dict[int, UUID] = field(default_factory=dict)

    async def on(self, day: date) -> None:
        """Noon of a day, with all timers fired."""
        self.office.stand.mounted.clock.at = datetime.combine(day, time(12), SHANGHAI)  # type: ignore[attr-defined]
        await self.office.stand.settle()

    async def to_draw(self, person: int) -> list[dict[str, str]]:
        """The cells that a phone is shown."""
        answer = await self.office.stand.get("/credentials", by=self.people[person])
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()["items"]
        return found

    async def believed(self, one: dict[str, str]) -> str:
        """The key of a cell, after the phone's look into the list of the day. Raises `NotBelieved`."""
        client = self.office.stand.client
        listed, keys = (await client.get("/ballot-keys")).json(), (await client.get("/jwks")).json()["keys"]
        on = local_date(self.office.stand.mounted.clock.now())
        return listed_key(listed, keys, cell_id=one["cell_id"], shown=one["public_key"], on=on)

    async def draw(self, cell_id: object, made: Blinded | str, *, by: int) -> tuple[int, str]:
        """Have a message signed; the code, and the signature or the code of the refusal."""
        blinded = made if isinstance(made, str) else text_of(made.blinded)
        path = f"/credentials/{cell_id}"
        answer = await self.office.stand.post(path, by=self.people[by], blinded=blinded)
        said = answer.json()
        return answer.status_code, said.get("blind_signature") or said["type"].rpartition("/")[2]


@pytest.fixture
def where(request: pytest.FixtureRequest) -> Office:
    """The service on SQLite, or on the database that a test asks for."""
    opened: Office = request.getfixturevalue(getattr(request, "param", "office"))
    return opened


@pytest_asyncio.fixture
async def poll(where: Office) -> Poll:
    """The county."""
    office = where
    await office.take_in(
        roster(
            organizations=[organization("A2", "A1", division=VILLAGE), organization("A1")],
            citizens=[citizen(SERVED), citizen(OTHER, "H2")],
            members=[member(AGENT, "A2")],
            posts=[post(AGENT)],
        )
    )
    made = Poll(office)
    async with office.stand.mounted.sessions() as session:
        for kind in (Member, Citizen):
            for row in await office.rows(kind):
                person = await session.get(kind, row[0])
                assert person is not None
                said = in_clear(await vault_of(session, person.id), person, "citizen_number")
                made.people[next(n for n in range(1, 6) if number(n) == said)] = person.id
    await office.told()
    return made


def blinded_for(public_key: str) -> Blinded:
    """A fresh message, blinded for a key."""
    return blind(key_of(public_key), prepare(b"a ballot of nobody"))
