"""Who sees an inspection, and whom nobody inspects."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.inspection_plans.model import TeamMember
from services.tasks.inspections.model import Inspection
from services.tasks.roster import views as roster
from services.tasks.roster.views import DOWNWARD

_person = bindparam("person", type_=TeamMember.__table__.c.person_id.type)  # type: ignore[attr-defined]
SEEN: ColumnElement[bool] = or_(
    col(Inspection.organization_id).in_(select(DOWNWARD.c.id)),
    col(Inspection.team_id).in_(select(col(TeamMember.team_id)).where(col(TeamMember.person_id) == _person)),
)
"""It was paid to an organisation at or below the person's own, or by a team of theirs."""

SEEN_ONE = select(Inspection.id).where(col(Inspection.id) == bindparam("inspection"), SEEN)


class OwnUnit(Forbidden):
    """Nobody inspects a unit in which they hold a post."""

    title_zh = "督查人员不能督查自己任职的单位，请由其他成员或其他督查组督查。"


async def check_may_see(session: Session, actor: Actor, inspection: Inspection) -> None:
    """Those who reach the unit, and the team. Raises `NotFound`."""
    given = {"person": actor.person_id, "today": local_date(session.now), "inspection": inspection.id}
    if await session.first(SEEN_ONE, **given) is None:
        raise NotFound()


async def check_not_own(session: Session, actor: Actor, unit_id: UUID) -> None:
    """Raises `OwnUnit` for whoever holds a post in the unit."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if any(post.organization_id == unit_id for post in posts):
        raise OwnUnit()
