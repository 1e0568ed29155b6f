"""The work calendar: every day of 2004 to 2026, counting, and an operator's faulty table."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.calendar import TABLE, WorkCalendar, load_calendar, read_calendar
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


Saying = Callable[[date], bool]

DIFFERENCES: dict[str, dict[date, str]] = {
    # Days on which a library says otherwise than the notice, with the notice that decides.
    "chinese_calendar": {
        date(2005, 12, 31): "国办发明电〔2005〕35号：将 12 月 31 日（星期六）公休日调至 1 月 2 日，12 月 31 日上班",
    },
    "holidays": {},
}
LIBRARIES: dict[str, Saying] = {
    "chinese_calendar": chinese_calendar.is_workday,
    "holidays": holidays.country_holidays("CN", years=range(2004, 2027)).is_working_day,
}


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_day_of_2004_to_2026_is_as_two_libraries_say_but_for_written_differences(library: str) -> None:
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    assert len(days) == 8401
    differing = {day for day in days if CALENDAR.is_working(day) != LIBRARIES[library](day)}
    assert differing == DIFFERENCES[library].keys()


def test_where_the_libraries_differ_the_table_names_the_notice() -> None:
    why = CALENDAR.why(date(2005, 12, 31))
    assert why is not None
    assert why[0] == "元旦"
    assert why[1].startswith("国办发明电〔2005〕35号")
    assert CALENDAR.is_working(date(2005, 12, 31))


MADE_UP = {  # each weekend day worked in 2026, written out
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}


@pytest.mark.parametrize("year", MADE_UP)
def test_the_make_up_days_of_a_year(year: int) -> None:
    worked = [day for day, kind, _, _ in CALENDAR.days_of(year) if kind == "work"]
    assert [f"{day:%m-%d}" for day in worked] == MADE_UP[year]
    assert all(day.weekday() >= 5 and CALENDAR.is_working(day) for day in worked)


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        (date(2026, 1, 30), 1, date(2026, 2, 2)),  # over a month's end and a weekend
        (date(2026, 4, 30), 1, date(2026, 5, 6)),  # over the May days
        (date(2026, 5, 8), 1, date(2026, 5, 9)),  # a Saturday that is made up
        (date(2024, 2, 28), 1, date(2024, 2, 29)),  # a leap day, a Thursday
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
        (date(2023, 2, 28), 1, date(2023, 3, 1)),
        (date(2005, 12, 30), 1, date(2005, 12, 31)),  # New Year's Eve, a Saturday that was worked
        (date(2005, 12, 31), 1, date(2006, 1, 4)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # New Year to the Sunday that is made up
        (date(2026, 12, 31), 1, date(2027, 1, 1)),  # provisional: of 2027 only weekends are known
    ],
)
def test_month_ends_leap_days_year_ends_and_make_up_days(day: date, n: int, reached: date) -> None:
    assert CALENDAR.add_working_days(day, n) == reached


def test_a_calendar_written_out_is_read_back_as_the_same() -> None:
    again = read_calendar(CALENDAR.table(), name="again")
    assert again.version == CALENDAR.version
    assert again.table() == CALENDAR.table()
    assert again.why(date(2026, 10, 1)) == CALENDAR.why(date(2026, 10, 1))


def test_the_version_changes_with_the_days_and_not_with_their_names() -> None:
    text = CALENDAR.table()
    assert read_calendar(text.replace("国庆节", "国庆"), name="x").version == CALENDAR.version
    assert read_calendar(text.replace("2026-10-07,rest,国庆节", "2026-10-08,rest,国庆节"), name="x").version != (
        CALENDAR.version
    )


def test_a_calendar_in_use_becomes_another_and_its_copy_does_not() -> None:
    used, friday = CALENDAR.copy(), date(2027, 1, 1)
    kept = used.copy()
    other = WorkCalendar(rest_days={friday}, make_up_days=set(), published_years={2027})
    used.become(other)
    assert (used.is_working(friday), used.version) == (False, other.version)
    assert (kept.is_working(friday), kept.version) == (True, CALENDAR.version)
    assert CALENDAR.is_working(friday)


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
