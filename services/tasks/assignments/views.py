"""Reading assignments: one's own, those that wait for one, those below, and one with all that was done."""

from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.assignments import policy
from services.tasks.assignments.model import (
    Assignment,
    AssignmentStage,
    AssignmentStep,
    Assisting,
    ExtensionRequest,
)
from services.tasks.checklists.model import ChecklistItem
from services.tasks.roster import views as roster


class Whose(StrEnum):
    """Which assignments are meant."""

    MINE = "mine"
    HELPING = "helping"
    BELOW = "below"


_stage = bindparam("stage", type_=sa.String)
_late = bindparam("late", type_=sa.Boolean)
_list = bindparam("list", type_=sa.Uuid)
_asked = [
    col(Assignment.id) < bindparam("before"),
    or_(_stage == "", sa.type_coerce(col(Assignment.stage), sa.String) == _stage),
    or_(~_late, col(Assignment.missed_at).is_not(None) & col(Assignment.stage).in_(["issued", "pledged", "returned"])),
    or_(_list == UUID(int=0), col(Assignment.checklist_id) == _list, col(Assignment.plan_id) == _list),
]
_newest = col(Assignment.id).desc()
MINE = (
    select(Assignment)
    .where(col(Assignment.assignee_id) == bindparam("person"), *_asked)
    .order_by(_newest)
    .limit(bindparam("limit"))
)
HELPING = (
    select(Assignment)
    .join(Assisting, col(Assisting.assignment_id) == col(Assignment.id))
    .where(col(Assisting.person_id) == bindparam("person"), *_asked)
    .order_by(_newest)
    .limit(bindparam("limit"))
)
BELOW = (
    select(Assignment)
    .where(
        col(Assignment.organization_id).in_(select(roster.DOWNWARD.c.id)),
        col(Assignment.assignee_id) != bindparam("person"),
        *_asked,
    )
    .order_by(_newest)
    .limit(bindparam("limit"))
)
STEPS = (
    select(AssignmentStep)
    .where(col(AssignmentStep.assignment_id) == bindparam("assignment"))
    .order_by(col(AssignmentStep.id))
)
EXTENSIONS = (
    select(ExtensionRequest)
    .where(col(ExtensionRequest.assignment_id) == bindparam("assignment"))
    .order_by(col(ExtensionRequest.id))
)
HELPERS = select(Assisting).where(col(Assisting.assignment_id) == bindparam("assignment")).order_by(col(Assisting.id))

SAID = {
    "pledge": "签收并承诺办结日期",
    "progress": "填报进展",
    "report": "报办结",
    "accept": "通过验收",
    "return": "退回重办",
    "close_out": "销号",
    "hand_over": "移交",
    "lift": "逾期提级",
    "withdraw": "撤回",
    "miss": "超过时限",
    "change": "内容或时限变动",
    "ask_later": "申请延期",
    "grant_later": "同意延期",
    "refuse_later": "不同意延期",
    "ask_help": "请求协办",
    "help": "协办人补充情况",
}
"""What was done, as the screen says it."""


async def page(
    session: Session,
    actor: Actor,
    whose: Whose,
    *,
    stage: AssignmentStage | None,
    late: bool,
    checklist_id: UUID | None,
    before: UUID,
    limit: int,
) -> list[tuple[Assignment, ChecklistItem]]:
    """Assignments from new to old, each with its item."""
    given = {
        "person": actor.person_id,
        "stage": stage.value if stage else "",
        "late": late,
        "list": checklist_id or UUID(int=0),
        "before": before,
        "limit": limit,
    }
    if whose is Whose.BELOW:
        found = await session.all(BELOW, today=local_date(session.now), **given)
    else:
        found = await session.all(MINE if whose is Whose.MINE else HELPING, **given)
    await session.fetch(ChecklistItem, [one.item_id for one in found])
    items = [await session.get(ChecklistItem, one.item_id) for one in found]
    return [(one, item) for one, item in zip(found, items, strict=True) if item is not None]


async def seen(session: Session, actor: Actor, assignment_id: UUID) -> tuple[Assignment, ChecklistItem]:
    """One assignment that the actor may see, with its item. Raises `NotFound`."""
    found = await session.get(Assignment, assignment_id)
    item = await session.get(ChecklistItem, found.item_id) if found else None
    if found is None or item is None:
        raise NotFound()
    await policy.check_may_see(session, actor, found)
    return found, item


def words_of(session: Session, step: AssignmentStep) -> str | None:
    """What was written at a step."""
    if step.words is None:
        return None
    return session.use(Vault).open(step.words, place=place_of("assignment_step", "words", step.id))
