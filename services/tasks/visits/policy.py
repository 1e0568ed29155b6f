"""Who pays visits, who reads what was written down, and who answers what a household has against it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import Forbidden, NotFound
from chassis.session import Session
from services.tasks.roster import views as roster
from services.tasks.roster.model import AGENTS, OVERSEERS, READERS, Household, HouseholdPerson, Pairing, Post
from services.tasks.visits.model import Visit, VisitorsOwn

VISITING = (*AGENTS, "grid_worker", "secretary", "first_secretary", "township_cadre")
"""Posts that visit any household of their area."""

PAIRED = (
    select(Pairing)
    .where(
        col(Pairing.township_code) == bindparam("township"),
        col(Pairing.household_id) == bindparam("household"),
        col(Pairing.helper_person_id) == bindparam("person"),
    )
    .order_by(col(Pairing.id))
)
BELONGS = select(HouseholdPerson).where(
    col(HouseholdPerson.person_id) == bindparam("person"), col(HouseholdPerson.household_id) == bindparam("household")
)


@dataclass(frozen=True, slots=True)
class By:
    """By what somebody visits a household: a pairing, or else a post."""

    pairing: Pairing | None
    post: Post | None

    @property
    def agent_alone(self) -> bool:
        """Whether they come as an agent and by nothing else: then a case needs the villager's mandate."""
        return self.pairing is None and self.post is not None and self.post.kind in AGENTS


async def visits_by(session: Session, actor: Actor, household: Household, *, on: date) -> By:
    """By what the actor visits it on a local date. A right by a post ends with the post. Raises `NotFound`."""
    posts = await roster.posts_of(session, actor.person_id, today=local_date(session.now))
    held = {post.id for post in posts}
    given = {"township": household.township_code, "household": household.id, "person": actor.person_id}
    for pairing in await session.all(PAIRED, **given):
        if pairing.runs_on(on) and (pairing.helper_post_id is None or pairing.helper_post_id in held):
            session.by_post = pairing.helper_post_id
            return By(pairing, None)
    there = [post for post in posts if post.kind in VISITING and post.covers(household.division_code)]
    there.sort(key=lambda post: (post.kind in AGENTS, post.id))
    for post in there:
        session.by_post = post.id
        return By(None, post)
    raise NotFound()


async def belongs(session: Session, person_id: UUID, household_id: UUID) -> bool:
    """Whether a person is of a household, as `members` told of those that are paired."""
    return await session.first(BELONGS, person=person_id, household=household_id) is not None


async def reads_words(session: Session, actor: Actor, visit: Visit) -> bool:
    """Whether the actor may read what was said; posts of the area see only that there was a visit and what became of
    it, until the household contests the entry. Raises `NotFound` to all others."""
    if actor.person_id in {visit.visitor_id, visit.leave_by}:
        return True
    if await belongs(session, actor.person_id, visit.household_id):
        return True
    for post in await roster.posts_of(session, actor.person_id, today=local_date(session.now)):
        if post.kind in READERS and post.covers(visit.division_code):
            session.by_post = post.id
            return visit.stage != "recorded"
    raise NotFound()


async def check_of_the_household(session: Session, actor: Actor, visit: Visit) -> None:
    """Somebody of the household. Raises `Forbidden`, or `NotFound` for whom the visit is not there."""
    await reads_words(session, actor, visit)
    if actor.person_id != visit.leave_by and not await belongs(session, actor.person_id, visit.household_id):
        raise Forbidden()


async def check_may_answer(session: Session, actor: Actor, visit: Visit) -> None:
    """A superior of the visitor: somebody who oversees the area from the township or above, and did not pay the visit.

    Raises `VisitorsOwn`, `Forbidden`, `NotFound`.
    """
    await reads_words(session, actor, visit)
    if actor.person_id == visit.visitor_id:
        raise VisitorsOwn()
    for post in await roster.posts_of(session, actor.person_id, today=local_date(session.now)):
        if post.kind in OVERSEERS and post.division_code.endswith("000") and post.covers(visit.division_code):
            session.by_post = post.id
            return
    raise Forbidden()


async def check_oversees_area(session: Session, actor: Actor, division_code: str) -> None:
    """Whoever reads the whole of an area by a post. Raises `Forbidden`."""
    for post in await roster.posts_of(session, actor.person_id, today=local_date(session.now)):
        if post.kind in READERS and post.covers(division_code):
            session.by_post = post.id
            return
    raise Forbidden()
