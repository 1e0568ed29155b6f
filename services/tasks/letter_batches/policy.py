"""Who has letters made in batches; for each letter of one, who may make it is asked anew."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.letters.model import MayNotMakeLetters
from services.tasks.roster import views as roster
from services.tasks.roster.model import OVERSEERS


async def check_makes_letters(session: Session, actor: Actor) -> None:
    """Those whose posts oversee the work of others. Raises `MayNotMakeLetters`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in OVERSEERS), None)
    if session.by_post is None:
        raise MayNotMakeLetters()
