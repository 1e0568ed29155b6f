"""Who puts an erasure forward, and who confirms it: the county's operator, and an auditor."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from chassis.two_persons import Span
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

OF_KIND = select(Post).where(
    col(Post.person_id) == bindparam("person"), col(Post.kind) == bindparam("kind"), *IN_OFFICE
)


async def operators_areas(session: Session, actor: Actor) -> list[Span]:
    """Where the actor is the operator today. Raises `Forbidden` for anybody else."""
    areas = await _areas(session, actor.person_id, PostKind.COUNTY_OPERATOR)
    if not areas:
        raise Forbidden()
    return areas


async def auditors_areas(session: Session, person_id: UUID) -> list[Span]:
    """Where somebody is an auditor today, and so the second person of an erasure."""
    return await _areas(session, person_id, PostKind.AUDITOR)


async def _areas(session: Session, person_id: UUID, kind: PostKind) -> list[Span]:
    held = await session.all(OF_KIND, person=person_id, kind=kind, today=local_date(session.now))
    return [span_of(post.division_code) for post in held]
