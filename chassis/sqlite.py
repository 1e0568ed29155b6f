"""A service's database in one SQLite file: one writer thread, several reader threads, commits taken in groups."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import pysqlite

from chassis.audit.leaves import after
from chassis.plans import Plans
from chassis.session import AlreadyThere
from chassis.writes import Change, Sent, as_insert, as_script, bound_rows

Done = TypeVar("Done")
Rows = Sequence[Sequence[object]]

PAUSES = [0.01] * 100 + [0.1] * 290
"""Between the tries to open a file that another process is opening for the first time: 30 seconds in all."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of this project opens SQLite: durable at each commit, waiting for other processes."""
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    _keep_a_log(raw)
    raw.execute("PRAGMA synchronous=FULL")  # NORMAL loses the last commits in a power cut; groups make FULL cheap
    raw.execute("PRAGMA foreign_keys=ON")
    raw.create_function("audit_after", 3, after, deterministic=True)
    return raw


def _keep_a_log(raw: sqlite3.Connection) -> None:
    """Have the file written by a log of its own (WAL).

    SQLite does not wait for another process that is doing the same at this moment, whatever its timeout says.
    """
    for pause in [*PAUSES, None]:
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as busy:
            if pause is None or busy.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(pause)
        else:
            return


@contextmanager
def _telling_already_there() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as refusal:
        if refusal.sqlite_errorcode in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
            raise AlreadyThere(str(refusal).partition(": ")[2].partition(".")[0]) from refusal
        raise


def _run(raw: sqlite3.Connection, script: Sequence[Sent]) -> None:
    with _telling_already_there():
        for text, parameters in script:
            raw.execute(text, parameters)


def _run_many(raw: sqlite3.Connection, text: str, rows: Rows) -> None:
    with _telling_already_there():
        raw.executemany(text, rows)


def _fetch(raw: sqlite3.Connection, text: str, parameters: Sequence[object]) -> Rows:
    return raw.execute(text, parameters).fetchall()


def _commit(raw: sqlite3.Connection, script: Sequence[Sent]) -> None:
    _run(raw, script)
    raw.execute("COMMIT")


def _rollback(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        raw.execute("ROLLBACK")


def _commit_group(raw: sqlite3.Connection, scripts: Sequence[Sequence[Sent]]) -> list[Exception | None]:
    """Commit several transactions with one write to the disk; one that is refused takes no other with it."""
    ends: list[Exception | None] = []
    try:
        raw.execute("BEGIN IMMEDIATE")
        for script in scripts:
            raw.execute("SAVEPOINT one")
            try:
                _run(raw, script)
            except (AlreadyThere, sqlite3.Error, OverflowError, UnicodeError) as refusal:  # the last two: no such value
                raw.execute("ROLLBACK TO one")
                ends.append(refusal)
            else:
                ends.append(None)
            raw.execute("RELEASE one")
        raw.execute("COMMIT")
    except sqlite3.Error as failure:  # the group as a whole: nothing of it is durable
        _rollback(raw)
        return [failure] * len(scripts)
    return ends


class SqliteConnection:
    """Reads from a reader thread; from `begin` on, everything goes through the writer, whose turn it then holds."""

    def __init__(self, store: "SqliteStore") -> None:
        self._store = store
        self._writing = False

    async def read(self, text: str, parameters: Sequence[object]) -> Rows:
        if self._writing:
            return await self._store.on_writer(partial(_fetch, text=text, parameters=parameters))
        return await self._store.on_reader(partial(_fetch, text=text, parameters=parameters))

    async def begin(self) -> None:
        await self._store.turn.acquire()
        self._writing = True
        await self._store.on_writer(partial(_run, script=[("BEGIN IMMEDIATE", ())]))

    async def write(self, changes: Sequence[Change]) -> None:
        await self._store.on_writer(partial(_run, script=as_script(changes, self._store.plans.dialect)))

    async def copy(self, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
        made = list(bound_rows(table, columns, rows, self._store.plans.dialect))  # here, and not on the writer's thread
        await self._store.on_writer(partial(_run_many, text=as_insert(table, columns), rows=made))

    async def commit(self, changes: Sequence[Change]) -> None:
        script = as_script(changes, self._store.plans.dialect)
        if not self._writing:
            await self._store.commit_in_group(script)
            return
        await self._store.on_writer(partial(_commit, script=script))
        self._end()

    async def rollback(self) -> None:
        if self._writing:
            try:
                await self._store.on_writer(_rollback)
            finally:
                self._end()

    async def release(self) -> None:
        await self.rollback()

    def _end(self) -> None:
        self._writing = False
        self._store.turn.release()


class SqliteLease:
    """In one file there is one process of each service, so whoever asks holds it."""

    async def check(self) -> None:
        return


class SqliteStore:
    """A service's database in a file."""

    def __init__(self, path: Path, *, readers: int = 2) -> None:
        self.plans = Plans(pysqlite.dialect())
        self.turn = asyncio.Lock()  # whose transaction the writer is in; first come, first served
        self._path = path
        self._leases: dict[str, asyncio.Lock] = {}
        self._local = threading.local()
        self._raws: list[sqlite3.Connection] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{path.stem}-writer", initializer=self._connect)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix=f"{path.stem}-reader", initializer=self._connect)
        self._waiting: list[tuple[Sequence[Sent], asyncio.Future[None]]] = []
        self._gathering: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        await self.on_writer(partial(_run, script=[("SELECT 1", ())]))

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SqliteConnection]:
        held = SqliteConnection(self)
        try:
            yield held
        finally:
            await held.release()

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[SqliteLease]:
        async with self._leases.setdefault(name, asyncio.Lock()):
            yield SqliteLease()

    async def close(self) -> None:
        if self._gathering is not None:
            await self._gathering
        for pool in (self._readers, self._writer):
            await asyncio.to_thread(pool.shutdown)
        for raw in self._raws:
            raw.close()
        self._raws.clear()

    async def on_writer(self, job: Callable[[sqlite3.Connection], Done]) -> Done:
        """Run a job on the writer's connection.

        It must return no cursor: one that is let go of in another thread resets its statement while the writer may be
        at it again, which SQLite then refuses as misuse.
        """
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._with_own, job)

    async def on_reader(self, job: Callable[[sqlite3.Connection], Done]) -> Done:
        """Run a job on one of the readers' connections."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._with_own, job)

    async def commit_in_group(self, script: Sequence[Sent]) -> None:
        """Commit a whole transaction together with whatever others are waiting for the writer."""
        end = asyncio.get_running_loop().create_future()
        self._waiting.append((script, end))
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._gather())
        await end

    async def _gather(self) -> None:
        try:
            while self._waiting:
                async with self.turn:
                    units, self._waiting = self._waiting, []
                    try:
                        ends = await self.on_writer(partial(_commit_group, scripts=[script for script, _ in units]))
                    except Exception as lost:  # noqa: BLE001  # nobody may wait for ever for an end
                        ends = [lost] * len(units)
                for (_, end), failure in zip(units, ends, strict=True):
                    if end.done():  # its caller has gone; the outcome stands all the same
                        continue
                    if failure is None:
                        end.set_result(None)
                    else:
                        end.set_exception(failure)
        finally:
            self._gathering = None

    def _connect(self) -> None:
        self._local.raw = connect(self._path)
        self._raws.append(self._local.raw)

    def _with_own(self, job: Callable[[sqlite3.Connection], Done]) -> Done:
        return job(self._local.raw)
