"""Who is on duty: the agents of an area, and whoever acts for a colleague who is away."""

from dataclasses import dataclass
from datetime import date
from time import monotonic
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from chassis.session import Session
from services.tasks.roster.model import AGENTS, HEADS, Absence, Post
from services.tasks.roster.views import in_office


def away() -> ColumnElement[bool]:
    """The absence holds on the local date `today`."""
    today = bindparam("today", type_=Absence.__table__.c.from_on.type)  # type: ignore[attr-defined]
    return (col(Absence.from_on) <= today) & (col(Absence.to_on) >= today) & col(Absence.ended_at).is_(None)


AGENTS_OF = (
    select(Post)
    .where(col(Post.division_code) == bindparam("division"), col(Post.kind).in_(AGENTS), in_office())
    .order_by(col(Post.kind), col(Post.id))  # proxy_agent sorts before stand_in
)
AWAY_FROM_AREA = (
    select(Absence)
    .join(Post, col(Post.id) == col(Absence.post_id))
    .where(col(Post.division_code) == bindparam("division"), away())
)
AWAY = select(Absence).where(col(Absence.post_id) == bindparam("post"), away())

ABSENT = (
    select(Absence)
    .join(Post, col(Post.id) == col(Absence.stand_in_post_id))
    .where(
        col(Absence.person_id) == bindparam("person"),
        col(Absence.organization_id) == bindparam("organization"),
        away(),
        in_office(),
    )
    .order_by(col(Absence.id))
    .limit(1)
)

_acts = (col(Absence.stand_in_person_id) == bindparam("person")) & away() & in_office()
ACTS_FOR = (
    select(Absence)
    .join(Post, col(Post.id) == col(Absence.stand_in_post_id))
    .where(
        _acts,
        col(Absence.person_id) == bindparam("absent"),
        col(Absence.organization_id) == bindparam("organization"),
    )
    .limit(1)
)
_absences = select(Absence).join(Post, col(Post.id) == col(Absence.stand_in_post_id)).where(_acts)
_away = aliased(Post)
ACTS_FOR_A_HEAD = _absences.where(
    col(Absence.organization_id) == bindparam("organization"),
    col(Absence.post_id).in_(select(col(_away.id)).where(col(_away.kind).in_(HEADS))),
).limit(1)
ACTED_FOR = select(col(Absence.person_id)).join(Post, col(Post.id) == col(Absence.stand_in_post_id)).where(_acts)
"""The persons for whom a person acts; give `person` and `today`."""
ACTED_FOR_IN = (
    select(col(Absence.organization_id)).join(Post, col(Post.id) == col(Absence.stand_in_post_id)).where(_acts)
)
"""The organisations in which they do."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A post whose holder is there to work, and the post of an absent colleague for whom they do."""

    post: Post
    acting_for: Post | None

    @property
    def kind(self) -> str:
        """The kind of post whose turn it is."""
        return (self.acting_for or self.post).kind


class OnDuty:
    """Who takes requests in, remembered for a second of real time: every request asks it.

    The roster itself is behind what `members` knows by as much; a right never hangs on what is remembered here.
    """

    KEPT = 1.0  # seconds

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], tuple[float, list[Duty]]] = {}

    async def of(self, session: Session, division_code: str, *, today: date) -> list[Duty]:
        """Who works for an area, agents before stand-ins."""
        place, now = (division_code, today), monotonic()
        kept = self._known.get(place)
        if kept is None or kept[0] < now:
            if len(self._known) > 10_000:  # areas are few; made-up codes must not fill the memory
                self._known.clear()
            kept = self._known[place] = (now + self.KEPT, await _read(session, division_code, today=today))
        return kept[1]

    def forget(self) -> None:
        """Ask anew; something of the roster has changed."""
        self._known.clear()


async def agents_of(session: Session, division_code: str, *, today: date) -> list[Duty]:
    """Those who take requests in for an area today, agents before stand-ins; not to be changed."""
    return await session.use(OnDuty).of(session, division_code, today=today)


async def on_duty(session: Session, post: Post, *, today: date) -> Duty:
    """The holder of a post, or whoever acts for them today."""
    absence = await session.first(AWAY, post=post.id, today=today)
    return await _duty(session, post, absence, today=today)


async def acting_for(
    session: Session, person_id: UUID, *, absent: UUID | None, organization_id: UUID | None, today: date
) -> Duty | None:
    """By which post a person acts today for one who is absent from an organisation, if they do."""
    if absent is None or organization_id is None:
        return None
    found = await session.first(ACTS_FOR, person=person_id, absent=absent, organization=organization_id, today=today)
    if found is None:
        return None
    post, theirs = await session.get(Post, found.stand_in_post_id), await session.get(Post, found.post_id)
    return Duty(post, acting_for=theirs) if post and theirs else None


async def acted_for(session: Session, person_id: UUID, *, today: date) -> list[UUID]:
    """The persons for whom a person acts today, each once."""
    return sorted(set(await session.all(ACTED_FOR, person=person_id, today=today)))


async def in_place_of(session: Session, person_id: UUID, *, organization_id: UUID | None, today: date) -> UUID:
    """Whoever acts today for a person in an organisation; the person, where nobody does."""
    if organization_id is None:
        return person_id
    found = await session.first(ABSENT, person=person_id, organization=organization_id, today=today)
    return found.stand_in_person_id if found else person_id


async def _read(session: Session, division_code: str, *, today: date) -> list[Duty]:
    posts = await session.all(AGENTS_OF, division=division_code, today=today)
    absences = {one.post_id: one for one in await session.all(AWAY_FROM_AREA, division=division_code, today=today)}
    return [await _duty(session, post, absences.get(post.id), today=today) for post in posts]


async def _duty(session: Session, post: Post, absence: Absence | None, *, today: date) -> Duty:
    stand_in = await session.get(Post, absence.stand_in_post_id) if absence else None
    if stand_in is None or not stand_in.held_on(today):
        return Duty(post, None)
    return Duty(stand_in, acting_for=post)
