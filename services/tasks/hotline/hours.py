"""When a desk is meant to be staffed, which shifts a weekly pattern makes, and where nobody is on; pure arithmetic.

Days and minutes are local (Asia/Shanghai), instants are UTC. A shift that begins before midnight may end after it.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chassis.clock import midnight

A_DAY = 24 * 60  # minutes


class Stretch(NamedTuple):
    """From an instant up to another, which is the first that no longer belongs to it."""

    from_at: datetime
    to_at: datetime


def stretches(*, weekdays: str, from_minute: int, minutes: int, first: date, last: date) -> Iterator[Stretch]:
    """The stretches that begin on these days of the week, from one local date to another (both included)."""
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        if str(day.isoweekday()) in weekdays:
            start = midnight(day) + timedelta(minutes=from_minute)
            yield Stretch(start, start + timedelta(minutes=minutes))


def gaps(wanted: Iterable[Stretch], staffed: Iterable[Stretch]) -> list[Stretch]:
    """What of the wanted time nobody is on, in order of time; what touches is one."""
    there = sorted(staffed)
    found: list[Stretch] = []
    for span in sorted(wanted):
        since = span.from_at
        for shift in there:
            if shift.to_at <= since:
                continue
            if shift.from_at >= span.to_at:
                break
            if shift.from_at > since:
                found.append(Stretch(since, shift.from_at))
            since = max(since, shift.to_at)
        if since < span.to_at:
            found.append(Stretch(since, span.to_at))
    return _joined(found)


def _joined(spans: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for span in spans:
        if joined and joined[-1].to_at >= span.from_at:
            joined[-1] = Stretch(joined[-1].from_at, max(joined[-1].to_at, span.to_at))
        else:
            joined.append(span)
    return joined
