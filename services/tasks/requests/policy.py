"""Who may see a request, send one in for somebody, dispatch it, and act for a colleague who is away."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.mandates import policy as mandates
from services.tasks.mandates.model import Mandate
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import REACHED
from services.tasks.roster import duty
from services.tasks.roster import views as roster
from services.tasks.roster.model import AGENTS, ApiClient

OWN_CHANNELS = {Channel.MINI_PROGRAM, Channel.SOCIAL_ACCOUNT, Channel.WEB}
"""What a citizen uses without anybody's help."""

WITHIN_REACH = select(ServiceRequest.id).where(col(ServiceRequest.id) == bindparam("request"), REACHED)


class MayNotSendInForOthers(Forbidden):
    """Only those who take requests in for an area may send one in for others, or by another channel than their own."""

    title_zh = "只有本辖区的代办员、网格员、乡镇干部或热线人员可以替他人登记，请本人提交。"


class NotInItsArea(Forbidden):
    """A client sends requests in for the area of its organisation, and for no other."""

    title_zh = "该系统只能报送所属组织辖区内的诉求，请核对村（社区）代码。"


class MayNotDispatch(Forbidden):
    """Only those above the organisation that had it may dispatch it anew."""

    title_zh = "只有上级组织的工作人员可以重新指派。"


def requester_of(actor: Actor, *, named: UUID | None, channel: Channel, anonymous: bool) -> UUID:
    """Who asks: whoever is named, the actor, or an id that is nobody's for a caller who gives no name.

    Whoever takes such a call in is not the one who asks: the case can then be followed by its code alone.
    """
    if named is not None:
        return named
    takes_in = actor.scopes is not None or channel not in OWN_CHANNELS
    return new_id() if anonymous and takes_in else actor.person_id


async def check_may_submit(
    session: Session,
    actor: Actor,
    *,
    requester_id: UUID,
    channel: Channel,
    division_code: str,
    item_code: str | None = None,
    anonymous: bool = False,
) -> Mandate | None:
    """A citizen for themselves, somebody who takes requests in for the area, or a client of an organisation there.

    Gives the mandate under which an agent does. Raises `MayNotSendInForOthers`, `MandateNeeded` for an agent without
    one, and `NotInItsArea` for a client.
    """
    if actor.scopes is not None:
        client = await session.get(ApiClient, actor.person_id)
        if client is None or not lies_in(division_code, client.division_code):
            raise NotInItsArea()
        return None
    if requester_id == actor.person_id and channel in OWN_CHANNELS:
        return None
    posts = await mandates.posts_taking_in(session, actor, division_code)
    if not posts:
        raise MayNotSendInForOthers()
    session.by_post = next((post.id for post in posts if post.kind not in AGENTS), posts[0].id)
    if anonymous:  # nobody's name is on it, and so nobody's leave is needed
        return None
    return await mandates.check_leave(session, actor, by_posts=posts, requester_id=requester_id, item_code=item_code)


async def check_may_see(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """The requester, whoever works or worked on it, and those whose posts reach it; to others it is not there.

    It is never there for the person complained of. A client sees what it sent in itself.
    """
    if actor.scopes is not None:
        if request.client_id != actor.person_id or request.for_discipline:
            raise NotFound()
        return
    if request.about_person_id == actor.person_id:
        raise NotFound()
    if actor.person_id in {request.requester_id, request.working_person_id, request.handler_id}:
        return
    given = {"request": request.id, "person": actor.person_id, "today": local_date(session.now)}
    if await session.first(WITHIN_REACH, **given) is None:
        raise NotFound()


async def check_may_see_readings(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Whose case it is, and an auditor of its area who reaches it; to others it is not there."""
    await check_may_see(session, actor, request)
    if actor.person_id == request.requester_id:
        return
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if not any(post.kind == "auditor" and post.covers(request.division_code) for post in posts):
        raise NotFound()


async def concerns(session: Session, person_id: UUID, about: str) -> bool:
    """Whether a thing of this id is a request of the person's own, or they themselves: they see who did what to it."""
    if about == str(person_id):
        return True
    try:
        request = await session.get(ServiceRequest, UUID(about))
    except ValueError:
        return False
    return request is not None and request.requester_id == person_id


async def check_may_dispatch(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Those above the organisation that it was dispatched to, or above its area where nobody serves it."""
    await check_may_see(session, actor, request)
    if not await is_overseer(session, actor, request):
        raise MayNotDispatch()


async def is_overseer(session: Session, actor: Actor, request: ServiceRequest) -> bool:
    """Whether the actor holds a post above the request's organisation or area, and did not handle it."""
    if actor.person_id == request.handler_id:
        return False
    today = local_date(session.now)
    organization_id = request.organization_id
    if request.for_discipline:
        return organization_id is not None and await roster.inspects(
            session, actor.person_id, organization_id, today=today
        )
    if organization_id is None:
        posts = await roster.posts_of(session, actor.person_id, today=today)
        kinds, area = {"township_cadre", "supervisor", "county_operator"}, request.division_code
        session.by_post = next((post.id for post in posts if post.kind in kinds and post.covers(area)), None)
        return session.by_post is not None
    return await roster.oversees(session, actor.person_id, organization_id, today=today)


async def acting_for(session: Session, actor: Actor, request: ServiceRequest) -> duty.Duty | None:
    """By which post, and for which absent colleague, the actor works on it; none for somebody's own work."""
    if actor.person_id == request.working_person_id or request.for_discipline:
        return None
    return await duty.acting_for(
        session,
        actor.person_id,
        absent=request.working_person_id,
        organization_id=request.working_organization_id,
        today=local_date(session.now),
    )
