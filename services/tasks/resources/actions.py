"""Flagging what goes down without what it needs, to both ends and to the county, and counting again once it has it."""

from collections.abc import Iterable, Sequence
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
from services.tasks.resources.checking import FOLLOWED, Sent, lacks_of, sent_down, sent_of
from services.tasks.resources.model import Lack, ResourceFlag
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

OF_PLAN = select(ResourceFlag).where(col(ResourceFlag.plan_id) == bindparam("plan")).with_for_update()
OF_LIST = select(ResourceFlag).where(col(ResourceFlag.checklist_id) == bindparam("list")).with_for_update()
ITEMS = select(ChecklistItem).where(
    col(ChecklistItem.checklist_id) == bindparam("list"), col(ChecklistItem.withdrawn_at).is_(None)
)

Way = tuple[UUID, UUID, UUID]
"""A list, who sent, and to whom."""


async def flag(
    session: Session, parts: Iterable[tuple[ChecklistItem | Checklist, ChecklistItem, Post | None]], *, by: UUID
) -> None:
    """Look at what is being set below others: what lacks something is flagged and told, and goes down all the same."""
    whole = [(above, item, post) for above, item, post in parts]
    await session.fetch(Checklist, {item.checklist_id for _, item, _ in whole})
    followed = {one for one in {item.checklist_id for _, item, _ in whole} if await _is_followed(session, one)}
    sent = [
        one
        for above, item, post in whole
        if item.checklist_id in followed and (one := sent_down(item, above, post)) is not None
    ]
    lacks = await lacks_of(session, sent)
    if not lacks:
        return
    ways: dict[Way, list[Sent]] = {}
    for one in sent:
        if one.item.id in lacks:
            ways.setdefault((one.item.checklist_id, one.sender_id, one.receiver_id), []).append(one)
    holders = {item.id: post.person_id for _, item, post in whole if post is not None}
    there: dict[Way, ResourceFlag] = {}
    for plan_id in {one.item.plan_id for one in sent}:
        there |= {_way(one): one for one in await session.all(OF_PLAN, plan=plan_id)}
    for way, lacking in ways.items():
        found = there.get(way) or _new(session, lacking[0], by=by)
        found.add([lacks[one.item.id] for one in lacking], at=session.now)
        await _tell_receiver(session, found, lacking, holders, past=by)
    await _tell_sender_and_county(session, list(ways.values()), by=by)


async def count_again(session: Session, checklist_ids: Iterable[UUID], *, by: UUID) -> None:
    """Count anew what lacks something on lists that were changed, each from its items. Tells nobody: it was told."""
    for checklist_id in dict.fromkeys(checklist_ids):
        sent = await sent_of(session, await session.all(ITEMS, list=checklist_id))
        lacks = await lacks_of(session, sent)
        ways: dict[Way, list[Lack]] = {}
        firsts: dict[Way, Sent] = {}
        for one in sent:
            way = one.item.checklist_id, one.sender_id, one.receiver_id
            firsts.setdefault(way, one)
            if one.item.id in lacks:
                ways.setdefault(way, []).append(lacks[one.item.id])
        there = {_way(one): one for one in await session.all(OF_LIST, list=checklist_id)}
        for way, found in there.items():
            found.count(ways.get(way, []), at=session.now)
        for way, lacking in ways.items():
            if way not in there:
                _new(session, firsts[way], by=by).add(lacking, at=session.now)


async def _is_followed(session: Session, checklist_id: UUID) -> bool:
    checklist = await session.get(Checklist, checklist_id)
    return checklist is not None and checklist.kind in FOLLOWED


def _way(one: ResourceFlag) -> Way:
    return one.checklist_id, one.sender_id, one.receiver_id


def _new(session: Session, one: Sent, *, by: UUID) -> ResourceFlag:
    made = ResourceFlag(
        id=new_id(),
        township_code=township_of(one.division_code),
        division_code=one.division_code,
        plan_id=one.item.plan_id,
        checklist_id=one.item.checklist_id,
        sender_id=one.sender_id,
        receiver_id=one.receiver_id,
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


async def _tell_receiver(
    session: Session, found: ResourceFlag, lacking: Sequence[Sent], holders: dict[UUID, UUID], *, past: UUID
) -> None:
    """Those who got the items, or whoever answers for the organisation where nobody has them by name yet."""
    told = {holders[one.item.id] for one in lacking if one.item.id in holders}
    if not told and (head := await roster.head_of(session, found.receiver_id, today=local_date(session.now))):
        told = {head.person_id}
    for person in told - {past}:
        tell(session, person, NoticeKind.RESOURCES_LACKING, about_id=found.id, lines=len(lacking))


async def _tell_sender_and_county(session: Session, ways: Sequence[Sequence[Sent]], *, by: UUID) -> None:
    """Whoever sent it, once for all of it; and the county's operators."""
    lines, first = sum(map(len, ways)), ways[0][0]
    tell(session, by, NoticeKind.RESOURCES_LACKING_SENT, about_id=first.item.plan_id, lines=lines)
    county = f"{first.division_code[:6]}000000"
    operators = await roster.operators_over_area(session, county, today=local_date(session.now))
    for person in {post.person_id for post in operators} - {by}:
        tell(session, person, NoticeKind.RESOURCES_LACKING_COUNTY, about_id=first.item.plan_id, lines=lines)
