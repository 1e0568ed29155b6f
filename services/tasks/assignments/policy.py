"""Who works on an assignment, who sees it, who finds it done, and who strikes it off."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.assignments.model import Assignment, Assisting, NotYourAssignment
from services.tasks.roster import views as roster
from services.tasks.roster.duty import Duty, acting_for

HELPS = select(Assisting.id).where(
    col(Assisting.assignment_id) == bindparam("assignment"), col(Assisting.person_id) == bindparam("person")
)

REACHES = select(roster.DOWNWARD.c.id).where(roster.DOWNWARD.c.id == bindparam("organization"))


class MayNotAccept(Forbidden):
    """Whoever answers for the organisation or for one above it accepts, and never who has the item."""

    title_zh = "验收和销号由本组织或上级组织的负责人进行，责任人不能验收自己的事项。"


async def check_may_work(session: Session, actor: Actor, assignment: Assignment) -> str:
    """Whoever has it, or acts for them while they are away; their name. Raises `NotYourAssignment`, `NotFound`."""
    if actor.person_id == assignment.assignee_id:
        session.by_post = assignment.post_id
        return assignment.assignee_name
    duty = await _stands_in(session, actor, assignment)
    if duty is not None:
        session.by_post = duty.post.id
        return duty.post.name
    await check_may_see(session, actor, assignment)
    raise NotYourAssignment()


async def check_may_see(session: Session, actor: Actor, assignment: Assignment) -> None:
    """Whoever has it, helps or acts for who has it, and those whose posts reach its organisation; to others it is
    not there. Raises `NotFound`.
    """
    if actor.person_id in {assignment.assignee_id, assignment.issued_by}:
        return
    given = {"organization": assignment.organization_id, "person": actor.person_id, "today": local_date(session.now)}
    if await session.first(REACHES, **given) is not None:
        return
    if await session.first(HELPS, assignment=assignment.id, person=actor.person_id) is not None:
        return
    if await _stands_in(session, actor, assignment) is None:
        raise NotFound()


async def _stands_in(session: Session, actor: Actor, assignment: Assignment) -> Duty | None:
    """By which post the actor acts for who has it, if they do."""
    return await acting_for(
        session,
        actor.person_id,
        absent=assignment.assignee_id,
        organization_id=assignment.organization_id,
        today=local_date(session.now),
    )


async def check_may_accept(session: Session, actor: Actor, assignment: Assignment) -> str:
    """Who answers for its organisation or for one above, and neither has it nor reported it; their name.

    Raises `MayNotAccept`, `NotFound`.
    """
    await check_may_see(session, actor, assignment)
    if actor.person_id in {assignment.assignee_id, assignment.reported_by}:
        raise MayNotAccept()
    name = await name_of_who_answers(session, actor.person_id, assignment.organization_id)
    if name is None:
        raise MayNotAccept()
    return name


async def name_of_who_answers(session: Session, person_id: UUID, organization_id: UUID) -> str | None:
    """The name of a person who answers for an organisation or for one above it; none if they do not."""
    today = local_date(session.now)
    if not await roster.answers_for(session, person_id, organization_id, today=today):
        return None
    posts = await roster.posts_of(session, person_id, today=today)
    return next((post.name for post in posts if post.id == session.by_post), None)
