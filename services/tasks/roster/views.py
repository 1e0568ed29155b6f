"""Questions to the roster: who serves an area, who answers for an organisation, who stands above it."""

from datetime import date
from time import monotonic
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, case, literal, or_
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.roster.model import AGENTS, HEADS, OVERSEERS, Division, Organization, Post


def in_office() -> ColumnElement[bool]:
    """The post is held on the local date `today`."""
    today = bindparam("today", type_=Post.__table__.c.from_on.type)  # type: ignore[attr-defined]
    return (col(Post.from_on) <= today) & or_(col(Post.to_on).is_(None), col(Post.to_on) >= today)


AGENTS_OF = (
    select(Post)
    .where(col(Post.division_code) == bindparam("division"), col(Post.kind).in_(AGENTS), in_office())
    .order_by(col(Post.kind), col(Post.id))  # proxy_agent sorts before stand_in
)


class OnDuty:
    """Who takes requests in, remembered for a second of real time: every request asks it.

    The roster itself is behind what `members` knows by as much; a right never hangs on what is remembered here.
    """

    KEPT = 1.0  # seconds

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], tuple[float, list[Post]]] = {}

    async def of(self, session: Session, division_code: str, *, today: date) -> list[Post]:
        """The posts of an area, agents before stand-ins."""
        place, now = (division_code, today), monotonic()
        kept = self._known.get(place)
        if kept is None or kept[0] < now:
            if len(self._known) > 10_000:  # areas are few; made-up codes must not fill the memory
                self._known.clear()
            kept = self._known[place] = (
                now + self.KEPT,
                await session.all(AGENTS_OF, division=division_code, today=today),
            )
        return kept[1]

    def forget(self) -> None:
        """Ask anew; something of the roster has changed."""
        self._known.clear()


DISPATCHERS_OF = (
    select(Post)
    .where(col(Post.division_code) == bindparam("division"), col(Post.kind) == "township_cadre", in_office())
    .order_by(col(Post.id))
)

POSTS_OF = select(Post).where(col(Post.person_id) == bindparam("person"), in_office())

_upward = (
    select(col(Organization.id), col(Organization.superior_id), literal(0).label("steps"))
    .where(col(Organization.id) == bindparam("organization"))
    .cte("upward", recursive=True)
)
_upward = _upward.union_all(
    select(col(Organization.id), col(Organization.superior_id), _upward.c.steps + 1).join(
        _upward, col(Organization.id) == _upward.c.superior_id
    )
)
ABOVE = select(_upward.c.id, _upward.c.steps).order_by(_upward.c.steps)

_rank = case({kind: n for n, kind in enumerate(HEADS)}, value=col(Post.kind), else_=len(HEADS))
HEAD_OF = (
    select(Post)
    .where(col(Post.organization_id) == bindparam("organization"), col(Post.kind).in_(HEADS), in_office())
    .order_by(_rank, col(Post.id))
    .limit(1)
)

OVERSIGHT = (
    select(_upward.c.steps, col(Post.kind))
    .join(Post, col(Post.organization_id) == _upward.c.id)
    .where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(OVERSEERS), in_office())
)

_downward = (
    select(col(Post.organization_id).label("id"))
    .where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(OVERSEERS), in_office())
    .cte("downward", recursive=True)
)
DOWNWARD = _downward.union(
    select(col(Organization.id)).join(_downward, col(Organization.superior_id) == _downward.c.id)
)
"""The organisations at and below those in which a person oversees; give `person` and `today`."""


async def agents_of(session: Session, division_code: str, *, today: date) -> list[Post]:
    """Those who take requests in for an area today, agents before stand-ins; not to be changed."""
    return await session.use(OnDuty).of(session, division_code, today=today)


async def division(session: Session, code: str) -> Division | None:
    """The area with this code."""
    return await session.get(Division, code)


async def organizations_above(session: Session, organization_id: UUID) -> list[UUID]:
    """The organisation itself and those above it, from the bottom up."""
    return [found for found, _ in await session.all(ABOVE, organization=organization_id)]


async def head_of(session: Session, organization_id: UUID, *, today: date) -> Post | None:
    """Who answers for an organisation today, if the post is not vacant."""
    heads = await session.all(HEAD_OF, organization=organization_id, today=today)
    return heads[0] if heads else None


async def head_at_or_above(
    session: Session, organization_id: UUID, *, steps: int, today: date
) -> tuple[UUID, Post | None]:
    """The organisation that many steps up (or the topmost), and who answers there or, if vacant, next above."""
    chain = await organizations_above(session, organization_id)
    start = min(steps, len(chain) - 1) if chain else 0
    owner = chain[start] if chain else organization_id
    for above in chain[start:]:
        if head := await head_of(session, above, today=today):
            return owner, head
    return owner, None


async def oversees(session: Session, person_id: UUID, organization_id: UUID, *, today: date) -> bool:
    """Whether a person holds a post above an organisation; supervisors and the county oversee their own, too."""
    found = await session.all(OVERSIGHT, organization=organization_id, person=person_id, today=today)
    return any(steps > 0 or kind in {"supervisor", "township_cadre", "county_operator"} for steps, kind in found)


async def dispatchers_of(session: Session, township_code: str, *, today: date) -> list[Post]:
    """Those who dispatch by hand in a township today."""
    return await session.all(DISPATCHERS_OF, division=township_code, today=today)


async def posts_of(session: Session, person_id: UUID, *, today: date) -> list[Post]:
    """The posts that a person holds today."""
    return await session.all(POSTS_OF, person=person_id, today=today)
