"""Flagging what goes down without what it needs, to both ends and to the county, and counting again once it has it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import township_of
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.checklists.model import Checklist, ChecklistItem
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.resources.checking import FOLLOWED, Need, arrives, lacks_of, sent_of
from services.tasks.resources.model import Lack, ResourceFlag
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

OF_PLAN = select(ResourceFlag).where(col(ResourceFlag.plan_id) == bindparam("plan")).with_for_update()
OF_LIST = select(ResourceFlag).where(col(ResourceFlag.checklist_id) == bindparam("list")).with_for_update()
ITEMS = select(ChecklistItem).where(
    col(ChecklistItem.checklist_id) == bindparam("list"), col(ChecklistItem.withdrawn_at).is_(None)
)


class Way(NamedTuple):
    """A list, who sent, to whom, and of which plan and where: the rows of flags are one for each of the first three."""

    checklist_id: UUID
    sender_id: UUID
    receiver_id: UUID
    plan_id: UUID
    division_code: str


class Alike(NamedTuple):
    """What many items have in common that are set below others at once: they are looked at once for all."""

    checklist_id: UUID
    plan_id: UUID
    sender_id: UUID  # the organisation of what they stand below
    organization_id: UUID
    division_code: str
    duty_entry_id: UUID | None
    budget_line_id: UUID | None
    due_on: date
    post_id: UUID | None  # to whose holder they are given


async def flag(session: Session, sets: Mapping[Alike, int], posts: Mapping[UUID, Post], *, by: UUID) -> None:
    """Look at what is being set below others: what lacks something is flagged and told, and goes down all the same."""
    await session.fetch(Checklist, {one.checklist_id for one in sets})
    followed = {one for one in {one.checklist_id for one in sets} if await _is_followed(session, one)}
    sent: list[tuple[Way, Need, Alike]] = []
    for one in sets:
        post = posts.get(one.post_id) if one.post_id else None
        arrival = arrives(one.organization_id, one.division_code, sender_id=one.sender_id, post=post)
        if arrival and one.checklist_id in followed:
            way = Way(one.checklist_id, one.sender_id, arrival[0], one.plan_id, arrival[1])
            sent.append((way, Need(way.division_code, one.duty_entry_id, one.budget_line_id), one))
    lacks = await lacks_of(session, [need for _, need, _ in sent])
    if not lacks:
        return
    ways: dict[Way, Counter[Lack]] = {}
    holders: dict[Way, set[UUID]] = {}
    for way, need, one in sent:
        if need in lacks:
            ways.setdefault(way, Counter())[lacks[need]] += sets[one]
            held = holders.setdefault(way, set())
            if one.post_id is not None:
                held.add(posts[one.post_id].person_id)
    there: dict[tuple[UUID, UUID, UUID], ResourceFlag] = {}
    for plan_id in {way.plan_id for way in ways}:
        there |= {_key(one): one for one in await session.all(OF_PLAN, plan=plan_id)}
    for way, lacking in ways.items():
        found = there.get(way[:3]) or there.setdefault(way[:3], _new(session, way, by=by))
        found.add(lacking, at=session.now)
        await _tell_receiver(session, found, holders[way], lines=lacking.total(), past=by)
    await _tell_sender_and_county(session, next(iter(ways)), lines=sum(one.total() for one in ways.values()), by=by)


async def count_again(session: Session, checklist_ids: Iterable[UUID], *, by: UUID) -> None:
    """Count anew what lacks something on lists that were changed, each from its items. Tells nobody: it was told."""
    for checklist_id in dict.fromkeys(checklist_ids):
        sent = await sent_of(session, await session.all(ITEMS, list=checklist_id))
        lacks = await lacks_of(session, [one.need for one in sent])
        ways: dict[tuple[UUID, UUID, UUID], Counter[Lack]] = {}
        firsts: dict[tuple[UUID, UUID, UUID], Way] = {}
        for one in sent:
            way = Way(checklist_id, one.sender_id, one.receiver_id, one.item.plan_id, one.need.division_code)
            firsts.setdefault(way[:3], way)
            if one.need in lacks:
                ways.setdefault(way[:3], Counter())[lacks[one.need]] += 1
        there = {_key(one): one for one in await session.all(OF_LIST, list=checklist_id)}
        for key, found in there.items():
            found.count(ways.get(key, {}), at=session.now)
        for key, lacking in ways.items():
            if key not in there:
                _new(session, firsts[key], by=by).add(lacking, at=session.now)


async def _is_followed(session: Session, checklist_id: UUID) -> bool:
    checklist = await session.get(Checklist, checklist_id)
    return checklist is not None and checklist.kind in FOLLOWED


def _key(one: ResourceFlag) -> tuple[UUID, UUID, UUID]:
    return one.checklist_id, one.sender_id, one.receiver_id


def _new(session: Session, way: Way, *, by: UUID) -> ResourceFlag:
    made = ResourceFlag(
        id=new_id(),
        township_code=township_of(way.division_code),
        **way._asdict(),
        items=0,
        without_duty=0,
        taken_back=0,
        without_budget=0,
        raised_by=by,
        raised_at=session.now,
        changed_at=session.now,
    )
    session.add(made)
    return made


async def _tell_receiver(session: Session, found: ResourceFlag, holders: set[UUID], *, lines: int, past: UUID) -> None:
    """Those who got the items, or whoever answers for the organisation where nobody has them by name yet."""
    if not holders and (head := await roster.head_of(session, found.receiver_id, today=local_date(session.now))):
        holders = {head.person_id}
    for person in holders - {past}:
        tell(session, person, NoticeKind.RESOURCES_LACKING, about_id=found.id, lines=lines)


async def _tell_sender_and_county(session: Session, first: Way, *, lines: int, by: UUID) -> None:
    """Whoever sent it, once for all of it; and the county's operators."""
    tell(session, by, NoticeKind.RESOURCES_LACKING_SENT, about_id=first.plan_id, lines=lines)
    county = f"{first.division_code[:6]}000000"
    operators = await roster.operators_over_area(session, county, today=local_date(session.now))
    for person in {post.person_id for post in operators} - {by}:
        tell(session, person, NoticeKind.RESOURCES_LACKING_COUNTY, about_id=first.plan_id, lines=lines)
