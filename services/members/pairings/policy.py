"""Who arranges pairings and who sees them."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.divisions import lies_in, span_of
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from chassis.two_persons import Span
from services.members.households.model import Citizen, Household
from services.members.pairings.model import Pairing
from services.members.posts.model import Post
from services.members.posts.views import IN_OFFICE
from services.members.words import PostKind

ARRANGING = (PostKind.TOWNSHIP_CADRE, PostKind.COUNTY_OPERATOR)
"""Posts that pair, hand over and end, within their area."""

READING = (
    *ARRANGING,
    PostKind.PROXY_AGENT,
    PostKind.STAND_IN,
    PostKind.GRID_WORKER,
    PostKind.SECRETARY,
    PostKind.FIRST_SECRETARY,
    PostKind.SUPERVISOR,
    PostKind.AUDITOR,
)
"""Posts that see the pairings of their area."""

HELPS = (
    select(Pairing.id)
    .where(
        col(Pairing.township_code) == bindparam("township"),
        col(Pairing.household_id) == bindparam("household"),
        col(Pairing.stage) == "running",
        col(Pairing.helper_person_id) == bindparam("person"),
    )
    .limit(1)
)


async def posts_of(session: Session, actor: Actor, kinds: Sequence[PostKind]) -> list[Post]:
    """The posts of these kinds that somebody holds today."""
    today = local_date(session.now)
    held = select(Post).where(col(Post.person_id) == bindparam("person"), col(Post.kind).in_(kinds), *IN_OFFICE)
    return await session.all(held.order_by(col(Post.id)), person=actor.person_id, today=today)


async def check_may_arrange(session: Session, actor: Actor, division_code: str) -> None:
    """A cadre of the township, or the county's operator. Raises `Forbidden`."""
    for post in await posts_of(session, actor, ARRANGING):
        if lies_in(division_code, post.division_code):
            session.by_post = post.id
            return
    raise Forbidden()


async def areas_seen(session: Session, actor: Actor) -> list[Span]:
    """The areas whose pairings somebody sees by a post today; the widest first."""
    spans = {span_of(post.division_code) for post in await posts_of(session, actor, READING)}
    return sorted(spans, key=lambda span: (span[0], -int(span[1])))


async def check_sees_area(session: Session, actor: Actor, division_code: str) -> None:
    """Whoever sees the whole of an area by a post. Raises `Forbidden`."""
    first, last = span_of(division_code)
    if not any(low <= first and last <= high for low, high in await areas_seen(session, actor)):
        raise Forbidden()


async def check_may_see(session: Session, actor: Actor, pairing: Pairing) -> None:
    """Whoever helps, the household that is helped, and posts of the area; what is for a village or an organisation,
    everybody. Raises `NotFound`."""
    if pairing.household_id is None or actor.person_id == pairing.helper_person_id:
        return
    citizen = await session.get(Citizen, actor.person_id)
    if citizen is not None and citizen.household_id == pairing.household_id:
        return
    if not any(low <= pairing.division_code <= high for low, high in await areas_seen(session, actor)):
        raise NotFound()


async def check_sees_household(session: Session, actor: Actor, household: Household) -> None:
    """Whoever belongs to it, helps it, or has a post in its area. Raises `NotFound`."""
    citizen = await session.get(Citizen, actor.person_id)
    if citizen is not None and citizen.household_id == household.id:
        return
    given = {"township": household.township_code, "household": household.id, "person": actor.person_id}
    if await session.first(HELPS, **given) is not None:
        return
    if not any(low <= household.division_code <= high for low, high in await areas_seen(session, actor)):
        raise NotFound()
