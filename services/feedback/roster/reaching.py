"""By which of their posts somebody reaches an area, so that the deed can be put down to that post."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from chassis.divisions import lies_in, span_of
from chassis.session import Session
from chassis.two_persons import Span
from services.feedback.roster.model import Organization, Post
from services.feedback.roster.views import OWN_POSTS

SECRETARIES = ("secretary", "first_secretary")
"""They speak for an area through the organisation that leads it (`roster.views.oversees_area`)."""

_superior = aliased(Organization)
HELD = (
    select(
        col(Post.id),
        col(Post.kind),
        col(Post.name),
        col(Post.organization_id),
        col(Post.division_code),
        col(Organization.division_code),
        col(_superior.division_code),
    )
    .join(Organization, col(Organization.id) == col(Post.organization_id))
    .outerjoin(_superior, col(_superior.id) == col(Organization.superior_id))
    .where(OWN_POSTS)
    .order_by(col(Post.id))
)


class Reached(NamedTuple):
    """A post of somebody, and the area that they reach by it."""

    post_id: UUID
    kind: str
    name: str  # of who holds it
    organization_id: UUID
    area: str


async def posts_reaching(session: Session, person_id: UUID, *, today: date, kinds: Collection[str]) -> list[Reached]:
    """The posts of these kinds that somebody holds on a local date, each with its area."""
    found = []
    rows = await session.all(HELD, person=person_id, today=today)
    for post_id, kind, name, organization_id, area, organization_area, superior_area in rows:
        if kind not in kinds:
            continue
        if kind not in SECRETARIES:
            found.append(Reached(post_id, kind, name, organization_id, area))
        elif organization_area != superior_area:
            found.append(Reached(post_id, kind, name, organization_id, organization_area))
    return found


async def reaching(
    session: Session, person_id: UUID, code: str, *, today: date, kinds: Collection[str]
) -> Reached | None:
    """The first post of these kinds by which somebody reaches an area on a local date."""
    found = await posts_reaching(session, person_id, today=today, kinds=kinds)
    return next((one for one in found if lies_in(code, one.area)), None)


def spans_of(posts: Sequence[Reached]) -> list[Span]:
    """The areas of posts as first and last codes."""
    return [span_of(one.area) for one in posts]
