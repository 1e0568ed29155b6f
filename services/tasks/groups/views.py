"""Reading groups: those of one's area, those one is in, and who is in them."""

from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.groups import policy
from services.tasks.groups.model import GroupMember, WorkGroup
from services.tasks.roster.model import READERS
from services.tasks.roster.views import covered_by_a_post

_is_in = (
    select(col(GroupMember.id))
    .where(
        col(GroupMember.group_id) == col(WorkGroup.id),
        col(GroupMember.person_id) == bindparam("person"),
        col(GroupMember.left_at).is_(None),
    )
    .correlate(WorkGroup)
    .exists()
)
PAGE = (
    select(WorkGroup)
    .where(
        or_(_is_in, covered_by_a_post(col(WorkGroup.division_code), *READERS)),
        col(WorkGroup.id) < bindparam("before"),
    )
    .order_by(col(WorkGroup.id).desc())
    .limit(bindparam("limit"))
)
ALL_MEMBERS = select(GroupMember).where(col(GroupMember.group_id) == bindparam("group")).order_by(col(GroupMember.id))


async def page(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[WorkGroup]:
    """Groups from new to old: those one is in, and those of one's area."""
    given = {"person": actor.person_id, "today": local_date(session.now), "before": before, "limit": limit}
    return await session.all(PAGE, **given)


async def seen(session: Session, actor: Actor, group_id: UUID) -> WorkGroup:
    """A group that the actor may see. Raises `NotFound`."""
    group = await session.get(WorkGroup, group_id)
    if group is None:
        raise NotFound()
    await policy.check_may_see(session, actor, group)
    return group


async def members(session: Session, group: WorkGroup) -> list[GroupMember]:
    """Everybody who is or was in it."""
    return await session.all(ALL_MEMBERS, group=group.id)
