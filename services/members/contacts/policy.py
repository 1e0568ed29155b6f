"""Who may look a number up and take somebody in: those who take requests in for an area, and systems that send some."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden
from chassis.session import Session
from chassis.two_persons import Span
from services.members.clients.model import ApiClient
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

TAKING_IN = (
    PostKind.PROXY_AGENT,
    PostKind.STAND_IN,
    PostKind.GRID_WORKER,
    PostKind.TOWNSHIP_CADRE,
    PostKind.COUNTY_OPERATOR,
)
"""Posts that send a request in for somebody of their area who asked by word of mouth or on paper."""

TAKING_IN_POSTS = select(Post).where(
    col(Post.person_id) == bindparam("person"), col(Post.kind).in_(TAKING_IN), *IN_OFFICE
)


class NotYourArea(Forbidden):
    """You take requests in for another area than this."""

    title_zh = "您不负责这个村（社区）的登记，请核对所在村（社区），或转给当地的代办员或乡镇。"


async def areas_taken_in_for(session: Session, actor: Actor) -> Sequence[Span]:
    """For which areas somebody takes requests in today; a client, for its own. Raises `Forbidden` for all others."""
    if actor.scopes is not None:
        client = await session.get(ApiClient, actor.person_id)
        if client is None:
            raise Forbidden()
        return [span_of(client.division_code)]
    posts = await session.all(TAKING_IN_POSTS, person=actor.person_id, today=local_date(session.now))
    if not posts:
        raise Forbidden()
    session.by_post = posts[0].id
    return [span_of(post.division_code) for post in posts]


def lies_in(code: str, areas: Sequence[Span]) -> bool:
    """Whether a division lies in one of these areas."""
    return any(first <= code <= last for first, last in areas)
