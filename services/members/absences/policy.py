"""Who says that somebody is away: they themselves, or those who fill their post."""

from uuid import UUID

from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.members.posts.policy import commands


async def check_may_declare(session: Session, actor: Actor, *, person_id: UUID, organization_id: UUID) -> None:
    """The holder of a post in this organisation, or those above; to others the post is not there. Raises `NotFound`."""
    if actor.person_id != person_id and not await commands(session, actor, organization_id):
        raise NotFound()
