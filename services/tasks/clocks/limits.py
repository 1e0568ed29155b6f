"""When a time limit ends, in the rule's own unit; pure arithmetic over instants, local dates and the work calendar.

The convention. A day is a local day of Asia/Shanghai. A limit of days does not count the day on which it starts: it
is counted from the next day (natural days) or the next working day (working days), and it ends at 24:00 of its last
day, which is the same instant as 0:00 of the day after. That is how articles 201 and 203 of the Civil Code count
periods, and it gives everybody whole days to work in, whatever the hour of the request. Two differences: a limit of
natural days counts rest days like any other and is not moved when it ends on one, since the hotline rules promise
the citizen a number of days; and hours run on the wall clock, day and night, since the hotline is staffed so.

What a pause, an extension, an order or another calendar does to a limit is in `services/tasks/clocks/life.py`.

A thing is in time if it happens before the instant `due_at`. Everything follows from the start, the amount and the
calendar, so a clock can be worked out again at any time and explained.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import WorkCalendar
from chassis.clock import local_date, midnight

PROVISIONAL_ZH = "暂定：其中有国务院办公厅尚未公布放假安排的年份，公布后可能变动"
"""What is shown beside a provisional limit."""

_ONE_DAY = timedelta(days=1)
_AN_INSTANT = timedelta(microseconds=1)


class Unit(StrEnum):
    """What a time limit is counted in."""

    HOURS = "h"
    DAYS = "d"
    WORKING_DAYS = "wd"

    @property
    def title_zh(self) -> str:
        """The unit as shown behind a number."""
        return {Unit.HOURS: "小时", Unit.DAYS: "天", Unit.WORKING_DAYS: "个工作日"}[self]


class Amount(BaseModel):
    """A length of time in a rule's own unit; ten years of days at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Annotated[int, Field(strict=True, gt=0, le=3660)]
    unit: Unit

    @property
    def title_zh(self) -> str:
        """The amount as shown to people, such as 5个工作日."""
        return f"{self.value}{self.unit.title_zh}"


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a time limit ends: the first instant that is too late, in UTC.

    `provisional` says that working days of a year without a published notice were counted, so that the date may
    still change once it is published.
    """

    due_at: datetime
    provisional: bool


def limit(amount: Amount, start: datetime, calendar: WorkCalendar) -> Limit:
    """The end of a limit that starts at this instant. Raises ValueError if the instant has no zone."""
    if start.tzinfo is None:
        raise ValueError("an instant needs a zone")
    match amount.unit:
        case Unit.HOURS:
            return Limit(due_at=start.astimezone(UTC) + timedelta(hours=amount.value), provisional=False)
        case Unit.DAYS:
            return Limit(due_at=end_of(local_date(start) + timedelta(days=amount.value)), provisional=False)
        case Unit.WORKING_DAYS:
            first = local_date(start)
            last = calendar.add_working_days(first, amount.value)
            return Limit(due_at=end_of(last), provisional=calendar.provisional(first) or calendar.provisional(last))


def latest_promise(due_at: datetime) -> date:
    """The last local date that may be promised: what is finished by the end of it is still in time.

    A limit of hours that ends within a day allows that day; the instant itself still decides.
    """
    return local_date(due_at - _AN_INSTANT)


def warn_at(start: datetime, due_at: datetime, *, share: int) -> datetime:
    """When to warn: after this share of the limit, in percent of its running time, has passed. In UTC."""
    return (start + (due_at - start) * share / 100).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 of a local day, in UTC: the first instant that is too late for what is promised for it."""
    return midnight(day + _ONE_DAY)
