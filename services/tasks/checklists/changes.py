"""Changing a line that others work by, taking one off its list, and what arises from doing one."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.identity import Actor
from chassis.problems import Conflict, NotFound
from chassis.session import Session
from services.tasks.assignments import actions as assignments
from services.tasks.assignments.model import IN_HAND, Assignment, AssignmentStage
from services.tasks.assignments.policy import name_of_who_answers
from services.tasks.checklists import actions, policy, views
from services.tasks.checklists.issuing import watch
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistKind, Origin, PeriodBackwards
from services.tasks.letters import following as letters
from services.tasks.requests.policy import check_may_see as check_may_see_case
from services.tasks.requests.views import seen as seen_case
from services.tasks.resources.actions import count_again

LOCKED_BELOW = (
    select(ChecklistItem)
    .where(col(ChecklistItem.superior_id) == bindparam("item"), col(ChecklistItem.withdrawn_at).is_(None))
    .order_by(col(ChecklistItem.id))
    .with_for_update()
)


class ItemGivenAlready(Conflict):
    """The item is in somebody's name, or was broken down; it is handed over, and not given twice."""

    title_zh = "该事项已有责任人或已分解；更换责任人请用移交。"


async def change(
    session: Session,
    item: ChecklistItem,
    checklist: Checklist,
    *,
    by: Actor,
    due_on: date | None = None,
    **values: object,
) -> None:
    """Change a line, locked; a new date holds for whoever has it. Raises `PeriodBackwards`."""
    if due_on is not None:
        if not checklist.from_on <= due_on <= checklist.to_on:
            raise PeriodBackwards(due_on=due_on.isoformat(), to_on=checklist.to_on.isoformat())
        item.due_on = due_on
    for name, value in values.items():
        setattr(item, name, value)
    checklist.version += 1
    if values.keys() & {"duty_entry_id", "budget_line_id"}:
        await count_again(session, [checklist.id], by=by.person_id)
    assignment = await session.get(Assignment, item.assignment_id, lock=True) if item.assignment_id else None
    if assignment is None or assignment.stage not in IN_HAND:
        return
    if due_on is not None and due_on != assignment.due_on:
        session.publish(assignment.extend(due_on, by.person_id, at=session.now))
        watch(session, checklist.id, due_on)
    await letters.mark(session, (assignment.assignee_id,))
    assignments.tell_of_change(session, assignment, by=by, name=await _name(session, by, checklist), on=due_on)


async def withdraw(session: Session, item: ChecklistItem, checklist: Checklist, *, by: Actor, words: str) -> None:
    """Take a line off its list with everything below it. Raises `NotAllowedNow` where some of it is accepted."""
    name = await _name(session, by, checklist)
    waiting, touched = [item], set[UUID]()
    while waiting:
        one = waiting.pop()
        touched.add(one.checklist_id)
        one.withdrawn_at = session.now
        assignment = await session.get(Assignment, one.assignment_id, lock=True) if one.assignment_id else None
        if assignment is not None and assignment.stage is not AssignmentStage.WITHDRAWN:
            await assignments.withdraw(session, assignment, by=by, name=name, words=words)
        waiting.extend(await session.all(LOCKED_BELOW, item=one.id))
    checklist.version += 1
    await count_again(session, touched, by=by.person_id)


def check_free(item: ChecklistItem) -> None:
    """Raises `ItemGivenAlready`."""
    if item.assignment_id is not None or item.parted:
        raise ItemGivenAlready()


async def raise_from(
    session: Session,
    item_id: UUID,
    kind: ChecklistKind,
    *,
    by: Actor,
    title: str,
    due_on: date,
    organization_id: UUID | None,
    post_id: UUID | None,
    measure: str | None,
) -> ChecklistItem:
    """Put what arises from an item on a list: a problem met, or what is done about it.

    By whoever has the item, or keeps its list.

    Raises `MayNotKeepLists`, `NobodyAnswers`, `NotInOffice`, `OutsideTheOrganization`.
    """
    item, checklist = await views.item_seen(session, by, item_id)
    assignment = await session.get(Assignment, item.assignment_id) if item.assignment_id else None
    if assignment is None or assignment.assignee_id != by.person_id:
        await policy.check_may_keep(session, by, checklist.organization_id)
    unit = organization_id or item.organization_id
    return await actions.enter_problem(
        session,
        organization_id=unit,
        title=title,
        origin=Origin.ITEM,
        origin_id=item.id,
        due_on=due_on,
        by=by.person_id,
        post=await actions.post_below(session, post_id, unit) if post_id else None,
        kind=kind,
        measure=measure,
    )


async def raise_from_case(
    session: Session,
    request_id: UUID,
    *,
    by: Actor,
    title: str,
    due_on: date,
    organization_id: UUID | None,
    post_id: UUID | None,
    measure: str | None,
) -> ChecklistItem:
    """Put what a case brought to light on the list of problems of the organisation that has the case, or of another.

    By who answers for that organisation, and sees the case. Raises `NotFound`, `MayNotKeepLists`, `NobodyAnswers`.
    """
    request = await seen_case(session, request_id)
    await check_may_see_case(session, by, request)
    unit = organization_id or request.working_organization_id or request.organization_id
    if unit is None or request.for_discipline:
        raise NotFound()
    await policy.check_may_keep(session, by, unit)
    return await actions.enter_problem(
        session,
        organization_id=unit,
        title=title,
        origin=Origin.CASE,
        origin_id=request.id,
        due_on=due_on,
        by=by.person_id,
        post=await actions.post_below(session, post_id, unit) if post_id else None,
        measure=measure,
    )


async def _name(session: Session, by: Actor, checklist: Checklist) -> str | None:
    return await name_of_who_answers(session, by.person_id, checklist.organization_id)
