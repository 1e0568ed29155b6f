"""Whom an agent may act for, what an agent may not do without leave, and who may end a mandate."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, or_
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.tasks.mandates.model import Mandate, MandateNeeded, MandateStage
from services.tasks.roster import views as roster
from services.tasks.roster.duty import ACTED_FOR, ACTED_FOR_IN
from services.tasks.roster.model import AGENTS, TAKE_IN, Post

SECOND = ("township_cadre", "county_operator")
"""Posts whose holders look at a mandate on paper."""

_today = bindparam("today", type_=Mandate.__table__.c.from_on.type)  # type: ignore[attr-defined]

IN_FORCE = (
    (col(Mandate.stage) == MandateStage.GIVEN) & (col(Mandate.from_on) <= _today) & (col(Mandate.to_on) >= _today)
)
"""Given, and between its days; give `today`."""

LEAVE = (
    select(Mandate)
    .join(Post, col(Post.id) == col(Mandate.post_id))
    .where(
        col(Mandate.principal_id) == bindparam("principal"),
        IN_FORCE,
        roster.in_office(),
        or_(
            col(Mandate.agent_id) == bindparam("person"),
            col(Mandate.agent_id).in_(ACTED_FOR) & col(Post.organization_id).in_(ACTED_FOR_IN),
        ),
    )
    .order_by(col(Mandate.to_on).desc(), col(Mandate.id))
)
"""The mandates of a villager under which a person acts today, as the agent or for the agent who is away.

A post that ends takes its mandates with it.
"""


async def leave_of(session: Session, person_id: UUID, *, principal_id: UUID, item_code: str | None) -> Mandate | None:
    """The mandate under which somebody may send in a new errand for a villager today."""
    found = await session.all(LEAVE, principal=principal_id, person=person_id, today=local_date(session.now))
    return next((one for one in found if one.covers_item(item_code)), None)


async def check_leave(
    session: Session, actor: Actor, *, by_posts: Sequence[Post], requester_id: UUID, item_code: str | None
) -> Mandate | None:
    """The mandate under which an agent sends something in for somebody else; none is needed for oneself, or by a post
    to whose holder the requester speaks. Raises `MandateNeeded`.
    """
    if requester_id == actor.person_id or any(post.kind not in AGENTS for post in by_posts):
        return None
    found = await leave_of(session, actor.person_id, principal_id=requester_id, item_code=item_code)
    if found is None:
        raise MandateNeeded()
    return found


async def only_takes_notes(
    session: Session, actor: Actor, *, requester_id: UUID, division_code: str, item_code: str | None
) -> Post | None:
    """The agent's post by which a submission for somebody else is a note and no case; none where it is a case."""
    if actor.scopes is not None or requester_id == actor.person_id:
        return None
    posts = await posts_taking_in(session, actor, division_code)
    if not posts or any(post.kind not in AGENTS for post in posts):
        return None
    if await leave_of(session, actor.person_id, principal_id=requester_id, item_code=item_code) is not None:
        return None
    return posts[0]


async def agents_post_of(session: Session, actor: Actor) -> Post | None:
    """The post by which somebody is an agent today, if they are."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    return min((post for post in posts if post.kind in AGENTS), key=lambda post: (post.kind, post.id), default=None)


async def posts_taking_in(session: Session, actor: Actor, division_code: str) -> list[Post]:
    """The posts by which somebody takes requests in for an area today."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    return [post for post in posts if post.kind in TAKE_IN and post.covers(division_code)]


async def check_may_see(session: Session, actor: Actor, mandate: Mandate) -> None:
    """The villager, the agent, and those who take requests in for the area, who end it by word of mouth.

    Raises `NotFound`.
    """
    if actor.person_id in {mandate.principal_id, mandate.agent_id}:
        return
    posts = await posts_taking_in(session, actor, mandate.division_code)
    if not posts:
        raise NotFound()
    session.by_post = posts[0].id


async def check_may_see_paper(session: Session, actor: Actor, mandate: Mandate) -> None:
    """The villager, the agent, and whoever is or could be the second person. Raises `NotFound`."""
    if actor.person_id in {mandate.principal_id, mandate.agent_id}:
        return
    areas = await second_persons_areas(session, actor.person_id)
    if not any(first <= mandate.division_code <= last for first, last in areas):
        raise NotFound()


async def second_persons_areas(session: Session, person_id: UUID) -> list[Span]:
    """Where somebody looks at mandates on paper today."""
    posts = await roster.posts_of(session, person_id, today=local_date(session.now))
    return [span_of(post.division_code) for post in posts if post.kind in SECOND]
