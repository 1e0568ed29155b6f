"""Who keeps a list, who sees it, and who finds its items done."""

from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.assignments.model import Assignment, Assisting
from services.tasks.checklists.model import Checklist
from services.tasks.roster import views as roster

REACHED = or_(
    col(Checklist.organization_id).in_(select(roster.DOWNWARD.c.id)),
    select(Assignment.id)
    .where(col(Assignment.checklist_id) == col(Checklist.id), col(Assignment.assignee_id) == bindparam("person"))
    .exists(),
)
"""A list that the person's posts reach, or on which they have an item; give `person` and `today`."""

SEEN = select(Checklist.id).where(col(Checklist.id) == bindparam("list"), REACHED)
HELPS = (
    select(Assisting.id)
    .join(Assignment, col(Assignment.id) == col(Assisting.assignment_id))
    .where(col(Assignment.checklist_id) == bindparam("list"), col(Assisting.person_id) == bindparam("person"))
    .limit(1)
)


class MayNotKeepLists(Forbidden):
    """Lists are kept by those who answer for the organisation, or for one above it."""

    title_zh = "清单由本组织或上级组织的负责人管理，请联系他们。"


async def check_may_keep(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Who answers for the organisation or for one above it. Raises `MayNotKeepLists`."""
    if not await roster.answers_for(session, actor.person_id, organization_id, today=local_date(session.now)):
        raise MayNotKeepLists()


async def check_may_see(session: Session, actor: Actor, checklist: Checklist) -> None:
    """Whose posts reach it, and who has or helps with an item of it; to others it is not there."""
    given = {"list": checklist.id, "person": actor.person_id}
    if await session.first(SEEN, today=local_date(session.now), **given) is not None:
        return
    if await session.first(HELPS, **given) is None:
        raise NotFound()
