"""Who sets a group up, and who sees it."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.groups.model import GroupMember, MayNotSetUpGroups, WorkGroup
from services.tasks.roster import views as roster
from services.tasks.roster.model import READERS, Post

SETS_UP = ("township_cadre", "supervisor", "county_operator", "secretary", "first_secretary")

MEMBERSHIP = (
    select(GroupMember)
    .where(
        col(GroupMember.group_id) == bindparam("group"),
        col(GroupMember.person_id) == bindparam("person"),
        col(GroupMember.left_at).is_(None),
    )
    .limit(1)
)


async def check_may_set_up(session: Session, actor: Actor, division_code: str) -> Post:
    """The post, over the area, by which somebody sets a group up. Raises `MayNotSetUpGroups`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    found = next((post for post in posts if post.kind in SETS_UP and post.covers(division_code)), None)
    if found is None:
        raise MayNotSetUpGroups()
    session.by_post = found.id
    return found


async def check_may_see(session: Session, actor: Actor, group: WorkGroup) -> None:
    """Its members, and those in office over its area. Raises `NotFound`."""
    if await is_member(session, actor.person_id, group):
        return
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    found = next((post for post in posts if post.kind in READERS and post.covers(group.division_code)), None)
    if found is None:
        raise NotFound()
    session.by_post = found.id


async def check_may_plan(session: Session, actor: Actor, group: WorkGroup) -> None:
    """Its leader, and those who set groups up there. Raises `NotFound`, `MayNotSetUpGroups`."""
    await check_may_see(session, actor, group)
    leader = await session.get(Post, group.leader_post_id)
    if leader is None or leader.person_id != actor.person_id or not leader.held_on(local_date(session.now)):
        await check_may_set_up(session, actor, group.division_code)


async def is_member(session: Session, person_id: UUID, group: WorkGroup) -> bool:
    """Whether somebody is in the group now."""
    return await session.first(MEMBERSHIP, group=group.id, person=person_id) is not None
