"""Verifying: all is computed anew from the rows and held against the head, the sealed days, and what others kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from chassis.audit.days import Day, Growing, every_day
from chassis.audit.leaves import GENESIS
from chassis.audit.walk import ENDS, Block, blocks, head_of
from chassis.session import Session

Progress = Callable[[int, int], None]
"""How many blocks were looked at, and of how many."""


class What(Enum):
    """What can be wrong; the value is the sentence for whoever looks into it."""

    BLOCKS_GONE = "此前的留痕块缺失（被删除）"
    ROWS_CHANGED = "块内的留痕与写入时不符（被改动、增删、调换次序或整段替换）"
    UNREADABLE = "此后的留痕有无法读取的值（被改成无效内容）"
    CUT = "链尾之后本应还有留痕（末尾被截断）"
    BEYOND_THE_BEGINNING = "链首之前多出留痕（被添加）"
    BEYOND_THE_HEAD = "链尾之外多出留痕（被添加）"
    HEAD_CHANGED = "链尾记录与留痕不符（链尾被改动）"
    HEAD_GONE = "链尾记录缺失（被删除）"
    DAYS_BROKEN = "日封存记录前后不接（有日子被删除或改动）"
    DAY_CHANGED = "当日留痕与封存值不符（封存后被改动）"
    DAY_CUT = "封存过的留痕已不存在（末尾与链尾一并被截断）"
    TOLD_OTHERWISE = "与其他服务留存的封存值不符（这一天被整段改写）"
    DAY_DENIED = "其他服务留存了这一天的封存值，本服务却没有（日封存记录被删除）"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: at which block of the chain, and on which sealed day, if one says so."""

    what: What
    block: int
    day: date | None = None
    witness: str | None = None


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what was found; the faults in the order of their blocks."""

    service: str
    rows: int = 0
    blocks: int = 0
    days: int = 0
    witnessed: int = 0
    unchained: int = 0
    faults: list[Fault] = field(default_factory=list)


async def verify(
    session: Session, service: str, *, witnesses: Mapping[str, Sequence[Day]], progress: Progress | None = None
) -> Verdict:
    """Compute a service's chain and its days anew, in one pass and constant memory.

    `witnesses` are the days of this service as others keep them, by who does. Goes on after a fault from what the rows
    say, so that a second one is found as well. May run while the service writes.
    """
    verdict = Verdict(service)
    head = await head_of(session)
    days = await every_day(session, service)
    last = head[0] if head else (1 << 63) - 1
    looking = _Looking(verdict, days)
    try:
        async for block in blocks(session, beyond=0, last=last):
            looking.at(block)
            if progress is not None and block.number % 1000 == 0:
                progress(block.number, last)
    except (ValueError, TypeError, AttributeError):  # what the columns' types make of a value that none of us wrote
        verdict.faults.append(Fault(What.UNREADABLE, looking.number + 1))
    else:
        looking.end()
        await _check_end(session, verdict, looking, head)
    for witness, kept in witnesses.items():
        _compare(verdict, days, witness, kept)
    verdict.faults.sort(key=lambda fault: fault.block)
    return verdict


class _Looking:
    """The one pass over the blocks, and the days that end on the way."""

    def __init__(self, verdict: Verdict, days: list[Day]) -> None:
        self.number, self.chain = 0, GENESIS
        self._verdict = verdict
        self._days = iter(days)
        self._before: Day | None = None
        self._tree = Growing()
        self._day = self._next_day()

    def at(self, block: Block) -> None:
        """Take the next block."""
        while self._day is not None and block.number > self._day.last_block:
            self._end_day(self._day)
        if block.number != self.number + 1:
            self._find(What.BLOCKS_GONE, self.number + 1)
        elif not block.follows(self.chain):
            self._find(What.ROWS_CHANGED, block.number)
        for leaf in block.hashes:
            self._tree.add(leaf)
        self._verdict.blocks += 1
        self._verdict.rows += len(block.hashes)
        self.number, self.chain = block.number, block.chain

    def end(self) -> None:
        """No block is left."""
        while self._day is not None:
            self._end_day(self._day)

    def _end_day(self, day: Day) -> None:
        """All blocks of a day have passed."""
        before = self._before
        follows = (
            (day.first_block, day.previous) == (before.last_block + 1, before.root)
            if before
            else (day.first_block, day.previous) == (1, GENESIS)
        )
        if not follows or (before and (day.day - before.day).days != 1):
            self._find(What.DAYS_BROKEN, day.first_block, day)
        if self.number < day.last_block:
            self._find(What.DAY_CUT, self.number + 1, day)
        elif (day.size, day.root, day.chain) != (self._tree.size, self._tree.root(), self.chain):
            self._find(What.DAY_CHANGED, day.last_block, day)
        self._verdict.days += 1
        self._before, self._tree = day, Growing()
        self._day = self._next_day()

    def _next_day(self) -> Day | None:
        return next(self._days, None)

    def _find(self, what: What, block: int, day: Day | None = None) -> None:
        self._verdict.faults.append(Fault(what, block, day.day if day else None))


async def _check_end(session: Session, verdict: Verdict, looking: _Looking, head: tuple[int, bytes] | None) -> None:
    """Hold the end of the rows against the head as it stood before they were read, and now."""
    if head is None:
        if looking.number:
            verdict.faults.append(Fault(What.HEAD_GONE, looking.number))
    elif looking.number < head[0]:
        verdict.faults.append(Fault(What.CUT, looking.number + 1))
    elif looking.chain != head[1]:
        verdict.faults.append(Fault(What.HEAD_CHANGED, head[0]))
    first, written, now, unchained = await session.first(ENDS) or (None, None, None, 0)
    verdict.unchained = unchained
    if first is not None and first < 1:
        verdict.faults.append(Fault(What.BEYOND_THE_BEGINNING, first))
    if written is not None and now is not None and written > now:
        verdict.faults.append(Fault(What.BEYOND_THE_HEAD, now + 1))


def _compare(verdict: Verdict, days: list[Day], witness: str, kept: Sequence[Day]) -> None:
    """Hold the service's own days against those that somebody else kept."""
    own = {day.day: day for day in days}
    for day in kept:
        mine = own.get(day.day)
        verdict.witnessed += 1
        if mine != day:
            what = What.DAY_DENIED if mine is None else What.TOLD_OTHERWISE
            verdict.faults.append(Fault(what, day.last_block, day.day, witness))
