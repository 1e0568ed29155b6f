"""Breaking items down, over HTTP: looking first, then writing exactly what was seen."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.session import Session
from chassis.words import DivisionCode, Input, Output
from services.tasks.breakdowns import actions
from services.tasks.breakdowns.model import Breakdown, NotThisBreakdown, Part, Target
from services.tasks.breakdowns.planning import plan
from services.tasks.checklists import actions as lists
from services.tasks.checklists.api import Title
from services.tasks.checklists.model import Checklist, Level
from services.tasks.checklists.showing import ItemLine, shown_items

router = APIRouter(prefix="/checklists", tags=["清单"], route_class=Route)
parts = APIRouter(prefix="/checklist-items", tags=["清单"], route_class=Route)

SHOWN = 100  # areas in a preview


class Breaking(Input):
    """Which items of a list go down to which areas, and until when they are to be done there."""

    level: Level | None = Field(
        None, description="不填的分解到村；清单模板到户的，村的清单分解到全村各户（有结对帮扶人的归帮扶人）"
    )
    item_ids: tuple[UUID, ...] = Field((), max_length=500, description="不填为清单的全部事项")
    areas: tuple[DivisionCode, ...] = Field((), max_length=500, description="不填为清单所在区域内的全部单位")
    due_on: date | None = Field(None, description="下级的时限；不填或晚于原时限的，按原时限")


class Confirmed(Breaking):
    """The same, with what the preview gave to say that this is what is wanted."""

    token: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PartAsked(Input):
    """One part of an item: in whose name, and for which household, if for one."""

    post_id: UUID
    title: Title | None = None
    due_on: date | None = None
    household_id: UUID | None = None


class PartsAsked(Input):
    """The parts of an item."""

    parts: Annotated[tuple[PartAsked, ...], Field(min_length=1, max_length=500)]


class TargetView(Output):
    """One area or household, and who will have its items."""

    division_code: str
    division_name: str
    household_id: UUID | None
    paired: bool  # the household's own helper has them
    organization_id: UUID
    person_name: str
    vacant: bool  # the area's own post is vacant: whoever stands above has them meanwhile


class RenumberedView(Output):
    """An item whose number the list of an area has already, and the number that it has there instead."""

    item_id: UUID
    number: str
    division_code: str
    division_name: str
    number_there: str


class BreakdownView(Output):
    """What breaking down would write, or what it wrote."""

    level: str
    items: int  # of this list
    areas: int  # or households
    paired: int  # households whose own helper has the items
    leaves: int  # assignments that there will be
    already_there: int  # that were broken down before, and stay as they are
    vacant: int  # areas whose items go to whoever stands above
    nobody: list[str]  # areas in which nobody can be named; they are left out
    shown: list[TargetView]  # the first areas or households
    renumbered: list[RenumberedView]  # the first of those whose number is another in a list below
    token: str | None  # until it is done
    said_zh: str


@router.post("/{checklist_id}/breakdown/preview")
async def preview_breakdown(checklist_id: UUID, body: Breaking, session: Transaction, actor: SignedIn) -> BreakdownView:
    """See what breaking items down would write; nothing is written.

    Refusals: `may-not-keep-lists`, `list-closed`, `list-not-published`, `households-of-one-village`,
    `nothing-to-break-down`, `too-much-at-once`.
    """
    checklist = await lists.locked(session, checklist_id, by=actor)
    return _view(await _planned(session, checklist, body), done=None)


@router.post("/{checklist_id}/breakdown", status_code=201)
async def break_down(checklist_id: UUID, body: Confirmed, session: Transaction, actor: SignedIn) -> BreakdownView:
    """Break items down exactly as the preview showed. Refusals: `not-this-breakdown`, and those of the preview."""
    checklist = await actions.locked(session, checklist_id, by=actor)
    found = await _planned(session, checklist, body)
    if found.token != body.token:
        raise NotThisBreakdown()
    return _view(found, done=await actions.carry_out(session, checklist, found, by=actor.person_id))


@parts.post("/{item_id}/breakdown", status_code=201)
async def break_down_by_hand(item_id: UUID, body: PartsAsked, session: Transaction, actor: SignedIn) -> list[ItemLine]:
    """Break one item down into parts, each in the name of the holder of a post, down to single households.

    Refusals: `may-not-keep-lists`, `list-closed`, `not-in-office`, `outside-the-organization`, `parts-too-late`,
    `no-such-household-here`.
    """
    item, checklist = await lists.item_locked(session, item_id, by=actor)
    made = [
        Part(
            post=await lists.post_below(session, one.post_id, checklist.organization_id),
            title=one.title,
            due_on=one.due_on,
            household_id=one.household_id,
        )
        for one in body.parts
    ]
    return await shown_items(
        session, await actions.carry_out_by_hand(session, checklist, item, made, by=actor.person_id)
    )


async def _planned(session: Session, checklist: Checklist, body: Breaking) -> Breakdown:
    return await plan(
        session,
        checklist,
        level=body.level or actions.level_of(session, checklist),
        item_ids=body.item_ids,
        areas=body.areas,
        due_on=body.due_on,
    )


def _view(found: Breakdown, *, done: int | None) -> BreakdownView:
    places = {target.place: target for _, targets in found.leaves for target in targets}
    vacant = sum(one.vacant for one in places.values())
    paired = sum(one.paired for one in places.values())
    written = "已生成" if done else "将生成"
    said = [f"{len(found.items)} 项 × {len(places)} 个{found.level.title_zh}，{written} {found.count} 件交办"]
    if found.level is Level.HOUSEHOLD:
        said.append(f"{paired} 户由结对帮扶人负责，{len(places) - paired} 户由村（社区）负责人负责")
    if found.there:
        said.append(f"{found.there} 件此前已分解，不重复")
    if vacant:
        said.append(f"{vacant} 个{found.level.title_zh}的负责人空缺，暂由上级代管")
    if found.nobody:
        said.append(f"{len(found.nobody)} 个单位及上级都没有在岗负责人，未分解")
    if found.numbers:
        said.append(f"{len(found.numbers)} 处编号在下级清单中已被占用，改用新编号，下级自列的事项不变")
    return BreakdownView(
        level=found.level.value,
        items=len(found.items),
        areas=len(places),
        paired=paired,
        leaves=found.count,
        already_there=found.there,
        vacant=vacant,
        nobody=found.nobody,
        shown=[_target(one) for one in list(places.values())[:SHOWN]],
        renumbered=_renumbered(found),
        token=None if done else found.token,
        said_zh="；".join(said) + "。",
    )


def _renumbered(found: Breakdown) -> list[RenumberedView]:
    items = {one.id: one for one in found.items}
    names = {one.division.code: one.division.name for one in (*found.between, *found.targets)}
    return [
        RenumberedView(
            item_id=item_id,
            number=items[item_id].number,
            division_code=code,
            division_name=names[code],
            number_there=number,
        )
        for (item_id, code), number in list(found.numbers.items())[:SHOWN]
    ]


def _target(one: Target) -> TargetView:
    return TargetView(
        division_code=one.division.code,
        division_name=one.division.name,
        household_id=one.household_id,
        paired=one.paired,
        organization_id=one.organization.id,
        person_name=one.post.name,
        vacant=one.vacant,
    )
