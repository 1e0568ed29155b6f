"""Working out what breaking items down would write: to which areas or households, in whose name, under which number."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import is_district, span_of, township_of
from chassis.secrecy import Vault
from chassis.session import Session
from services.tasks.breakdowns.households import targets_of
from services.tasks.breakdowns.model import MOST, Breakdown, NothingToBreakDown, Target, TooMuchAtOnce
from services.tasks.checklists.model import Checklist, ChecklistItem, ChecklistStage, Level, ListNotPublished
from services.tasks.checklists.numbers import numbers_under
from services.tasks.checklists.views import ALL_ITEMS
from services.tasks.roster.model import HEADS, Division, Organization, Post
from services.tasks.roster.views import in_office

WITHIN = select(Division).where(col(Division.code) >= bindparam("first"), col(Division.code) <= bindparam("last"))
ORGANIZATIONS = select(Organization).where(
    col(Organization.division_code) >= bindparam("first"), col(Organization.division_code) <= bindparam("last")
)
HOLDERS = select(Post).where(col(Post.kind).in_(HEADS), in_office())
THERE = sa.select(
    col(ChecklistItem.id),
    col(ChecklistItem.superior_id),
    col(ChecklistItem.division_code),
    col(ChecklistItem.household_id),
    col(ChecklistItem.number),
).where(col(ChecklistItem.plan_id) == bindparam("plan"))


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


class _There:
    """The lines that the lists of a plan have already, of whichever level."""

    def __init__(
        self, rows: Iterable[tuple[UUID, UUID | None, str, UUID | None, str]], items: Sequence[ChecklistItem]
    ) -> None:
        rows = list(rows)
        self.numbers: dict[str, set[str]] = {}  # by area
        self.below: dict[tuple[UUID, str], tuple[UUID, str]] = {}  # an area's item right below another, its number
        self.reached: dict[UUID, set[str | UUID]] = {}  # areas and households to which an item went down
        superiors = {item_id: superior_id for item_id, superior_id, *_ in rows}
        own = {one.id for one in items}
        for item_id, superior_id, code, household_id, number in rows:
            self.numbers.setdefault(code, set()).add(number)
            if superior_id is None:
                continue
            if household_id is None:
                self.below.setdefault((superior_id, code), (item_id, number))
            at: UUID | None = superior_id
            while at is not None and at not in own:
                at = superiors.get(at)
            if at is not None:
                self.reached.setdefault(at, set()).add(household_id or code)

    def number(self, number: str, code: str) -> str:
        """This number, or the next one under it that the list of an area has not; it has it from now on."""
        taken = self.numbers.setdefault(code, set())
        if number in taken:
            number = next(numbers_under(number, taken, sign="-", first=2))
        taken.add(number)
        return number


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

    Raises `ListClosed`, `ListNotPublished`, `HouseholdsOfOneVillage`, `NothingToBreakDown`, `TooMuchAtOnce`.
    """
    checklist.check_open()
    if checklist.stage is not ChecklistStage.PUBLISHED:
        raise ListNotPublished()
    wanted = set(item_ids)
    lines = [one for one in await session.all(ALL_ITEMS, list=checklist.id) if one.household_id is None]
    on_list = {one.id for one in lines}
    items = [
        one
        for one in lines
        if one.withdrawn_at is None
        and (one.id in wanted if wanted else level is not Level.HOUSEHOLD or one.superior_id not in on_list)
    ]
    found = Breakdown(level=level, due_on=due_on, items=items, targets=[], between=[], leaves=[])
    await _find_targets(session, checklist, found, areas=areas)
    there = _There(await session.all(THERE, plan=checklist.plan_id), items)
    for item in items:
        reached = there.reached.get(item.id, set())
        missing = [target for target in found.targets if target.place not in reached]
        found.there += len(found.targets) - len(missing)
        if missing:
            found.leaves.append((item, missing))
    if not found.leaves:
        raise NothingToBreakDown()
    if found.count > MOST:
        raise TooMuchAtOnce(items=found.count, most=MOST)
    if level is not Level.HOUSEHOLD:
        _number(found, there)
    found.token = session.use(Vault).index(_told(checklist, found), place="breakdown").hex()
    return found


async def _find_targets(session: Session, checklist: Checklist, found: Breakdown, *, areas: Sequence[str]) -> None:
    first, last = span_of(checklist.division_code)
    divisions = sorted(await session.all(WITHIN, first=first, last=last), key=lambda one: one.code)
    county = span_of(checklist.division_code[:6] + "000000")
    tree = _Tree(
        await session.all(ORGANIZATIONS, first=county[0], last=county[1]),
        await session.all(HOLDERS, today=local_date(session.now)),
    )
    wanted = [
        one for one in divisions if not areas or any(span_of(area)[0] <= one.code <= span_of(area)[1] for area in areas)
    ]
    if found.level is Level.HOUSEHOLD:
        found.targets = await targets_of(session, checklist, {one.code: tree.target(one) for one in wanted})
        return
    for division in wanted:
        is_township = division.code.endswith("000")
        if division.code == checklist.division_code or is_township is not (found.level is Level.TOWNSHIP):
            continue
        target = tree.target(division)
        if target is None:
            found.nobody.append(division.name)
        else:
            found.targets.append(target)
    if found.level is Level.VILLAGE and is_district(checklist.division_code):
        needed = {township_of(one.division.code) for one in found.targets}
        townships = [tree.target(one) for one in divisions if one.code in needed]
        found.between = [one for one in townships if one is not None]


def _number(found: Breakdown, there: _There) -> None:
    """Keep the number of an item in each list below; where that list has it already, another under it."""
    for item, targets in found.leaves:
        between: dict[str, str] = {}
        for target in found.between:
            code = target.division.code
            if known := there.below.get((item.id, code)):
                found.known[item.id, code], between[code] = known
                continue
            between[code] = there.number(item.number, code)
            _note(found, item, target, between[code])
        for target in targets:
            code = target.division.code
            _note(found, item, target, there.number(between.get(township_of(code), item.number), code))


def _note(found: Breakdown, item: ChecklistItem, target: Target, number: str) -> None:
    if number != item.number:
        found.numbers[item.id, target.division.code] = number


def _told(checklist: Checklist, found: Breakdown) -> str:
    """All that the preview showed, in one text."""
    posts = {target.place: target.post.id for target in found.targets}
    told = [f"{checklist.id} {checklist.version} {found.level} {found.due_on}"]
    told += [f"{item.id} {' '.join([str(one.place) for one in targets])}" for item, targets in found.leaves]
    told += [f"{place} {post_id}" for place, post_id in posts.items()]
    told += [f"{item_id} {code} {number}" for (item_id, code), number in found.numbers.items()]
    return "\n".join(told)
