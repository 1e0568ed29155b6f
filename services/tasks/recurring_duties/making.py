"""Making duties ahead and telling of them once: timers that go on where they were, whatever restarts in between."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from chassis.calendar import WorkCalendar
from chassis.clock import local_date, midnight
from chassis.divisions import township_of
from chassis.session import Session
from chassis.tables import TIMER, new_id
from contracts.members import OrganizationRecorded
from services.tasks.notices.actions import tell
from services.tasks.notices.kinds import NoticeKind
from services.tasks.recurring_duties.model import DutyStage, RecurringDuty, RecurringPeriod
from services.tasks.recurring_duties.periods import Period
from services.tasks.recurring_duties.rules import RecurringRule, RecurringRules
from services.tasks.roster import views as roster
from services.tasks.roster.duty import in_place_of
from services.tasks.roster.model import Organization, Post
from services.tasks.roster.views import in_office

MAKE, NEXT, REMIND, MISSED = "recurring_make", "recurring_next", "recurring_remind", "recurring_missed"
BATCH = 200  # organisations or duties in one transaction
NOTHING_YET = UUID(int=0)

LATEST = (
    select(RecurringPeriod)
    .where(col(RecurringPeriod.rule_code) == bindparam("rule"))
    .order_by(col(RecurringPeriod.first_on).desc())
    .limit(1)
)
GOES_ON = sa.select(TIMER.c.id).where(
    TIMER.c.about == bindparam("period"), TIMER.c.kind.in_([MAKE, NEXT]), TIMER.c.parked_at.is_(None)
)
ORGANIZATIONS = (
    select(Organization).where(col(Organization.id) > bindparam("after")).order_by(col(Organization.id)).limit(BATCH)
)
NOT_OVER = select(RecurringPeriod).where(col(RecurringPeriod.due_on) >= bindparam("today")).with_for_update()
THERE = select(RecurringDuty.organization_id).where(
    col(RecurringDuty.period_id) == bindparam("period"), col(RecurringDuty.organization_id) > bindparam("after")
)
STILL_OPEN = (
    select(RecurringDuty)
    .where(
        col(RecurringDuty.period_id) == bindparam("period"),
        col(RecurringDuty.stage) == DutyStage.OPEN,
        col(RecurringDuty.id) > bindparam("after"),
    )
    .order_by(col(RecurringDuty.id))
    .limit(BATCH)
)
HOLDERS = (
    select(Post)
    .where(col(Post.organization_id) == bindparam("organization"), col(Post.kind) == bindparam("kind"), in_office())
    .order_by(col(Post.id))
)
MISSED_BELOW = (
    columns(col(Organization.superior_id), func.count())
    .select_from(RecurringDuty)
    .join(Organization, col(Organization.id) == col(RecurringDuty.organization_id))
    .where(
        col(RecurringDuty.period_id) == bindparam("period"),
        col(RecurringDuty.stage) == DutyStage.OPEN,
        col(Organization.superior_id).is_not(None),
    )
    .group_by(col(Organization.superior_id))
)


async def begin(session: Session) -> int:
    """See to it that every rule in force has a period that goes on; returns how many were begun.

    What was begun once goes on by its timers, however long the service was down; this begins a rule that is new, or
    that was out of force.
    """
    rules, today, begun = session.use(RecurringRules), local_date(session.now), 0
    for code in rules.codes:
        rule, latest = rules.on(code, today), await session.first(LATEST, rule=code)
        if rule is None or (latest is not None and latest.last_on >= today):
            continue
        if latest is None or await session.first(GOES_ON, period=latest.id) is None:
            _plan(session, rule, Period.around(today, rule.every))
            begun += 1
    return begun


async def make(period_id: UUID, session: Session) -> None:
    """The timer: make the duties of the next organisations of a period, and when all are there, plan what follows."""
    period = await session.get(RecurringPeriod, period_id, lock=True)
    rule = session.use(RecurringRules).on(period.rule_code, period.first_on) if period else None
    if period is None or period.made_at is not None or rule is None:
        return
    after, calendar = period.made_to or NOTHING_YET, session.use(WorkCalendar)
    found = await session.all(ORGANIZATIONS, after=after)
    there = set(await session.all(THERE, period=period.id, after=after))
    for organization in found:
        post = rule.post_of(organization)
        if post is not None and organization.id not in there:
            session.add(_duty(period, rule, organization, post=post, calendar=calendar))
    if len(found) == BATCH:
        period.made_to = found[-1].id
        session.remind(MAKE, about=period.id, due_at=session.now)
        return
    period.made_at = session.now
    reminding = calendar.add_working_days(period.due_on, -rule.remind)
    session.remind(REMIND, about=period.id, due_at=midnight(reminding))
    session.remind(MISSED, about=period.id, due_at=midnight(period.due_on + timedelta(days=1)))
    following = Period(period.first_on, period.last_on).next(rule.every)
    session.remind(NEXT, about=period.id, due_at=midnight(following.first - timedelta(days=rule.ahead)))


async def make_for_the_new(event: OrganizationRecorded, session: Session) -> None:
    """An organisation that was not there when a period was made has its duties, too, as far as they are not over."""
    rules, calendar = session.use(RecurringRules), session.use(WorkCalendar)
    found = Organization(id=event.organization_id, **event.model_dump(exclude={"organization_id"}))
    for period in await session.all(NOT_OVER, today=local_date(session.now)):
        rule = rules.on(period.rule_code, period.first_on)
        post = rule.post_of(found) if rule else None
        there = await session.all(THERE, period=period.id, after=NOTHING_YET)
        if rule is not None and post is not None and found.id not in there:
            session.add(_duty(period, rule, found, post=post, calendar=calendar))


async def plan_next(period_id: UUID, session: Session) -> None:
    """The timer: the next period comes within reach, if the rule still holds by then."""
    before = await session.get(RecurringPeriod, period_id)
    if before is None:
        return
    following = before.last_on + timedelta(days=1)
    rule = session.use(RecurringRules).on(before.rule_code, following)
    latest = await session.first(LATEST, rule=before.rule_code)
    if rule is not None and latest is not None and latest.id == before.id:
        _plan(session, rule, Period.around(following, rule.every))


async def remind(period_id: UUID, session: Session) -> None:
    """The timer: tell the holders of what is still open that its day comes near; once each."""
    period = await session.get(RecurringPeriod, period_id, lock=True)
    if period is None:
        return
    found = await session.all(STILL_OPEN, period=period.id, after=period.reminded_to or NOTHING_YET)
    for duty in found:
        await _tell_holders(session, duty, NoticeKind.RECURRING_DUE)
    if len(found) == BATCH:
        period.reminded_to = found[-1].id
        session.remind(REMIND, about=period.id, due_at=session.now)


async def tell_missed(period_id: UUID, session: Session) -> None:
    """The timer: the day is over. Each duty's is told as a fact and to its holders, those above once how many."""
    period = await session.get(RecurringPeriod, period_id, lock=True)
    if period is None:
        return
    if period.missed_to is None:
        for superior_id, count in await session.all(MISSED_BELOW, period=period.id):
            if superior_id is None:  # the statement finds none
                continue
            head = await roster.head_of(session, superior_id, today=local_date(session.now))
            if head is not None:
                told = await in_place_of(
                    session, head.person_id, organization_id=superior_id, today=local_date(session.now)
                )
                tell(session, told, NoticeKind.RECURRING_MISSED_BELOW, about_id=period.id, lines=int(count))
    found = await session.all(STILL_OPEN, period=period.id, after=period.missed_to or NOTHING_YET)
    for duty in found:
        session.publish(duty.miss(at=session.now))
        await _tell_holders(session, duty, NoticeKind.RECURRING_MISSED)
    if len(found) == BATCH:
        period.missed_to = found[-1].id
        session.remind(MISSED, about=period.id, due_at=session.now)


def _plan(session: Session, rule: RecurringRule, period: Period) -> None:
    planned = RecurringPeriod(
        id=new_id(),
        rule_code=rule.code,
        first_on=period.first,
        last_on=period.last,
        due_on=rule.due_on(period, session.use(WorkCalendar)),
        made_to=None,
        made_at=None,
        reminded_to=None,
        missed_to=None,
    )
    session.add(planned)
    session.remind(MAKE, about=planned.id, due_at=session.now)


def _duty(
    period: RecurringPeriod, rule: RecurringRule, organization: Organization, *, post: str, calendar: WorkCalendar
) -> RecurringDuty:
    return RecurringDuty(
        id=new_id(),
        period_id=period.id,
        township_code=township_of(organization.division_code),
        division_code=organization.division_code,
        organization_id=organization.id,
        post=post,
        rule_code=rule.code,
        title=rule.title,
        asks=rule.asks,
        first_on=period.first_on,
        last_on=period.last_on,
        due_on=period.due_on,
        provisional=calendar.provisional(period.due_on),
        stage=DutyStage.OPEN,
        done_on=None,
        done_by=None,
    )


async def _tell_holders(session: Session, duty: RecurringDuty, kind: NoticeKind) -> None:
    today = local_date(session.now)
    for person_id in await holders_of(session, duty, today=today):
        told = await in_place_of(session, person_id, organization_id=duty.organization_id, today=today)
        tell(session, told, kind, about_id=duty.id, due_at=midnight(duty.due_on + timedelta(days=1)))


async def holders_of(session: Session, duty: RecurringDuty, *, today: date) -> list[UUID]:
    """Who hold the post that has a duty today; nobody where it is vacant."""
    found = await session.all(HOLDERS, organization=duty.organization_id, kind=duty.post, today=today)
    return list(dict.fromkeys(one.person_id for one in found))
