"""When people may be told: office-holders on working days in working hours, citizens outside the quiet of the night."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI
from services.tasks.notices.hours import after_the_quiet, digest_at, in_working_hours, next_in_working_hours
from services.tasks.notices.sentences import moment
from services.tasks.rules.pack import RulePack
from tests.tasks.warnings.telling import at

CALENDAR = load_calendar()
TELLING = RulePack.load().telling
INSTANTS = st.datetimes(datetime(2004, 1, 1), datetime(2026, 12, 1), timezones=st.just(SHANGHAI))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-16 08:30", "2026-11-16 08:30"),
        ("2026-11-16 17:29", "2026-11-16 17:29"),
        ("2026-11-16 08:29", "2026-11-16 08:30"),
        ("2026-11-16 17:30", "2026-11-17 08:30"),
        ("2026-11-20 20:00", "2026-11-23 08:30"),  # from Friday evening to Monday
        ("2026-10-01 10:00", "2026-10-08 08:30"),  # over the National Day week
        ("2026-10-09 18:00", "2026-10-10 08:30"),  # the make-up Saturday is worked
        ("2026-10-10 10:00", "2026-10-10 10:00"),
        ("2026-10-11 10:00", "2026-10-12 08:30"),
    ],
)
def test_office_holders_are_told_in_working_hours(now: str, then: str) -> None:
    assert next_in_working_hours(at(now), TELLING, CALENDAR) == at(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-16 10:00", "2026-11-16 10:15"),
        ("2026-11-16 17:20", "2026-11-17 08:30"),  # its quarter of an hour would end after work
        ("2026-11-16 03:00", "2026-11-16 08:30"),
        ("2026-11-21 12:00", "2026-11-23 08:30"),
    ],
)
def test_what_is_gathered_is_told_a_little_later_or_the_next_working_morning(now: str, then: str) -> None:
    assert digest_at(at(now), TELLING, CALENDAR) == at(then)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-21 21:59", "2026-11-21 21:59"),  # a Saturday holds nobody's own notice back
        ("2026-11-21 22:00", "2026-11-22 07:00"),
        ("2026-11-21 03:00", "2026-11-21 07:00"),
        ("2026-11-21 07:00", "2026-11-21 07:00"),
    ],
)
def test_citizens_are_not_woken_and_do_not_wait_for_a_working_day(now: str, then: str) -> None:
    assert after_the_quiet(at(now), TELLING) == at(then)


def test_a_pack_without_quiet_hours_holds_nothing_back() -> None:
    awake = TELLING.model_copy(update={"quiet_from": None, "quiet_to": None})
    assert after_the_quiet(at("2026-11-21 03:00"), awake) == at("2026-11-21 03:00")


def test_quiet_hours_may_lie_within_one_day() -> None:
    noon = TELLING.model_copy(update={"quiet_from": "12:00", "quiet_to": "14:00"})
    assert after_the_quiet(at("2026-11-21 13:00"), noon) == at("2026-11-21 14:00")
    assert after_the_quiet(at("2026-11-21 23:00"), noon) == at("2026-11-21 23:00")


@given(INSTANTS)
def test_whatever_the_instant_the_telling_lies_in_working_hours_and_never_before(now: datetime) -> None:
    for found in (next_in_working_hours(now, TELLING, CALENDAR), digest_at(now, TELLING, CALENDAR)):
        assert found >= now
        assert in_working_hours(found, TELLING, CALENDAR)


@given(INSTANTS)
def test_the_quiet_ends_within_its_length(now: datetime) -> None:
    found = after_the_quiet(now, TELLING)
    assert 0 <= (found - now).total_seconds() <= 9 * 3600
    assert after_the_quiet(found, TELLING) == found


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert [moment(at(one)) for one in ("2026-11-21 00:00", "2026-11-21 09:05")] == ["11月20日24:00", "11月21日09:05"]
