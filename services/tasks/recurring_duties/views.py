"""Lists of duties: one's own by post, those below, by how near their day is; and how many of each there are."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, bindparam, or_
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date
from chassis.identity import Actor
from chassis.secrecy import Vault, place_of
from chassis.session import Session
from services.tasks.recurring_duties.model import DutyStage, RecurringDuty, RecurringStep
from services.tasks.recurring_duties.rules import RecurringRules
from services.tasks.roster.duty import away
from services.tasks.roster.model import Absence, Organization, Post
from services.tasks.roster.views import DOWNWARD, in_office

MOST_COUNTED = 1000
"""Open duties are counted up to here."""


class Whose(StrEnum):
    """Which duties are listed."""

    MINE = "mine"  # by a post of mine, or of a colleague for whom I act
    BELOW = "below"  # of the organisations that my posts reach


class When(StrEnum):
    """How near the day is, or what became of it."""

    OPEN = "open"
    SOON = "soon"
    TODAY = "today"
    MISSED = "missed"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {
            "open": "待完成",
            "soon": "即将到期",
            "today": "今天到期",
            "missed": "逾期未办",
            "done": "已完成",
            "skipped": "本期不办",
        }[self]


_person = bindparam("person", type_=Post.__table__.c.person_id.type)  # type: ignore[attr-defined]
_same = (col(Post.organization_id) == col(RecurringDuty.organization_id)) & (col(Post.kind) == col(RecurringDuty.post))
_own = select(col(Post.id)).where(col(Post.person_id) == _person, _same, in_office()).exists()
_acts = (
    select(col(Absence.id))
    .join(Post, col(Post.id) == col(Absence.post_id))
    .where(col(Absence.stand_in_person_id) == _person, away(), _same)
    .exists()
)
_WITHIN: dict[Whose, ColumnElement[bool]] = {
    Whose.MINE: or_(_own, _acts),
    Whose.BELOW: col(RecurringDuty.organization_id).in_(sa.select(DOWNWARD.c.id)),
}
_rule = bindparam("rule", type_=sa.String)
_organization = bindparam("organization", type_=RecurringDuty.__table__.c.organization_id.type)  # type: ignore[attr-defined]
_chosen = (
    col(RecurringDuty.stage) == bindparam("stage"),
    col(RecurringDuty.due_on) >= bindparam("since"),
    col(RecurringDuty.due_on) <= bindparam("until"),
    or_(_rule == "", col(RecurringDuty.rule_code) == _rule),
    or_(_organization.is_(None), col(RecurringDuty.organization_id) == _organization),
)
PAGES = {
    whose: select(RecurringDuty)
    .where(within, *_chosen, col(RecurringDuty.id) < bindparam("before"))
    .order_by(col(RecurringDuty.id).desc())
    .limit(bindparam("limit"))
    for whose, within in _WITHIN.items()
}
DAYS = {
    whose: sa.select(col(RecurringDuty.due_on))
    .where(within, col(RecurringDuty.stage) == DutyStage.OPEN)
    .limit(MOST_COUNTED)
    for whose, within in _WITHIN.items()
}
STEPS = select(RecurringStep).where(col(RecurringStep.duty_id) == bindparam("duty")).order_by(col(RecurringStep.id))

_STAGES = {When.DONE: DutyStage.DONE, When.SKIPPED: DutyStage.SKIPPED}


async def page(
    session: Session,
    actor: Actor,
    whose: Whose,
    when: When,
    *,
    rule: str | None,
    organization_id: UUID | None,
    before: UUID,
    limit: int,
) -> list[RecurringDuty]:
    """Duties from new to old, after a place."""
    today = local_date(session.now)
    since, until = {
        When.SOON: (today + timedelta(days=1), soon(session, today)),
        When.TODAY: (today, today),
        When.MISSED: (date.min, today - timedelta(days=1)),
    }.get(when, (date.min, date.max))
    found = await session.all(
        PAGES[whose],
        person=actor.person_id,
        today=today,
        stage=_STAGES.get(when, DutyStage.OPEN),
        since=since,
        until=until,
        rule=rule or "",
        organization=organization_id,
        before=before,
        limit=limit,
    )
    await session.fetch(Organization, {one.organization_id for one in found})
    return found


async def counts(session: Session, actor: Actor, whose: Whose) -> tuple[dict[When, int], bool]:
    """How many open duties there are by how near their day is, and whether there are more than were counted."""
    today = local_date(session.now)
    days = await session.all(DAYS[whose], person=actor.person_id, today=today)
    near = soon(session, today)
    found = Counter(when_of(day, today=today, near=near) for (day,) in days)
    return {when: found.get(when, 0) for when in (When.MISSED, When.TODAY, When.SOON, When.OPEN)}, len(
        days
    ) == MOST_COUNTED


def when_of(due_on: date, *, today: date, near: date) -> When:
    """How near an open duty's day is; `OPEN` where it is far."""
    if due_on < today:
        return When.MISSED
    if due_on == today:
        return When.TODAY
    return When.SOON if due_on <= near else When.OPEN


def soon(session: Session, today: date) -> date:
    """The last day that is soon."""
    return session.use(WorkCalendar).add_working_days(today, session.use(RecurringRules).soon)


async def steps(session: Session, duty_id: UUID) -> Sequence[tuple[RecurringStep, str | None]]:
    """What was done with a duty, in order, each with what was said."""
    vault = session.use(Vault)
    return [
        (one, vault.open(one.words, place=place_of("recurring_step", "words", one.id)) if one.words else None)
        for one in await session.all(STEPS, duty=duty_id)
    ]
