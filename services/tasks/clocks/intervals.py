"""A clock's life without a gap: intervals, each with what the clock did in it and why; pure arithmetic, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from chassis.clock import local_date, midnight
from services.tasks.clocks.life import (
    Course,
    Happening,
    State,
    What,
    limit_of,
    minutes_between,
    of_day,
    state_at,
    worked_out,
)

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """From an instant to another, and why it is as it is: the start (none), or what happened last that decided it.

    `day` is the first of its days where the calendar is the reason.
    """

    begins: datetime
    ends: datetime
    state: State
    because: Happening | None
    day: date | None = None

    @property
    def minutes(self) -> int:
        """Its whole minutes; those of touching intervals add up to those of the whole."""
        return minutes_between(self.begins, self.ends)


def intervals(course: Course, *, until: datetime) -> list[Interval]:
    """The clock's life without a gap, from its start to its end or to an instant, whichever comes first."""
    end = until if course.met_at is None else min(course.met_at, until)
    found: list[Interval] = []
    for begins, ends in _pieces(course, end):
        piece = _piece(course, begins, ends)
        last = found[-1] if found else None
        if last is not None and last.day is None and (last.state, last.because) == (piece.state, piece.because):
            found[-1] = replace(last, ends=ends)
        else:
            found.append(piece)
    if course.met_at is not None and course.met_at <= until:
        found.append(Interval(course.met_at, course.met_at, state_at(course, course.met_at), None))
    return found


def minutes_in(found: list[Interval], *states: State) -> int:
    """How many minutes a life spent in these states."""
    return sum(one.minutes for one in found if one.state in states)


def days_counted(course: Course, *, until: datetime) -> int:
    """Of a limit of days or working days: how many of its days had counted, the running one among them."""
    worked = worked_out(course, until)
    day, count = local_date(course.started_at), 0
    while day <= local_date(until):
        count += of_day(course, worked, day) is State.COUNTED
        day += _ONE_DAY
    return count


def _pieces(course: Course, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The life cut wherever something may change: at what happened, at each end of the limit, and at midnight."""
    cuts = {course.started_at, end}
    known = [course.started_at, *(one.at for one in course.happened if course.started_at <= one.at <= end)]
    cuts.update(known)
    cuts.update(limit_of(course, as_of=at).due_at for at in known)
    day_begins = midnight(local_date(course.started_at) + _ONE_DAY)
    while day_begins < end:
        cuts.add(day_begins)
        day_begins = midnight(local_date(day_begins) + _ONE_DAY)
    inside = sorted(at for at in cuts if course.started_at <= at <= end)
    yield from pairwise(inside)


def _piece(course: Course, begins: datetime, ends: datetime) -> Interval:
    state, day = state_at(replace(course, met_at=None), begins), None
    because = _decided_by(course, begins)
    if state is State.PAUSED:
        because = worked_out(course, begins).pauses[-1].because
    elif state is State.RESUMED_DAY:
        because = next(one for one in reversed(course.happened) if one.what is What.RESUMED and one.at <= begins)
    elif state is State.FIRST_DAY:
        because = None
    elif state is State.REST:
        because, day = None, local_date(begins)
    return Interval(begins, ends, state, because, day)


def _decided_by(course: Course, at: datetime) -> Happening | None:
    """What happened last that decided how the clock runs at an instant; nothing, while it is the start."""
    return next((one for one in reversed(course.happened) if one.at <= at and one.what is not What.PAUSED), None)
