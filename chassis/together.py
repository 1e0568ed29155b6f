"""Commits of new rows that meet are sent as one statement: fewer round trips, and fewer writes to the disk."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto

from chassis.problems import StoreAway
from chassis.writes import Insert, joined

Write = Callable[[Sequence[Insert]], Awaitable[None]]  # sends rows as one transaction, over the caller's own connection


class _End(Enum):
    """What whoever waited is told."""

    DONE = auto()  # your rows are durable
    ALONE = auto()  # send your own
    UNKNOWN = auto()  # the server went away under them


class _Waiting:
    """One transaction that waits for its turn: an end, or those whose rows it is to send with its own."""

    __slots__ = ("rows", "turn")

    def __init__(self, rows: Sequence[Insert]) -> None:
        self.rows = rows
        self.turn: asyncio.Future[_End | list[_Waiting]] = asyncio.get_running_loop().create_future()

    def tell(self, turn: "_End | list[_Waiting]") -> None:
        if not self.turn.done():  # its caller may have gone
            self.turn.set_result(turn)


class Together:
    """Joins the transactions of one store that only add rows.

    Whoever finds no statement under way sends its own at once. The others wait; when it ends, the first of them sends
    the rows of all. If that is refused, each sends its own, so that one refusal takes nobody else with it.
    """

    MOST = 32  # transactions in one statement

    def __init__(self) -> None:
        self._under_way = False
        self._waiting: deque[_Waiting] = deque()

    async def commit(self, rows: Sequence[Insert], write: Write) -> None:
        """Make a transaction's new rows durable, alone or with others. Raises what `write` raises."""
        if not self._under_way:
            self._under_way = True
            try:
                await write(rows)
            finally:
                self._next()
            return
        me = _Waiting(rows)
        self._waiting.append(me)
        try:
            turn = await me.turn
        except asyncio.CancelledError:
            self._leave(me)
            raise
        match turn:
            case _End.DONE:
                return
            case _End.ALONE:
                await write(rows)
            case _End.UNKNOWN:
                raise StoreAway()
            case others:
                await self._lead(me, others, write)

    async def _lead(self, me: _Waiting, others: list[_Waiting], write: Write) -> None:
        """Send one's own rows and those of others; whatever happens, tell them."""
        end = _End.UNKNOWN
        try:
            await write(joined([me.rows, *(one.rows for one in others)]))
            end = _End.DONE
        except StoreAway:
            raise
        except Exception:  # noqa: BLE001  # whosever rows they were: a refused statement did nothing of anybody's
            end = _End.ALONE
        finally:
            for one in others:
                one.tell(end)
            self._next()
        if end is _End.ALONE:
            await write(me.rows)

    def _next(self) -> None:
        """A statement has ended: the first who waits sends for those behind."""
        while self._waiting:
            first = self._waiting.popleft()
            if not first.turn.done():
                behind = [self._waiting.popleft() for _ in range(min(len(self._waiting), self.MOST - 1))]
                first.tell(behind)
                return
        self._under_way = False

    def _leave(self, me: _Waiting) -> None:
        """The caller went while it waited; if it was just asked to lead, the others send their own."""
        if me.turn.done() and not me.turn.cancelled() and isinstance(others := me.turn.result(), list):
            for one in others:
                one.tell(_End.ALONE)
            self._next()
