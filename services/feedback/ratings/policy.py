"""Who may grade: the person served, unless they handled the case, or hold the handler's post or device."""

from sqlalchemy import bindparam, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.feedback.ratings.model import Invitation
from services.feedback.roster import views as roster
from services.feedback.roster.model import AGENTS, Post
from services.feedback.roster.views import OWN_POSTS
from services.feedback.scorecards.units import Unit

HANDLED_BY = (
    select(Invitation.id)
    .where(col(Invitation.request_id) == bindparam("request"), col(Invitation.handler_id) == bindparam("person"))
    .limit(1)
)


class HandlerMayNotRate(Forbidden):
    """Whoever handled a case may not rate it, not even as the person served."""

    title_zh = "这件事由您本人承办，承办人不能评价自己承办的事项。"


class MayNotCountInvitations(Forbidden):
    """How many graded is counted for those who oversee the units from above."""

    title_zh = "只有上一级负责人可以查看下级单位的评价情况，请联系上一级组织。"


async def check_counts(session: Session, actor: Actor, unit: Unit) -> None:
    """See that somebody oversees a unit whose parts are counted. Raises `MayNotCountInvitations`."""
    today = local_date(session.now)
    if unit.organization_id is not None:
        sees = await roster.oversees_organization(session, actor.person_id, unit.organization_id, today=today)
    else:
        sees = await roster.oversees_area(session, actor.person_id, unit.code, today=today)
    if not sees:
        raise MayNotCountInvitations()


HANDLERS_OF = select(Invitation.handler_id).where(col(Invitation.request_id) == bindparam("request"))

_theirs = aliased(Post)
HOLDS_THE_HANDLERS_POST = (
    select(Post.id)
    .join(
        _theirs,
        (col(_theirs.organization_id) == col(Post.organization_id))
        & (col(_theirs.division_code) == col(Post.division_code)),
    )
    .where(
        OWN_POSTS,
        col(_theirs.person_id) == bindparam("handler"),
        col(_theirs.from_on) <= bindparam("then"),
        or_(col(_theirs.to_on).is_(None), col(_theirs.to_on) >= bindparam("then")),
        or_(
            col(_theirs.kind) == col(Post.kind),
            col(_theirs.kind).in_(AGENTS) & col(Post.kind).in_(AGENTS),
        ),
    )
    .limit(1)
)
"""The person holds today a post like one that the handler held then, in the same organisation and area."""


class HandlersPostMayNotRate(Forbidden):
    """Whoever holds the post by which a case was handled does not rate it, be they another person by now."""

    title_zh = "这件事由您现在的岗位承办，不能评价；没有办好的，请打开事项选择“未解决”，或等回访时说。"


class HandlersDeviceMayNotRate(Forbidden):
    """No rating comes from a device on which whoever handled the case signed in."""

    title_zh = "承办人在这台设备上登录过，不能在这里评价：请用自己的手机评价，或等回访；没有办好的，可直接选“未解决”。"


def check_served(invitation: Invitation | None, actor: Actor) -> Invitation:
    """The invitation, if it was addressed to the actor. Raises `NotFound`."""
    if invitation is None or invitation.citizen_id != actor.person_id:
        raise NotFound()
    return invitation


async def check_handled_by_another(session: Session, invitation: Invitation) -> None:
    """See that the person served handled no round of the case. Raises `HandlerMayNotRate`."""
    handled = await session.first(HANDLED_BY, request=invitation.request_id, person=invitation.citizen_id)
    if handled is not None:
        raise HandlerMayNotRate()


async def check_neither_their_post_nor_their_device(session: Session, invitation: Invitation, actor: Actor) -> None:
    """See that the grade comes neither from the handler's post nor from a device of a handler of any round.

    Raises `HandlersPostMayNotRate`, `HandlersDeviceMayNotRate`. A device that does not say which it is is not known.
    """
    given = {"person": actor.person_id, "today": local_date(session.now), "then": local_date(invitation.asked_at)}
    if await session.first(HOLDS_THE_HANDLERS_POST, handler=invitation.handler_id, **given) is not None:
        raise HandlersPostMayNotRate()
    if actor.beside and not actor.beside.isdisjoint(await session.all(HANDLERS_OF, request=invitation.request_id)):
        raise HandlersDeviceMayNotRate()
