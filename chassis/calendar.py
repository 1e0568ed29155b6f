"""The statutory work calendar of China: weekends, and the days on which the yearly notice departs from them."""

import csv
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import sha256
from io import StringIO
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


Named = Mapping[date, tuple[str, str]]
"""Days, each with the name of its holiday and the source of the row."""


class WorkCalendar:
    """Which local days (Asia/Shanghai) are working days, and how to count them.

    A year without a published notice knows only its weekends: its days are provisional.
    """

    def __init__(
        self,
        *,
        rest_days: Collection[date] | Named,
        make_up_days: Collection[date] | Named,
        published_years: Collection[int] | Mapping[int, str],
    ) -> None:
        """Take the statutory rest days, the weekend days worked in their place, and the years with a notice."""
        corrections = {day.toordinal(): -1 for day in rest_days if not _at_weekend(day)}
        corrections |= {day.toordinal(): 1 for day in make_up_days if _at_weekend(day)}
        self._corrected = sorted(corrections)
        self._correction_up_to = [0, *accumulate(corrections[ordinal] for ordinal in self._corrected)]
        self._exceptions = frozenset(corrections)
        self._rest, self._work = _named(rest_days), _named(make_up_days)
        self._published = (
            dict(published_years) if isinstance(published_years, Mapping) else dict.fromkeys(published_years, "")
        )
        said = [*sorted(self._published), *((ordinal, corrections[ordinal]) for ordinal in self._corrected)]
        self._version = sha256(repr(said).encode()).hexdigest()[:12]

    @property
    def version(self) -> str:
        """What tells calendars apart by which days they count, whatever the rows are called."""
        return self._version

    @property
    def published_years(self) -> list[int]:
        """The years whose notice is entered."""
        return sorted(self._published)

    def why(self, day: date) -> tuple[str, str] | None:
        """The holiday and the source by which a day departs from the week; none for a plain day."""
        return self._rest.get(day) or self._work.get(day)

    def days_of(self, year: int) -> list[tuple[date, str, str, str]]:
        """The rows of a year: day, `rest` or `work`, name, source."""
        rows = [(day, "rest", *said) for day, said in self._rest.items() if day.year == year]
        rows += [(day, "work", *said) for day, said in self._work.items() if day.year == year]
        return sorted(rows)

    def table(self) -> str:
        """The calendar as an operator's table, which `read_calendar` reads back."""
        out = StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(_COLUMNS)
        rows.writerows(
            (year, "published", "年度放假安排", source or "-") for year, source in sorted(self._published.items())
        )
        for year in sorted({day.year for day in (*self._rest, *self._work)}):
            rows.writerows((day, kind, name, source or "-") for day, kind, name, source in self.days_of(year))
        return out.getvalue()

    def copy(self) -> "WorkCalendar":
        """Another one of the same days, that may go its own way."""
        return WorkCalendar(rest_days=self._rest, make_up_days=self._work, published_years=self._published)

    def become(self, other: "WorkCalendar") -> None:
        """Count by another calendar's days from now on, wherever this one is in use."""
        self.__dict__.update(other.__dict__)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return _at_weekend(day) == (day.toordinal() in self._exceptions)

    def provisional(self, day: date) -> bool:
        """Whether the day's year has no published notice yet, so that the answer may still change."""
        return day.year not in self._published

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
    """The calendar in an operator's file. Raises `BadFile` with every faulty line."""
    return read_calendar(read_text(path), name=path.name)


def read_calendar(text: str, *, name: str) -> WorkCalendar:
    """The calendar in an operator's table with the columns date, kind, name, source.

    Kinds: `published` (date = a year whose notice is entered in full), `rest` (a statutory rest day) and `work` (a
    weekend day worked in its place). A line that begins with # is a note. Raises `BadFile` with every faulty line.
    """
    table = _Table()
    faults: list[Fault] = []
    rows = csv.reader("" if line.startswith("#") else line for line in text.splitlines())
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells == _COLUMNS:
            continue
        try:
            table.take(cells)
        except ValueError as wrong:
            faults.append(Fault(rows.line_num, str(wrong)))
    empty = table.published_years.keys() - {day.year for day in table.rest_days}
    faults += [Fault(1, f"{year} 年标为已公布，却没有一个休息日") for year in sorted(empty)]
    if faults:
        raise BadFile(name, faults)
    return WorkCalendar(
        rest_days=table.rest_days, make_up_days=table.make_up_days, published_years=table.published_years
    )


class _Table:
    """What the rows read so far say."""

    def __init__(self) -> None:
        self.published_years: dict[int, str] = {}
        self.rest_days: dict[date, tuple[str, str]] = {}
        self.make_up_days: dict[date, tuple[str, str]] = {}

    def take(self, cells: list[str]) -> None:
        """Add one row, or raise ValueError with what is wrong with it."""
        if len(cells) != len(_COLUMNS):
            raise ValueError(f"应有 {len(_COLUMNS)} 列（{','.join(_COLUMNS)}），这一行有 {len(cells)} 列")
        written, kind, name, source = cells
        if not source:
            raise ValueError("缺少来源（source），请写明依据的通知")
        match kind:
            case "published":
                self._take_year(written, source)
            case "rest":
                self.rest_days[self._new(written)] = (name, source)
            case "work":
                day = self._new(written)
                if not _at_weekend(day):
                    raise ValueError(f"{day} 不是周末，本来就上班，不能标为 work")
                self.make_up_days[day] = (name, source)
            case _:
                raise ValueError(f"kind 只能是 published、rest 或 work，现为“{kind}”")

    def _take_year(self, written: str, source: str) -> None:
        if not _YEAR.fullmatch(written):
            raise ValueError(f"published 一行的日期应为四位年份，现为“{written}”")
        if int(written) in self.published_years:
            raise ValueError(f"{written} 年写了两次")
        self.published_years[int(written)] = source

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


def _named(days: Collection[date] | Named) -> dict[date, tuple[str, str]]:
    return dict(days) if isinstance(days, Mapping) else dict.fromkeys(days, ("", ""))
