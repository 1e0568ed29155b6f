"""The work calendar: every day of 2004 to 2026, counting, and an operator's faulty table."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import TABLE, WorkCalendar, load_calendar
from chassis.operator_files import BadFile
from profiles.calendar_seed import table

CALENDAR = load_calendar()
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAYS = st.dates(FIRST, date(2028, 12, 31))
HEAD = "date,kind,name,source\n"


def stepped(day: date, n: int) -> date:
    """The n-th working day after `day`, found by walking."""
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not CALENDAR.is_working(day):
            day += step
    return day


def written(folder: Path, text: str) -> Path:
    path = folder / "calendar.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_day_of_2004_to_2026_is_as_the_library_says() -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert [day for day in days if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_the_committed_table_is_what_the_seed_writes() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),  # a Saturday made up for the Spring Festival
        (date(2026, 2, 17), False),  # the first day of the Spring Festival, a Tuesday
        (date(2026, 10, 1), False),
        (date(2026, 11, 21), False),  # a plain Saturday
        (date(2026, 11, 23), True),
        (date(2027, 1, 1), True),  # not published: only weekends are known
        (date(2027, 1, 2), False),
    ],
)
def test_known_days(day: date, works: bool) -> None:
    assert CALENDAR.is_working(day) is works


def test_only_years_without_a_notice_are_provisional() -> None:
    assert [CALENDAR.provisional(date(year, 6, 1)) for year in (2003, 2004, 2026, 2027)] == [True, False, False, True]


def test_the_national_day_week_is_jumped_over_and_the_make_up_saturday_counts() -> None:
    assert CALENDAR.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert CALENDAR.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)  # a Saturday that is worked
    assert CALENDAR.add_working_days(date(2026, 10, 12), -1) == date(2026, 10, 10)


def test_a_count_of_nought_is_the_day_itself() -> None:
    assert CALENDAR.add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)


@given(DAYS, st.integers(-40, 40))
def test_counting_gives_the_day_that_walking_gives(day: date, n: int) -> None:
    assert CALENDAR.add_working_days(day, n) == stepped(day, n)


@given(DAYS, st.integers(1, 200))
def test_a_counted_day_is_a_working_day_and_counts_back(day: date, n: int) -> None:
    reached = CALENDAR.add_working_days(day, n)
    assert CALENDAR.is_working(reached)
    assert CALENDAR.working_days_between(day, reached) == n
    assert CALENDAR.working_days_between(reached, day) == -n


@given(DAYS, st.integers(1, 200))
def test_from_a_working_day_there_and_back_is_no_way(day: date, n: int) -> None:
    start = CALENDAR.add_working_days(day, 1)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, n), -n) == start


@given(DAYS, DAYS, st.integers(-100, 100))
def test_a_later_start_never_ends_earlier(one: date, other: date, n: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add_working_days(earlier, n) <= CALENDAR.add_working_days(later, n)


@given(DAYS, st.integers(-100, 100))
def test_each_further_working_day_is_later(day: date, n: int) -> None:
    assert CALENDAR.add_working_days(day, n) < CALENDAR.add_working_days(day, n + 1)


@pytest.mark.parametrize(("day", "n"), [(date.max, 1), (date.min, -1), (date(2026, 1, 1), 10**9)])
def test_a_count_beyond_all_dates_is_refused(day: date, n: int) -> None:
    with pytest.raises(OverflowError):
        CALENDAR.add_working_days(day, n)


def test_a_rest_day_on_a_weekend_changes_nothing() -> None:
    saturday = date(2026, 11, 21)
    calendar = WorkCalendar(rest_days={saturday}, make_up_days=set(), published_years={2026})
    assert not calendar.is_working(saturday)
    assert calendar.working_days_between(date(2026, 11, 15), date(2026, 11, 22)) == 5


@pytest.mark.parametrize(
    ("encoding", "newline"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("gb18030", "\r\n")], ids=str
)
def test_a_table_saved_by_a_spreadsheet_program_is_read(tmp_path: Path, encoding: str, newline: str) -> None:
    lines = ["# 说明，带逗号", HEAD.strip(), "2027,published,放假安排,通知", "2027/1/1,rest,元旦,通知", ",,,"]
    path = tmp_path / "calendar.csv"
    path.write_bytes(newline.join(lines).encode(encoding))
    calendar = load_calendar(path)
    assert not calendar.is_working(date(2027, 1, 1))
    assert not calendar.provisional(date(2027, 6, 1))


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("2027-01-01,rest,元旦", "应有 4 列"),
        ("2027-01-01,holiday,元旦,通知", "kind 只能是"),
        ("2027-02-30,rest,春节,通知", "没有 2027-02-30 这一天"),
        ("1 Jan 2027,rest,元旦,通知", "日期应写成"),
        ("2027-01-01,rest,元旦,", "缺少来源"),
        ("2027-01-04,work,元旦,通知", "不是周末"),
        ("2026-10-01,rest,国庆节,通知", "写了两次"),
        ("2026,published,放假安排,通知", "写了两次"),
        ("26,published,放假安排,通知", "四位年份"),
    ],
)
def test_a_faulty_row_is_named_by_its_line(tmp_path: Path, row: str, what: str) -> None:
    sound = HEAD + "2026,published,放假安排,通知\n\n2026-10-01,rest,国庆节,通知\n"
    with pytest.raises(BadFile, match=what) as refused:
        load_calendar(written(tmp_path, sound + row + "\n"))
    assert [fault.line for fault in refused.value.faults] == [5]


def test_every_faulty_row_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as refused:
        load_calendar(written(tmp_path, HEAD + "x,rest,a,b\n# 说明\ny,rest,a,b\n"))
    assert [fault.line for fault in refused.value.faults] == [2, 4]


def test_a_published_year_without_a_rest_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="2027 年标为已公布"):
        load_calendar(written(tmp_path, HEAD + "2027,published,放假安排,通知\n"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calendar.csv"
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(BadFile, match="UTF-8"):
        load_calendar(path)
