"""By which index the cases that somebody's posts reach are found: walks that each have one, and together show them all.

`scope.BY_POST` alone is an OR of several things. A planner that gets it whole walks from new to old and tries every
case; for whoever reaches few cases, or none, that is the whole table.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam

from chassis.plans import table_of
from chassis.session import Session
from services.tasks.requests import scope
from services.tasks.requests.model import ServiceRequest
from services.tasks.roster import views as roster
from services.tasks.roster.model import DISCIPLINE, GUIDE, READERS, Post

FEW = 8
"""Of so many organisations the cases are looked up for each; whoever sees more soon meets theirs on any walk."""

SEEING = (*READERS, GUIDE, DISCIPLINE)
"""Posts by which somebody sees the work of others."""

_organization = table_of(ServiceRequest).c.organization_id


@dataclass(frozen=True, slots=True)
class Walks:
    """Which walks somebody's posts make."""

    whole: bool = False  # along the list's own order; the others are parts of it
    organizations: int = 0  # one walk for each
    unassigned: bool = False  # what lies with no organisation yet
    discipline: bool = False  # what lies with discipline supervision

    def conditions(self) -> list[ColumnElement[bool]]:
        """What each walk shows; they take `person`, `today`, and `organization_0` and so on."""
        if self.whole:
            return [scope.BY_POST]
        keys: list[ColumnElement[bool]] = [
            _organization == bindparam(f"organization_{n}", type_=_organization.type) for n in range(self.organizations)
        ]
        keys += [_organization.is_(None)] if self.unassigned else []
        keys += [scope.WITH_DISCIPLINE] if self.discipline else []
        return [and_(key, scope.BY_POST) for key in keys]


@dataclass(frozen=True, slots=True)
class ByPost:
    """Somebody's walks, and the values that they take."""

    walks: Walks
    values: dict[str, object] = field(default_factory=dict)


NOTHING = ByPost(Walks())
"""No post of theirs sees the work of others."""


async def by_posts(session: Session, person_id: UUID, posts: Sequence[Post], *, today: date) -> ByPost:
    """The walks of the posts that somebody holds; none where no post sees the work of others."""
    readers = [post for post in posts if post.kind in READERS]
    discipline = any(post.kind == DISCIPLINE for post in posts)
    if any(post.kind == GUIDE for post in posts) or any(post.division_code.endswith("000") for post in readers):
        return ByPost(Walks(whole=True))
    seen = await roster.organizations_seen(session, person_id, today=today) if readers else []
    if len(seen) > FEW:
        return ByPost(Walks(whole=True))
    walks = Walks(organizations=len(seen), unassigned=bool(readers), discipline=discipline)
    return ByPost(walks, {f"organization_{n}": one for n, one in enumerate(seen)})
