"""Time limits: the convention on known dates, and what holds for every start and amount."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI, local_date
from services.tasks.clocks.limits import Amount, Unit, latest_promise, limit, warn_at

CALENDAR = load_calendar()
STARTS = st.datetimes(datetime(2004, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
AMOUNTS = st.builds(Amount, value=st.integers(1, 120), unit=st.sampled_from(Unit))


def at(text: str) -> datetime:
    """An instant written in local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        (
            "2026-11-20 23:30",
            2,
            Unit.HOURS,
            "2026-11-21 01:30",
        ),  # over midnight into a Saturday: the hotline is staffed
        ("2026-11-20 09:00", 1, Unit.DAYS, "2026-11-22 00:00"),
        ("2026-11-20 23:59", 1, Unit.DAYS, "2026-11-22 00:00"),  # the hour of the request costs nobody a day
        ("2026-11-20 00:00", 1, Unit.DAYS, "2026-11-22 00:00"),
        ("2026-09-28 10:00", 5, Unit.DAYS, "2026-10-04 00:00"),  # rest days count among natural days
        ("2026-11-20 09:00", 5, Unit.WORKING_DAYS, "2026-11-28 00:00"),  # Friday to Friday
        ("2026-11-21 09:00", 5, Unit.WORKING_DAYS, "2026-11-28 00:00"),  # Saturday counts from Monday as well
        ("2026-09-30 09:00", 1, Unit.WORKING_DAYS, "2026-10-09 00:00"),  # over the National Day week
        ("2026-10-09 09:00", 1, Unit.WORKING_DAYS, "2026-10-11 00:00"),  # the make-up Saturday counts
        ("2026-02-13 18:00", 2, Unit.WORKING_DAYS, "2026-02-25 00:00"),  # make-up Saturday, then the Spring Festival
        ("1990-06-01 12:00", 1, Unit.DAYS, "1990-06-03 00:00"),  # summer time, which China had until 1991
    ],
)
def test_known_limits(start: str, value: int, unit: Unit, due: str) -> None:
    assert limit(Amount(value=value, unit=unit), at(start), CALENDAR).due_at == at(due)


def test_the_end_is_in_utc_whatever_zone_the_start_is_in() -> None:
    days = Amount(value=3, unit=Unit.DAYS)
    start = at("2026-11-20 07:00")
    assert limit(days, start, CALENDAR) == limit(days, start.astimezone(ZoneInfo("America/New_York")), CALENDAR)
    assert limit(days, start, CALENDAR).due_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        limit(Amount(value=1, unit=Unit.HOURS), datetime(2026, 1, 1), CALENDAR)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "unit", "provisional"),
    [
        ("2026-12-24 09:00", Unit.WORKING_DAYS, False),  # ends on New Year's Eve
        ("2026-12-25 09:00", Unit.WORKING_DAYS, True),
        ("2027-03-01 09:00", Unit.WORKING_DAYS, True),
        ("2003-12-30 09:00", Unit.WORKING_DAYS, True),  # begins in a year of which no notice is entered
        ("2026-12-30 09:00", Unit.DAYS, False),  # no notice can move a natural day
        ("2027-03-01 09:00", Unit.HOURS, False),
    ],
)
def test_a_limit_over_an_unpublished_year_is_provisional(start: str, unit: Unit, provisional: bool) -> None:
    assert limit(Amount(value=5, unit=unit), at(start), CALENDAR).provisional is provisional


@given(STARTS, STARTS, AMOUNTS)
def test_a_later_start_never_ends_earlier(one: datetime, other: datetime, amount: Amount) -> None:
    earlier, later = sorted((one, other))
    assert limit(amount, earlier, CALENDAR).due_at <= limit(amount, later, CALENDAR).due_at


@given(STARTS, AMOUNTS)
def test_one_more_ends_later(start: datetime, amount: Amount) -> None:
    more = Amount(value=amount.value + 1, unit=amount.unit)
    assert limit(amount, start, CALENDAR).due_at < limit(more, start, CALENDAR).due_at


@given(STARTS, AMOUNTS)
def test_there_is_always_the_whole_amount_of_time(start: datetime, amount: Amount) -> None:
    step = timedelta(hours=1) if amount.unit is Unit.HOURS else timedelta(days=1)
    assert limit(amount, start, CALENDAR).due_at - start >= amount.value * step


@given(STARTS, st.integers(1, 120))
def test_working_days_never_end_on_a_rest_day_and_never_before_natural_days(start: datetime, value: int) -> None:
    due_at = limit(Amount(value=value, unit=Unit.WORKING_DAYS), start, CALENDAR).due_at
    assert CALENDAR.is_working(latest_promise(due_at))
    assert due_at >= limit(Amount(value=value, unit=Unit.DAYS), start, CALENDAR).due_at


@given(STARTS, st.integers(1, 120), st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS]))
def test_a_promise_for_the_latest_day_is_in_time_to_its_last_instant(start: datetime, value: int, unit: Unit) -> None:
    due_at = limit(Amount(value=value, unit=unit), start, CALENDAR).due_at
    assert local_date(due_at - timedelta(microseconds=1)) == latest_promise(due_at)
    assert local_date(due_at) == latest_promise(due_at) + timedelta(days=1)


def test_a_limit_of_hours_allows_the_day_in_which_it_ends() -> None:
    assert latest_promise(at("2026-11-21 01:30")) == date(2026, 11, 21)


def test_a_warning_comes_at_its_share_of_the_time() -> None:
    assert warn_at(at("2026-11-20 09:00"), at("2026-11-20 11:00"), share=75) == at("2026-11-20 10:30")


@given(STARTS, AMOUNTS, st.integers(1, 99))
def test_a_warning_lies_between_the_start_and_the_end(start: datetime, amount: Amount, share: int) -> None:
    due_at = limit(amount, start, CALENDAR).due_at
    assert start < warn_at(start, due_at, share=share) < due_at


@pytest.mark.parametrize("value", [0, -1, 3661, True, "5", 1.0])
def test_an_amount_is_a_whole_number_above_nought(value: object) -> None:
    with pytest.raises(ValidationError):
        Amount.model_validate({"value": value, "unit": "d"})


def test_an_amount_reads_as_people_say_it() -> None:
    assert [Amount(value=5, unit=unit).title_zh for unit in Unit] == ["5小时", "5天", "5个工作日"]
