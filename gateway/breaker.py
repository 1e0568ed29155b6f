"""A breaker for each service: while it fails, callers are told so at once, and it is left to recover."""

import time
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from chassis.problems import Unavailable

_WINDOW_SECONDS = 10.0
_LEAST_CALLS = 20  # fewer say nothing about a service
_FAILING = 0.5  # share of the calls in the window
_REST_SECONDS = 5.0
_PROBES = 3  # at once, and as many have to succeed


class Resting(Unavailable):
    """The service fails too often just now and is left in peace for a moment; nothing was changed."""

    title_zh = "该项服务正在恢复，请过几秒再试，您的内容没有丢失。"


class State(IntEnum):
    """As the metrics show it."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class Breaker:
    """Opens when half of the calls of ten seconds failed; after five seconds lets three probes through.

    A failure is a service that cannot be reached, breaks off or does not answer in time. An answer is an answer,
    whatever it says: one broken route must not close the others. All figures are our own.
    """

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._slots: deque[list[float]] = deque()  # second, calls, failures
        self._opened_at: float | None = None
        self._probes = 0
        self._passed = 0

    @property
    def state(self) -> State:
        """Whether it lets requests through: all, a few, or none."""
        if self._opened_at is None:
            return State.CLOSED
        return State.OPEN if self._now() - self._opened_at < _REST_SECONDS else State.HALF_OPEN

    def enter(self) -> bool:
        """Ask to go through; whether this is a probe, to be given back to `leave`. Raises `Resting`."""
        if self._opened_at is None:
            return False
        rested = self._now() - self._opened_at
        if rested < _REST_SECONDS or self._probes >= _PROBES:
            raise Resting(retry_after_seconds=max(1, round(_REST_SECONDS - rested)))
        self._probes += 1
        return True

    def leave(self, *, probe: bool, failed: bool | None) -> None:
        """Say how it went; `None` if it ended for reasons of the caller's."""
        if probe:
            self._probes -= 1
        if failed is None or (self._opened_at is not None and not probe):
            return  # nothing learnt, or news from before it opened
        if probe:
            self._judge(failed)
        else:
            self._note(failed)

    def _judge(self, failed: bool) -> None:
        if failed:
            self._open()
            return
        self._passed += 1
        if self._passed >= _PROBES:
            self._opened_at = None
            self._slots.clear()

    def _note(self, failed: bool) -> None:
        second = self._now() // 1
        if not self._slots or self._slots[-1][0] != second:
            self._slots.append([second, 0, 0])
            while self._slots[0][0] <= second - _WINDOW_SECONDS:
                self._slots.popleft()
        slot = self._slots[-1]
        slot[1] += 1
        if failed:
            slot[2] += 1
            calls = sum(one[1] for one in self._slots)
            if calls >= _LEAST_CALLS and sum(one[2] for one in self._slots) >= calls * _FAILING:
                self._open()

    def _open(self) -> None:
        self._opened_at = self._now()
        self._passed = 0
