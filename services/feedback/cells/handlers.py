"""Taking in the key of a cell, and that two persons found a cell to be no word of the people."""

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.members import CellKeyPublished
from contracts.tasks import CellSetAside
from services.feedback.cells.model import Cell


async def keep_the_key_of_a_cell(event: CellKeyPublished, session: Session) -> None:
    """Know by which key a cell's credentials are signed; a second key for it is passed over."""
    cell = await session.get(Cell, event.cell_id, lock=True)
    if cell is None:
        raise NotYetHeard()
    cell.take_key(event.public_key)


async def set_a_cell_aside(event: CellSetAside, session: Session) -> None:
    """Count a cell in no sum and before no other; what was published of it stays, and says so."""
    cell = await session.get(Cell, event.cell_id, lock=True)
    if cell is None:
        raise NotYetHeard()
    cell.set_aside_at = cell.set_aside_at or event.set_aside_at
