"""Writing what breaking items down was seen to write, and parts that were written by hand."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.session import Session
from chassis.tables import like, new_id
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.breakdowns.households import check_households
from services.tasks.breakdowns.model import Breakdown, Part, PartsTooLate, Target
from services.tasks.checklists import actions as checklists
from services.tasks.checklists import policy, views
from services.tasks.checklists.actions import NewItem, item_of, list_of
from services.tasks.checklists.issuing import Given, Parts, issue_all
from services.tasks.checklists.model import (
    Checklist,
    ChecklistItem,
    ChecklistStage,
    Level,
    ListNotPublished,
    Origin,
)
from services.tasks.checklists.numbers import numbers_under
from services.tasks.checklists.templates import ListTemplates
from services.tasks.orders.closing import close_what_is_struck_off

LISTS = select(Checklist).where(col(Checklist.plan_id) == bindparam("plan"))
IN_ORDER = LISTS.order_by(col(Checklist.id)).with_for_update()  # from the top down, as everybody locks lists
ON_LIST = {"parted": False, "assignment_id": None, "origin": Origin.LIST, "origin_id": None, "household_id": None}
"""What an item that was broken down from another is at first, whatever that one is."""


def level_of(session: Session, checklist: Checklist) -> Level:
    """How far a list goes down where nobody says: to villages, and in a village to households if its template says."""
    templates = {one.code: one for one in session.use(ListTemplates).templates}
    template = templates.get(checklist.template_code or "")
    in_village = not checklist.division_code.endswith("000")
    return template.level if template is not None and in_village else Level.VILLAGE


async def locked(session: Session, checklist_id: UUID, *, by: Actor) -> Checklist:
    """A list that the actor keeps, locked with every list of its plan: none of them takes another line meanwhile.

    So two break a plan down one after the other, and a number that was free stays so. Raises `NotFound`,
    `MayNotKeepLists`.
    """
    seen = await views.seen(session, by, checklist_id)
    await policy.check_may_keep(session, by, seen.organization_id)
    await session.get(Checklist, seen.plan_id, lock=True)
    await session.all(IN_ORDER, plan=seen.plan_id)
    return await checklists.locked(session, checklist_id, by=by)


async def carry_out(session: Session, checklist: Checklist, found: Breakdown, *, by: UUID) -> int:
    """Write what was shown: for areas a list each, with the items; for households parts of the list's own items.

    Each is in one person's name. Returns how many assignments there are now. The lists are `locked` by whoever calls.
    """
    if found.level is Level.HOUSEHOLD:
        parts = await _parts_of_households(session, checklist, found)
    else:
        parts = await _parts_of_areas(session, checklist, found, by=by)
    checklist.version += 1
    return await issue_all(session, parts, by=by)


async def carry_out_by_hand(
    session: Session, checklist: Checklist, item: ChecklistItem, parts: Sequence[Part], *, by: UUID
) -> list[ChecklistItem]:
    """Break one item down into parts of the same list, each in one person's name; both are locked.

    Raises `ListNotPublished`, `PartsTooLate`, `NoSuchHouseholdHere`.
    """
    if checklist.stage is not ChecklistStage.PUBLISHED:
        raise ListNotPublished()
    await check_households(session, checklist, [one.household_id for one in parts if one.household_id])
    there = await session.all(views.ALL_ITEMS, list=checklist.id)
    given = _parts(checklist, item, parts, {one.number for one in there})
    await part(session, [item])
    checklist.version += 1
    await issue_all(session, [(item, given)], by=by)
    return [one.item for one in given]


def _parts(checklist: Checklist, item: ChecklistItem, parts: Sequence[Part], taken: set[str]) -> list[Given]:
    """Parts of an item on its own list, under the next numbers that are free."""
    given = []
    for one, number in zip(parts, numbers_under(item.number, taken, sign=".", first=1), strict=False):
        due_on = one.due_on or item.due_on
        if due_on > item.due_on:
            raise PartsTooLate(due_on=item.due_on.isoformat())
        taken.add(number)
        made = item_of(
            checklist,
            NewItem(
                title=one.title or item.title,
                due_on=due_on,
                measure=item.measure,
                evidence=item.evidence,
                superior_id=item.id,
                organization_id=one.post.organization_id,
                household_id=one.household_id,
                duty_entry_id=item.duty_entry_id,
                budget_line_id=item.budget_line_id,
                assessment_line=item.assessment_line,
            ),
            position=item.position,
            number=number,
        )
        given.append(Given(made, one.post))
    return given


async def _parts_of_households(session: Session, checklist: Checklist, found: Breakdown) -> Parts:
    taken = {one.number for one in await session.all(views.ALL_ITEMS, list=checklist.id)}
    await part(session, [item for item, _ in found.leaves])
    return [
        (
            item,
            _parts(
                checklist,
                item,
                [
                    Part(
                        post=one.post,
                        title=None,
                        due_on=min(found.due_on, item.due_on) if found.due_on else None,
                        household_id=one.household_id,
                    )
                    for one in targets
                ],
                taken,
            ),
        )
        for item, targets in found.leaves
    ]


async def _parts_of_areas(session: Session, checklist: Checklist, found: Breakdown, *, by: UUID) -> Parts:
    lists = {one.division_code: one for one in await session.all(LISTS, plan=checklist.plan_id)}
    for target in (*found.between, *found.targets):
        if target.division.code not in lists:
            lists[target.division.code] = made = list_of(
                session,
                target.organization,
                kind=checklist.kind,
                title=checklist.title,
                from_on=checklist.from_on,
                to_on=checklist.to_on,
                by=by,
                plan_id=checklist.plan_id,
            )
            made.division_code, made.township_code = target.division.code, township_of(target.division.code)
            made.template_code = checklist.template_code
            session.add(made)
    await session.flush()
    parts: list[tuple[ChecklistItem | Checklist, Sequence[Given]]] = []
    known = list(found.known.values())
    await session.fetch(ChecklistItem, known, lock=True)
    there = {one: await session.get(ChecklistItem, one, lock=True) for one in known}
    parted = [item for item, _ in found.leaves]
    for item, targets in found.leaves:
        above: dict[str, ChecklistItem] = {}  # by township
        new = []
        for target in found.between:
            code = target.division.code
            middle = there.get(found.known.get((item.id, code), item.id))
            if middle is None:
                middle = _below(found, item, item, lists[code], target, due_on=item.due_on)
                middle.parted = True
                new.append(Given(middle, None))
            elif not middle.parted:
                parted.append(middle)
            above[code] = middle
        if new:
            parts.append((item, new))
        below: dict[UUID, list[Given]] = {}
        due_on = found.due_on or item.due_on
        for target in targets:
            superior = above.get(township_of(target.division.code), item)
            leaf = _below(found, item, superior, lists[target.division.code], target, due_on=due_on)
            below.setdefault(superior.id, []).append(Given(leaf, target.post))
        by_id = {one.id: one for one in (item, *above.values())}
        parts.extend((by_id[superior_id], given) for superior_id, given in below.items())
    await part(session, parted)
    return parts


def _below(
    found: Breakdown,
    item: ChecklistItem,
    superior: ChecklistItem,
    checklist: Checklist,
    target: Target,
    *,
    due_on: date,
) -> ChecklistItem:
    """The item of an area below another, on that area's list: the same line as that of the list broken down."""
    return like(
        superior,
        **ON_LIST,
        id=new_id(),
        township_code=checklist.township_code,
        checklist_id=checklist.id,
        superior_id=superior.id,
        organization_id=target.organization.id,
        division_code=checklist.division_code,
        number=found.number(item, checklist.division_code),
        due_on=min(due_on, superior.due_on),
    )


async def part(session: Session, items: Sequence[ChecklistItem]) -> None:
    """Items are done by those below them from now on; whoever had one of them has it no more.

    Raises `NotAllowedNow` for an item that was accepted already.
    """
    await session.fetch(ChecklistItem, [one.id for one in items], lock=True)
    for one in items:
        if one.parted:
            continue
        one.parted = True
        assignment = await session.get(Assignment, one.assignment_id, lock=True) if one.assignment_id else None
        if assignment is not None and assignment.stage is not AssignmentStage.WITHDRAWN:
            session.publish(assignment.withdraw(broken_down=True, at=session.now))
            await close_what_is_struck_off(session, one.id)
