"""Questions to the roster: who serves an area, who answers for an organisation, who stands above it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, bindparam, case, func, literal, or_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.problems import Invalid
from chassis.session import Session
from services.tasks.roster.model import DISCIPLINE, HEADS, OVERSEERS, READERS, Division, Organization, Post


class NotInOffice(Invalid):
    """Nobody holds this post today."""

    title_zh = "所选岗位目前无人在任，请核对后重新选择。"


def in_office() -> ColumnElement[bool]:
    """The post is held on the local date `today`."""
    today = bindparam("today", type_=Post.__table__.c.from_on.type)  # type: ignore[attr-defined]
    not_over = col(Post.ended_at).is_(None) & or_(col(Post.to_on).is_(None), col(Post.to_on) >= today)
    return (col(Post.from_on) <= today) & not_over


IN_AREA = (
    select(Organization)
    .where(col(Organization.division_code) == bindparam("division"))
    .order_by(case({"committee": 0}, value=col(Organization.tier), else_=1), col(Organization.id))
)
_superior = aliased(Organization)
LEADING = (
    select(Organization)
    .join(_superior, col(_superior.id) == col(Organization.superior_id))
    .where(
        col(Organization.division_code) == bindparam("division"), col(_superior.division_code) != bindparam("division")
    )
    .order_by(col(Organization.code))
    .limit(1)
)
SECRETARIES_OF = (
    select(Post)
    .where(
        col(Post.organization_id) == bindparam("organization"),
        col(Post.kind).in_(["secretary", "first_secretary"]),
        in_office(),
    )
    .order_by(col(Post.id))
)
DISPATCHERS_OF = (
    select(Post)
    .where(col(Post.division_code) == bindparam("division"), col(Post.kind) == "township_cadre", in_office())
    .order_by(col(Post.id))
)

OF_KIND_IN = (
    select(Post)
    .where(col(Post.division_code) == bindparam("division"), col(Post.kind) == bindparam("kind"), in_office())
    .order_by(col(Post.id))
)

POSTS_OF = select(Post).where(col(Post.person_id) == bindparam("person"), in_office())

HIGHEST = 16  # steps to the top; between two facts of a reorganisation the tree may have a circle
NOBODY = UUID(int=0)

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
ABOVE = select(_upward.c.id, _upward.c.steps).order_by(_upward.c.steps)

_rank = case({kind: n for n, kind in enumerate(HEADS)}, value=col(Post.kind), else_=len(HEADS))
HEAD_OF = (
    select(Post)
    .where(
        col(Post.organization_id) == bindparam("organization"),
        col(Post.kind).in_(HEADS),
        col(Post.person_id) != bindparam("past"),
        in_office(),
    )
    .order_by(_rank, col(Post.id))
    .limit(1)
)
SUPERVISION_OF = (
    select(Post)
    .where(
        col(Post.organization_id) == bindparam("organization"),
        col(Post.kind).in_(["supervisor", "county_operator"]),
        col(Post.person_id) != bindparam("past"),
        in_office(),
    )
    .order_by(col(Post.kind).desc(), col(Post.id))  # supervisors before operators
)

INSPECTORS_OF = (
    select(Post)
    .where(
        col(Post.organization_id) == bindparam("organization"),
        col(Post.kind) == DISCIPLINE,
        col(Post.person_id) != bindparam("past"),
        in_office(),
    )
    .order_by(col(Post.id))
)
INSPECTORS = select(Post).where(col(Post.kind) == DISCIPLINE, in_office()).order_by(col(Post.id))
OPERATORS = select(Post).where(col(Post.kind) == "county_operator", in_office()).order_by(col(Post.id))
INSPECTS = (
    select(col(Post.id))
    .join(_upward, col(Post.organization_id) == _upward.c.id)
    .where(col(Post.person_id) == bindparam("person"), col(Post.kind) == DISCIPLINE, in_office())
    .limit(1)
)

OVERSIGHT = (
    select(_upward.c.steps, col(Post.kind), col(Post.id))
    .join(Post, col(Post.organization_id) == _upward.c.id)
    .where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(OVERSEERS), in_office())
)


def _reached_from(*kinds: str) -> CTE:
    """The organisations at and below those in which a person holds a post of one of these kinds."""
    first = (
        select(col(Post.organization_id).label("id"))
        .where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(kinds), in_office())
        .cte(f"downward_of_{kinds[0]}", recursive=True)
    )
    return first.union(select(col(Organization.id)).join(first, col(Organization.superior_id) == first.c.id))


DOWNWARD = _reached_from(*READERS)
"""The organisations at and below those whose work a person sees by a post; give `person` and `today`."""

_officers = _reached_from("supervisor", "township_cadre", "county_operator")
_led = _reached_from("secretary", "first_secretary")


def overseen(organization: Mapped[UUID]) -> ColumnElement[bool]:
    """Whose work a person oversees (as `oversees` says of one organisation); give `person` and `today`."""
    below_theirs = select(col(Organization.id)).where(col(Organization.superior_id).in_(select(_led.c.id)))
    return or_(organization.in_(select(_officers.c.id)), organization.in_(below_theirs))


SEEN = select(DOWNWARD.c.id).order_by(DOWNWARD.c.id)

INSPECTED = _reached_from(DISCIPLINE)
"""The organisations at and below those in which a person is a discipline inspector; give `person` and `today`."""


def covered_by_a_post(code: Mapped[str], *kinds: str) -> ColumnElement[bool]:
    """The person holds a post of one of these kinds for this area or for one around it; give `person` and `today`."""
    area = col(Post.division_code)
    township, district = area.like("%000"), area.like("%000000")
    around = or_(
        area == code,
        township & (func.substr(area, 1, 9) == func.substr(code, 1, 9)),
        district & (func.substr(area, 1, 6) == func.substr(code, 1, 6)),
    )
    held = (col(Post.person_id) == bindparam("person")) & col(Post.kind).in_(kinds) & in_office()
    return select(col(Post.id)).where(held, around).exists()


_below = (
    select(col(Organization.id))
    .where(col(Organization.superior_id) == bindparam("organization"))
    .cte("below", recursive=True)
)
_below = _below.union(select(col(Organization.id)).join(_below, col(Organization.superior_id) == _below.c.id))
BELOW_ONE = select(_below.c.id)
"""The ids of the organisations below one; give `organization`."""
BELOW = select(Organization).where(col(Organization.id).in_(BELOW_ONE)).order_by(col(Organization.code))


async def organizations_below(session: Session, organization_id: UUID) -> list[Organization]:
    """Every organisation below this one, by code; a circle between two facts of a reorganisation ends nowhere else."""
    return await session.all(BELOW, organization=organization_id)


async def post_over(
    session: Session, person_id: UUID, organization_id: UUID, *, kinds: Collection[str], today: date
) -> Post | None:
    """By which post of these kinds a person stands in an organisation or above it. The audit row says by which."""
    above = await organizations_above(session, organization_id)
    posts = await posts_of(session, person_id, today=today)
    found = next((post for post in posts if post.kind in kinds and post.organization_id in above), None)
    if found is not None:
        session.by_post = found.id
    return found


async def in_area(session: Session, code: str) -> list[Organization]:
    """The organisations of an area, its committee first."""
    return list(await session.all(IN_AREA, division=code))


async def leading(session: Session, code: str) -> UUID | None:
    """The id of the organisation that leads an area: its superior lies in another; none leads the county's."""
    found = await session.first(LEADING, division=code)
    return found.id if found else None


async def secretaries_of(session: Session, organization_id: UUID, *, today: date) -> list[UUID]:
    """Who speaks for an organisation today, each once."""
    posts = await session.all(SECRETARIES_OF, organization=organization_id, today=today)
    return sorted({post.person_id for post in posts})


async def division(session: Session, code: str) -> Division | None:
    """The area with this code."""
    return await session.get(Division, code)


async def organizations_above(session: Session, organization_id: UUID) -> list[UUID]:
    """The organisation itself and those above it, from the bottom up."""
    return [found for found, _ in await session.all(ABOVE, organization=organization_id)]


async def unit_and_above(session: Session, organization_id: UUID | None, *, area: str) -> list[UUID]:
    """An organisation and those above it, from the bottom up; those of an area where there is no such organisation.

    One that is not in the tree any more leaves what it had to the organisations of the area, the township's first.
    """
    chain = await organizations_above(session, organization_id) if organization_id else []
    for code in () if chain else (area, f"{area[:6]}000000"):
        for organization in await in_area(session, code):
            return await organizations_above(session, organization.id)
    return chain


async def organizations_seen(session: Session, person_id: UUID, *, today: date) -> list[UUID]:
    """The organisations at and below those whose work a person sees by a post."""
    found: list[UUID] = await session.all(SEEN, person=person_id, today=today)
    return found


async def head_of(session: Session, organization_id: UUID, *, today: date, past: UUID | None = None) -> Post | None:
    """Who answers for an organisation today, if the post is not vacant; never the person to be passed by."""
    heads = await session.all(HEAD_OF, organization=organization_id, today=today, past=past or NOBODY)
    return heads[0] if heads else None


async def head_at_or_above(
    session: Session, organization_id: UUID, *, steps: int, today: date, past: UUID | None = None
) -> tuple[UUID, Post | None]:
    """The organisation that many steps up (or the topmost), and who answers there or, if vacant, next above.

    Whoever is complained of is passed by, as if their post were vacant.
    """
    chain = await organizations_above(session, organization_id)
    start = min(steps, len(chain) - 1) if chain else 0
    owner = chain[start] if chain else organization_id
    for above in chain[start:]:
        if head := await head_of(session, above, today=today, past=past):
            return owner, head
    return owner, None


async def oversees(session: Session, person_id: UUID, organization_id: UUID, *, today: date) -> bool:
    """Whether a person holds a post above an organisation; supervisors and the county oversee their own, too.

    The audit row says by which.
    """
    for steps, kind, post_id in await session.all(
        OVERSIGHT, organization=organization_id, person=person_id, today=today
    ):
        if steps > 0 or kind in {"supervisor", "township_cadre", "county_operator"}:
            session.by_post = post_id
            return True
    return False


async def answers_for(session: Session, person_id: UUID, organization_id: UUID, *, today: date) -> bool:
    """Whether a person answers for an organisation or for one above it. The audit row says by which post."""
    found = await session.all(OVERSIGHT, organization=organization_id, person=person_id, today=today)
    session.by_post = min(found)[2] if found else session.by_post
    return bool(found)


async def organizations_over(session: Session, organization_id: UUID) -> list[UUID]:
    """The organisations above this one, from the bottom up; the topmost has but itself."""
    chain = await organizations_above(session, organization_id)
    return chain[1:] or [organization_id]


async def supervision_over(session: Session, organization_id: UUID, *, today: date, past: UUID) -> list[Post]:
    """Those who supervise from above an organisation, the nearest first; never the person to be passed by."""
    return [
        post
        for above in await organizations_over(session, organization_id)
        for post in await session.all(SUPERVISION_OF, organization=above, today=today, past=past)
    ]


async def inspectors_at_or_above(
    session: Session, organizations: list[UUID], *, today: date, past: UUID | None
) -> list[Post]:
    """Discipline inspectors of these organisations, in their order; never the person to be passed by."""
    return [
        post
        for organization_id in organizations
        for post in await session.all(INSPECTORS_OF, organization=organization_id, today=today, past=past or NOBODY)
    ]


async def inspectors_over_area(session: Session, code: str, *, today: date) -> list[Post]:
    """Discipline inspectors whose area lies around this one, the smallest area first."""
    found = [post for post in await session.all(INSPECTORS, today=today) if post.covers(code)]
    return sorted(found, key=lambda post: (-len(post.division_code.rstrip("0")), post.id))


async def operators_over_area(session: Session, code: str, *, today: date) -> list[Post]:
    """The county's operators over an area."""
    return [post for post in await session.all(OPERATORS, today=today) if post.covers(code)]


async def inspects(session: Session, person_id: UUID, organization_id: UUID, *, today: date) -> bool:
    """Whether a person is a discipline inspector in an organisation or above it. The audit row says by which post."""
    found = await session.first(INSPECTS, organization=organization_id, person=person_id, today=today)
    if found is not None:
        session.by_post = found
    return found is not None


async def dispatchers_of(session: Session, township_code: str, *, today: date) -> list[Post]:
    """Those who dispatch by hand in a township today."""
    return await session.all(DISPATCHERS_OF, division=township_code, today=today)


async def posts_of(session: Session, person_id: UUID, *, today: date) -> list[Post]:
    """The posts that a person holds today."""
    return await session.all(POSTS_OF, person=person_id, today=today)


TOWNSHIPS = (
    select(Division.code)
    .where(col(Division.code).like("%000"), col(Division.code).not_like("%000000"))
    .order_by(col(Division.code))
)


async def townships(session: Session) -> list[str]:
    """The codes of every township."""
    return await session.all(TOWNSHIPS)


async def county_operators(session: Session, county_code: str, *, today: date) -> list[Post]:
    """Those who dispatch by hand for a whole county today."""
    return await session.all(OF_KIND_IN, division=county_code, kind="county_operator", today=today)


async def grid_workers_of(session: Session, division_code: str, *, today: date) -> list[Post]:
    """Those who care for the grid areas of a village or community today."""
    return await session.all(OF_KIND_IN, division=division_code, kind="grid_worker", today=today)


async def held_post(session: Session, post_id: UUID) -> Post:
    """A post that somebody holds today. Raises `NotInOffice`."""
    post = await session.get(Post, post_id)
    if post is None or not post.held_on(local_date(session.now)):
        raise NotInOffice(post=str(post_id))
    return post
