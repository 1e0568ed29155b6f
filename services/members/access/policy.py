"""Who takes access back and gives it again: the county's operator, for everybody within the county but themselves."""

from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.members.contacts.known import known_as
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.sessions.views import ever_signed_in
from services.members.words import PostKind

OPERATES = columns(col(Post.id), col(Post.division_code)).where(
    col(Post.person_id) == bindparam("person"), col(Post.kind) == PostKind.COUNTY_OPERATOR, *IN_OFFICE
)


class NotOneself(Forbidden):
    """Nobody takes their own access back, or gives it to themselves."""

    title_zh = "不能暂停或恢复本人的使用权限，请由其他管理员办理。"


async def check_may_decide(session: Session, actor: Actor, person_id: UUID) -> None:
    """An operator of the county in which the person lives; whoever stands in no register belongs to every county.

    Raises `Forbidden`, `NotOneself`, or `NotFound` for somebody of another county.
    """
    posts = await session.all(OPERATES, person=actor.person_id, today=local_date(session.now))
    if not posts:
        raise Forbidden()
    if person_id == actor.person_id:
        raise NotOneself()
    known = await known_as(session, person_id)
    if known is None:
        if not await ever_signed_in(session, person_id):
            raise NotFound()
        session.by_post = posts[0][0]
        return
    for post_id, area in posts:
        first, last = span_of(area)
        if any(first <= code <= last for code in known.areas):
            session.by_post = post_id
            return
    raise NotFound()
