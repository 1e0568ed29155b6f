"""Reading lists and items: what one's posts reach, a list in its order, an item with what stands around it."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.cursors import NEWEST, WrongCursor
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.assignments.model import Assignment
from services.tasks.checklists import policy
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind, ChecklistStage
from services.tasks.progress.actions import DEEPEST
from services.tasks.progress.model import Tally

MOST_AROUND = 200  # items that one page shows around an item
MOST_POSITION = 1 << 30

_kind = bindparam("kind", type_=sa.String)
_stage = bindparam("stage", type_=sa.String)
_organization = bindparam("organization", type_=sa.Uuid)
PAGE = (
    select(Checklist)
    .where(
        policy.REACHED,
        col(Checklist.id) < bindparam("before"),
        or_(_kind == "", sa.type_coerce(col(Checklist.kind), sa.String) == _kind),
        or_(_stage == "", sa.type_coerce(col(Checklist.stage), sa.String) == _stage),
        or_(_organization == NEWEST, col(Checklist.organization_id) == _organization),
    )
    .order_by(col(Checklist.id).desc())
    .limit(bindparam("limit"))
)
ITEMS = (
    select(ChecklistItem)
    .where(
        col(ChecklistItem.checklist_id) == bindparam("list"),
        sa.tuple_(col(ChecklistItem.position), col(ChecklistItem.id))
        > sa.tuple_(bindparam("position"), bindparam("after", type_=sa.Uuid)),
    )
    .order_by(col(ChecklistItem.position), col(ChecklistItem.id))
    .limit(bindparam("limit"))
)
ALL_ITEMS = (
    select(ChecklistItem)
    .where(col(ChecklistItem.checklist_id) == bindparam("list"))
    .order_by(col(ChecklistItem.position), col(ChecklistItem.id))
)
LOCKED_ITEMS = ALL_ITEMS.with_for_update()
BELOW = (
    select(ChecklistItem)
    .where(col(ChecklistItem.superior_id) == bindparam("item"))
    .order_by(col(ChecklistItem.division_code), col(ChecklistItem.position), col(ChecklistItem.id))
    .limit(MOST_AROUND)
)
ARISEN = (
    select(ChecklistItem)
    .where(col(ChecklistItem.origin_id) == bindparam("item"))
    .order_by(col(ChecklistItem.id))
    .limit(MOST_AROUND)
)


async def page(
    session: Session,
    actor: Actor,
    *,
    kind: ChecklistKind | None,
    stage: ChecklistStage | None,
    organization_id: UUID | None,
    before: UUID,
    limit: int,
) -> list[Checklist]:
    """Lists that one's posts reach or on which one has an item, from new to old."""
    return await session.all(
        PAGE,
        person=actor.person_id,
        today=local_date(session.now),
        kind=kind.value if kind else "",
        stage=stage.value if stage else "",
        organization=organization_id or NEWEST,
        before=before,
        limit=limit,
    )


async def seen(session: Session, actor: Actor, checklist_id: UUID) -> Checklist:
    """A list that the actor may see. Raises `NotFound`."""
    found = await session.get(Checklist, checklist_id)
    if found is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    return found


async def item_seen(session: Session, actor: Actor, item_id: UUID) -> tuple[ChecklistItem, Checklist]:
    """An item of a list that the actor may see. Raises `NotFound`."""
    item = await session.get(ChecklistItem, item_id)
    if item is None:
        raise NotFound()
    return item, await seen(session, actor, item.checklist_id)


async def holders_of(session: Session, items: Sequence[ChecklistItem]) -> dict[UUID, Assignment]:
    """Who has these items, by item."""
    await session.fetch(Assignment, [one.assignment_id for one in items if one.assignment_id])
    found = {one.id: await session.get(Assignment, one.assignment_id) for one in items if one.assignment_id}
    return {item: one for item, one in found.items() if one is not None}


async def above(session: Session, item: ChecklistItem) -> list[ChecklistItem]:
    """What an item is part of, from the plan's own down."""
    found: list[ChecklistItem] = []
    following = item.superior_id
    while following is not None and len(found) < DEEPEST:
        one = await session.get(ChecklistItem, following)
        if one is None:
            break
        found.insert(0, one)
        following = one.superior_id
    return found


def place_in_list(cursor: str | None) -> tuple[int, UUID]:
    """The position and the id after which a page of a list begins. Raises `WrongCursor`."""
    if cursor is None:
        return -1, UUID(int=0)
    position, _, after = cursor.partition(".")
    try:
        return min(int(position), MOST_POSITION), UUID(after)
    except ValueError as wrong:
        raise WrongCursor() from wrong


def cursor_in_list(rows: Sequence[ChecklistItem], *, limit: int) -> str | None:
    """The cursor of the page after these lines; none after the last page."""
    return f"{rows[-1].position}.{rows[-1].id.hex}" if len(rows) == limit else None


async def tallies_of(session: Session, ids: list[UUID]) -> dict[UUID, Tally]:
    """The numbers of items and lists, of those that have some."""
    await session.fetch(Tally, ids)
    found = [await session.get(Tally, one) for one in ids]
    return {one.id: one for one in found if one is not None}
