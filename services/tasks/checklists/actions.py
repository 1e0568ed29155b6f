"""Making a list, writing its items, sending it down, and putting a problem on an organisation's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import Conflict, Invalid, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.checklists import policy, views
from services.tasks.checklists.issuing import Given, issue_all
from services.tasks.checklists.model import (
    Checklist,
    ChecklistItem,
    ChecklistKind,
    ChecklistStage,
    ItemWithdrawn,
    ListNotPublished,
    NumberTaken,
    Origin,
    PeriodBackwards,
)
from services.tasks.roster import views as roster
from services.tasks.roster.model import Organization, Post

OPEN_LIST = (
    select(Checklist)
    .where(
        col(Checklist.organization_id) == bindparam("organization"),
        col(Checklist.kind) == bindparam("kind"),
        col(Checklist.stage) == ChecklistStage.PUBLISHED,
    )
    .order_by(col(Checklist.id).desc())
    .limit(1)
    .with_for_update()
)
YEARS_END = (12, 31)


class OrganizationNotInTree(Invalid):
    """A list is an organisation's, and this one is not in the tree."""

    title_zh = "没有这个组织，请从组织列表中选择。"


class NobodyAnswers(Conflict):
    """Neither the organisation nor any above it has somebody in office to whom the item could be given."""

    title_zh = "该组织和上级组织现在都没有在岗负责人，请先补齐岗位，或指定责任人。"


class OutsideTheOrganization(Invalid):
    """An item is given in the list's organisation or below it."""

    title_zh = "该岗位不属于本组织及下级组织，请重新选择责任人。"


@dataclass(frozen=True, slots=True)
class NewItem:
    """One line as it is written; a number is given where it has none."""

    title: str
    due_on: date
    number: str | None = None
    measure: str | None = None
    evidence: bool = False
    superior_id: UUID | None = None
    organization_id: UUID | None = None
    household_id: UUID | None = None
    duty_entry_id: UUID | None = None
    budget_line_id: UUID | None = None
    assessment_line: str | None = None
    origin: Origin = Origin.LIST
    origin_id: UUID | None = None


async def make(
    session: Session,
    *,
    by: Actor,
    kind: ChecklistKind,
    title: str,
    organization_id: UUID,
    from_on: date,
    to_on: date,
    template_code: str | None = None,
) -> Checklist:
    """Begin a list, as a draft. Raises `OrganizationNotInTree`, `MayNotKeepLists`, `PeriodBackwards`."""
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise OrganizationNotInTree(organization=str(organization_id))
    await policy.check_may_keep(session, by, organization_id)
    if to_on < from_on:
        raise PeriodBackwards(from_on=from_on.isoformat(), to_on=to_on.isoformat())
    made = list_of(session, organization, kind=kind, title=title, from_on=from_on, to_on=to_on, by=by.person_id)
    made.template_code = template_code
    session.add(made)
    return made


def list_of(
    session: Session,
    organization: Organization,
    *,
    kind: ChecklistKind,
    title: str,
    from_on: date,
    to_on: date,
    by: UUID,
    plan_id: UUID | None = None,
) -> Checklist:
    """A list that is yet to be added: a plan's, which is published with it, or a draft of its own."""
    made_id = new_id()
    return Checklist(
        id=made_id,
        township_code=township_of(organization.division_code),
        kind=kind,
        stage=ChecklistStage.PUBLISHED if plan_id else ChecklistStage.DRAFT,
        title=title,
        template_code=None,
        organization_id=organization.id,
        division_code=organization.division_code,
        plan_id=plan_id or made_id,
        from_on=from_on,
        to_on=to_on,
        version=1,
        made_by=by,
        made_at=session.now,
        published_at=session.now if plan_id else None,
        closed_at=None,
    )


async def locked(session: Session, checklist_id: UUID, *, by: Actor) -> Checklist:
    """A list that the actor keeps, locked. Raises `NotFound`, `MayNotKeepLists`."""
    await views.seen(session, by, checklist_id)
    found = await session.get(Checklist, checklist_id, lock=True)
    if found is None:
        raise NotFound()
    await policy.check_may_keep(session, by, found.organization_id)
    return found


async def move(session: Session, checklist_id: UUID, name: str, *, by: Actor) -> Checklist:
    """Publish a list, close it, or open it again. Raises `NotAllowedNow`, `MayNotKeepLists`."""
    found = await locked(session, checklist_id, by=by)
    found.move(name)
    if name == "publish":
        found.published_at = session.now
    found.closed_at = session.now if name == "close" else None
    return found


async def write(session: Session, checklist: Checklist, new: NewItem) -> ChecklistItem:
    """Write a line at the end of a list, locked, that is given to nobody yet.

    Raises `ListClosed`, `NumberTaken`, `PeriodBackwards`.
    """
    return (await append(session, checklist, [new], by=checklist.made_by))[0]


async def append(session: Session, checklist: Checklist, lines: Sequence[NewItem], *, by: UUID) -> list[ChecklistItem]:
    """Write lines at the end of a list, locked; one without a number gets its place, or the next that is free.

    Raises `ListClosed`, `NumberTaken`, `PeriodBackwards`.
    """
    checklist.check_open()
    there = await session.all(views.ALL_ITEMS, list=checklist.id)
    taken = {one.number for one in there}
    made = []
    for position, new in enumerate(lines, 1 + max((one.position for one in there), default=0)):
        if not checklist.from_on <= new.due_on <= checklist.to_on:
            raise PeriodBackwards(due_on=new.due_on.isoformat(), to_on=checklist.to_on.isoformat())
        if new.number in taken:
            raise NumberTaken(number=new.number)
        number = new.number or next(str(free) for free in count(position) if str(free) not in taken)
        taken.add(number)
        made.append(item_of(checklist, new, position=position, number=number))
    await set_on(session, checklist, made, by=by)
    return made


async def set_on(session: Session, checklist: Checklist, items: Sequence[ChecklistItem], *, by: UUID) -> None:
    """Have new lines, that are given to nobody yet, stand on a list, locked."""
    checklist.version += 1
    above: dict[UUID, list[Given]] = {}
    for item in items:
        above.setdefault(item.superior_id or checklist.id, []).append(Given(item, None))
    await issue_all(
        session, [(await _above(session, given[0].item, checklist), given) for given in above.values()], by=by
    )


async def _above(session: Session, item: ChecklistItem, checklist: Checklist) -> ChecklistItem | Checklist:
    """What an item is part of: another item, or the list."""
    superior = await session.get(ChecklistItem, item.superior_id) if item.superior_id else None
    return superior or checklist


def item_of(checklist: Checklist, new: NewItem, *, position: int, number: str) -> ChecklistItem:
    """A line of a list that is yet to be added."""
    return ChecklistItem(
        id=new_id(),
        township_code=checklist.township_code,
        checklist_id=checklist.id,
        plan_id=checklist.plan_id,
        superior_id=new.superior_id,
        number=number,
        position=position,
        title=new.title,
        measure=new.measure,
        organization_id=new.organization_id or checklist.organization_id,
        division_code=checklist.division_code,
        household_id=new.household_id,
        due_on=new.due_on,
        evidence=new.evidence,
        parted=False,
        assignment_id=None,
        origin=new.origin,
        origin_id=new.origin_id,
        duty_entry_id=new.duty_entry_id,
        budget_line_id=new.budget_line_id,
        assessment_line=new.assessment_line,
        withdrawn_at=None,
    )


async def give(session: Session, item: ChecklistItem, post: Post, *, by: UUID) -> None:
    """Give an item of a published list, new and locked, to the holder of a post."""
    checklist = await session.get(Checklist, item.checklist_id)
    if checklist is None or checklist.stage is not ChecklistStage.PUBLISHED:
        raise ListNotPublished()
    await issue_all(session, [(await _above(session, item, checklist), [Given(item, post, new=False)])], by=by)


async def post_below(session: Session, post_id: UUID, organization_id: UUID) -> Post:
    """A post that is held today, in an organisation or below it. Raises `NotInOffice`, `OutsideTheOrganization`."""
    post = await roster.held_post(session, post_id)
    if organization_id not in await roster.organizations_above(session, post.organization_id):
        raise OutsideTheOrganization()
    return post


async def enter_problem(
    session: Session,
    *,
    organization_id: UUID,
    title: str,
    origin: Origin,
    origin_id: UUID,
    due_on: date,
    by: UUID,
    post: Post | None = None,
    kind: ChecklistKind = ChecklistKind.PROBLEM,
    superior_id: UUID | None = None,
    evidence: bool = True,
    measure: str | None = None,
) -> ChecklistItem:
    """Put a problem, or its rectification, on an organisation's list in one person's name.

    The list is the organisation's newest open one of this kind, or a new one of the year. The person is the holder of
    the given post, or whoever answers for the organisation or, where that post is vacant, for the next one above.
    Raises `OrganizationNotInTree`, `NobodyAnswers`.
    """
    organization = await session.get(Organization, organization_id)
    if organization is None:
        raise OrganizationNotInTree(organization=str(organization_id))
    today = local_date(session.now)
    if post is None:
        _, post = await roster.head_at_or_above(session, organization_id, steps=0, today=today)
    if post is None:
        raise NobodyAnswers()
    checklist = await session.first(OPEN_LIST, organization=organization_id, kind=kind)
    if checklist is None or not checklist.from_on <= due_on <= checklist.to_on:
        title_of_list = f"{organization.name}{due_on.year}年{kind.title_zh}"
        first, last = date(min(today.year, due_on.year), 1, 1), date(due_on.year, *YEARS_END)
        checklist = list_of(
            session, organization, kind=kind, title=title_of_list, from_on=first, to_on=last, by=by, plan_id=None
        )
        checklist.stage, checklist.published_at = ChecklistStage.PUBLISHED, session.now
        session.add(checklist)
    item = await write(
        session,
        checklist,
        NewItem(
            title=title,
            due_on=due_on,
            measure=measure,
            evidence=evidence,
            origin=origin,
            origin_id=origin_id,
            superior_id=superior_id,
        ),
    )
    await give(session, item, post, by=by)
    return item


async def item_locked(session: Session, item_id: UUID, *, by: Actor) -> tuple[ChecklistItem, Checklist]:
    """An item of an open list that the actor keeps, locked after its list. Raises `ItemWithdrawn`, `ListClosed`."""
    seen, _ = await views.item_seen(session, by, item_id)
    checklist = await locked(session, seen.checklist_id, by=by)
    item = await session.get(ChecklistItem, item_id, lock=True)
    if item is None:
        raise NotFound()
    if item.withdrawn_at is not None:
        raise ItemWithdrawn()
    checklist.check_open()
    return item, checklist
