"""Reading terms and cells."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.feedback.cells import policy
from services.feedback.cells.model import BallotTerm, Cell, TermStage
from services.feedback.roster.model import Division

ANY = UUID(int=0)

TERMS = (
    select(BallotTerm)
    .where(col(BallotTerm.district_code) == bindparam("district"), col(BallotTerm.id) < bindparam("before"))
    .order_by(col(BallotTerm.id).desc())
    .limit(bindparam("limit"))
)
OF_TERM = select(Cell).where(col(Cell.term_id) == bindparam("term")).order_by(col(Cell.id))
OF_TERM_LOCKED = OF_TERM.with_for_update()
_unit, _term = bindparam("unit", type_=sa.String), bindparam("term", type_=sa.Uuid)
PUBLIC = (
    select(Cell)
    .where(
        col(Cell.stage).in_([TermStage.OPEN, TermStage.CLOSED]),
        or_(_unit == "", col(Cell.division_code) == _unit),
        or_(_term == ANY, col(Cell.term_id) == _term),
        col(Cell.id) < bindparam("before"),
    )
    .order_by(col(Cell.id).desc())
    .limit(bindparam("limit"))
)


async def terms(session: Session, district_code: str, *, by: Actor, before: UUID, limit: int) -> list[BallotTerm]:
    """The terms of a county, from new to old, for its operator. Raises `MayNotPlanTerms`."""
    await policy.check_may_plan(session, by, district_code)
    return await session.all(TERMS, district=district_code, before=before, limit=limit)


async def term_seen(session: Session, term_id: UUID, *, by: Actor) -> BallotTerm:
    """One term, for the operator of its county. Raises `NotFound`."""
    return await policy.check_runs(session, by, await session.get(BallotTerm, term_id))


async def cells_of(session: Session, term: BallotTerm) -> list[Cell]:
    """The cells of a term: of each group the county's, then the others by code."""
    return await session.all(OF_TERM, term=term.id)


async def cells_to_change(session: Session, term: BallotTerm) -> list[Cell]:
    """The cells of a term, ours to change."""
    return await session.all(OF_TERM_LOCKED, term=term.id)


async def public_cells(
    session: Session, *, code: str | None, term_id: UUID | None, before: UUID, limit: int
) -> list[Cell]:
    """Cells that people vote in or voted in, from new to old; of one unit, that is its history; of one term."""
    given = {"unit": code or "", "term": term_id or ANY}
    return await session.all(PUBLIC, **given, before=before, limit=limit)


async def public_cell(session: Session, cell_id: UUID) -> Cell:
    """A cell of a term that was opened. Raises `NotFound`."""
    cell = await session.get(Cell, cell_id)
    if cell is None or cell.stage not in {TermStage.OPEN, TermStage.CLOSED}:
        raise NotFound()
    return cell


async def closed_term(session: Session, term_id: UUID) -> BallotTerm:
    """A term that is over. Raises `NotFound`."""
    term = await session.get(BallotTerm, term_id)
    if term is None or term.stage is not TermStage.CLOSED:
        raise NotFound()
    return term


async def names_of(session: Session, cells: Sequence[Cell]) -> dict[str, str]:
    """The names of the units, by code; a code of which nothing was heard stands for itself."""
    codes = {cell.division_code for cell in cells}
    await session.fetch(Division, codes)
    found = {code: await session.get(Division, code) for code in codes}
    return {code: code if one is None else one.name for code, one in found.items()}
