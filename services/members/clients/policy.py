"""Who registers clients and gives them keys: the county's operator, for the organisations of the county."""

from collections.abc import Sequence
from uuid import UUID

from chassis.clock import local_date
from chassis.divisions import span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.members.access.policy import OPERATES
from services.members.clients.model import ApiClient
from services.members.organizations.model import Organization


async def areas_operated(session: Session, actor: Actor) -> Sequence[tuple[UUID, str]]:
    """The operator's posts and their areas. Raises `Forbidden` for whoever holds none."""
    posts = await session.all(OPERATES, person=actor.person_id, today=local_date(session.now))
    if not posts:
        raise Forbidden()
    return posts


async def check_may_manage(session: Session, actor: Actor, about: ApiClient | Organization | None) -> None:
    """An operator of the county in which it lies. Raises `Forbidden`, or `NotFound` for one of another county."""
    for post_id, area in await areas_operated(session, actor):
        first, last = span_of(area)
        if about is not None and first <= about.division_code <= last:
            session.by_post = post_id
            return
    raise NotFound()
