"""The rows of credentials in `members`: the list of keys for everybody, and a credential for whoever was served."""

from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

from chassis.blind_signatures import new_key
from chassis.clock import local_date, midnight
from services.members.credentials.actions import KEYS_OF_THE_DAY, in_text, key_place
from services.members.credentials.model import CellKey, Part, Participation
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.mounting import Stand
from tests.tasks.conftest import TOWNSHIP, VILLAGE

SERVED = "citizen"

MEMBERS: list[Row] = [
    everybody("GET /ballot-keys", "whoever is going to believe a key, and whoever compares", 200),
    everybody("GET /ballot-keys/{day}", "as the newest; there is no list of this day", 404),
    signed_in("GET /credentials", "one's own; the keys are everybody's", shows=("cell_id", SERVED)),
    Row(
        "POST /credentials/{cell_id}",
        "who was served there, once, and works there in no way",
        404,
        {200: SERVED},
        body={"blinded": "A" * 342},
    ),
]

PRIVATE, PUBLIC = new_key()
_NUMBERS = count(1)


async def fill(stand: Stand) -> None:
    """A list of this day stands, with the key of one cell in which nobody was served."""
    cell_id = await _cell(stand, served=None)
    async with stand.mounted.sessions() as session:
        session.remind(KEYS_OF_THE_DAY, about=cell_id, due_at=session.now)
    await stand.settle()


def makers(there: County) -> dict[str, Maker]:
    """Cells in which the citizen was served, and of which no credential was drawn."""

    async def cell_id() -> str:
        return str(await _cell(there.stand, served=there.people[SERVED]))

    return {"cell_id": cell_id}


async def _cell(stand: Stand, *, served: UUID | None) -> UUID:
    cell_id, item_code = uuid4(), f"另一类事项{next(_NUMBERS)}"
    async with stand.mounted.sessions() as session:
        today = local_date(session.now)
        cell = CellKey(
            id=cell_id,
            survey_id=None,
            township_code=TOWNSHIP,
            division_code=VILLAGE,
            item_codes=[item_code],
            served_from=today,
            served_to=today,
            draws_until=today + timedelta(days=20),
            closes_on=today + timedelta(days=30),
            listed_on=today,
            public_key=in_text(PUBLIC),
            private_key=stand.mounted.vault.seal_bytes(PRIVATE, place=key_place(cell_id)),
        )
        session.add(cell)
        if served is not None:
            part = Participation(
                id=uuid4(),
                township_code=TOWNSHIP,
                division_code=VILLAGE,
                item_code=item_code,
                person_id=served,
                part=Part.SERVED,
                since=midnight(today),
            )
            session.add(part)
    return cell_id
