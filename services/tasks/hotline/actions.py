"""Setting a desk up, writing its duty roster, and taking a shift off it; each the body of one transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from chassis.clock import local_date
from chassis.identity import Actor
from chassis.problems import NotFound
from chassis.session import Session
from chassis.tables import new_id
from services.tasks.hotline import policy
from services.tasks.hotline.hours import A_DAY, stretches
from services.tasks.hotline.model import (
    DutyPattern,
    HotlineDesk,
    NoSuchDesk,
    PersonalNumber,
    Shift,
    WrongHours,
)
from services.tasks.roster import views as roster
from services.tasks.roster.model import Post
from services.tasks.rules.pack import RuleId, RulePack

AHEAD = "hotline_ahead"
"""The timer that makes the next shifts of a weekly pattern."""

LATER = (
    select(Shift)
    .where(
        col(Shift.pattern_id) == bindparam("pattern"),
        col(Shift.from_at) > bindparam("now"),
        col(Shift.cancelled_at).is_(None),
    )
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week (1 is Monday), the minute of the local day on which it begins, and how long it lasts."""

    weekdays: tuple[int, ...]
    from_minute: int
    minutes: int

    @property
    def days(self) -> str:
        """As a column keeps them. Raises `WrongHours` for days that are not of the week, and hours not of a day."""
        if not self.weekdays or not {*self.weekdays} <= {1, 2, 3, 4, 5, 6, 7}:
            raise WrongHours()
        if not (0 <= self.from_minute < A_DAY and 0 < self.minutes <= A_DAY):
            raise WrongHours()
        return "".join(map(str, sorted({*self.weekdays})))


async def set_up_desk(
    session: Session, division_code: str, *, by: Actor, name: str, office_phone: str, hours: Hours
) -> HotlineDesk:
    """Set the desk of an area up, or change its number and hours. Raises `PersonalNumber`, `WrongHours`."""
    await policy.check_may_roster(session, by, division_code)
    if await roster.division(session, division_code) is None:
        raise NotFound()
    if is_mobile(office_phone):
        raise PersonalNumber()
    desk = await session.get(HotlineDesk, division_code, lock=True)
    if desk is None:
        desk = HotlineDesk(
            division_code=division_code,
            township_code=f"{division_code[:9]}000",
            name=name,
            office_phone=office_phone,
            weekdays=hours.days,
            from_minute=hours.from_minute,
            minutes=hours.minutes,
        )
        session.add(desk)
    desk.name, desk.office_phone = name, office_phone
    desk.weekdays, desk.from_minute, desk.minutes = hours.days, hours.from_minute, hours.minutes
    return desk


async def add_shift(
    session: Session, *, by: Actor, division_code: str, post_id: UUID, from_at: datetime, to_at: datetime
) -> Shift:
    """Put a post on duty once. Raises `NoSuchDesk`, `WrongHours`, `NotFound` for a post that is not there."""
    await _check_roster(session, by, division_code, post_id)
    if not session.now < to_at or not timedelta() < to_at - from_at <= timedelta(minutes=A_DAY):
        raise WrongHours()
    shift = _shift(division_code, post_id, from_at, to_at, pattern_id=None, by=by.person_id)
    session.add(shift)
    return shift


async def cancel_shift(session: Session, shift_id: UUID, *, by: Actor) -> Shift:
    """Take a shift off the roster before it begins. Raises `ShiftOver`."""
    shift = await session.get(Shift, shift_id, lock=True)
    if shift is None:
        raise NotFound()
    await policy.check_has_it(session, by, shift.division_code)
    await policy.check_may_roster(session, by, shift.division_code)
    shift.cancel(at=session.now)
    return shift


async def repeat_weekly(
    session: Session,
    *,
    by: Actor,
    division_code: str,
    post_id: UUID,
    hours: Hours,
    first_on: date,
    last_on: date | None,
) -> DutyPattern:
    """Have a post on duty in the same hours every week, from a local date on; the next weeks' shifts are made now."""
    await _check_roster(session, by, division_code, post_id)
    today = local_date(session.now)
    if last_on is not None and last_on < max(first_on, today):
        raise WrongHours()
    first = max(first_on, today)
    pattern = DutyPattern(
        id=new_id(),
        township_code=f"{division_code[:9]}000",
        division_code=division_code,
        post_id=post_id,
        weekdays=hours.days,
        from_minute=hours.from_minute,
        minutes=hours.minutes,
        first_on=first,
        last_on=last_on,
        made_to=first - timedelta(days=1),
        made_by=by.person_id,
        ended_at=None,
    )
    session.add(pattern)
    _make_ahead(session, pattern)
    return pattern


async def end_pattern(session: Session, pattern_id: UUID, *, by: Actor) -> DutyPattern:
    """End a weekly pattern; its shifts that have not begun go off the roster. A second time changes nothing."""
    pattern = await session.get(DutyPattern, pattern_id, lock=True)
    if pattern is None:
        raise NotFound()
    await policy.check_has_it(session, by, pattern.division_code)
    await policy.check_may_roster(session, by, pattern.division_code)
    if pattern.ended_at is None:
        pattern.ended_at = session.now
        for shift in await session.all(LATER, pattern=pattern.id, now=session.now):
            shift.cancel(at=session.now)
    return pattern


async def make_ahead(pattern_id: UUID, session: Session) -> None:
    """The timer: make the shifts of the days that have come within reach."""
    pattern = await session.get(DutyPattern, pattern_id, lock=True)
    if pattern is not None and pattern.ended_at is None:
        _make_ahead(session, pattern)


def is_mobile(number: str) -> bool:
    """Whether a number is a mobile's: eleven digits that begin with 13 to 19, with or without the country's code."""
    digits = "".join(filter(str.isdigit, number)).removeprefix("86")
    return len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789"


def _make_ahead(session: Session, pattern: DutyPattern) -> None:
    today = local_date(session.now)
    ahead = session.use(RulePack).rule(RuleId.DUTY_AHEAD, on=today).value
    last = max(today, pattern.first_on) + timedelta(days=ahead)
    if pattern.last_on is not None:
        last = min(last, pattern.last_on)
    for span in stretches(
        weekdays=pattern.weekdays,
        from_minute=pattern.from_minute,
        minutes=pattern.minutes,
        first=pattern.made_to + timedelta(days=1),
        last=last,
    ):
        if span.to_at > session.now:
            session.add(
                _shift(
                    pattern.division_code,
                    pattern.post_id,
                    span.from_at,
                    span.to_at,
                    pattern_id=pattern.id,
                    by=pattern.made_by,
                )
            )
    pattern.made_to = max(pattern.made_to, last)
    if pattern.last_on is None or pattern.made_to < pattern.last_on:
        session.remind(AHEAD, about=pattern.id, due_at=session.now + timedelta(days=7))


def _shift(
    division_code: str, post_id: UUID, from_at: datetime, to_at: datetime, *, pattern_id: UUID | None, by: UUID
) -> Shift:
    return Shift(
        id=new_id(),
        township_code=f"{division_code[:9]}000",
        division_code=division_code,
        post_id=post_id,
        from_at=from_at,
        to_at=to_at,
        pattern_id=pattern_id,
        made_by=by,
        cancelled_at=None,
        handed_over_at=None,
    )


async def _check_roster(session: Session, by: Actor, division_code: str, post_id: UUID) -> None:
    await policy.check_may_roster(session, by, division_code)
    if await session.get(HotlineDesk, division_code) is None:
        raise NoSuchDesk()
    post = await session.get(Post, post_id)
    if post is None or not post.held_on(local_date(session.now)):
        raise NotFound()
