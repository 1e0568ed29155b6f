"""Who makes teams and plans of inspections, who is in a team, and who sees a plan."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.inspection_plans.model import InspectionPlan, InspectionTeam, PlanUnit, TeamMember
from services.tasks.roster import views as roster
from services.tasks.roster.model import READERS, Post
from services.tasks.roster.views import DOWNWARD

KEEPERS = ("supervisor", "county_operator")
"""Posts that plan inspections for their organisation and for those below it."""

MEMBER_OF = (
    select(TeamMember)
    .join(InspectionTeam, col(InspectionTeam.id) == col(TeamMember.team_id))
    .where(
        col(TeamMember.person_id) == bindparam("person"),
        col(TeamMember.team_id) == bindparam("team"),
        col(InspectionTeam.disbanded_at).is_(None),
    )
)
_person = bindparam("person", type_=TeamMember.__table__.c.person_id.type)  # type: ignore[attr-defined]
SENDS: ColumnElement[bool] = col(InspectionPlan.organization_id).in_(
    select(col(InspectionTeam.organization_id))
    .join(TeamMember, col(TeamMember.team_id) == col(InspectionTeam.id))
    .where(col(TeamMember.person_id) == _person, col(InspectionTeam.disbanded_at).is_(None))
)
SEEN: ColumnElement[bool] = or_(
    col(InspectionPlan.organization_id).in_(select(DOWNWARD.c.id)),
    col(InspectionPlan.id).in_(
        select(col(PlanUnit.plan_id)).where(col(PlanUnit.organization_id).in_(select(DOWNWARD.c.id)))
    ),
    SENDS,
)
"""It is of an organisation at or below the person's own, lists a unit there, or is what their team goes out for."""

SEEN_ONE = select(InspectionPlan.id).where(col(InspectionPlan.id) == bindparam("plan"), SEEN)


class MayNotPlan(Forbidden):
    """Inspections are planned by those who supervise the organisation."""

    title_zh = "只有本级或上级的督查人员可以编制督查计划和组建督查组，请联系督查部门。"


class NotInTheTeam(Forbidden):
    """An inspection is sent by a member of its team."""

    title_zh = "只有督查组成员可以提交督查记录，请核对督查组，或请组长联系督查部门。"


async def check_may_plan(session: Session, actor: Actor, organization_id: UUID) -> Post:
    """By which post the actor plans for an organisation. Raises `NotFound` to who reads nothing of it, `MayNotPlan`."""
    today = local_date(session.now)
    post = await roster.post_over(session, actor.person_id, organization_id, kinds=KEEPERS, today=today)
    if post is not None:
        return post
    if await roster.post_over(session, actor.person_id, organization_id, kinds=READERS, today=today) is None:
        raise NotFound()
    raise MayNotPlan()


async def check_may_see(session: Session, actor: Actor, plan: InspectionPlan) -> None:
    """Those who reach its organisation or one of its units, and its teams. Raises `NotFound`."""
    given = {"person": actor.person_id, "today": local_date(session.now), "plan": plan.id}
    if await session.first(SEEN_ONE, **given) is None:
        raise NotFound()


async def check_member(session: Session, actor: Actor, team_id: UUID) -> TeamMember:
    """As which member of a team that is not disbanded the actor speaks. Raises `NotInTheTeam`."""
    found = await session.first(MEMBER_OF, person=actor.person_id, team=team_id)
    if found is None:
        raise NotInTheTeam()
    session.by_post = found.post_id
    return found
