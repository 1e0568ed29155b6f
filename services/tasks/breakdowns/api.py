"""Breaking items down, over HTTP: looking first, then writing exactly what was seen."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.http import Route, SignedIn, Transaction
from chassis.words import DivisionCode, Input, Output
from services.tasks.breakdowns import actions
from services.tasks.breakdowns.model import Breakdown, Level, NotThisBreakdown, Part, Target
from services.tasks.checklists import actions as lists
from services.tasks.checklists.api import Title
from services.tasks.checklists.showing import ItemLine, shown_items

router = APIRouter(prefix="/checklists", tags=["清单"], route_class=Route)
parts = APIRouter(prefix="/checklist-items", tags=["清单"], route_class=Route)

SHOWN = 100  # areas in a preview


class Breaking(Input):
    """Which items of a list go down to which areas, and until when they are to be done there."""

    level: Level
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
    """One area, and who will have its items."""

    division_code: str
    division_name: str
    organization_id: UUID
    person_name: str
    vacant: bool  # the area's own post is vacant: whoever stands above has them meanwhile


class BreakdownView(Output):
    """What breaking down would write, or what it wrote."""

    items: int  # of this list
    areas: int
    leaves: int  # assignments that there will be
    already_there: int  # that were broken down before, and stay as they are
    vacant: int  # areas whose items go to whoever stands above
    nobody: list[str]  # areas in which nobody can be named; they are left out
    shown: list[TargetView]  # the first areas
    token: str | None  # until it is done
    said_zh: str


@router.post("/{checklist_id}/breakdown/preview")
async def preview_breakdown(checklist_id: UUID, body: Breaking, session: Transaction, actor: SignedIn) -> BreakdownView:
    """See what breaking items down would write; nothing is written.

    Refusals: `may-not-keep-lists`, `list-closed`, `list-not-published`, `nothing-to-break-down`, `too-much-at-once`.
    """
    checklist = await lists.locked(session, checklist_id, by=actor)
    found = await actions.plan(session, checklist, **body.model_dump())
    return _view(found, done=None)


@router.post("/{checklist_id}/breakdown", status_code=201)
async def break_down(checklist_id: UUID, body: Confirmed, session: Transaction, actor: SignedIn) -> BreakdownView:
    """Break items down exactly as the preview showed. Refusals: `not-this-breakdown`, and those of the preview."""
    checklist = await lists.locked(session, checklist_id, by=actor)
    found = await actions.plan(session, checklist, **body.model_dump(exclude={"token"}))
    if found.token != body.token:
        raise NotThisBreakdown()
    return _view(found, done=await actions.carry_out(session, checklist, found, by=actor.person_id))


@parts.post("/{item_id}/breakdown", status_code=201)
async def break_down_by_hand(item_id: UUID, body: PartsAsked, session: Transaction, actor: SignedIn) -> list[ItemLine]:
    """Break one item down into parts, each in the name of the holder of a post, down to single households.

    Refusals: `may-not-keep-lists`, `list-closed`, `not-in-office`, `outside-the-organization`, `parts-too-late`.
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


def _view(found: Breakdown, *, done: int | None) -> BreakdownView:
    areas = {target.division.code: target for _, target in found.leaves}
    vacant = sum(one.vacant for one in areas.values())
    written = "已生成" if done else "将生成"
    said = [f"{len(found.items)} 项 × {len(areas)} 个{found.level.title_zh}，{written} {len(found.leaves)} 件交办"]
    if found.there:
        said.append(f"{found.there} 件此前已分解，不重复")
    if vacant:
        said.append(f"{vacant} 个单位负责人空缺，暂由上级代管")
    if found.nobody:
        said.append(f"{len(found.nobody)} 个单位及上级都没有在岗负责人，未分解")
    return BreakdownView(
        items=len(found.items),
        areas=len(areas),
        leaves=len(found.leaves),
        already_there=found.there,
        vacant=vacant,
        nobody=found.nobody,
        shown=[_target(one) for one in list(areas.values())[:SHOWN]],
        token=None if done else found.token,
        said_zh="；".join(said) + "。",
    )


def _target(one: Target) -> TargetView:
    return TargetView(
        division_code=one.division.code,
        division_name=one.division.name,
        organization_id=one.organization.id,
        person_name=one.post.name,
        vacant=one.vacant,
    )
