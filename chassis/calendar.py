"""The statutory work calendar of China: weekends, and the days on which the yearly notice departs from them."""

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import date
from itertools import accumulate
from pathlib import Path

from chassis.operator_files import BadFile, Fault, read_text

TABLE = Path(__file__).with_name("calendar_2004_2026.csv")

_EVERY_DAY = range(1, date.max.toordinal() + 1)
_WEEK = 7
_WORKING_WEEKDAYS = 5
_COLUMNS = ["date", "kind", "name", "source"]
# A spreadsheet program rewrites 2026-01-31 as 2026/1/31.
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_YEAR = re.compile(r"\d{4}")


class WorkCalendar:
    """Which local days (Asia/Shanghai) are working days, and how to count them.

    A year without a published notice knows only its weekends: its days are provisional.
    """

    def __init__(
        self, *, rest_days: Collection[date], make_up_days: Collection[date], published_years: Collection[int]
    ) -> None:
        """Take the statutory rest days, the weekend days worked in their place, and the years with a notice."""
        corrections = {day.toordinal(): -1 for day in rest_days if not _at_weekend(day)}
        corrections |= {day.toordinal(): 1 for day in make_up_days if _at_weekend(day)}
        self._corrected = sorted(corrections)
        self._correction_up_to = [0, *accumulate(corrections[ordinal] for ordinal in self._corrected)]
        self._exceptions = frozenset(corrections)
        self._published_years = frozenset(published_years)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return _at_weekend(day) == (day.toordinal() in self._exceptions)

    def provisional(self, day: date) -> bool:
        """Whether the day's year has no published notice yet, so that the answer may still change."""
        return day.year not in self._published_years

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`; before it, if n is negative; `day` itself if n is 0.

        Raises OverflowError past the year 9999 or before the year 1.
        """
        if n == 0:
            return day
        wanted = self._counted(day.toordinal()) + n if n > 0 else self._counted(day.toordinal() - 1) + n + 1
        # The count only ever grows, so the first day that reaches it is found by halving.
        found = bisect_left(_EVERY_DAY, wanted, key=self._counted)
        if wanted < 1 or found == len(_EVERY_DAY):
            raise OverflowError(f"{n} working days from {day} is outside the calendar")
        return date.fromordinal(_EVERY_DAY[found])

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after the first date, up to and including the second; negative if it is earlier."""
        return self._counted(until.toordinal()) - self._counted(after.toordinal())

    def _counted(self, ordinal: int) -> int:
        """Working days from 0001-01-01, a Monday, up to and including this day."""
        weeks, days = divmod(ordinal, _WEEK)
        weekdays = weeks * _WORKING_WEEKDAYS + min(days, _WORKING_WEEKDAYS)
        return weekdays + self._correction_up_to[bisect_right(self._corrected, ordinal)]


def load_calendar(path: Path = TABLE) -> WorkCalendar:
    """The calendar in an operator's table with the columns date, kind, name, source.

    Kinds: `published` (date = a year whose notice is entered in full), `rest` (a statutory rest day) and `work` (a
    weekend day worked in its place). A line that begins with # is a note. Raises `BadFile` with every faulty line.
    """
    table = _Table()
    faults: list[Fault] = []
    rows = csv.reader("" if line.startswith("#") else line for line in read_text(path).splitlines())
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells == _COLUMNS:
            continue
        try:
            table.take(cells)
        except ValueError as wrong:
            faults.append(Fault(rows.line_num, str(wrong)))
    empty = table.published_years - {day.year for day in table.rest_days}
    faults += [Fault(1, f"{year} 年标为已公布，却没有一个休息日") for year in sorted(empty)]
    if faults:
        raise BadFile(path.name, faults)
    return WorkCalendar(
        rest_days=table.rest_days, make_up_days=table.make_up_days, published_years=table.published_years
    )


class _Table:
    """What the rows read so far say."""

    def __init__(self) -> None:
        self.published_years: set[int] = set()
        self.rest_days: set[date] = set()
        self.make_up_days: set[date] = set()

    def take(self, cells: list[str]) -> None:
        """Add one row, or raise ValueError with what is wrong with it."""
        if len(cells) != len(_COLUMNS):
            raise ValueError(f"应有 {len(_COLUMNS)} 列（{','.join(_COLUMNS)}），这一行有 {len(cells)} 列")
        written, kind, _, source = cells
        if not source:
            raise ValueError("缺少来源（source），请写明依据的通知")
        match kind:
            case "published":
                self._take_year(written)
            case "rest":
                self.rest_days.add(self._new(written))
            case "work":
                day = self._new(written)
                if not _at_weekend(day):
                    raise ValueError(f"{day} 不是周末，本来就上班，不能标为 work")
                self.make_up_days.add(day)
            case _:
                raise ValueError(f"kind 只能是 published、rest 或 work，现为“{kind}”")

    def _take_year(self, written: str) -> None:
        if not _YEAR.fullmatch(written):
            raise ValueError(f"published 一行的日期应为四位年份，现为“{written}”")
        if int(written) in self.published_years:
            raise ValueError(f"{written} 年写了两次")
        self.published_years.add(int(written))

    def _new(self, written: str) -> date:
        day = _date(written)
        if day in self.rest_days or day in self.make_up_days:
            raise ValueError(f"{day} 写了两次")
        return day


def _date(written: str) -> date:
    if not (parts := _DATE.fullmatch(written)):
        raise ValueError(f"日期应写成 2026-01-31 的样子，现为“{written}”")
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise ValueError(f"没有 {written} 这一天") from None


def _at_weekend(day: date) -> bool:
    return day.weekday() >= _WORKING_WEEKDAYS
