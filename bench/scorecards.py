"""`python -m bench.scorecards`: what a fact and a scorecard cost among few cases and among a hundred times as many.

On SQLite in one process. «History» grows by months that are over, so that the month that is asked for stays as large.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, create_engine, insert, text

from chassis.identity import Actor
from chassis.log import Record
from chassis.log.memory import MemoryLog
from chassis.secrecy import Vault
from chassis.service import Mounted
from chassis.sqlite import SqliteStore
from contracts.tasks import RequestAccepted, RequestSubmitted
from services.feedback.app import build
from services.feedback.cases.model import CaseRecord
from services.feedback.scorecards import units, views
from services.feedback.tables import Table

COUNTY, TOWNSHIPS, VILLAGES, A_MONTH = "430702000000", 20, 10, 1_000
NOW = datetime(2023, 5, 20, 4, tzinfo=UTC)
CASES = Table.metadata.tables["case_record"]
OTHERS = [c.name for c in CASES.c if c.name not in {"request_id", "month", "division_code", "township_code"}]
COPIES = text(
    "with recursive more(n) as (select 0 union all select n + 1 from more where n + 1 < :many) insert into case_record"
    " (request_id, month, division_code, township_code, " + ", ".join(OTHERS) + ")"
    " select lower(hex(randomblob(16))), printf('%04d-%02d', 2023 - (n / :a_month + 7) / 12,"
    " 12 - (n / :a_month + 7) % 12), printf('430702%03d%03d', 1 + n % :townships, 1 + n / :townships % :villages),"
    " printf('430702%03d000', 1 + n % :townships), " + ", ".join(OTHERS) + " from case_record, more"
    " where request_id = :one"
)

Act = Callable[[], Awaitable[None]]


class _Clock:
    def now(self) -> datetime:
        """The instant of the measurement."""
        return NOW


def _told() -> RequestSubmitted:
    return RequestSubmitted(
        request_id=uuid4(),
        division_code="430702001001",
        kind="help",
        item_code=None,
        channel="agent",
        submitted_at=NOW - timedelta(days=2),
        finish_due_at=NOW + timedelta(days=3),
    )


def _fill(connection: Connection, many: int) -> None:
    areas = [(COUNTY, "县", "district", None)]
    areas += [(f"430702{t:03}000", f"镇{t}", "township", COUNTY) for t in range(1, TOWNSHIPS + 1)]
    division = Table.metadata.tables["division"]
    named = [dict(zip(("code", "name", "kind", "superior_code"), area, strict=True)) for area in areas]
    connection.execute(insert(division), named)
    told = _told()
    done = {"round": 1, "turn": 1, "handled_at": NOW - timedelta(days=1), "handled_in_time": True}
    connection.execute(insert(CASES).values(**CaseRecord.begin(told).model_dump() | done))
    given = {"many": many, "a_month": A_MONTH, "townships": TOWNSHIPS, "villages": VILLAGES, "one": told.request_id.hex}
    connection.execute(COPIES, given)
    connection.execute(text("analyze"))


@asynccontextmanager
async def side(folder: Path, many: int) -> AsyncIterator[dict[str, Act]]:
    """Two facts about a new case, and the county's scorecard, among so many cases."""
    path = folder / f"{many}.db"
    engine = create_engine(f"sqlite:///{path}")
    Table.metadata.create_all(engine)
    with engine.begin() as connection:
        _fill(connection, many)
    engine.dispose()
    store = SqliteStore(path)
    mounted = Mounted(build(), store=store, log=MemoryLog(), clock=_Clock(), vault=Vault(bytes(32)))
    anybody = Actor(person_id=uuid4())

    async def facts() -> None:
        told = _told()
        accepted = RequestAccepted(
            request_id=told.request_id, accepted_by=uuid4(), accepted_at=NOW, in_time=True, promised_on=NOW.date()
        )
        await mounted.inbox.take(
            [
                Record(id=uuid4(), type=one.type, key=one.key, time=NOW, body=one.model_dump_json())
                for one in (told, accepted)
            ]
        )

    async def scorecard() -> None:
        async with mounted.sessions() as session:
            county = await units.area(session, COUNTY)
            card = await views.scorecard(session, county, by=anybody, month="2023-04")
            if card.figures[2].denominator != A_MONTH:
                raise ValueError(f"the month has {card.figures[2].denominator} cases, not {A_MONTH}")

    await store.open()
    try:
        yield {"scorecard": scorecard, "two facts": facts}
    finally:
        await store.close()


async def measure(folder: Path, small: int, large: int, *, times: int) -> None:
    """Call both sides in turns, and print the median of processor time, which others on the machine disturb least."""
    async with side(folder, small) as few, side(folder, large) as all_:
        for what in few:
            spent: tuple[list[float], list[float]] = ([], [])
            for turn in range(times + 5):
                for place, act in enumerate((few[what], all_[what])):
                    begun = time.process_time()
                    await act()
                    if turn >= 5:
                        spent[place].append(1000 * (time.process_time() - begun))
            one, other = map(statistics.median, spent)
            print(f"{what}: {one:.2f} ms among {small:,} cases, {other:.2f} ms among {large:,}: {other / one:.2f} ×")


def main() -> None:
    """Measure both sizes and print the ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.scorecards", description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), asked.small, asked.large, times=asked.times))


if __name__ == "__main__":
    main()
