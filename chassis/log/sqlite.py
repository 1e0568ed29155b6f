"""The event log in one SQLite file: durable, shared by the processes of one machine, read by position."""

import asyncio
import fcntl
import itertools
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from chassis.log import LogUncertain, Record

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    time TEXT NOT NULL,
    body TEXT NOT NULL,
    traceparent TEXT
);
CREATE INDEX IF NOT EXISTS facts_by_source ON facts (source, position);
CREATE TABLE IF NOT EXISTS places (
    reading_group TEXT NOT NULL,
    source TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (reading_group, source)
) WITHOUT ROWID;
"""
_ADD = "INSERT INTO facts (source, id, type, key, time, body, traceparent) VALUES (?, ?, ?, ?, ?, ?, ?)"
_NEXT = """
SELECT position, id, type, key, time, body, traceparent FROM facts
WHERE source = ? AND position > ? ORDER BY position LIMIT ?
"""
_PLACE = "SELECT position FROM places WHERE reading_group = ? AND source = ?"
_GO_ON = """
INSERT INTO places (reading_group, source, position) VALUES (?, ?, ?)
ON CONFLICT (reading_group, source) DO UPDATE SET position = excluded.position
"""
_BEHIND = "SELECT count(*) FROM facts WHERE source = ? AND position > ?"

# How long a reader sleeps before it looks for what other processes appended; it doubles while nothing comes.
_FIRST_LOOK = 0.05
_LAST_LOOK = 0.5

_Answer = TypeVar("_Answer")
_Row = tuple[int, str, str, str, str, str, str | None]


class _Connection:
    """A connection and the one thread that uses it."""

    def __init__(self, path: Path, *, deadline: float) -> None:
        self._path = path
        self._deadline = deadline
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="event-log")
        self._connection: sqlite3.Connection | None = None

    async def run(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        """Do this on the thread.

        The answer must be no cursor: one that is let go of in another thread resets its statement while this thread
        may be at it again, which SQLite then refuses as misuse.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    async def write(self, text: str, rows: Sequence[Sequence[object]]) -> None:
        """Do this with each of the rows on the thread in one transaction, which is on the disk when this returns."""

        def transaction(connection: sqlite3.Connection) -> None:
            # IMMEDIATE takes the writer's place at once: positions are then given out in the order of commits.
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.executemany(text, rows)
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

        await self.run(transaction)

    async def close(self) -> None:
        """Let the file and the thread go."""
        if self._connection is not None:
            await self.run(sqlite3.Connection.close)
            self._connection = None
        self._thread.shutdown()

    def _work(self, work: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, timeout=self._deadline, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
        return work(self._connection)


class SqliteLog:
    """A file that many processes may read and append to, one appending at a time.

    What is appended is on the disk when `append` returns, and stays. Readers of this object hear of it at once, those
    of other processes within half a second.
    """

    def __init__(self, path: Path, *, deadline: float = 10.0) -> None:
        """Take the log in this file; whoever else writes to it may hold us up for `deadline` seconds."""
        self.path = path
        self.writes = _Connection(path, deadline=deadline)
        self.reads = _Connection(path, deadline=deadline)
        self._waiting: set[asyncio.Event] = set()

    async def open(self) -> None:
        """Make the file and its tables if they are missing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        await self.writes.run(_make_tables)

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts in this order; returns when they are on the disk. Raises `LogUncertain` if the disk refuses."""
        rows = [
            (
                record.source,
                str(record.id),
                record.type,
                record.key,
                record.time.isoformat(),
                record.body,
                record.traceparent,
            )
            for record in records
        ]
        try:
            await self.writes.write(_ADD, rows)
        except sqlite3.OperationalError as error:
            raise LogUncertain(f"{len(rows)} facts may not be in {self.path}: {error}") from error
        for event in self._waiting:
            event.set()

    async def reader(self, *, group: str, sources: Sequence[str]) -> "SqliteReader":
        """Start reading the topics of these services for a group."""
        appended = asyncio.Event()
        self._waiting.add(appended)
        return SqliteReader(self, group=group, sources=sources, appended=appended)

    def forget(self, appended: asyncio.Event) -> None:
        """Wake this reader no more."""
        self._waiting.discard(appended)

    async def close(self) -> None:
        """Let go of the file."""
        await self.writes.close()
        await self.reads.close()


def _make_tables(connection: sqlite3.Connection) -> None:
    connection.executescript(_TABLES)


class SqliteReader:
    """One group's reading; while one reader of a group reads, the others wait for it to close or to die.

    The right to read is a lock on a file beside the log, which the system takes back from a process that dies: no
    reader waits for a lease to run out, and none that was slow finds another in its place.
    """

    def __init__(self, log: SqliteLog, *, group: str, sources: Sequence[str], appended: asyncio.Event) -> None:
        self._log = log
        self._group = group
        self._sources = tuple(sources)
        self._appended = appended
        self._lock: int | None = None
        self._read: dict[str, int] = {}  # by source: the position of the last one read

    async def read(self, *, limit: int = 500, wait: float = 1.0) -> list[Record]:
        """The next facts, at most `limit`; empty if none come within `wait` seconds."""
        end = asyncio.get_running_loop().time() + wait
        look = _FIRST_LOOK
        while True:
            self._appended.clear()
            batch = await self._next(limit)
            left = end - asyncio.get_running_loop().time()
            if batch or left <= 0:
                return batch
            try:
                async with asyncio.timeout(min(look, left)):
                    await self._appended.wait()
            except TimeoutError:
                look = min(2 * look, _LAST_LOOK)

    async def commit(self) -> None:
        """Say that everything read so far was taken in."""
        places = [(self._group, source, position) for source, position in self._read.items()]
        if places:
            await self._log.writes.write(_GO_ON, places)

    async def lag(self) -> int:
        """How many facts of these topics the group has not committed yet."""

        def count(connection: sqlite3.Connection) -> int:
            places = self._places(connection)
            return sum(int(connection.execute(_BEHIND, place).fetchone()[0]) for place in places.items())

        return await self._log.reads.run(count)

    async def rewind(self) -> None:
        """Go back to the first fact; a reader whose turn it is not changes nothing."""
        if await self._has_turn():
            self._read = dict.fromkeys(self._sources, 0)
            await self.commit()

    async def close(self) -> None:
        """Let another reader of the group go on behind what was committed."""
        self._log.forget(self._appended)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _next(self, limit: int) -> list[Record]:
        if not await self._has_turn():
            return []

        def fetch(connection: sqlite3.Connection) -> list[_Row]:
            topics = [connection.execute(_NEXT, (*place, limit)).fetchall() for place in self._read.items()]
            return list(itertools.islice(merge(*topics, key=itemgetter(0)), limit))

        rows = await self._log.reads.run(fetch)
        records = [_record(row) for row in rows]
        self._read |= {record.source: row[0] for record, row in zip(records, rows, strict=True)}
        return records

    async def _has_turn(self) -> bool:
        """Whether this is the group's one reader; it becomes that where no other is."""
        if self._lock is not None:
            return True
        lock = os.open(self._log.path.with_name(f"{self._log.path.name}.{self._group}.lock"), os.O_CREAT | os.O_RDWR)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        self._read = await self._log.reads.run(self._places)
        return True

    def _places(self, connection: sqlite3.Connection) -> dict[str, int]:
        """By source: the position up to which the group has committed."""
        found = {source: connection.execute(_PLACE, (self._group, source)).fetchone() for source in self._sources}
        return {source: row[0] if row else 0 for source, row in found.items()}


def _record(row: _Row) -> Record:
    _, fact_id, fact_type, key, time, body, traceparent = row
    return Record(
        id=UUID(fact_id), type=fact_type, key=key, time=datetime.fromisoformat(time), body=body, traceparent=traceparent
    )
