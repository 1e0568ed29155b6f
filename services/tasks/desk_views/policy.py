"""Who keeps desk views, and who shares them with an organisation."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.session import Session
from services.tasks.desk_views.model import DeskView, MayNotShare, NoDesk
from services.tasks.roster import views as roster
from services.tasks.roster.model import HEADS


async def check_has_desk(session: Session, actor: Actor) -> None:
    """Whoever holds a post. Raises `NoDesk`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if not posts:
        raise NoDesk()
    session.by_post = posts[0].id


async def check_may_share(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Whoever answers for the organisation. Raises `MayNotShare`."""
    if not await _answers_for(session, actor, organization_id):
        raise MayNotShare()


async def may_remove(session: Session, actor: Actor, view: DeskView) -> bool:
    """Its owner, and whoever answers for the organisation with which it is shared."""
    if view.owner_id == actor.person_id:
        return True
    return view.organization_id is not None and await _answers_for(session, actor, view.organization_id)


async def _answers_for(session: Session, actor: Actor, organization_id: UUID) -> bool:
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    held = next((one.id for one in posts if one.kind in HEADS and one.organization_id == organization_id), None)
    session.by_post = held or session.by_post
    return held is not None
