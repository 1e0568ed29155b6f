"""Who calls somebody for an interview, who records it and says whether its promise was kept, and who sees it."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.interviews.model import Interview
from services.tasks.roster import views as roster
from services.tasks.roster.model import OVERSEERS, Post
from services.tasks.roster.views import DOWNWARD

_person = bindparam("person", type_=Interview.__table__.c.convener_id.type)  # type: ignore[attr-defined]
SEEN: ColumnElement[bool] = or_(
    col(Interview.organization_id).in_(select(DOWNWARD.c.id)),
    col(Interview.convener_id) == _person,
    col(Interview.interviewee_id) == _person,
)
SEEN_ONE = select(Interview.id).where(col(Interview.id) == bindparam("interview"), SEEN)


class MayNotInterview(Forbidden):
    """Interviews are called, recorded and judged by those above the unit, and never by the one interviewed."""

    title_zh = "约谈由单位的上级组织发起、记录和核实，被约谈人本人不能办理，请联系上级组织。"


async def check_may_see(session: Session, actor: Actor, interview: Interview) -> None:
    """Those who reach the unit, who called, and who was called. Raises `NotFound`."""
    given = {"person": actor.person_id, "today": local_date(session.now), "interview": interview.id}
    if await session.first(SEEN_ONE, **given) is None:
        raise NotFound()


async def above(session: Session, actor: Actor, organization_id: UUID, *, not_for: UUID) -> Post:
    """By which post above a unit the actor calls and judges; never the one interviewed. Raises `MayNotInterview`."""
    over = (await roster.organizations_above(session, organization_id))[1:]
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    found = next((post for post in posts if post.kind in OVERSEERS and post.organization_id in over), None)
    if found is None or actor.person_id == not_for:
        raise MayNotInterview()
    session.by_post = found.id
    return found
