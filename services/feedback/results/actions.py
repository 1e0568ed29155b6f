"""Closing a term: every ballot is counted in one cell or declared too few, and the ballots themselves are gone."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis import audit
from chassis.divisions import township_of
from chassis.session import Session
from contracts.feedback import CellFoundBelowLine, CellJudgedAgain
from services.feedback.ballots.actions import take_out
from services.feedback.cells import views
from services.feedback.cells.model import BallotTerm, Cell, Outcome, TermStage
from services.feedback.results.publication import Place, settle

BEFORE = (
    select(Cell)
    .where(
        col(Cell.division_code) == bindparam("unit"),
        col(Cell.group_code) == bindparam("group"),
        col(Cell.stage) == TermStage.CLOSED,
        col(Cell.outcome) == Outcome.PUBLISHED,
        col(Cell.set_aside_at).is_(None),
        col(Cell.ends_at) < bindparam("ends"),
    )
    .order_by(col(Cell.ends_at).desc())
    .limit(1)
)
"""The cell of the same unit and group that was published last, but for one that does not count."""


async def close_term(term_id: UUID, session: Session) -> None:
    """Count, publish, tell whose share of good grades lies below the line, and empty the box."""
    term = await session.get(BallotTerm, term_id, lock=True)
    if term is None or term.stage is not TermStage.OPEN:
        return
    cells = await views.cells_to_change(session, term)
    cast = {cell.id: await take_out(session, cell.id) for cell in cells}
    places = [Place(cell.id, cell.level, cell.parent_id) for cell in cells]
    settled = settle(places, cast, least=term.least_cast)
    term.close(at=session.now)
    for cell in cells:
        cell.close(settled[cell.id], line_percent=term.line_percent)
        audit.record(session, actor_id=None, action="close_cell", about=cell.id, reason=cell.outcome)
        if cell.outcome is Outcome.PUBLISHED:
            await _tell(session, term, cell)


async def _tell(session: Session, term: BallotTerm, cell: Cell) -> None:
    """Tell of a cell below the line, once; and what it says of the one before, if that was."""
    before = await session.first(BEFORE, unit=cell.division_code, group=cell.group_code, ends=cell.ends_at)
    if before is not None and before.below_line:
        session.publish(
            CellJudgedAgain(
                cell_id=before.id,
                next_cell_id=cell.id,
                township_code=township_of(cell.division_code),
                above_line=not cell.below_line,
                judged_at=session.now,
            )
        )
    if cell.below_line:
        session.publish(
            CellFoundBelowLine(
                cell_id=cell.id,
                township_code=township_of(cell.division_code),
                division_code=cell.division_code,
                owner_code=cell.owner_code,
                group_code=cell.group_code,
                item_codes=tuple(cell.item_codes),
                served_from=term.served_from,
                served_to=term.served_to,
                found_at=session.now,
            )
        )
