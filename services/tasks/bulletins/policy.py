"""Who publishes the bulletins of an organisation; everybody reads them."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.bulletins.model import MayNotPublishBulletins
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

PUBLISH = ("supervisor", "county_operator", "township_cadre", "secretary")


async def check_may_publish(session: Session, actor: Actor, organization_id: UUID) -> Post:
    """The post in the organisation by which somebody does. Raises `MayNotPublishBulletins`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    found = next((post for post in posts if post.kind in PUBLISH and post.organization_id == organization_id), None)
    if found is None:
        raise MayNotPublishBulletins()
    session.by_post = found.id
    return found
