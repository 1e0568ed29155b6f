"""Working out what breaking items down would write, and writing it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import is_district, span_of, township_of
from chassis.secrecy import Vault
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.assignments.model import Assignment, AssignmentStage
from services.tasks.breakdowns.model import (
    MOST,
    Breakdown,
    Level,
    NothingToBreakDown,
    Part,
    PartsTooLate,
    Target,
    TooMuchAtOnce,
)
from services.tasks.checklists.actions import NewItem, item_of, list_of
from services.tasks.checklists.issuing import Given, issue_all
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistStage, ListNotPublished, Origin
from services.tasks.checklists.views import ALL_ITEMS
from services.tasks.orders.closing import close_what_is_struck_off
from services.tasks.roster.model import HEADS, Division, Organization, Post
from services.tasks.roster.views import in_office

WITHIN = select(Division).where(col(Division.code) >= bindparam("first"), col(Division.code) <= bindparam("last"))
ORGANIZATIONS = select(Organization).where(
    col(Organization.division_code) >= bindparam("first"), col(Organization.division_code) <= bindparam("last")
)
HOLDERS = select(Post).where(col(Post.kind).in_(HEADS), in_office())
LISTS = select(Checklist).where(col(Checklist.plan_id) == bindparam("plan"))
THERE = sa.select(col(ChecklistItem.id), col(ChecklistItem.superior_id), col(ChecklistItem.division_code)).where(
    col(ChecklistItem.plan_id) == bindparam("plan"), col(ChecklistItem.superior_id).is_not(None)
)


class _Tree:
    """The organisations of an area, with those above it, and who answers for each."""

    def __init__(self, organizations: Sequence[Organization], posts: Iterable[Post]) -> None:
        self.by_id = {one.id: one for one in organizations}
        self.in_area: dict[str, Organization] = {}
        for one in sorted(organizations, key=lambda one: (one.tier != "committee", one.id)):
            self.in_area.setdefault(one.division_code, one)
        self.heads: dict[UUID, Post] = {}
        for post in sorted(posts, key=lambda post: (HEADS.index(post.kind), post.id)):
            self.heads.setdefault(post.organization_id, post)

    def target(self, division: Division) -> Target | None:
        """Who has an item for this area; none where nobody up the tree is in office."""
        unit = self.in_area.get(division.code) or self.in_area.get(township_of(division.code))
        above: Organization | None = unit
        for _ in range(16):
            if unit is None or above is None:
                return None
            if head := self.heads.get(above.id):
                return Target(division, unit, head, vacant=above.division_code != division.code)
            above = self.by_id.get(above.superior_id) if above.superior_id else None
        return None


async def plan(
    session: Session,
    checklist: Checklist,
    *,
    level: Level,
    item_ids: Sequence[UUID],
    areas: Sequence[str],
    due_on: date | None,
) -> Breakdown:
    """What breaking these items of a list down (all of them, if none is named) would write; nothing is written.

    Raises `ListClosed`, `ListNotPublished`, `NothingToBreakDown`, `TooMuchAtOnce`.
    """
    checklist.check_open()
    if checklist.stage is not ChecklistStage.PUBLISHED:
        raise ListNotPublished()
    wanted = set(item_ids)
    items = [
        one
        for one in await session.all(ALL_ITEMS, list=checklist.id)
        if one.withdrawn_at is None and (not wanted or one.id in wanted)
    ]
    first, last = span_of(checklist.division_code)
    divisions = sorted(await session.all(WITHIN, first=first, last=last), key=lambda one: one.code)
    county = span_of(checklist.division_code[:6] + "000000")
    tree = _Tree(
        await session.all(ORGANIZATIONS, first=county[0], last=county[1]),
        await session.all(HOLDERS, today=local_date(session.now)),
    )
    found = Breakdown(level=level, due_on=due_on, items=items, targets=[], between=[], leaves=[])
    for division in divisions:
        is_township = division.code.endswith("000")
        if division.code == checklist.division_code or is_township is not (level is Level.TOWNSHIP):
            continue
        if areas and not any(span_of(area)[0] <= division.code <= span_of(area)[1] for area in areas):
            continue
        target = tree.target(division)
        if target is None:
            found.nobody.append(division.name)
        else:
            found.targets.append(target)
    if level is Level.VILLAGE and is_district(checklist.division_code):
        needed = {township_of(one.division.code) for one in found.targets}
        townships = [tree.target(one) for one in divisions if one.code in needed]
        found.between = [one for one in townships if one is not None]
    await _leave_out_what_is_there(session, checklist, found)
    if not found.leaves:
        raise NothingToBreakDown()
    if len(found.leaves) > MOST:
        raise TooMuchAtOnce(items=len(found.leaves), most=MOST)
    posts = {target.division.code: target.post.id for target in found.targets}
    areas_of: dict[UUID, list[str]] = {}
    for item, target in found.leaves:
        areas_of.setdefault(item.id, []).append(target.division.code)
    shown = [f"{item_id} {' '.join(codes)}" for item_id, codes in areas_of.items()]
    shown += [f"{code} {post_id}" for code, post_id in posts.items()]
    told = "\n".join([f"{checklist.id} {checklist.version} {level} {due_on}", *shown])
    found.token = session.use(Vault).index(told, place="breakdown").hex()
    return found


async def carry_out(session: Session, checklist: Checklist, found: Breakdown, *, by: UUID) -> int:
    """Write what was shown: a list for each area, its items below those of the list above, each in one person's name.

    Returns how many assignments there are now. The list is locked by whoever calls.
    """
    await session.get(Checklist, checklist.plan_id, lock=True)  # two lists of one plan do not make the same list twice
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
            session.add(made)
    await session.flush()
    parts: list[tuple[ChecklistItem | Checklist, Sequence[Given]]] = []
    above = await _between(session, found, lists, parts)
    below: dict[UUID, list[Given]] = {}
    for item, target in found.leaves:
        code = target.division.code
        superior = above.get((item.id, township_of(code)), item)
        leaf = _below(superior, lists[code], target, due_on=found.due_on or item.due_on)
        below.setdefault(superior.id, []).append(Given(leaf, target.post))
    await part(session, [*found.items, *(one for one in above.values() if not one.parted)])
    by_id = {one.id: one for one in (*found.items, *above.values())}
    parts.extend((by_id[superior], given) for superior, given in below.items())
    checklist.version += 1
    return len(await issue_all(session, parts, by=by))


async def carry_out_by_hand(
    session: Session, checklist: Checklist, item: ChecklistItem, parts: Sequence[Part], *, by: UUID
) -> list[ChecklistItem]:
    """Break one item down into parts of the same list, each in one person's name; both are locked.

    Raises `ListNotPublished`, `PartsTooLate`.
    """
    if checklist.stage is not ChecklistStage.PUBLISHED:
        raise ListNotPublished()
    there = await session.all(ALL_ITEMS, list=checklist.id)
    taken = {one.number for one in there}
    free = (number for n in count(1) if (number := f"{item.number}.{n}") not in taken)
    given = []
    for one, number in zip(parts, free, strict=False):
        due_on = one.due_on or item.due_on
        if due_on > item.due_on:
            raise PartsTooLate(due_on=item.due_on.isoformat())
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
    await part(session, [item])
    checklist.version += 1
    await issue_all(session, [(item, given)], by=by)
    return [one.item for one in given]


async def _leave_out_what_is_there(session: Session, checklist: Checklist, found: Breakdown) -> None:
    """An area that has an item already does not get it twice."""
    own = {one.id for one in found.items}
    there: dict[UUID, set[str]] = {}
    rows = await session.all(THERE, plan=checklist.plan_id)
    superiors = {item_id: superior_id for item_id, superior_id, _ in rows}
    for _, superior_id, code in rows:
        at = superior_id
        while at is not None and at not in own:
            at = superiors.get(at)
        if at is not None:
            there.setdefault(at, set()).add(code)
    targets = [(target.division.code, target) for target in found.targets]
    for item in found.items:
        of_item = there.get(item.id, set())
        wanted = [(item, target) for code, target in targets if code not in of_item]
        found.there += len(targets) - len(wanted)
        found.leaves.extend(wanted)


async def _between(
    session: Session,
    found: Breakdown,
    lists: Mapping[str, Checklist],
    parts: list[tuple[ChecklistItem | Checklist, Sequence[Given]]],
) -> dict[tuple[UUID, str], ChecklistItem]:
    """The townships' items through which those of villages go down, new or there from before."""
    above: dict[tuple[UUID, str], ChecklistItem] = {}
    given: dict[UUID, list[Given]] = {}
    for target in found.between:
        code = target.division.code
        there = {one.superior_id: one for one in await session.all(ALL_ITEMS, list=lists[code].id)}
        for item in found.items:
            made = there.get(item.id)
            if made is None:
                made = _below(item, lists[code], target, due_on=item.due_on)
                made.parted = True
                given.setdefault(item.id, []).append(Given(made, None))
            above[item.id, code] = made
    parts.extend((item, given[item.id]) for item in found.items if item.id in given)
    return above


def _below(superior: ChecklistItem, checklist: Checklist, target: Target, *, due_on: date) -> ChecklistItem:
    """The item of an area below: the same line, of another list; by its values, for there may be thousands."""
    return ChecklistItem(
        **(
            vars(superior)
            | {
                "id": new_id(),
                "township_code": checklist.township_code,
                "checklist_id": checklist.id,
                "superior_id": superior.id,
                "organization_id": target.organization.id,
                "division_code": checklist.division_code,
                "household_id": None,
                "due_on": min(due_on, superior.due_on),
                "parted": False,
                "assignment_id": None,
                "origin": Origin.LIST,
                "origin_id": None,
            }
        )
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
