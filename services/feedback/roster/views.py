"""Questions to the roster: what stands under a unit, and which posts reach it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from chassis.divisions import lies_in
from chassis.session import Session
from services.feedback.roster.model import AGENTS, GUIDE, OVERSEERS, READERS, Organization, Post


def in_office() -> ColumnElement[bool]:
    """The post is held on the local date `today`."""
    today = bindparam("today", type_=Post.__table__.c.from_on.type)  # type: ignore[attr-defined]
    not_over = col(Post.ended_at).is_(None) & (col(Post.to_on).is_(None) | (col(Post.to_on) >= today))
    return (col(Post.from_on) <= today) & not_over


OWN_POSTS = (col(Post.person_id) == bindparam("person")) & in_office()

AGENCY = select(Post.id).where(OWN_POSTS, col(Post.kind).in_(AGENTS)).limit(1)

# UNION, not UNION ALL: facts of a reorganisation come one by one, and between two of them the tree may have a circle.
_upward = (
    select(col(Organization.id), col(Organization.superior_id))
    .where(col(Organization.id) == bindparam("organization"))
    .cte("upward", recursive=True)
)
_upward = _upward.union(
    select(col(Organization.id), col(Organization.superior_id)).join(
        _upward, col(Organization.id) == _upward.c.superior_id
    )
)
OVERSIGHT_OF_ORGANIZATION, CHARGE_OF_ORGANIZATION = (
    select(Post.id)
    .join(_upward, col(Post.organization_id) == _upward.c.id)
    .where(OWN_POSTS, col(Post.kind).in_(kinds))
    .limit(1)
    for kinds in (READERS, OVERSEERS)
)

_superior = aliased(Organization)
OVERSIGHT_OF_AREAS = (
    select(Post.kind, Post.division_code, Organization.division_code, _superior.division_code)
    .join(Organization, col(Organization.id) == col(Post.organization_id))
    .outerjoin(_superior, col(_superior.id) == col(Organization.superior_id))
    .where(OWN_POSTS, col(Post.kind).in_([*READERS, GUIDE]))
)

_below = (
    select(col(Organization.id))
    .join(Post, col(Post.organization_id) == col(Organization.superior_id))
    .where(OWN_POSTS, col(Post.kind).in_(READERS))
    .cte("below", recursive=True)
)
BELOW = _below.union(select(col(Organization.id)).join(_below, col(Organization.superior_id) == _below.c.id))
"""The organisations below those whose work a person sees by a post; give `person` and `today`."""

_leader = aliased(Organization)
LEADING = (
    select(Organization)
    .join(_leader, col(_leader.id) == col(Organization.superior_id))
    .where(col(Organization.division_code) == bindparam("area"), col(_leader.division_code) != bindparam("area"))
    .order_by(col(Organization.code))
    .limit(1)
)
"""The organisation that leads an area: its superior lies in another; none leads the county's."""

ORGANIZATION_CODED = select(Organization).where(col(Organization.code) == bindparam("code"))


async def runs_errands(session: Session, person_id: UUID, *, today: date) -> bool:
    """Whether a person is a proxy agent, or stands in for one, on this local date."""
    return await session.first(AGENCY, person=person_id, today=today) is not None


async def oversees_organization(
    session: Session, person_id: UUID, organization_id: UUID, *, today: date, in_charge: bool = False
) -> bool:
    """Whether a person sees the work of an organisation by a post in it or in one above it, on this local date.

    In charge are fewer: who audits is not.
    """
    statement = CHARGE_OF_ORGANIZATION if in_charge else OVERSIGHT_OF_ORGANIZATION
    return await session.first(statement, organization=organization_id, person=person_id, today=today) is not None


async def oversees_area(
    session: Session, person_id: UUID, division_code: str, *, today: date, in_charge: bool = False
) -> bool:
    """Whether a person holds an overseeing post for an area or for one around it on this local date.

    A secretary speaks for an area only through the organisation that leads it, whose superior lies in another area: a
    branch among several of one village, or of a township's own offices, does not. In charge are fewer: who audits or
    guides is not.
    """
    for kind, post_area, organization_area, superior_area in await session.all(
        OVERSIGHT_OF_AREAS, person=person_id, today=today
    ):
        if in_charge and kind not in OVERSEERS:
            continue
        if kind in {"secretary", "first_secretary"}:
            if organization_area != superior_area and lies_in(division_code, organization_area):
                return True
        elif lies_in(division_code, post_area):
            return True
    return False
