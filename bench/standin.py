"""The stand-in that proves the harness: bare code in our place, so that most ratios come out near 1."""

import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from uuid import uuid4

import asyncpg
import xlsxwriter
from python_calamine import CalamineWorkbook

from bench import bare, standin_app, standin_embedded
from bench.door import bare_forward
from bench.load import Ask
from bench.processes import free_port, running, uvicorn
from bench.sides import Cluster, ColdStart, Embedded, FactPath, PageShape, Servers

PEOPLE = 2_000


class StandIn:
    """What `bench.sides.Sides` asks for, in little."""

    @asynccontextmanager
    async def cluster(self, servers: Servers, workplace: Path) -> AsyncIterator[Cluster]:
        """One process that submits, shows pages and carries facts."""
        database, effects = servers.database("standin"), servers.database("standin_effects")
        await _execute(database, standin_app.TABLES)
        await _execute(effects, standin_app.EFFECTS)
        citizens = [uuid4() for _ in range(8)]
        await _execute(database, "insert into citizen values " + ", ".join(f"('{citizen}')" for citizen in citizens))
        body = json.dumps({"village": "430702001201", "wanted": "身份证"}, ensure_ascii=False)
        port = free_port()
        with running(
            [*uvicorn("bench.standin_app:create_app", port=port), "--factory"],
            log=workplace / "standin.log",
            environment={"STANDIN_DATABASE": database, "STANDIN_EFFECTS": effects},
        ) as process:
            await process.answering(f"http://127.0.0.1:{port}/live")
            yield Cluster(
                url=f"http://127.0.0.1:{port}",
                database=database,
                pids=[process.pid],
                submits=[Ask("/requests", token=str(citizen), body=body) for citizen in citizens],
                pages=[Ask("/requests", token=str(citizen)) for citizen in citizens],
                page=PageShape(
                    tables=("public.request", "public.clock"),
                    owner="citizen_id",
                    owners=citizens,
                    order=("id",),
                    columns=("id", "village", "accepted_at", "wanted"),
                ),
                facts=FactPath(
                    outbox="public.outbox",
                    cause=standin_app.CAUSE,
                    effects_database=effects,
                    effect=standin_app.EFFECT,
                ),
            )

    async def signed_in_again(self, cluster: Cluster) -> Cluster:
        """Its tokens never end."""
        return cluster

    @asynccontextmanager
    async def embedded(self, workplace: Path) -> AsyncIterator[Embedded]:
        """One process on one SQLite file."""
        file, port = workplace / "standin.db", free_port()
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(standin_embedded.TABLES)
        with running(
            [*uvicorn("bench.standin_embedded:create_app", port=port), "--factory"],
            log=workplace / "standin-embedded.log",
            environment={"STANDIN_FILE": str(file)},
        ) as process:
            await process.answering(f"http://127.0.0.1:{port}/live")
            yield Embedded(
                url=f"http://127.0.0.1:{port}",
                file=file,
                synchronous="normal",
                pids=[process.pid],
                submits=[Ask("/requests", body='{"village":"430702001201"}')],
            )

    def door(self, upstream: str, workplace: Path) -> AbstractAsyncContextManager[tuple[str, int]]:
        """A second bare forward."""
        return bare_forward(upstream, workplace)

    async def cold_start(self, workplace: Path) -> ColdStart:
        """The bare start itself."""
        return bare.cold_start()

    async def roster_database(self, servers: Servers, name: str) -> str:
        """One table of persons."""
        database = servers.database(name)
        await _execute(database, "create table person (id uuid primary key, name text not null, born date, post text)")
        return database

    async def roster(self, workplace: Path) -> Path:
        """Some made-up persons."""
        path = workplace / "roster.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number in range(PEOPLE):
                sheet.write_row(number, 0, [f"甲{number}", f"党员·{number}", "书记"])
        return path

    async def import_roster(self, database: str, spreadsheet: Path, workplace: Path) -> float:
        """Read it and copy its rows, as the limit does."""
        connection = await asyncpg.connect(database)
        try:
            started = time.perf_counter()
            people = CalamineWorkbook.from_path(spreadsheet).get_sheet_by_index(0).to_python()
            records = [(uuid4(), person[1], None, person[2]) for person in people]
            await connection.copy_records_to_table("person", records=records)
            return time.perf_counter() - started
        finally:
            await connection.close()


# What the self-check must find where the stand-in runs the limit's own code; wide, since its rounds last a second.
EXPECTED = {
    "submit against separate statements": (0.4, 2.5),
    "page of 25, 20,000 rows": (0.4, 2.5),
    "page of 25, 1,000,000 rows": (0.4, 2.5),
    "page at 1,000,000 against 20,000": (0.4, 2.5),
    "roster import": (0.3, 3.0),
    "cold start to first 200": (0.4, 2.5),
    "memory after start": (0.9, 1.1),
}


async def _execute(database: str, statements: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
