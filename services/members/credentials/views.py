"""Reading cells: those of which a person has a credential still to draw."""

from chassis.identity import Actor
from chassis.session import Session
from services.members.credentials.actions import NEWEST_LIST, OF_PERSON
from services.members.credentials.model import CellKey
from services.members.credentials.policy import open_to


async def to_draw(session: Session, *, by: Actor) -> list[CellKey]:
    """The cells of which somebody may draw a credential now and has not; those whose key everybody sees."""
    newest = await session.first(NEWEST_LIST)
    if newest is None:
        return []
    drawn = {one.cell_id for one in await session.all(OF_PERSON, person=by.person_id)}
    cells = await open_to(session, by.person_id)
    return sorted(
        (cell for cell in cells if cell.id not in drawn and cell.listed_on <= newest.day), key=lambda cell: cell.id
    )
