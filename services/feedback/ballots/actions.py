"""Putting ballots into the box, and taking a cell's ballots out when it closes."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from chassis.clock import local_date
from chassis.plans import columns_of, table_of
from chassis.problems import Conflict, NotFound, Problem
from chassis.session import MOST_AT_ONCE, Session
from chassis.tables import Digest
from services.feedback.ballots.model import BallotCastOtherwise, Sheet, SpentCredential
from services.feedback.cells.model import Cell, TermStage
from services.feedback.urns import actions as urns
from services.feedback.urns.model import Counts

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
    known = await _known(session, cell_id, [nullifier for nullifier, _ in credentials])
    spent: dict[bytes, bytes] = {}
    fresh: list[Sheet] = []
    ends: list[Problem | None] = []
    for (nullifier, answer), sheet in zip(credentials, sheets, strict=True):
        before = known.get(nullifier) or spent.get(nullifier)
        ends.append(None if before in {None, answer} else BallotCastOtherwise())
        if before is None:
            spent[nullifier] = answer
            fresh.append(sheet)
    if fresh:
        # In the order of digests of random numbers, which tells nothing.
        used: list[Sequence[object]] = [(cell_id, nullifier, answer) for nullifier, answer in sorted(spent.items())]
        await session.insert_many(SPENT_CREDENTIAL, columns_of(SpentCredential), used)
        await urns.put_in(session, cell_id, Counts.of(sheet.said() for sheet in fresh))
    return ends


async def take_out(session: Session, cell_id: UUID) -> Counts:
    """What the ballots of a cell say; none is left in the box, and nothing of its credentials."""
    session.clear(SPENT_CREDENTIAL, cell_id=cell_id)
    return await urns.take_out(session, cell_id)


async def _known(session: Session, cell_id: UUID, nullifiers: Sequence[bytes]) -> dict[bytes, bytes]:
    """Which of these credentials are spent, each with the digest of its ballot."""
    known: dict[bytes, bytes] = {}
    for start in range(0, len(nullifiers), MOST_AT_ONCE):
        part = nullifiers[start : start + MOST_AT_ONCE]
        size = 1 << (len(part) - 1).bit_length()  # few sizes, so few statements; the last one fills the rest
        asked = {f"nullifier_{n}": part[min(n, len(part) - 1)] for n in range(size)}
        known.update(await session.all(_spent_among(size), cell=cell_id, **asked))
    return known


@lru_cache(maxsize=16)
def _spent_among(many: int) -> Select[bytes, bytes]:
    return select(col(SpentCredential.nullifier), col(SpentCredential.answer)).where(
        col(SpentCredential.cell_id) == bindparam("cell"),
        col(SpentCredential.nullifier).in_([bindparam(f"nullifier_{n}", type_=Digest) for n in range(many)]),
    )
