"""Reading an agent's caseload: each part is one statement, cut by the database and bounded."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, bindparam, func, or_
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date, midnight
from chassis.session import Session
from chassis.tables import Instant
from services.tasks.clocks.limits import limit
from services.tasks.clocks.model import Clock
from services.tasks.mandates.model import Mandate
from services.tasks.mandates.policy import IN_FORCE
from services.tasks.mandates.reach import MANDATED, PRINCIPALS
from services.tasks.notes.model import Note, NoteStage
from services.tasks.requests.model import ServiceRequest
from services.tasks.requests.scope import WORKING
from services.tasks.requests.stages import Stage
from services.tasks.rules.pack import MatterKind, RuleId, RulePack, Urgency

MOST_COUNTED = 1000  # cases; more are shown as so many
MOST_CALLS = 20
MOST_MANDATES = 100
MOST_NOTES = 20

SETTLED = (Stage.HANDLED, Stage.REPLIED, Stage.CALL_BACK, Stage.JUDGED, Stage.ARCHIVED)
AT_WORK = (Stage.ACCEPTED, Stage.CONTACTED, Stage.HANDLING, Stage.EXTENDED, Stage.PAUSED)


class When(StrEnum):
    """Until when something is due."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"  # by the end of the seventh day from today
    LATER = "later"

    @property
    def title_zh(self) -> str:
        """The heading on the screen."""
        return {"overdue": "已超时限", "today": "今天到期", "week": "七天内到期", "later": "以后到期"}[self]


@dataclass(frozen=True, slots=True)
class Days:
    """The instants between which each heading lies."""

    now: datetime
    tomorrow: datetime
    week: datetime

    @classmethod
    def at(cls, now: datetime) -> "Days":
        """As they are now."""
        today = local_date(now)
        return cls(now, midnight(today + timedelta(days=1)), midnight(today + timedelta(days=8)))

    def when(self, due_at: datetime) -> When:
        """Under which heading a limit stands; one that ends at an instant is over from it on."""
        if due_at <= self.now:
            return When.OVERDUE
        if due_at <= self.tomorrow:
            return When.TODAY
        return When.WEEK if due_at <= self.week else When.LATER

    def span(self, when: When | None) -> tuple[datetime, datetime]:
        """After which instant, and up to which, its limits end."""
        ends = {When.OVERDUE: self.now, When.TODAY: self.tomorrow, When.WEEK: self.week, When.LATER: LAST}
        starts = {When.OVERDUE: FIRST, When.TODAY: self.now, When.WEEK: self.tomorrow, When.LATER: self.week}
        return (FIRST, LAST) if when is None else (starts[when], ends[when])


FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)

_next = (
    sa.select(func.min(col(Clock.due_at), type_=Instant()))
    .where(col(Clock.request_id) == col(ServiceRequest.id), col(Clock.met_at).is_(None))
    .correlate(ServiceRequest)
    .scalar_subquery()
)
DUE: ColumnElement[datetime] = func.coalesce(_next, col(ServiceRequest.finish_due_at), type_=Instant())
"""The first of a case's limits that still runs."""

PROVISIONAL: ColumnElement[bool] = sa.exists().where(
    col(Clock.request_id) == col(ServiceRequest.id),
    col(Clock.met_at).is_(None),
    col(Clock.due_at) == DUE,
    col(Clock.provisional).is_(sa.true()),
)
"""That limit counts working days of a year without a published calendar."""

_ids = sa.select(col(ServiceRequest.id)).correlate(None)
_mandated = and_(col(ServiceRequest.requester_id).in_(PRINCIPALS), MANDATED, col(ServiceRequest.stage).not_in(SETTLED))
IN_HAND = col(ServiceRequest.id).in_(_ids.where(WORKING).union(_ids.where(_mandated)))
"""What is the agent's move or an absent colleague's, and what they follow for a villager until it is settled.

Each is found by its own index; an OR of the two would be tried on every case there is.
"""

_within = and_(
    bindparam("after", type_=Instant()) < DUE,
    bindparam("until", type_=Instant()) >= DUE,
)
_further = or_(
    bindparam("at", type_=Instant()) < DUE,
    and_(bindparam("at", type_=Instant()) == DUE, col(ServiceRequest.id) > bindparam("before")),
)
CASES = (
    sa.select(
        col(ServiceRequest.id),
        col(ServiceRequest.kind),
        col(ServiceRequest.item_code),
        col(ServiceRequest.submitted_at),
        col(ServiceRequest.stage),
        col(ServiceRequest.division_code),
        col(ServiceRequest.requester_id),
        col(ServiceRequest.anonymous),
        col(ServiceRequest.promised_on),
        col(ServiceRequest.colour),
        col(ServiceRequest.urgency),
        WORKING.label("mine"),
        PROVISIONAL.label("provisional"),
        DUE.label("due_at"),
    )
    .where(IN_HAND, _within, _further)
    .order_by(DUE, col(ServiceRequest.id))
    .limit(bindparam("most"))
)
LIMITS = sa.select(DUE.label("due_at")).where(IN_HAND).limit(MOST_COUNTED)

_last_word = func.coalesce(col(ServiceRequest.contacted_at), col(ServiceRequest.submitted_at), type_=Instant())
TO_CALL = (
    sa.select(
        col(ServiceRequest.id),
        col(ServiceRequest.requester_id),
        col(ServiceRequest.stage),
        col(ServiceRequest.contacted_at),
        _last_word.label("last_word_at"),
    )
    .where(
        # Found first, and only then looked at: by their stages alone, all open cases of everybody would be.
        col(ServiceRequest.id).in_(_ids.where(WORKING)),
        ~col(ServiceRequest.anonymous),
        col(ServiceRequest.stage).in_(AT_WORK),
        or_(col(ServiceRequest.contacted_at).is_(None), _last_word < bindparam("silent", type_=Instant())),
    )
    .order_by(_last_word, col(ServiceRequest.id))
    .limit(MOST_CALLS)
)
HELD = (
    select(Mandate)
    .where(col(Mandate.agent_id) == bindparam("person"), IN_FORCE)
    .order_by(col(Mandate.to_on), col(Mandate.id))
    .limit(MOST_MANDATES)
)
NOTES = (
    sa.select(col(Note.id), col(Note.principal_id), col(Note.kept_until))
    .where(col(Note.agent_id) == bindparam("person"), col(Note.stage) == NoteStage.KEPT)
    .order_by(col(Note.id).desc())
    .limit(MOST_NOTES)
)

_Asked = tuple[UUID, MatterKind, str | None, datetime, Stage, str, UUID, bool]
Case = tuple[*_Asked, date | None, str | None, Urgency, bool, bool, datetime]
Call = tuple[UUID, UUID, Stage, datetime | None, datetime]
Waiting = tuple[UUID, UUID, datetime]


async def cases(
    session: Session, person_id: UUID, when: When | None, *, days: Days, after: tuple[datetime, UUID], most: int
) -> list[Case]:
    """A page of what is in hand, what is due first at the top."""
    since, until = days.span(when)
    given = {"person": person_id, "today": local_date(session.now), "after": since, "until": until}
    return await session.all(CASES, **given, at=after[0], before=after[1], most=most)


async def counts(session: Session, person_id: UUID, *, days: Days) -> Counter[When]:
    """How many stand under each heading, of the first thousand."""
    found = await session.all(LIMITS, person=person_id, today=local_date(session.now))
    return Counter(days.when(due_at) for (due_at,) in found)


async def calls(session: Session, person_id: UUID) -> list[Call]:
    """Whom to call: nobody has spoken with them yet, or not for longer than the rule allows without a word."""
    given = {"person": person_id, "today": local_date(session.now), "silent": silent_since(session)}
    return await session.all(TO_CALL, **given)


async def held(session: Session, person_id: UUID) -> list[Mandate]:
    """The mandates under which an agent acts today, what ends first at the top."""
    return await session.all(HELD, person=person_id, today=local_date(session.now))


async def waiting(session: Session, person_id: UUID) -> list[Waiting]:
    """The notes that wait for a villager's word."""
    return await session.all(NOTES, person=person_id)


def silent_since(session: Session) -> datetime:
    """Whoever has heard nothing since this instant is owed an interim reply now."""
    today = local_date(session.now)
    amount = session.use(RulePack).rule(RuleId.INTERIM, on=today).amount
    calendar = session.use(WorkCalendar)
    day = today
    while limit(amount, midnight(day), calendar).due_at > session.now:
        day -= timedelta(days=1)
    return midnight(day + timedelta(days=1))
