"""Who may ask to see a person's identity, and who is the second person where one is needed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in, span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

HANDLING = (PostKind.PROXY_AGENT, PostKind.STAND_IN, PostKind.GRID_WORKER, PostKind.TOWNSHIP_CADRE)
"""Posts that handle people's cases in their village or township, the nearest to the people first."""

INSPECTING = (PostKind.DISCIPLINE_INSPECTOR,)
"""Posts that look into what lies with discipline supervision, and into nothing else."""

SECOND = (PostKind.SUPERVISOR, PostKind.COUNTY_OPERATOR)
"""Posts whose holders may be the second person within their area.

Both show a second factor and get their accounts at the server alone: whoever gives accounts to others could else be
both persons.
"""

OF_PERSON = select(Post).where(col(Post.person_id) == bindparam("person"), *IN_OFFICE)
HANDLING_POSTS = OF_PERSON.where(col(Post.kind).in_(HANDLING))
INSPECTING_POSTS = OF_PERSON.where(col(Post.kind).in_(INSPECTING))
AUDITOR_POSTS = OF_PERSON.where(col(Post.kind) == PostKind.AUDITOR)
SECOND_POSTS = OF_PERSON.where(col(Post.kind).in_(SECOND))


async def handling_post(session: Session, actor: Actor, *, areas: Sequence[str]) -> Post:
    """The post by which the actor handles cases where a person lives or was heard of. Raises `NotFound` elsewhere."""
    held = await session.all(HANDLING_POSTS, person=actor.person_id, today=local_date(session.now))
    posts = [post for post in held if any(lies_in(code, post.division_code) for code in areas)]
    if not posts:
        raise NotFound()
    return min(posts, key=lambda post: (HANDLING.index(post.kind), post.id))


async def inspecting_post(session: Session, actor: Actor, *, areas: Sequence[str]) -> Post:
    """The post by which the actor looks into matters of discipline there. Raises `NotFound` elsewhere."""
    held = await session.all(INSPECTING_POSTS, person=actor.person_id, today=local_date(session.now))
    posts = [post for post in held if any(lies_in(code, post.division_code) for code in areas)]
    if not posts:
        raise NotFound()
    return min(posts, key=lambda post: post.id)


async def second_persons_areas(session: Session, person_id: UUID) -> list[Span]:
    """Where somebody may be the second person today."""
    held = await session.all(SECOND_POSTS, person=person_id, today=local_date(session.now))
    return [span_of(post.division_code) for post in held]


async def audited_areas(session: Session, actor: Actor) -> list[Span]:
    """Where the actor is an auditor today. Raises `Forbidden` for anybody else."""
    held = await session.all(AUDITOR_POSTS, person=actor.person_id, today=local_date(session.now))
    if not held:
        raise Forbidden()
    return [span_of(post.division_code) for post in held]
