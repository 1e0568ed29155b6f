"""Flags over HTTP: a list for both ends and the county, counts per sender, and giving what lacks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.http import Route, SignedIn, Transaction
from chassis.paging import Cursor, Limit, cursor_of_next, place
from chassis.session import Session
from chassis.words import Input, Output
from services.tasks.checklists.model import Checklist
from services.tasks.resources import supplying, views
from services.tasks.resources.model import ResourceFlag
from services.tasks.roster.model import Organization

router = APIRouter(prefix="/resource-flags", tags=["权随责走、费随事转"], route_class=Route)
of_items = APIRouter(prefix="/checklist-items", tags=["清单"], route_class=Route)

EMPTY = "没有缺少履职依据或经费的下派事项。"


class FlagView(Output):
    """What one organisation sent to another on one list, and how much of it lacks something."""

    id: UUID
    checklist_id: UUID
    list_title: str
    division_code: str  # where it arrived
    sender_id: UUID
    sender: str
    receiver_id: UUID
    receiver: str
    items: int
    without_duty: int
    taken_back: int
    without_budget: int
    said_zh: str
    raised_at: datetime
    changed_at: datetime


class FlagPage(Output):
    """Flags from new to old."""

    items: list[FlagView]
    next: str | None
    title_zh: str


class SenderView(Output):
    """A sender, and how much of what it sent lacks something now."""

    sender_id: UUID
    sender: str
    items: int
    without_duty: int
    taken_back: int
    without_budget: int
    receivers: int


class SendersView(Output):
    """Senders, those with the most first; units, never persons."""

    items: list[SenderView]
    title_zh: str


class Supplied(Input):
    """The line of a duty list and the budget line; what is left out stays as it is."""

    duty_entry_id: UUID | None = None
    budget_line_id: UUID | None = None


class SuppliedView(Output):
    """How many items have it now: the item, and those that it was broken down into."""

    item_id: UUID
    duty_entry_id: UUID | None
    budget_line_id: UUID | None
    items: int
    lacking_zh: str | None  # what the item itself still lacks


@router.get("")
async def resource_flags(
    session: Transaction,
    actor: SignedIn,
    *,
    sender_id: Annotated[UUID | None, Query(description="只看这个单位下派的")] = None,
    settled: Annotated[bool, Query(description="连同已经补齐的一起看")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> FlagPage:
    """What came to the organisations that your posts reach without a duty line or a budget line."""
    found = await views.flags(session, actor, sender_id=sender_id, settled=settled, before=place(cursor), limit=limit)
    names = await _names(session, {one for flag in found for one in (flag.sender_id, flag.receiver_id)})
    await session.fetch(Checklist, {one.checklist_id for one in found})
    return FlagPage(
        items=[await _view(session, one, names) for one in found],
        next=cursor_of_next(found, limit=limit),
        title_zh="" if found else EMPTY,
    )


@router.get("/senders")
async def resource_senders(session: Transaction, actor: SignedIn) -> SendersView:
    """How much each organisation sent down, to where your posts reach, that lacks something now."""
    found = await views.senders(session, actor)
    names = await _names(session, {one[0] for one in found})
    return SendersView(
        items=[
            SenderView(
                sender_id=sender_id,
                sender=names.get(sender_id, ""),
                items=items,
                without_duty=duty,
                taken_back=back,
                without_budget=budget,
                receivers=receivers,
            )
            for sender_id, items, duty, back, budget, receivers in found
        ],
        title_zh="" if found else EMPTY,
    )


@of_items.post("/{item_id}/resources")
async def supply_resources(item_id: UUID, body: Supplied, session: Transaction, actor: SignedIn) -> SuppliedView:
    """Give an item its duty line and budget line, with everything that it was broken down into.

    Refusals: `not-found`, `may-not-keep-lists`, `list-closed`, `item-withdrawn`, `no-such-duty-entry`,
    `no-such-budget-line`.
    """
    item, many = await supplying.supply(
        session, item_id, by=actor, duty_entry_id=body.duty_entry_id, budget_line_id=body.budget_line_id
    )
    lack = (await views.lacks(session, [item])).get(item.id)
    return SuppliedView(
        item_id=item.id,
        duty_entry_id=item.duty_entry_id,
        budget_line_id=item.budget_line_id,
        items=many,
        lacking_zh=lack.title_zh if lack else None,
    )


async def _names(session: Session, ids: set[UUID]) -> dict[UUID, str]:
    await session.fetch(Organization, ids)
    found = {one: await session.get(Organization, one) for one in ids}
    return {one: there.name for one, there in found.items() if there is not None}


async def _view(session: Session, one: ResourceFlag, names: dict[UUID, str]) -> FlagView:
    checklist = await session.get(Checklist, one.checklist_id)
    duty = f"未列清单 {one.without_duty} 件，已收回 {one.taken_back} 件"
    said = f"{one.items} 件：{duty}，无经费 {one.without_budget} 件。"
    return FlagView(
        id=one.id,
        checklist_id=one.checklist_id,
        list_title=checklist.title if checklist else "",
        division_code=one.division_code,
        sender_id=one.sender_id,
        sender=names.get(one.sender_id, ""),
        receiver_id=one.receiver_id,
        receiver=names.get(one.receiver_id, ""),
        items=one.items,
        without_duty=one.without_duty,
        taken_back=one.taken_back,
        without_budget=one.without_budget,
        said_zh=said if one.items else "已补齐。",
        raised_at=one.raised_at,
        changed_at=one.changed_at,
    )
