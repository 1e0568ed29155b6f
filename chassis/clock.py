"""Domain time as an input: the machine's clock, or one set clock that all processes of a development set-up share."""

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Where domain time comes from. Token expiry, log lines and retention use real time instead."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


def real_now() -> datetime:
    """The machine's instant, in UTC: for what is not of the domain, such as token expiry, retries and log lines."""
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return real_now()


class SetClock:
    """A clock that stands where it was set, read by every process from one small file.

    Only for development and tests; the profiles refuse it elsewhere. The file holds one ISO 8601 instant and is
    replaced as a whole, so a reader sees the old instant or the new one and nothing between.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._now = datetime(1970, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant in the file, in UTC."""
        seen = os.stat(self._path)  # two microseconds, on every request
        stamp = (seen.st_mtime_ns, seen.st_ino)
        if stamp != self._stamp:
            self._now = datetime.fromisoformat(self._path.read_text(encoding="utf-8").strip()).astimezone(UTC)
            self._stamp = stamp
        return self._now

    def set(self, to: datetime) -> None:
        """Move the clock of every process that reads this file."""
        if to.tzinfo is None:
            raise ValueError("an instant needs a zone")
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        draft.write_text(to.astimezone(UTC).isoformat(), encoding="utf-8")
        draft.replace(self._path)


def local_date(at: datetime) -> date:
    """The date in Asia/Shanghai at this instant."""
    return at.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """0:00 of this day in Asia/Shanghai, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
