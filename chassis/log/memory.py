"""The event log in one process's memory, for tests."""

import asyncio
from collections.abc import Sequence

from chassis.log import Record


class MemoryLog:
    """Facts in a list that ends with the process."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.places: dict[tuple[str, str], int] = {}  # (group, source) to the position behind the last one taken in
        self.holders: dict[str, MemoryReader] = {}
        self.appended = asyncio.Condition()

    async def open(self) -> None:
        """Nothing to connect to."""

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts in this order."""
        async with self.appended:
            self.records.extend(records)
            self.appended.notify_all()

    async def reader(self, *, group: str, sources: Sequence[str]) -> "MemoryReader":
        """Start reading the topics of these services for a group."""
        return MemoryReader(self, group=group, sources=sources)

    async def close(self) -> None:
        """Nothing to let go of."""


class MemoryReader:
    """One group's reading; while one reader of a group reads, the others wait for it to close."""

    def __init__(self, log: MemoryLog, *, group: str, sources: Sequence[str]) -> None:
        self._log = log
        self._group = group
        self._sources = tuple(sources)
        self._read: dict[str, int] = {}  # by source: the position behind the last one read

    async def read(self, *, limit: int = 500, wait: float = 1.0) -> list[Record]:
        """The next facts, at most `limit`; empty if none come within `wait` seconds."""
        async with self._log.appended:
            try:
                async with asyncio.timeout(wait):
                    await self._log.appended.wait_for(lambda: self._next(1))
            except TimeoutError:
                return []
            batch = self._next(limit)
            self._read |= {record.source: position + 1 for position, record in batch}
            return [record for _, record in batch]

    async def commit(self) -> None:
        """Say that everything read so far was taken in."""
        self._log.places |= {(self._group, source): position for source, position in self._read.items()}

    async def lag(self) -> int:
        """How many facts of these topics the group has not committed yet."""
        return sum(
            record.source in self._sources and position >= self._log.places.get((self._group, record.source), 0)
            for position, record in enumerate(self._log.records)
        )

    async def rewind(self) -> None:
        """Go back to the first fact; a reader whose turn it is not changes nothing."""
        if self._has_turn():
            self._read = dict.fromkeys(self._sources, 0)
            await self.commit()

    async def close(self) -> None:
        """Let another reader of the group go on behind what was committed."""
        if self._log.holders.get(self._group) is self:
            async with self._log.appended:
                del self._log.holders[self._group]
                self._log.appended.notify_all()

    def _next(self, limit: int) -> list[tuple[int, Record]]:
        if not self._has_turn():
            return []
        waiting = [
            (position, record)
            for position, record in enumerate(self._log.records)
            if record.source in self._read and position >= self._read[record.source]
        ]
        return waiting[:limit]

    def _has_turn(self) -> bool:
        """Whether this is the group's one reader; it becomes that where no other is."""
        if self._group not in self._log.holders:
            self._log.holders[self._group] = self
            self._read = {source: self._log.places.get((self._group, source), 0) for source in self._sources}
        return self._log.holders[self._group] is self
