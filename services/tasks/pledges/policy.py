"""Who pledges for whom, who finds a pledge kept, and who runs what an organisation offers."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.pledges.model import MayNotFindKept, NotYourPledge, PublicPledge
from services.tasks.roster import views as roster
from services.tasks.roster.model import HEADS, Post


class NotYourOrganisation(Forbidden):
    """Those who answer for the organisation do this, or those above it."""

    title_zh = "只有本组织的负责人或上级组织的工作人员可以办理。"


async def check_may_pledge(session: Session, actor: Actor, post_id: UUID, *, for_organization: bool) -> Post:
    """The post by which somebody pledges: their own; for the organisation, one that answers for it.

    Raises `NotYourPledge`.
    """
    post = await session.get(Post, post_id)
    mine = post is not None and post.person_id == actor.person_id and post.held_on(local_date(session.now))
    if post is None or not mine or (for_organization and post.kind not in HEADS):
        raise NotYourPledge()
    session.by_post = post.id
    return post


async def check_is_pledger(session: Session, actor: Actor, pledge: PublicPledge) -> None:
    """Who made it; of an organisation's, who answers for it today. Raises `NotFound`, `NotYourPledge`."""
    if not await _is_pledger(session, actor, pledge):
        raise NotFound() if pledge.published_at is None else NotYourPledge()


async def check_may_see(session: Session, actor: Actor, pledge: PublicPledge) -> None:
    """Everybody, once it is published; a draft is its pledger's alone. Raises `NotFound`."""
    if pledge.published_at is None and not await _is_pledger(session, actor, pledge):
        raise NotFound()


async def check_may_find(session: Session, actor: Actor, pledge: PublicPledge) -> str:
    """Those above the organisation who did not make it; their name. Raises `NotFound`, `MayNotFindKept`."""
    await check_may_see(session, actor, pledge)
    if actor.person_id == pledge.pledger_id or not await _oversees(session, actor, pledge.organization_id):
        raise MayNotFindKept()
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    return next((post.name for post in posts if post.id == session.by_post), "")


async def check_may_run(session: Session, actor: Actor, organization_id: UUID) -> None:
    """Those who answer for an organisation, and those above it. Raises `NotYourOrganisation`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    own = next((post for post in posts if post.organization_id == organization_id and post.kind in HEADS), None)
    if own is not None:
        session.by_post = own.id
        return
    if not await _oversees(session, actor, organization_id):
        raise NotYourOrganisation()


async def _is_pledger(session: Session, actor: Actor, pledge: PublicPledge) -> bool:
    if actor.person_id == pledge.pledger_id:
        return True
    if pledge.post_id is not None:
        return False
    head = await roster.head_of(session, pledge.organization_id, today=local_date(session.now))
    if head is None or head.person_id != actor.person_id:
        return False
    session.by_post = head.id
    return True


async def _oversees(session: Session, actor: Actor, organization_id: UUID) -> bool:
    return await roster.oversees(session, actor.person_id, organization_id, today=local_date(session.now))
