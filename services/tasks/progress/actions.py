"""Carrying a change of one assignment up to everything that it is part of."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from chassis.inbox import NotYetHeard
from chassis.session import Session
from contracts.tasks import ListedItem
from services.tasks.assignments.model import AssignmentStage
from services.tasks.progress.model import Tally, empty

DEEPEST = 16
"""Levels from a plan to a household; a tree of facts cannot have a circle, but a loop must have an end."""


async def list_items(
    session: Session, above_id: UUID, superior_id: UUID | None, items: tuple[ListedItem, ...], *, township_code: str
) -> None:
    """Items stand below an item or a list from now on."""
    above = await session.get(Tally, above_id, lock=True)
    if above is None:
        if superior_id is not None:
            raise NotYetHeard()
        above = empty(above_id, township_code=township_code, superior_id=None)
        session.add(above)
    added = 0
    await session.fetch(Tally, [item.item_id for item in items], lock=True)
    for item in items:
        tally = await session.get(Tally, item.item_id, lock=True)
        if tally is None:
            tally = empty(item.item_id, township_code=township_code, superior_id=above_id)
            session.add(tally)
        if item.assignment_id is not None and tally.stage is None:
            tally.stage = AssignmentStage.ISSUED
            tally.leaves += 1
            added += 1
    await carry(session, above_id, {"leaves": added})


async def record(
    session: Session,
    item_id: UUID,
    *,
    stage: AssignmentStage | None = None,
    share: int | None = None,
    missed: bool | None = None,
) -> None:
    """Something of an item's own assignment has changed. Raises `NotYetHeard` where the item is not known yet."""
    tally = await session.get(Tally, item_id, lock=True)
    if tally is None:
        raise NotYetHeard()
    before = tally.own()
    tally.stage = tally.stage if stage is None else stage
    tally.share = tally.share if share is None else share
    tally.missed = tally.missed if missed is None else missed
    after = tally.own()
    await carry(session, item_id, {name: after[name] - before[name] for name in after})


async def carry(session: Session, first_id: UUID, change: Mapping[str, int]) -> None:
    """Add a change to an item's numbers and to those of everything above it."""
    moved = Counter({name: by for name, by in change.items() if by})
    following: UUID | None = first_id
    for _ in range(DEEPEST):
        if following is None or not moved:
            return
        tally = await session.get(Tally, following, lock=True)
        if tally is None:
            raise NotYetHeard()
        for name, by in moved.items():
            setattr(tally, name, getattr(tally, name) + by)
        following = tally.superior_id
