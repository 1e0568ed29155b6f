"""Who says that somebody is away: they themselves, or those who fill their post."""

from chassis.identity import Actor
from chassis.session import Session
from services.members.posts.model import Post
from services.members.posts.policy import check_may_end


async def check_may_declare(session: Session, actor: Actor, post: Post) -> None:
    """The holder of the post, or who may end it: who names somebody to act for its holder, fills it for these days.

    Raises `NotFound` for others, and `Forbidden` for secretaries where the post watches over others.
    """
    if actor.person_id != post.person_id:
        await check_may_end(session, actor, post)
