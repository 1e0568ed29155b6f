"""Who may see a request, send one in for somebody, and dispatch it."""

from uuid import UUID

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.requests.channels import Channel
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster

OWN_CHANNELS = {Channel.MINI_PROGRAM, Channel.SOCIAL_ACCOUNT, Channel.WEB}
"""What a citizen uses without anybody's help."""

INTAKE = {"proxy_agent", "stand_in", "township_cadre", "county_operator"}
"""Posts that send a request in for somebody who asked by word of mouth or on paper."""


class MayNotSendInForOthers(Forbidden):
    """Only those who take requests in may send one in for somebody else, or by another channel than their own."""

    title_zh = "只有代办员、乡镇干部或热线人员可以替他人登记，请本人提交。"


class MayNotDispatch(Forbidden):
    """Only those above the organisation that had it may dispatch it anew."""

    title_zh = "只有上级组织的工作人员可以重新指派。"


async def check_may_submit(session: Session, actor: Actor, *, requester_id: UUID, channel: Channel) -> None:
    """A citizen for themselves, or somebody in office for a citizen."""
    if requester_id == actor.person_id and channel in OWN_CHANNELS:
        return
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    if not any(post.kind in INTAKE for post in posts):
        raise MayNotSendInForOthers()


async def check_may_see(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """The requester, whoever works or worked on it, and those above them; to others it is not there."""
    if actor.person_id in {request.requester_id, request.working_person_id, request.handler_id}:
        return
    if not await is_overseer(session, actor, request):
        raise NotFound()


async def check_may_dispatch(session: Session, actor: Actor, request: ServiceRequest) -> None:
    """Those above the organisation that it was dispatched to, or above its area where nobody serves it."""
    await check_may_see(session, actor, request)
    if not await is_overseer(session, actor, request):
        raise MayNotDispatch()


async def is_overseer(session: Session, actor: Actor, request: ServiceRequest) -> bool:
    """Whether the actor holds a post above the request's organisation or township, and is not the one it is about."""
    if actor.person_id == request.handler_id:
        return False
    today = local_date(session.now)
    organization_id = request.organization_id
    if organization_id is None:
        posts = await roster.posts_of(session, actor.person_id, today=today)
        return any(
            post.kind in {"township_cadre", "supervisor", "county_operator"}
            and request.division_code.startswith(post.division_code.rstrip("0"))
            for post in posts
        )
    return await roster.oversees(session, actor.person_id, organization_id, today=today)
