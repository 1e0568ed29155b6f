"""Who may issue a supervision order, see it, answer it and take it back."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.assignments.policy import REACHES
from services.tasks.findings.policy import check_may_see as check_may_see_finding
from services.tasks.orders.matters import Matter
from services.tasks.orders.model import ExpediteNotice
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.policy import check_may_see as check_may_see_request
from services.tasks.requests.scope import BY_POST
from services.tasks.roster import duty
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post

ISSUERS = ("supervisor", "county_operator")
"""Posts that supervise: what lies at or below their organisation may be put under an order by them."""

OVERSEEN = select(ServiceRequest.id).where(col(ServiceRequest.id) == bindparam("request"), BY_POST)


class MayNotIssue(Forbidden):
    """Only those who supervise the unit may put a matter of it under an order."""

    title_zh = "只有对该单位负责督查的人员可以发督办单，请联系本级督查部门。"


class NotTheAddressee(Forbidden):
    """The order is addressed to the head of the unit, who answers it or has it answered by whoever acts for them."""

    title_zh = "督办单由责任单位负责人答复；负责人外出的由代行人员答复。"


class NotTheIssuer(Forbidden):
    """An order is taken back by those who supervise the unit."""

    title_zh = "只有发督办单的督查人员可以销号；事项办结后会自动销号。"


async def check_may_issue(session: Session, actor: Actor, matter: Matter) -> Post:
    """By which post the actor supervises the matter. Raises `NotFound`, `MayNotIssue`."""
    await _check_may_see_matter(session, actor, matter)
    post = await _supervising(session, actor, matter)
    if post is None or actor.person_id in matter.workers:
        raise MayNotIssue()
    session.by_post = post.id
    return post


async def check_may_see(session: Session, actor: Actor, order: ExpediteNotice, matter: Matter) -> None:
    """Who issued it, to whom it is addressed, and whose posts see the matter; never whoever is complained of."""
    if actor.person_id == matter.past:
        raise NotFound()
    if actor.person_id in {order.issuer_id, order.addressee_id}:
        return
    if await _acting(session, actor.person_id, order) is not None:
        return
    if matter.request is None:
        await _check_may_see_matter(session, actor, matter)
        return
    given = {"person": actor.person_id, "today": local_date(session.now)}
    if await session.first(OVERSEEN, request=matter.request_id, **given) is None:
        raise NotFound()


async def check_may_answer(session: Session, actor: Actor, order: ExpediteNotice, matter: Matter) -> str:
    """In whose name the actor answers: the addressee, whoever acts for them, or who is head of the unit by now.

    Raises `NotFound`, `NotTheAddressee`.
    """
    await check_may_see(session, actor, order, matter)
    if actor.person_id == order.addressee_id:
        return order.addressee_name
    acting = await _acting(session, actor.person_id, order)
    if acting is not None:
        session.by_post = acting.post.id
        return f"{acting.post.name}（代{order.addressee_name}）"
    past = matter.past
    head = await roster.head_of(session, order.organization_id, today=local_date(session.now), past=past)
    if head is None or head.person_id != actor.person_id:
        raise NotTheAddressee()
    session.by_post = head.id
    return head.name


async def check_may_close(session: Session, actor: Actor, order: ExpediteNotice, matter: Matter) -> Post:
    """By which post the actor takes it back. Raises `NotFound`, `NotTheIssuer`."""
    await check_may_see(session, actor, order, matter)
    post = await _supervising(session, actor, matter)
    if post is None or actor.person_id in matter.workers | {order.addressee_id}:
        raise NotTheIssuer()
    session.by_post = post.id
    return post


async def _check_may_see_matter(session: Session, actor: Actor, matter: Matter) -> None:
    if matter.finding is not None:
        await check_may_see_finding(session, actor, matter.finding)
    elif matter.request is not None:
        await check_may_see_request(session, actor, matter.request)
    else:
        given = {"organization": matter.unit, "person": actor.person_id, "today": local_date(session.now)}
        if await session.first(REACHES, **given) is None:
            raise NotFound()


async def _supervising(session: Session, actor: Actor, matter: Matter) -> Post | None:
    """The post by which somebody supervises the unit that has the matter, or the area while no unit has it."""
    today = local_date(session.now)
    posts = [p for p in await roster.posts_of(session, actor.person_id, today=today) if p.kind in ISSUERS]
    if matter.unit is None:
        return next((post for post in posts if post.covers(matter.division_code)), None)
    above = await roster.organizations_above(session, matter.unit)
    return next((post for post in posts if post.organization_id in above), None)


async def _acting(session: Session, person_id: UUID, order: ExpediteNotice) -> duty.Duty | None:
    return await duty.acting_for(
        session,
        person_id,
        absent=order.addressee_id,
        organization_id=order.organization_id,
        today=local_date(session.now),
    )
