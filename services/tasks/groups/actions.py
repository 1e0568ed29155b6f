"""Setting a group up, changing who is in it, and ending it; each the body of one transaction."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date, midnight
from chassis.divisions import township_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.groups import policy
from services.tasks.groups.model import GroupIsOver, GroupMember, WorkGroup, WrongGroupDays
from services.tasks.roster import views as roster

DAY_OVER = "group_day_over"
"""The timer of the midnight after each day of a group: its daily report is published."""

MEMBERS = (
    select(GroupMember)
    .where(col(GroupMember.group_id) == bindparam("group"), col(GroupMember.left_at).is_(None))
    .order_by(col(GroupMember.id))
    .with_for_update()
)


async def set_up(
    session: Session,
    *,
    by: Actor,
    division_code: str,
    title: str,
    matter: str,
    leader_post_id: UUID,
    member_post_ids: Sequence[UUID],
    from_on: date,
    to_on: date,
) -> WorkGroup:
    """Set a group up; from its first day on it has a daily report.

    Raises `MayNotSetUpGroups`, `WrongGroupDays`, `NotInOffice`.
    """
    post = await policy.check_may_set_up(session, by, division_code)
    today = local_date(session.now)
    if to_on < from_on or to_on < today or from_on < today:
        raise WrongGroupDays()
    group = WorkGroup(
        id=new_id(),
        township_code=township_of(division_code),
        division_code=division_code,
        organization_id=post.organization_id,
        title=title,
        matter=matter,
        leader_post_id=leader_post_id,
        from_on=from_on,
        to_on=to_on,
        made_by=by.person_id,
        made_at=session.now,
    )
    session.add(group)
    for post_id in dict.fromkeys((leader_post_id, *member_post_ids)):
        await _join(session, group, post_id)
    session.remind(DAY_OVER, about=group.id, due_at=midnight(from_on + timedelta(days=1)))
    return group


async def change(
    session: Session, group_id: UUID, *, by: Actor, leader_post_id: UUID, member_post_ids: Sequence[UUID]
) -> WorkGroup:
    """Have these posts, and no others, be the group.

    Raises `NotFound`, `MayNotSetUpGroups`, `GroupIsOver`, `NotInOffice`.
    """
    group = await to_move(session, group_id, by=by)
    wanted = dict.fromkeys((leader_post_id, *member_post_ids))
    there = {one.post_id: one for one in await session.all(MEMBERS, group=group.id)}
    for post_id, member in there.items():
        if post_id not in wanted:
            member.left_at = session.now
    for post_id in wanted:
        if post_id not in there:
            await _join(session, group, post_id)
    group.leader_post_id = leader_post_id
    return group


async def end(session: Session, group_id: UUID, *, by: Actor) -> WorkGroup:
    """Have today be its last day. Raises `NotFound`, `MayNotSetUpGroups`, `GroupIsOver`."""
    group = await to_move(session, group_id, by=by)
    group.to_on = local_date(session.now)
    return group


async def to_move(session: Session, group_id: UUID, *, by: Actor) -> WorkGroup:
    """The group, ours to change. Raises `NotFound`, `MayNotSetUpGroups`, `GroupIsOver`."""
    group = await session.get(WorkGroup, group_id, lock=True)
    if group is None:
        raise NotFound()
    await policy.check_may_see(session, by, group)
    await policy.check_may_set_up(session, by, group.division_code)
    if group.to_on < local_date(session.now):
        raise GroupIsOver()
    return group


async def _join(session: Session, group: WorkGroup, post_id: UUID) -> None:
    post = await roster.held_post(session, post_id)
    session.add(
        GroupMember(
            id=new_id(),
            township_code=group.township_code,
            group_id=group.id,
            post_id=post.id,
            person_id=post.person_id,
            person_name=post.name,
            post_kind=post.kind,
            joined_at=session.now,
            left_at=None,
        )
    )
