"""Who dispatches many cases at once."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.requests.policy import MayNotDispatch, check_may_see
from services.tasks.roster import views as roster
from services.tasks.roster.model import OVERSEERS

__all__ = ["check_dispatches", "check_may_see"]


async def check_dispatches(session: Session, actor: Actor) -> None:
    """Those whose posts dispatch the work of the organisations below theirs. Raises `MayNotDispatch`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in OVERSEERS), None)
    if session.by_post is None:
        raise MayNotDispatch()
