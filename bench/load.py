"""The load: wrk in a closed loop on the loopback address, bounded in time and in number."""

import asyncio
import json
import shutil
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.processes import cpu_seconds
from bench.rounds import Metrics

CONNECTIONS = 16
MOST_REQUESTS = 200_000
SCRIPT = Path(__file__).with_name("wrk.lua")


class BadLoad(Exception):
    """The load did not run as meant, so its figure would mean nothing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of the load: path with query, the bearer's token, a JSON body on one line."""

    path: str
    token: str = ""
    body: str = ""


def require_wrk() -> str:
    """Where wrk is. Raises `BadLoad` with what to do."""
    found = shutil.which("wrk")
    if not found:
        raise BadLoad("wrk is missing, and nothing is measured without it: run «apt-get install -y wrk» as root.")
    return found


async def drive(url: str, asks: Sequence[Ask], *, seconds: float, watched: Mapping[str, Sequence[int]]) -> Metrics:
    """Send these requests in turn for some seconds; rate, latency, and processor time of the watched processes.

    Processor time is in microseconds a request, for each name in `watched` the sum of its processes and their children.

    Every POST has an Idempotency-Key of its own. Raises `BadLoad` if any answer was not a success.
    """
    if urlsplit(url).hostname != "127.0.0.1":
        raise BadLoad(f"{url}: load is only ever sent to the loopback address")
    method = "POST" if asks[0].body else "GET"
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as lines:
        lines.writelines(f"{ask.path}\t{ask.token}\t{ask.body}\n" for ask in asks)
        lines.flush()
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(SCRIPT)]
        script = ["--", method, lines.name, uuid.uuid4().hex, str(MOST_REQUESTS)]
        before = {name: sum(map(cpu_seconds, pids)) for name, pids in watched.items()}
        heard = await _listen([require_wrk(), *options, url, *script], within=seconds + 30)
        spent = {name: sum(map(cpu_seconds, pids)) - before[name] for name, pids in watched.items()}
    if heard["refused"] or heard["broken"] or not heard["requests"]:
        raise BadLoad(f"{method} {url}{asks[0].path}: {heard}")
    metrics = {
        "per_second": heard["requests"] / (heard["microseconds"] / 1e6),
        "p50_ms": heard["p50"] / 1000,
        "p99_ms": heard["p99"] / 1000,
    }
    return metrics | {f"{name}_cpu_us": seconds / heard["requests"] * 1e6 for name, seconds in spent.items()}


async def _listen(command: Sequence[str], *, within: float) -> dict[str, int]:
    """Run wrk and read the line that its script prints at the end."""
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, start_new_session=True
    )
    try:
        printed, _ = await asyncio.wait_for(child.communicate(), within)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    last = printed.decode(errors="replace").strip().rpartition("\n")[2]
    if not last.startswith("{"):
        raise BadLoad(f"wrk said: {printed.decode(errors='replace')[-2000:]}")
    return {name: int(count) for name, count in json.loads(last).items()}
