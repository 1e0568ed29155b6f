"""Counters of requests by name in sliding windows, and those of one process."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

from limits import RateLimitItem

MOST = 100_000  # counters in this process, some 20 MB
_SHARED = 1024  # counters that strangers share when there is no room for more
_SWEEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Counted:
    """Whether a request is within its rate, how many more are, and in how many seconds it is worth asking again."""

    allowed: bool
    remaining: int
    seconds: float


class Counters(Protocol):
    """Where requests are counted."""

    async def count(self, rate: RateLimitItem, name: str) -> Counted:
        """Count one request under a name; one that is refused is not counted."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Memory:
    """Counters of this process: a window's own count, and that of the window before by the share still in sight.

    There are never more than `most`: beyond that, names that are not counted yet share a few counters, so that a
    flood of addresses neither fills the memory nor pushes out whom we know.
    """

    def __init__(self, *, most: int = MOST, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._windows: dict[tuple[str, str], list[int]] = {}  # number of the window, its count, the count before
        self._swept_at = 0.0

    async def count(self, rate: RateLimitItem, name: str) -> Counted:
        """Count one request under a name."""
        now = self._now()
        length, amount = rate.get_expiry(), rate.amount
        number, into = divmod(now, length)
        window = self._window((f"{amount}/{length}", name), int(number), now)
        before, share = window[2], 1 - into / length
        total = before * share + window[1]
        if total + 1 > amount:
            return Counted(False, 0, _until_free(amount, length, into=into, count=window[1], before=before))
        window[1] += 1
        return Counted(True, int(amount - total - 1), length - into)

    async def close(self) -> None:
        """Nothing to let go of."""

    def _window(self, key: tuple[str, str], number: int, now: float) -> list[int]:
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= self._most:
                self._sweep(now)
            if len(self._windows) >= self._most:
                key = key[0], f"shared {crc32(key[1].encode()) % _SHARED}"
            window = self._windows.setdefault(key, [number, 0, 0])
        if window[0] != number:
            window[:] = number, 0, window[1] if window[0] == number - 1 else 0
        return window

    def _sweep(self, now: float) -> None:
        """Forget what is over, at most once a second, since it looks at everything."""
        if now - self._swept_at < _SWEEP_SECONDS:
            return
        self._swept_at = now
        for key, (number, _, _) in list(self._windows.items()):
            if number < now // int(key[0].partition("/")[2]) - 1:
                del self._windows[key]


def _until_free(amount: int, length: int, *, into: float, count: int, before: int) -> float:
    """Seconds until one more fits, if nobody else asks meanwhile."""
    if count + 1 <= amount:
        return length * (before + count + 1 - amount) / before - into
    return length - into + length * (count + 1 - amount) / count
