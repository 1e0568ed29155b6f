"""Who exports lists."""

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.case_exports.model import MayNotExport
from services.tasks.roster import views as roster
from services.tasks.roster.model import READERS


async def check_may_export(session: Session, actor: Actor) -> None:
    """Those whose posts see the cases of their organisation and of those below. Raises `MayNotExport`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    session.by_post = next((post.id for post in posts if post.kind in READERS), None)
    if session.by_post is None:
        raise MayNotExport()
