"""The life of a clock from what happened to it: what holds for every course, and known courses written out."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import WorkCalendar, load_calendar
from chassis.clock import SHANGHAI, local_date
from services.tasks.clocks.intervals import Interval, days_counted, intervals, minutes_in
from services.tasks.clocks.life import (
    Course,
    Happening,
    State,
    What,
    limit_of,
    minutes_between,
    prolonged,
    shifted,
    state_at,
)
from services.tasks.clocks.limits import Amount, Unit, latest_promise, limit

CALENDAR = load_calendar()
STARTS = st.datetimes(datetime(2004, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNTS = st.builds(Amount, value=st.integers(1, 60), unit=st.sampled_from(Unit))
SPANS = st.timedeltas(timedelta(), timedelta(days=40))
UNITS = st.sampled_from(Unit)


def at(text: str) -> datetime:
    """An instant written in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def paused(when: datetime) -> Happening:
    return Happening(What.PAUSED, when)


def resumed(when: datetime) -> Happening:
    return Happening(What.RESUMED, when)


def course(start: str, amount: Amount, *happened: Happening) -> Course:
    return Course(at(start), amount, CALENDAR, happened)


def due(of: Course) -> str:
    return f"{limit_of(of).due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Any course: up to eight things that happen to a clock, one after the other."""
    start = draw(STARTS)
    happened, when = [], start
    for _ in range(draw(st.integers(0, 8))):
        when += draw(SPANS)
        what = draw(st.sampled_from([What.PAUSED, What.RESUMED, What.EXTENDED, What.ORDERED]))
        amount = draw(AMOUNTS) if what in {What.EXTENDED, What.ORDERED} else None
        happened.append(Happening(what, when, amount))
    met_at = draw(st.none() | st.just(when + draw(SPANS)))
    return Course(start, draw(AMOUNTS), CALENDAR, tuple(happened), met_at)


WEEK = Amount(value=5, unit=Unit.WORKING_DAYS)
DAYS = Amount(value=5, unit=Unit.DAYS)
HOURS = Amount(value=48, unit=Unit.HOURS)


@pytest.mark.parametrize(
    ("amount", "start", "pause", "resume", "ends"),
    [
        # Tuesday to Thursday: Wednesday and Thursday do not count.
        (WEEK, "2026-11-16 09:00", "2026-11-17 10:00", "2026-11-19 15:00", "2026-11-26 00:00"),
        (DAYS, "2026-11-16 09:00", "2026-11-17 10:00", "2026-11-19 15:00", "2026-11-24 00:00"),
        (HOURS, "2026-11-16 09:00", "2026-11-17 10:00", "2026-11-19 15:00", "2026-11-20 14:00"),
        # Within a day nothing moves but hours.
        (WEEK, "2026-11-16 09:00", "2026-11-17 08:00", "2026-11-17 18:00", "2026-11-24 00:00"),
        (DAYS, "2026-11-16 09:00", "2026-11-17 08:00", "2026-11-17 18:00", "2026-11-22 00:00"),
        (HOURS, "2026-11-16 09:00", "2026-11-17 08:00", "2026-11-17 18:00", "2026-11-18 19:00"),
        # On the day of the start.
        (WEEK, "2026-11-16 09:00", "2026-11-16 10:00", "2026-11-17 10:00", "2026-11-25 00:00"),
        # From Friday to Monday: of working days only Monday is lost, of natural days three.
        (WEEK, "2026-11-16 09:00", "2026-11-20 17:00", "2026-11-23 09:00", "2026-11-25 00:00"),
        (DAYS, "2026-11-16 09:00", "2026-11-20 17:00", "2026-11-23 09:00", "2026-11-25 00:00"),
        # Through a weekend only: nothing is lost.
        (WEEK, "2026-11-16 09:00", "2026-11-21 09:00", "2026-11-22 21:00", "2026-11-24 00:00"),
        # A make-up Saturday is lost like any working day.
        (WEEK, "2026-10-08 09:00", "2026-10-09 17:00", "2026-10-10 09:00", "2026-10-16 00:00"),
        # The National Day week costs nothing.
        (WEEK, "2026-09-28 09:00", "2026-09-30 17:00", "2026-10-07 20:00", "2026-10-11 00:00"),
        # Over the end of a month, a leap day and the end of a year.
        (DAYS, "2026-01-28 09:00", "2026-01-31 09:00", "2026-02-01 09:00", "2026-02-04 00:00"),
        (DAYS, "2024-02-26 09:00", "2024-02-28 09:00", "2024-03-01 09:00", "2024-03-05 00:00"),
        (DAYS, "2023-02-26 09:00", "2023-02-28 09:00", "2023-03-01 09:00", "2023-03-05 00:00"),
        (WEEK, "2025-12-29 09:00", "2025-12-31 09:00", "2026-01-04 09:00", "2026-01-08 00:00"),
    ],
)
def test_known_pauses(amount: Amount, start: str, pause: str, resume: str, ends: str) -> None:
    assert due(course(start, amount, paused(at(pause)), resumed(at(resume)))) == ends


@pytest.mark.parametrize(
    ("amount", "start", "extension", "ends"),
    [
        (DAYS, "2026-11-16 09:00", Amount(value=10, unit=Unit.WORKING_DAYS), "2026-12-05 00:00"),  # from Saturday on
        (WEEK, "2026-11-16 09:00", Amount(value=10, unit=Unit.WORKING_DAYS), "2026-12-08 00:00"),
        (WEEK, "2026-11-16 09:00", Amount(value=3, unit=Unit.DAYS), "2026-11-27 00:00"),
        (HOURS, "2026-11-16 09:00", Amount(value=24, unit=Unit.HOURS), "2026-11-19 09:00"),
        (HOURS, "2026-11-16 09:00", Amount(value=1, unit=Unit.WORKING_DAYS), "2026-11-19 09:00"),
        (WEEK, "2026-09-21 09:00", Amount(value=1, unit=Unit.WORKING_DAYS), "2026-10-01 00:00"),
        (WEEK, "2026-09-22 09:00", Amount(value=1, unit=Unit.WORKING_DAYS), "2026-10-09 00:00"),  # over the week
    ],
)
def test_known_extensions(amount: Amount, start: str, extension: Amount, ends: str) -> None:
    asked = Happening(What.EXTENDED, at(start) + timedelta(hours=1), extension)
    assert due(course(start, amount, asked)) == ends


@given(courses(), st.integers(0, 59), st.integers(0, 59))
def test_pausing_and_resuming_within_one_minute_changes_nothing(of: Course, one: int, other: int) -> None:
    when = of.happened[-1].at if of.happened else of.started_at
    minute = when.replace(second=0, microsecond=0) + timedelta(minutes=1)
    first, second = sorted((one, other))
    stop, go = paused(minute.replace(second=first)), resumed(minute.replace(second=second))
    assert limit_of(replace(of, happened=(*of.happened, stop, go))).due_at == limit_of(_going(of, when)).due_at


def _going(of: Course, when: datetime) -> Course:
    """The same, with a pause that is still open ended where the next one begins and ends."""
    minute = when.replace(second=0, microsecond=0) + timedelta(minutes=1)
    stopped = state_at(replace(of, met_at=None), when) is State.PAUSED
    return replace(of, happened=(*of.happened, resumed(minute))) if stopped else of


@given(STARTS, UNITS, st.datetimes(datetime(2004, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC)), SPANS, SPANS)  # noqa: DTZ001
def test_a_longer_pause_never_gives_an_earlier_limit_and_no_pause_an_earlier_one_than_none(
    due_at: datetime, unit: Unit, begins: datetime, span: timedelta, more: timedelta
) -> None:
    none = shifted(due_at, unit, begins, begins, CALENDAR)
    short = shifted(due_at, unit, begins, begins + span, CALENDAR)
    long = shifted(due_at, unit, begins, begins + span + more, CALENDAR)
    assert due_at == none <= short <= long


@given(STARTS, AMOUNTS, st.tuples(SPANS, SPANS, SPANS))
def test_two_pauses_that_touch_are_as_one(start: datetime, amount: Amount, spans: tuple[timedelta, ...]) -> None:
    first = start + spans[0]
    middle, last = first + spans[1], first + spans[1] + spans[2]
    if middle >= limit(amount, start, CALENDAR).due_at:
        return  # the second one would come too late to count
    one = Course(start, amount, CALENDAR, (paused(first), resumed(last)))
    two = Course(start, amount, CALENDAR, (paused(first), resumed(middle), paused(middle), resumed(last)))
    assert limit_of(one) == limit_of(two)


@given(STARTS, AMOUNTS, AMOUNTS)
def test_an_extension_always_ends_later_and_a_longer_one_later_still(
    start: datetime, amount: Amount, extension: Amount
) -> None:
    due_at = limit(amount, start, CALENDAR).due_at
    more = Amount(value=extension.value + 1, unit=extension.unit)
    assert due_at < prolonged(due_at, extension, CALENDAR) < prolonged(due_at, more, CALENDAR)


@given(courses())
def test_a_limit_is_after_its_start_and_the_same_however_often_it_is_worked_out(of: Course) -> None:
    found = limit_of(of)
    assert found.due_at > of.started_at
    again = Course(of.started_at, of.base, load_calendar(), tuple(replace(one) for one in of.happened), of.met_at)
    assert limit_of(again) == found


@given(courses(), SPANS)
def test_what_happens_later_does_not_change_what_was_known_before(of: Course, later: timedelta) -> None:
    when = of.happened[-1].at if of.happened else of.started_at
    then = Happening(What.EXTENDED, when + later + timedelta(minutes=1), DAYS)
    assert limit_of(replace(of, happened=(*of.happened, then)), as_of=when) == limit_of(of, as_of=when)


@given(courses(), SPANS)
def test_a_life_has_no_gap_no_overlap_and_no_negative_minute(of: Course, later: timedelta) -> None:
    until = (of.happened[-1].at if of.happened else of.started_at) + later
    life = intervals(of, until=until)
    end = until if of.met_at is None or of.met_at > until else of.met_at
    spent = [one for one in life if one.state not in {State.MET, State.MET_LATE}]
    assert all(one.minutes >= 0 and one.begins <= one.ends for one in life)
    assert all(one.ends == next_.begins for one, next_ in pairwise(spent))
    if spent:
        assert (spent[0].begins, spent[-1].ends) == (of.started_at, end)
    assert sum(one.minutes for one in life) == minutes_between(of.started_at, end)
    for one in spent:
        middle = one.begins + (one.ends - one.begins) / 2
        assert state_at(replace(of, met_at=None), one.begins) is one.state
        if local_date(middle) == local_date(one.begins):
            assert state_at(replace(of, met_at=None), middle) is one.state


@given(STARTS, st.integers(1, 60), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]), st.lists(SPANS, max_size=6))
def test_as_many_days_count_as_the_rule_gives_whatever_pauses_lie_between(
    start: datetime, value: int, unit: Unit, spans: list[timedelta]
) -> None:
    happened, when = [], start
    for n, span in enumerate(spans):
        when += span
        happened.append(paused(when) if n % 2 == 0 else resumed(when))
    if len(happened) % 2:
        happened.append(resumed(when + timedelta(days=1)))
    of = Course(start, Amount(value=value, unit=unit), CALENDAR, tuple(happened))
    due_at = limit_of(of).due_at
    assert days_counted(of, until=due_at - timedelta(microseconds=1)) == value


@given(STARTS, st.integers(1, 500), SPANS, SPANS)
def test_a_limit_of_hours_has_exactly_its_minutes_whatever_pause_lies_between(
    start: datetime, value: int, before: timedelta, span: timedelta
) -> None:
    start = start.replace(second=0, microsecond=0)
    begins = (start + before).replace(second=0, microsecond=0)
    ends = (begins + span).replace(second=0, microsecond=0)
    of = Course(start, Amount(value=value, unit=Unit.HOURS), CALENDAR, (paused(begins), resumed(ends)))
    life = intervals(of, until=limit_of(of).due_at)
    assert minutes_in(life, State.COUNTED) == value * 60


def test_a_paused_clock_is_not_overdue_and_an_overdue_one_cannot_be_paused() -> None:
    stopped = course("2026-11-16 09:00", DAYS, paused(at("2026-11-21 23:59")))
    assert state_at(stopped, at("2026-12-24 12:00")) is State.PAUSED
    late = course("2026-11-16 09:00", DAYS, paused(at("2026-11-22 00:00")), resumed(at("2026-11-30 00:00")))
    assert state_at(late, at("2026-11-25 00:00")) is State.OVERDUE
    assert due(late) == "2026-11-22 00:00"


def test_an_order_works_the_limit_out_anew_with_its_pauses() -> None:
    stop, go = paused(at("2026-11-17 10:00")), resumed(at("2026-11-19 15:00"))
    order = Happening(What.ORDERED, at("2026-11-20 09:00"), Amount(value=10, unit=Unit.DAYS))
    assert due(course("2026-11-16 09:00", DAYS, stop, go, order)) == "2026-11-29 00:00"


def test_another_calendar_moves_what_was_counted_by_weekends_alone() -> None:
    of = Course(at("2026-12-30 09:00"), WEEK, CALENDAR)
    assert due(of) == "2027-01-07 00:00"
    assert limit_of(of).provisional
    holidays = WorkCalendar(rest_days={date(2027, 1, 1)}, make_up_days=set(), published_years={2026, 2027})
    recounted = replace(of, happened=(Happening(What.RECOUNTED, at("2026-12-30 10:00"), calendar=holidays),))
    assert due(recounted) == "2027-01-08 00:00"
    assert not limit_of(recounted).provisional


def test_every_minute_of_a_case_is_told_with_what_caused_it() -> None:
    stop, go = paused(at("2026-11-18 10:00")), resumed(at("2026-11-19 15:00"))
    more = Happening(What.EXTENDED, at("2026-11-20 09:00"), Amount(value=2, unit=Unit.WORKING_DAYS))
    of = replace(course("2026-11-16 09:00", WEEK, stop, go, more), met_at=at("2026-11-24 12:00"))

    def shown(one: Interval) -> tuple[str, str, str, int, str | None]:
        begins, ends = (f"{instant.astimezone(SHANGHAI):%d %H:%M}" for instant in (one.begins, one.ends))
        return begins, ends, one.state.value, one.minutes, one.because.what.value if one.because else None

    assert [shown(one) for one in intervals(of, until=at("2026-12-01 00:00"))] == [
        ("16 09:00", "17 00:00", "first_day", 900, None),
        ("17 00:00", "18 10:00", "counted", 2040, None),
        ("18 10:00", "19 15:00", "paused", 1740, "paused"),
        ("19 15:00", "20 00:00", "resumed_day", 540, "resumed"),
        ("20 00:00", "20 09:00", "counted", 540, "resumed"),
        ("20 09:00", "21 00:00", "counted", 900, "extended"),
        ("21 00:00", "22 00:00", "rest", 1440, None),
        ("22 00:00", "23 00:00", "rest", 1440, None),
        ("23 00:00", "24 12:00", "counted", 2160, "extended"),
        ("24 12:00", "24 12:00", "met", 0, None),
    ]


def test_rest_days_of_an_extension_in_working_days_are_named_though_the_rule_counts_natural_days() -> None:
    more = Happening(What.EXTENDED, at("2026-11-17 09:00"), Amount(value=3, unit=Unit.WORKING_DAYS))
    of = course("2026-11-16 09:00", DAYS, more)  # five natural days end on Saturday, the 21st
    rest = [local_date(one.begins) for one in intervals(of, until=limit_of(of).due_at) if one.state is State.REST]
    assert rest == [date(2026, 11, 22)]
    assert latest_promise(limit_of(of).due_at) == date(2026, 11, 25)
