"""Reading plans and teams, and how far the units of a period are covered."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.inspection_plans.model import InspectionPlan, InspectionTeam, PlanStage, PlanUnit, TeamMember
from services.tasks.inspection_plans.policy import SEEN, check_may_see
from services.tasks.roster.views import DOWNWARD
from services.tasks.samples.drawing import at_least

PAGE = (
    select(InspectionPlan)
    .where(SEEN, col(InspectionPlan.id) < bindparam("before"))
    .order_by(col(InspectionPlan.id).desc())
    .limit(bindparam("limit"))
)
_mine = select(col(TeamMember.team_id)).where(col(TeamMember.person_id) == bindparam("person"))
TEAMS = (
    select(InspectionTeam)
    .where(
        or_(col(InspectionTeam.organization_id).in_(select(DOWNWARD.c.id)), col(InspectionTeam.id).in_(_mine)),
        col(InspectionTeam.disbanded_at).is_(None),
        col(InspectionTeam.id) < bindparam("before"),
    )
    .order_by(col(InspectionTeam.id).desc())
    .limit(bindparam("limit"))
)
MEMBERS = (
    select(TeamMember)
    .where(col(TeamMember.team_id).in_(TEAMS.with_only_columns(col(InspectionTeam.id))))
    .order_by(col(TeamMember.id))
)
MEMBERS_OF = select(TeamMember).where(col(TeamMember.team_id) == bindparam("team")).order_by(col(TeamMember.id))
_of_plan = col(PlanUnit.plan_id) == bindparam("plan")
_drawn, _visited = col(PlanUnit.rank).is_not(None), col(PlanUnit.visited_on).is_not(None)
TALLY = sa.select(_drawn, _visited, sa.func.count()).where(_of_plan).group_by(_drawn, _visited)
_only = bindparam("only", type_=sa.String)
UNITS = (
    select(PlanUnit)
    .where(
        _of_plan,
        col(PlanUnit.code) > bindparam("after", type_=sa.String),
        or_(
            _only == "all",
            (_only == "drawn") & _drawn,
            (_only == "missing") & _drawn & ~_visited,
            (_only == "visited") & _visited,
        ),
    )
    .order_by(col(PlanUnit.code))
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a plan has come, in units."""

    units: int
    least: int  # so many are the share, rounded up
    drawn: int
    visited: int  # of all units, drawn or not
    drawn_visited: int

    @property
    def missing(self) -> int:
        """Drawn, and not visited yet; all that are to be drawn, where nothing was drawn yet."""
        return max(self.drawn, self.least) - self.drawn_visited

    @property
    def share(self) -> int:
        """Visited of all units, in percent, rounded down: 80 is said of no less than 80."""
        return self.visited * 100 // self.units if self.units else 0


async def page(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[InspectionPlan]:
    """Plans within reach, from new to old."""
    today = local_date(session.now)
    return await session.all(PAGE, person=actor.person_id, today=today, before=before, limit=limit)


async def seen(session: Session, plan_id: UUID, *, by: Actor) -> InspectionPlan:
    """One plan within reach. Raises `NotFound`."""
    plan = await session.get(InspectionPlan, plan_id)
    if plan is None:
        raise NotFound()
    await check_may_see(session, by, plan)
    return plan


async def coverage(session: Session, plan: InspectionPlan) -> Coverage:
    """What the units of a plan say; a plan has at most some thousand."""
    counted = {(bool(drawn), bool(seen)): many for drawn, seen, many in await session.all(TALLY, plan=plan.id)}
    units = sum(counted.values())
    return Coverage(
        units=units,
        least=at_least(units, share=plan.share),
        drawn=counted.get((True, True), 0) + counted.get((True, False), 0),
        visited=counted.get((True, True), 0) + counted.get((False, True), 0),
        drawn_visited=counted.get((True, True), 0),
    )


async def missing_at_all(session: Session, plan: InspectionPlan) -> bool:
    """Whether units that are to be visited were not; where nothing was drawn, none was."""
    return plan.stage is PlanStage.FROZEN or (await coverage(session, plan)).missing > 0


async def units(session: Session, plan: InspectionPlan, *, only: str, after: str, limit: int) -> list[PlanUnit]:
    """The units of a plan by code, after a code."""
    return await session.all(UNITS, plan=plan.id, only=only, after=after, limit=limit)


async def teams(session: Session, actor: Actor, *, before: UUID, limit: int) -> list[InspectionTeam]:
    """Teams within reach or one's own, from new to old."""
    today = local_date(session.now)
    return await session.all(TEAMS, person=actor.person_id, today=today, before=before, limit=limit)


async def members(session: Session, actor: Actor, *, before: UUID, limit: int) -> dict[UUID, list[TeamMember]]:
    """The members of the same page of teams, by team."""
    today = local_date(session.now)
    found: dict[UUID, list[TeamMember]] = {}
    for one in await session.all(MEMBERS, person=actor.person_id, today=today, before=before, limit=limit):
        found.setdefault(one.team_id, []).append(one)
    return found
