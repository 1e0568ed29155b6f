"""The whole life of one clock, worked out from what happened to it and the work calendar; pure arithmetic, no I/O.

The convention (decision 0028). A unit of the limit counts if the clock was running when the unit began: a minute of a
limit of hours, a local day of a limit of days, a working day of a limit of working days. So the day of the start does
not count, nor does the day on which a paused clock is resumed; the day on which it is paused does. A pause moves the
limit on by the beginnings that it spans, so that pausing and resuming within one minute changes nothing, a longer
pause never gives an earlier limit, and two pauses that touch are as one. An extension is counted on from the last day
of the limit. An order and another work calendar have the limit worked out anew from the start, with every pause and
extension so far.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from chassis.calendar import WorkCalendar
from chassis.clock import SHANGHAI, local_date
from services.tasks.clocks.limits import Amount, Limit, Unit, latest_promise, limit

_MINUTE = timedelta(minutes=1)


class What(StrEnum):
    """What may happen to a clock between its start and its end."""

    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    ORDERED = "ordered"  # another amount, by order
    RECOUNTED = "recounted"  # by another work calendar

    @property
    def title_zh(self) -> str:
        """What happened, for the screen."""
        return {
            "paused": "挂起",
            "resumed": "恢复",
            "extended": "延期",
            "ordered": "奉令改用新时限",
            "recounted": "按新工作日历重算",
        }[self]


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a clock. An amount goes with an extension and an order, a calendar with a recount."""

    what: What
    at: datetime
    amount: Amount | None = None
    calendar: WorkCalendar | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that a clock's limit follows from; what happened is in order of time.

    `base` is the rule's amount. For a clock of which only the end is known it is that end, and pauses then move it to
    the minute.
    """

    started_at: datetime
    base: Amount | datetime
    calendar: WorkCalendar
    happened: tuple[Happening, ...] = ()
    met_at: datetime | None = None


class State(StrEnum):
    """What a clock does at an instant, or through an interval."""

    COUNTED = "counted"
    FIRST_DAY = "first_day"
    RESUMED_DAY = "resumed_day"
    REST = "rest"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"

    @property
    def title_zh(self) -> str:
        """The state for the screen."""
        return _STATES[self]


_STATES = {
    State.COUNTED: "计时",
    State.FIRST_DAY: "起算当日，不计入",
    State.RESUMED_DAY: "恢复当日，不计入",
    State.REST: "非工作日，不计入",
    State.PAUSED: "挂起，不计时",
    State.OVERDUE: "已超过时限",
    State.MET: "按时完成",
    State.MET_LATE: "超时完成",
}


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that stopped the clock: from an instant, to another or until further notice."""

    begins: datetime
    ends: datetime | None
    because: Happening


@dataclass(frozen=True, slots=True)
class Worked:
    """What follows from a course: the limit, the pauses that count, and after which day rest days do not."""

    limit: Limit
    base: Amount | datetime
    pauses: tuple[Pause, ...]
    calendar: WorkCalendar
    unit: Unit
    rests_after: date | None


def limit_of(course: Course, *, as_of: datetime | None = None) -> Limit:
    """Where the limit ends, as far as was known at an instant (all of it, without one).

    While the clock is paused, that is where it would end if it were resumed at the instant of the pause.
    """
    return worked_out(course, as_of).limit


def state_at(course: Course, at: datetime) -> State:
    """What the clock does at an instant, which is not before its start. Raises ValueError before it."""
    if at < course.started_at:
        raise ValueError("the clock has not started yet")
    if course.met_at is not None and course.met_at <= at:
        return State.MET if course.met_at < limit_of(course, as_of=course.met_at).due_at else State.MET_LATE
    worked = worked_out(course, at)
    if worked.pauses and worked.pauses[-1].ends is None:
        return State.PAUSED
    if at >= worked.limit.due_at:
        return State.OVERDUE
    return of_day(course, worked, local_date(at))


def of_day(course: Course, worked: Worked, day: date) -> State:
    """Whether a day counts for a clock that runs; of a limit of hours every minute does."""
    if worked.unit is not Unit.HOURS:
        if day <= local_date(course.started_at):
            return State.FIRST_DAY
        if any(
            local_date(one.begins) < day and (one.ends is None or day <= local_date(one.ends)) for one in worked.pauses
        ):
            return State.RESUMED_DAY
    if worked.rests_after is not None and day > worked.rests_after and not worked.calendar.is_working(day):
        return State.REST
    return State.COUNTED


def worked_out(course: Course, as_of: datetime | None) -> Worked:
    """Everything that follows from a course as far as was known at an instant, in one walk through what happened."""
    known = [one for one in course.happened if as_of is None or one.at <= as_of]
    calendar = next((one.calendar for one in reversed(known) if one.calendar is not None), course.calendar)
    base = next((one.amount for one in reversed(known) if one.what is What.ORDERED and one.amount), course.base)
    unit = base.unit if isinstance(base, Amount) else Unit.HOURS
    due_at = limit(base, course.started_at, calendar).due_at if isinstance(base, Amount) else base
    rests_after = local_date(course.started_at) if unit is Unit.WORKING_DAYS else None
    pauses: list[Pause] = []
    for one in known:
        running = not pauses or pauses[-1].ends is not None
        if one.what is What.PAUSED and running and one.at < due_at:
            pauses.append(Pause(one.at, None, one))
        elif one.what is What.RESUMED and not running:
            pauses[-1] = Pause(pauses[-1].begins, one.at, pauses[-1].because)
            due_at = shifted(due_at, unit, pauses[-1].begins, one.at, calendar)
        elif one.what is What.EXTENDED and one.amount is not None:
            if one.amount.unit is Unit.WORKING_DAYS and rests_after is None:
                rests_after = latest_promise(due_at)
            due_at = prolonged(due_at, one.amount, calendar)
    days = (local_date(course.started_at), latest_promise(due_at))
    provisional = rests_after is not None and any(map(calendar.provisional, days))
    return Worked(Limit(due_at=due_at, provisional=provisional), base, tuple(pauses), calendar, unit, rests_after)


def shifted(due_at: datetime, unit: Unit, begins: datetime, ends: datetime, calendar: WorkCalendar) -> datetime:
    """A limit's end after a pause from one instant to another: later by the units that began in between."""
    match unit:
        case Unit.HOURS:
            return due_at + minutes_between(begins, ends) * _MINUTE
        case Unit.DAYS:
            return _later(due_at, (local_date(ends) - local_date(begins)).days)
        case Unit.WORKING_DAYS:
            paused = calendar.working_days_between(local_date(begins), local_date(ends))
            return _working_days_later(due_at, paused, calendar)


def prolonged(due_at: datetime, amount: Amount, calendar: WorkCalendar) -> datetime:
    """A limit's end after an extension: hours run on from it, days are counted from its last day."""
    match amount.unit:
        case Unit.HOURS:
            return due_at + timedelta(hours=amount.value)
        case Unit.DAYS:
            return _later(due_at, amount.value)
        case Unit.WORKING_DAYS:
            return _working_days_later(due_at, amount.value, calendar)


def minutes_between(begins: datetime, ends: datetime) -> int:
    """How many minutes began after the first instant, up to and including the second; so they add up."""
    return _minute(ends) - _minute(begins)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def _later(due_at: datetime, days: int) -> datetime:
    """The same local time some days later."""
    return (due_at.astimezone(SHANGHAI) + timedelta(days=days)).astimezone(UTC)


def _working_days_later(due_at: datetime, days: int, calendar: WorkCalendar) -> datetime:
    last = latest_promise(due_at)
    return _later(due_at, (calendar.add_working_days(last, days) - last).days)
