"""When somebody may be told: those in office on working days in working hours, others outside the quiet of the night.

Pure arithmetic over instants, the work calendar and the rule pack's hours, all in local time.
"""

from datetime import UTC, date, datetime, time, timedelta

from chassis.calendar import WorkCalendar
from chassis.clock import SHANGHAI, local_date
from services.tasks.rules.colours import Telling

_ONE_DAY = timedelta(days=1)


def in_working_hours(at: datetime, telling: Telling, calendar: WorkCalendar) -> bool:
    """Whether those in office may be told something at this instant."""
    begins, ends = telling.hours
    return calendar.is_working(local_date(at)) and begins <= _time(at) < ends


def next_in_working_hours(at: datetime, telling: Telling, calendar: WorkCalendar) -> datetime:
    """This instant if it lies in working hours, or else the beginning of the next ones; in UTC."""
    if in_working_hours(at, telling, calendar):
        return at.astimezone(UTC)
    begins, _ = telling.hours
    today = local_date(at)
    if calendar.is_working(today) and _time(at) < begins:
        return _at(today, begins)
    return _at(calendar.add_working_days(today, 1), begins)


def digest_at(at: datetime, telling: Telling, calendar: WorkCalendar) -> datetime:
    """When what is gathered from now on is told: some minutes later, or when people are at work again; in UTC."""
    opened = next_in_working_hours(at, telling, calendar)
    return next_in_working_hours(at + timedelta(minutes=telling.gather), telling, calendar) if opened == at else opened


def after_the_quiet(at: datetime, telling: Telling) -> datetime:
    """This instant, or the end of the quiet hours in which it lies; in UTC."""
    if telling.quiet is None:
        return at.astimezone(UTC)
    begins, ends = telling.quiet
    now = _time(at)
    quiet = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not quiet:
        return at.astimezone(UTC)
    today = local_date(at)
    return _at(today if now < ends else today + _ONE_DAY, ends)


def _time(at: datetime) -> time:
    return at.astimezone(SHANGHAI).time()


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
