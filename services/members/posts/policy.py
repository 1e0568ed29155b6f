"""Who gives a post, ends it, or says that its holder is away: those above the organisation in which it is held."""

from uuid import UUID

from sqlalchemy import bindparam, literal, select
from sqlmodel import col

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.members.organizations.model import Organization
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

SECRETARIES = {PostKind.SECRETARY, PostKind.FIRST_SECRETARY}

BY_THE_COUNTY = {
    PostKind.SUPERVISOR,
    PostKind.COUNTY_OPERATOR,
    PostKind.AUDITOR,
    PostKind.DISCIPLINE_INSPECTOR,
}
"""Posts that watch over others: no secretary fills them."""

HIGHEST = 16  # steps from the lowest organisation to the top; more would be a circle

_upward = (
    select(col(Organization.id), col(Organization.superior_id), literal(0).label("steps"))
    .where(col(Organization.id) == bindparam("organization"))
    .cte("upward", recursive=True)
)
_upward = _upward.union_all(
    select(col(Organization.id), col(Organization.superior_id), _upward.c.steps + 1)
    .join(_upward, col(Organization.id) == _upward.c.superior_id)
    .where(_upward.c.steps < HIGHEST)
)
COMMANDS = (
    select(col(Post.id), col(Post.kind), _upward.c.steps)
    .join(_upward, col(Post.organization_id) == _upward.c.id)
    .where(
        col(Post.person_id) == bindparam("person"),
        col(Post.kind).in_([*SECRETARIES, PostKind.COUNTY_OPERATOR]),
        *IN_OFFICE,
    )
)


class NotForOneself(Forbidden):
    """Nobody gives themselves a post, or ends their own."""

    title_zh = "不能给本人任免岗位，请由上级组织办理。"


class ForTheCountyAlone(Forbidden):
    """Supervisors, operators, auditors and discipline inspectors are put in office by the county's operator alone."""

    title_zh = "督查、县级管理员、审计和纪检监察岗位只能由县级管理员任免，请联系县级管理员。"


async def check_may_give(
    session: Session, actor: Actor, *, organization_id: UUID, kind: PostKind, person_id: UUID
) -> None:
    """The operator of the county, or a secretary of an organisation above the post's own. Raises `Forbidden`."""
    commands = await _commands(session, actor, organization_id)
    if not commands:
        raise Forbidden()
    if person_id == actor.person_id:
        raise NotForOneself()
    if kind in BY_THE_COUNTY and PostKind.COUNTY_OPERATOR not in commands:
        raise ForTheCountyAlone()


async def check_may_end(session: Session, actor: Actor, post: Post) -> None:
    """As for giving it; to others the post is not there to be ended. Raises `NotFound`, `Forbidden`."""
    if not await _commands(session, actor, post.organization_id):
        raise NotFound()
    await check_may_give(session, actor, organization_id=post.organization_id, kind=post.kind, person_id=post.person_id)


async def _commands(session: Session, actor: Actor, organization_id: UUID) -> set[PostKind]:
    found = await session.all(
        COMMANDS, organization=organization_id, person=actor.person_id, today=local_date(session.now)
    )
    held = {kind: post_id for post_id, kind, steps in found if steps > 0 or kind is PostKind.COUNTY_OPERATOR}
    session.by_post = next(iter(held.values()), None)
    return set(held)
