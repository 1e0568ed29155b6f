"""Who is shown what a person asked before."""

from uuid import UUID

from chassis import audit
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from services.tasks.roster import views as roster
from services.tasks.roster.model import TAKE_IN


async def check_takes_in(session: Session, actor: Actor) -> None:
    """Whoever takes requests in for some area; to others no person is there. Raises `NotFound`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in TAKE_IN), None)
    if session.by_post is None:
        raise NotFound()


def note_history(session: Session, actor: Actor, person_id: UUID) -> None:
    """Have it written that somebody looked at what a person asked before, though nothing was changed."""
    audit.record(session, actor_id=actor.person_id, action="look_at_history", about=person_id)
