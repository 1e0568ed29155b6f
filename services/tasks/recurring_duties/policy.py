"""Who sees a duty, does it, sends it back, and has it skipped."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.tasks.recurring_duties.making import HOLDERS
from services.tasks.recurring_duties.model import MayNotReturnDuty, NotYourDuty, RecurringDuty
from services.tasks.roster import views as roster
from services.tasks.roster.duty import acting_for
from services.tasks.roster.model import Organization
from services.tasks.roster.views import DOWNWARD

SECOND = ("township_cadre", "supervisor", "county_operator")
"""Posts whose holders confirm that a duty is skipped."""

REACHED = select(Organization.id).where(
    col(Organization.id) == bindparam("organization"), col(Organization.id).in_(sa.select(DOWNWARD.c.id))
)


async def holder_name(session: Session, actor: Actor, duty: RecurringDuty) -> str | None:
    """In whose name the actor does a duty: their own, or as somebody's stand-in; none where it is not theirs."""
    today = local_date(session.now)
    for post in await session.all(HOLDERS, organization=duty.organization_id, kind=duty.post, today=today):
        if post.person_id == actor.person_id:
            session.by_post = post.id
            return post.name
        acting = await acting_for(
            session, actor.person_id, absent=post.person_id, organization_id=duty.organization_id, today=today
        )
        if acting is not None:
            session.by_post = acting.post.id
            return f"{acting.post.name}（代{post.name}）"
    return None


async def check_may_see(session: Session, actor: Actor, duty: RecurringDuty) -> None:
    """Whose duty it is, and whose posts reach the organisation. Raises `NotFound`."""
    today = local_date(session.now)
    given = {"organization": duty.organization_id, "person": actor.person_id, "today": today}
    if await session.first(REACHED, **given) is None and await holder_name(session, actor, duty) is None:
        raise NotFound()


async def check_may_do(session: Session, actor: Actor, duty: RecurringDuty) -> str:
    """The holder of the post, or whoever acts for them; in whose name. Raises `NotFound`, `NotYourDuty`."""
    await check_may_see(session, actor, duty)
    name = await holder_name(session, actor, duty)
    if name is None:
        raise NotYourDuty()
    return name


async def check_may_return(session: Session, actor: Actor, duty: RecurringDuty) -> str:
    """Those above, and not who did it; by which name. Raises `NotFound`, `MayNotReturnDuty`."""
    await check_may_see(session, actor, duty)
    today = local_date(session.now)
    own = actor.person_id == duty.done_by or await holder_name(session, actor, duty) is not None
    if own or not await roster.oversees(session, actor.person_id, duty.organization_id, today=today):
        raise MayNotReturnDuty()
    return await _name(session, actor)


async def check_may_propose_skip(session: Session, actor: Actor, duty: RecurringDuty) -> str:
    """The holder, or those above. Raises `NotFound`, `NotYourDuty`."""
    await check_may_see(session, actor, duty)
    name = await holder_name(session, actor, duty)
    if name is not None:
        return name
    if not await roster.oversees(session, actor.person_id, duty.organization_id, today=local_date(session.now)):
        raise NotYourDuty()
    return await _name(session, actor)


async def areas_of_second(session: Session, person_id: UUID) -> Sequence[Span]:
    """Where somebody confirms that a duty is skipped."""
    posts = await roster.posts_of(session, person_id, today=local_date(session.now))
    return [span_of(post.division_code) for post in posts if post.kind in SECOND]


async def _name(session: Session, actor: Actor) -> str:
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    return next((post.name for post in posts if post.id == session.by_post), "")
