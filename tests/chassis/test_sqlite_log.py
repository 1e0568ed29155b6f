"""What only the SQLite log promises: it is on the disk, and a reader that dies gives way at once."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.clock import real_now
from chassis.log import LogUncertain, Record
from chassis.log.sqlite import SqliteLog
from tests.chassis.test_log import facts, ids

pytestmark = pytest.mark.asyncio

READ_AND_STAND_STILL = """
import asyncio, sys, time
from pathlib import Path
from chassis.log.sqlite import SqliteLog

async def main():
    log = SqliteLog(Path(sys.argv[1]))
    await log.open()
    reader = await log.reader(group="feedback", sources=["tasks"])
    print(len(await reader.read()), flush=True)
    time.sleep(60)

asyncio.run(main())
"""


async def test_each_append_is_synced_to_the_disk(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    await log.open()
    synchronous, journal = await log.writes.run(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
        ]
    )
    assert synchronous == 2  # FULL
    assert journal == "wal"
    await log.close()


async def test_the_reader_of_a_killed_process_gives_way_at_once(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = SqliteLog(path)
    await log.open()
    written = facts(3)
    await log.append(written)
    other = subprocess.Popen([sys.executable, "-c", READ_AND_STAND_STILL, str(path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"3\n"
    reader = await log.reader(group="feedback", sources=["tasks"])
    assert await reader.read(wait=0.1) == []
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    other.stdout.close()
    begun = time.monotonic()
    assert ids(await reader.read(wait=5)) == ids(written)
    assert time.monotonic() - begun < 2
    await reader.close()
    await log.close()


async def test_a_failed_append_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = SqliteLog(path)
    await log.open()
    good, bad = facts(2)
    object.__setattr__(bad, "body", None)
    with pytest.raises(sqlite3.IntegrityError):
        await log.append([good, bad])
    reader = await log.reader(group="feedback", sources=["tasks"])
    assert await reader.lag() == 0
    await log.append([good])
    assert await reader.read() == [good]
    await reader.close()
    await log.close()


async def test_a_file_that_another_writer_holds_makes_an_append_uncertain(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = SqliteLog(path, deadline=0.2)
    await log.open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogUncertain):
        await log.append(facts(1))
    other.rollback()
    other.close()
    await log.append(facts(1))
    await log.close()


async def test_a_reader_of_the_same_log_hears_of_an_append_without_looking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.log.sqlite._FIRST_LOOK", 60)
    log = SqliteLog(tmp_path / "log.db")
    await log.open()
    reader = await log.reader(group="feedback", sources=["tasks"])
    reading = asyncio.create_task(reader.read(wait=50))
    await asyncio.sleep(0.2)
    written = facts(1)
    await log.append(written)
    async with asyncio.timeout(10):
        assert await reading == written
    await reader.close()
    await log.close()


async def test_many_who_append_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """A cursor that was let go of in another thread once reset the statement that the log's thread was at."""
    log = SqliteLog(tmp_path / "log.db")
    await log.open()
    reader = await log.reader(group="hearer", sources=["first", "second"])

    async def append(source: str) -> None:
        for _ in range(200):
            await log.append(
                [Record(uuid4(), f"{source}.thing.happened.v1", "key", real_now(), "{}") for _ in range(20)]
            )

    async def read() -> None:
        left = 2 * 3 * 200 * 20
        while left:
            left -= len(await reader.read(limit=500))
            await reader.commit()

    await asyncio.gather(*(append(source) for source in ("first", "second", "third") * 3), read())
    assert await reader.lag() == 0
    await reader.close()
    await log.close()
