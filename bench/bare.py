"""Running the bare sides: each as processes of its own, with the very rows that were recorded from ours."""

import asyncio
import contextlib
import json
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bench.facts import quantile
from bench.processes import ROOT, free_port, running, uvicorn
from bench.rounds import Metrics
from bench.rows import Rows
from bench.sides import ColdStart


class BareSideFailed(Exception):
    """A limit did not run; what it printed follows."""


@contextlib.asynccontextmanager
async def postgres_app(
    database: str, rows: Rows, workplace: Path, *, page: tuple[str, str] | None = None
) -> AsyncIterator[tuple[str, int]]:
    """Bare Starlette and asyncpg on this database; gives its address and process id."""
    port = free_port()
    environment = {"LIMIT_DATABASE": database, "LIMIT_ROWS": str(rows.keep(workplace / f"{uuid.uuid4().hex}.rows"))}
    if page:
        environment["LIMIT_PAGE"] = json.dumps(page)
    command = [*uvicorn("bench.limits.postgres_app:create_app", port=port), "--factory"]
    with running(command, log=workplace / "limit.log", environment=environment) as process:
        await process.answering(f"http://127.0.0.1:{port}/live")
        yield f"http://127.0.0.1:{port}", process.pid


@contextlib.asynccontextmanager
async def session_app(file: Path, rows: Rows, workplace: Path, *, synchronous: str) -> AsyncIterator[tuple[str, int]]:
    """FastAPI, aiosqlite and a session on this file; gives its address and process id."""
    port = free_port()
    environment = {
        "LIMIT_FILE": str(file),
        "LIMIT_ROWS": str(rows.keep(workplace / f"{uuid.uuid4().hex}.rows")),
        "LIMIT_SYNCHRONOUS": synchronous,
    }
    command = [*uvicorn("bench.limits.session_app:create_app", port=port), "--factory"]
    with running(command, log=workplace / "session.log", environment=environment) as process:
        await process.answering(f"http://127.0.0.1:{port}/live")
        yield f"http://127.0.0.1:{port}", process.pid


async def sqlite_thread(file: Path, rows: Rows, workplace: Path, *, synchronous: str, seconds: float) -> Metrics:
    """One C SQLite thread committing each copy of the rows."""
    kept = rows.keep(workplace / "thread.rows")
    [answer] = await _printed("bench.limits.sqlite_thread", [str(kept), str(file), synchronous, str(seconds)])
    return answer


async def spreadsheet_copy(database: str, spreadsheet: Path, kept: Path) -> Metrics:
    """calamine and COPY of the rows that our import wrote."""
    [answer] = await _printed("bench.limits.spreadsheet_copy", [database, str(spreadsheet), str(kept)])
    return answer


async def kafka_pipe(kafka: str, *, count: int, rate: float, size: int) -> Metrics:
    """aiokafka from one process to another, on a new topic: latency, and what it sustained."""
    topic = f"bench.{uuid.uuid4().hex[:12]}"
    where = ["--servers", kafka, "--topic", topic, "--count", str(count)]
    listener = await _spawn("bench.limits.kafka_pipe", ["listen", *where])
    try:
        await _line(listener, within=60)
        [sent] = await _printed("bench.limits.kafka_pipe", ["send", *where, "--rate", str(rate), "--size", str(size)])
        heard = await _line(listener, within=120)
    finally:
        await _end(listener)
    waits = heard["latencies_ms"]
    return {
        "per_second": count / (heard["last_heard"] - sent["first_sent"]),
        "p50_ms": quantile(waits, 0.5),
        "p99_ms": quantile(waits, 0.99),
    }


def cold_start() -> ColdStart:
    """The least server that answers."""
    port = free_port()
    command = [*uvicorn("bench.limits.bare_start:create_app", port=port), "--factory"]
    return ColdStart(command=command, url=f"http://127.0.0.1:{port}/live", environment={})


async def _printed(module: str, arguments: Sequence[str], *, within: float = 600) -> list[dict]:
    """Run one of the limits to its end; the lines of JSON that it printed."""
    child = await _spawn(module, arguments)
    try:
        printed, complained = await asyncio.wait_for(child.communicate(), within)
    finally:
        await _end(child)
    if child.returncode != 0:
        raise BareSideFailed(f"{module}: {complained.decode(errors='replace')[-3000:]}")
    return [json.loads(line) for line in printed.splitlines()]


async def _spawn(module: str, arguments: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, start_new_session=True, limit=2**26,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _line(child: asyncio.subprocess.Process, *, within: float) -> dict:
    line = await asyncio.wait_for(child.stdout.readline(), within)
    if not line:
        raise BareSideFailed((await child.stderr.read()).decode(errors="replace")[-3000:])
    return json.loads(line)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), 10)
        except TimeoutError:
            child.kill()
            await child.wait()
