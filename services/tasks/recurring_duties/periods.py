"""Months, quarters, half-years and years, and the working day of them by which something is due."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chassis.calendar import WorkCalendar


class Every(StrEnum):
    """How often."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months a period has."""
        return {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self]

    @property
    def title_zh(self) -> str:
        """How often, in words."""
        return {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}[self]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of whole months, from its first to its last local day."""

    first: date
    last: date

    @classmethod
    def around(cls, day: date, every: Every) -> "Period":
        """The period of this length in which a day lies; each begins with the year or a whole number of them later."""
        first = date(day.year, (day.month - 1) // every.months * every.months + 1, 1)
        return cls(first, _months_on(first, every.months) - timedelta(days=1))

    def next(self, every: Every) -> "Period":
        """The one after it."""
        return Period.around(self.last + timedelta(days=1), every)

    @property
    def code(self) -> str:
        """As reports call it: 2026-11, 2026-Q4, 2026-H2, 2026."""
        months = self.last.month - self.first.month + 1
        number = (self.first.month - 1) // months + 1
        mark = {1: f"-{number:02}", 3: f"-Q{number}", 6: f"-H{number}"}
        return f"{self.first.year}{mark.get(months, '')}"

    def working_day(self, n: int, calendar: WorkCalendar) -> date:
        """Its n-th working day; counted from its end where n is negative."""
        if n > 0:
            return calendar.add_working_days(self.first - timedelta(days=1), n)
        return calendar.add_working_days(self.last + timedelta(days=1), n)


def _months_on(day: date, months: int) -> date:
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)
