"""Taking in the key of a cell."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.members import CellKeyPublished
from services.feedback.cells.model import Cell


async def keep_the_key_of_a_cell(event: CellKeyPublished, session: Session) -> None:
    """Know by which key a cell's credentials are signed; a second key for it is passed over."""
    cell = await session.get(Cell, event.cell_id, lock=True)
    if cell is None:
        raise NotYetHeard()
    cell.take_key(event.public_key)
