"""Putting ballots into the box, and taking a cell's ballots out when it closes."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from chassis.clock import local_date
from chassis.plans import columns_of, table_of
from chassis.problems import Conflict, NotFound, Problem
from chassis.session import Session
from services.feedback.ballots.model import BallotCastOtherwise, Sheet, SpentCredential
from services.feedback.cells.model import Cell, TermStage
from services.feedback.urns import actions as urns
from services.feedback.urns.model import Counts

SPENT = select(col(SpentCredential.nullifier), col(SpentCredential.answer)).where(
    col(SpentCredential.cell_id) == bindparam("cell")
)
SPENT_CREDENTIAL = table_of(SpentCredential)


class CastingNotBegun(Conflict):
    """Ballots of this cell are taken in from a later day on, the same for everybody."""

    title_zh = "还没到收票时间。手机会在收票期间自动投出，您不用再做什么。"


class CellClosed(Conflict):
    """This cell takes no ballots any more."""

    title_zh = "这一期测评已经截止，没有收下这张票。下一期请早一点打开手机。"


def check_takes_ballots(session: Session, cell: Cell | None) -> Cell:
    """The cell, if it takes ballots now. Raises `NotFound`, `CastingNotBegun`, `CellClosed`."""
    if cell is None or cell.stage is TermStage.PLANNED:
        raise NotFound()
    if cell.stage is not TermStage.OPEN or session.now >= cell.ends_at:
        raise CellClosed()
    if cell.public_key is None or local_date(session.now) < cell.casts_from:
        raise CastingNotBegun(casts_from=cell.casts_from.isoformat())
    return cell


async def put_in(session: Session, cell_id: UUID, sheets: Sequence[Sheet]) -> list[Problem | None]:
    """Count a batch in a cell's box; says of each ballot how it ended.

    The same ballot again is taken in no second time, and answered as before. Spent credentials are added to, as random
    digests that are tied to no ballot: there is none.
    """
    cell = await session.get(Cell, cell_id, lock=True)
    try:
        check_takes_ballots(session, cell)
    except Problem as refusal:
        return [refusal] * len(sheets)
    credentials = [(sheet.nullifier(cell_id), sheet.answer()) for sheet in sheets]
    await session.fetch(SpentCredential, [nullifier for nullifier, _ in credentials])
    spent: dict[bytes, bytes] = {}
    fresh: list[Sheet] = []
    ends: list[Problem | None] = []
    for (nullifier, answer), sheet in zip(credentials, sheets, strict=True):
        known = await session.get(SpentCredential, nullifier)
        before = spent.get(nullifier) if known is None else known.answer
        ends.append(None if before in {None, answer} else BallotCastOtherwise())
        if before is None:
            spent[nullifier] = answer
            fresh.append(sheet)
    if fresh:
        # In the order of digests of random numbers, which tells nothing.
        used: list[Sequence[object]] = [(nullifier, cell_id, answer) for nullifier, answer in sorted(spent.items())]
        await session.insert_many(SPENT_CREDENTIAL, columns_of(SpentCredential), used)
        await urns.put_in(session, cell_id, Counts.of(sheet.said() for sheet in fresh))
    return ends


async def take_out(session: Session, cell_id: UUID) -> Counts:
    """What the ballots of a cell say; none is left in the box, and nothing of its credentials."""
    session.erase(SPENT_CREDENTIAL, *(nullifier for nullifier, _ in await session.all(SPENT, cell=cell_id)))
    return await urns.take_out(session, cell_id)
