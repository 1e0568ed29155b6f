"""Periods tile the year, and a due day is the working day that the rule says, whatever the calendar holds."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import load_calendar
from chassis.operator_files import BadFile
from services.tasks.recurring_duties.model import DoneOutsideItsPeriod, DutyStage, RecurringDuty
from services.tasks.recurring_duties.periods import Every, Period
from services.tasks.recurring_duties.rules import RULES, Asks, RecurringRules

CALENDAR = load_calendar()
PATTERN = {
    Every.MONTH: r"\d{4}-\d\d",
    Every.QUARTER: r"\d{4}-Q[1-4]",
    Every.HALF_YEAR: r"\d{4}-H[12]",
    Every.YEAR: r"\d{4}",
}
DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))


@given(day=DAYS, every=st.sampled_from(Every))
def test_every_day_lies_in_one_period_and_the_next_begins_the_day_after(day: date, every: Every) -> None:
    period = Period.around(day, every)
    assert period.first <= day <= period.last
    assert period.first.day == 1
    assert (period.first.month - 1) % every.months == 0
    assert period.next(every).first == period.last + timedelta(days=1)
    assert Period.around(period.last, every) == Period.around(period.first, every) == period
    assert re.fullmatch(PATTERN[every], period.code)
    assert period.next(every).code > period.code, "each has a name of its own"


@given(day=DAYS, every=st.sampled_from(Every), n=st.integers(1, 15))
def test_the_nth_working_day_is_one_and_the_nth(day: date, every: Every, n: int) -> None:
    period = Period.around(day, every)
    early, late = period.working_day(n, CALENDAR), period.working_day(-n, CALENDAR)
    assert CALENDAR.is_working(early)
    assert CALENDAR.is_working(late)
    assert CALENDAR.working_days_between(period.first - timedelta(days=1), early) == n
    assert CALENDAR.working_days_between(late - timedelta(days=1), period.last) == n
    assert period.first <= early <= period.last
    assert period.first <= late <= period.last


@pytest.mark.parametrize(
    ("code", "day", "due_on"),
    [
        ("monthly-report", date(2026, 9, 20), date(2026, 10, 13)),  # after the holiday, the 10th is worked
        ("monthly-report", date(2026, 11, 16), date(2026, 12, 7)),
        ("quarterly-assessment", date(2026, 9, 1), date(2026, 10, 20)),
        ("committee-study", date(2026, 3, 1), date(2026, 6, 30)),
        ("committee-study", date(2026, 8, 1), date(2026, 12, 31)),
        ("yearly-report-review", date(2026, 8, 1), date(2026, 12, 31)),
    ],
)
def test_the_shipped_rules_are_due_by_the_work_calendar(code: str, day: date, due_on: date) -> None:
    rule = RecurringRules.load().on(code, day)
    assert rule is not None
    assert rule.due_on(Period.around(day, rule.every), CALENDAR) == due_on


def test_a_file_with_a_day_nought_or_two_rules_at_once_is_refused(tmp_path: object) -> None:
    text = RULES.read_text(encoding="utf-8")
    for faulty in (
        text.replace("working_day: 5", "working_day: 0"),
        text.replace("code: monthly-report", "code: committee-study"),
        text.replace("every: quarter\n", "every: fortnight\n"),
    ):
        file = RULES.__class__(str(tmp_path)) / "rules.yaml"
        file.write_text(faulty, encoding="utf-8")
        with pytest.raises(BadFile):
            RecurringRules.load(file)


def test_a_duty_is_done_between_its_first_day_and_today() -> None:
    today = date(2026, 11, 16)
    for on in (date(2026, 10, 31), date(2026, 11, 17)):
        with pytest.raises(DoneOutsideItsPeriod):
            duty().do(on=on, today=today, by=uuid4())
    late = duty()
    late.do(on=date(2026, 12, 8), today=date(2026, 12, 8), by=uuid4())
    assert late.stage is DutyStage.DONE


def duty() -> RecurringDuty:
    """November's report of a village."""
    return RecurringDuty(
        id=uuid4(),
        period_id=uuid4(),
        township_code="430702100000",
        division_code="430702100201",
        organization_id=uuid4(),
        post="secretary",
        rule_code="monthly-report",
        title="月报告",
        asks=Asks.GENERATED,
        first_on=date(2026, 11, 1),
        last_on=date(2026, 11, 30),
        due_on=date(2026, 12, 7),
        provisional=False,
        stage=DutyStage.OPEN,
        done_on=None,
        done_by=None,
    )
