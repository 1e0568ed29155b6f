"""Who makes letters, who sees them, and who countersigns."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.letters.model import MayNotCountersign, MayNotMakeLetters, ResponsibilityLetter
from services.tasks.roster import views as roster
from services.tasks.roster.model import READERS, Organization, Post

REACHED = select(col(Organization.id)).where(
    col(Organization.id) == bindparam("organization"), col(Organization.id).in_(select(roster.DOWNWARD.c.id))
)


async def check_may_make(session: Session, actor: Actor, post: Post) -> None:
    """Those above the post's organisation, never its holder. Raises `MayNotMakeLetters`."""
    above = await roster.oversees(session, actor.person_id, post.organization_id, today=local_date(session.now))
    if not above or post.person_id == actor.person_id:
        raise MayNotMakeLetters()


async def check_may_see(session: Session, actor: Actor, letter: ResponsibilityLetter) -> None:
    """The person, and those whose posts reach the organisation. Raises `NotFound`."""
    if letter.person_id != actor.person_id and not await reaches(session, actor.person_id, letter.organization_id):
        raise NotFound()


async def check_may_countersign(session: Session, actor: Actor, letter: ResponsibilityLetter) -> Post:
    """The post by which somebody above countersigns. Raises `NotFound`, `MayNotCountersign`."""
    await check_may_see(session, actor, letter)
    today = local_date(session.now)
    above = await roster.oversees(session, actor.person_id, letter.organization_id, today=today)
    if not above or letter.person_id == actor.person_id:
        raise MayNotCountersign()
    return next(
        post for post in await roster.posts_of(session, actor.person_id, today=today) if post.id == session.by_post
    )


async def reaches(session: Session, person_id: UUID, organization_id: UUID) -> bool:
    """Whether one of a person's posts sees the work of an organisation. The audit row says by which."""
    today = local_date(session.now)
    if await session.first(REACHED, organization=organization_id, person=person_id, today=today) is None:
        return False
    posts = await roster.posts_of(session, person_id, today=today)
    session.by_post = next((post.id for post in posts if post.kind in READERS), None)
    return True
