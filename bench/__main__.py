"""`python -m bench`: measure ours and the limits in turns, print the table, write the JSON."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.ballots import measure_ballots
from bench.credentials import measure_credentials
from bench.door import measure_door
from bench.figures import GROUPS
from bench.load import BadLoad, require_wrk
from bench.measures import (
    Plan,
    measure_cluster,
    measure_embedded,
    measure_import,
    measure_start,
    real_servers,
)
from bench.ours import Ours
from bench.sides import Servers
from bench.standin import EXPECTED, StandIn
from bench.surveys import measure_surveys

LATEST = Path(__file__).with_name("results") / "latest.json"
ON_CLUSTER = ("submit", "facts", "drain", "page", "desk", "suspend")
COMPARED = tuple(group for group in GROUPS if group not in {"desk", "suspend", "credentials", "ballots", "surveys"})
"""The groups that hold us against other code; the stand-in has no desk, no ballot box and no surveys, signs no
credentials, and takes back nobody's access."""
ON_SERVERS = (*ON_CLUSTER, "import")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked; 1 if a figure misses what it must reach or could not be measured."""
    asked = _parser().parse_args(arguments)
    try:
        require_wrk()
    except BadLoad as missing:
        print(missing, file=sys.stderr)
        return 2
    groups = tuple(asked.only or GROUPS)
    if asked.self_check:
        groups = tuple(group for group in groups if group in COMPARED)
    try:
        return asyncio.run(_measure(groups, asked))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("stopped; every process that was started has ended", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=GROUPS, help="a group of figures; may be repeated")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds of load in each turn (default 4)")
    parser.add_argument("--large", type=int, default=1_000_000, help="rows of the large table (default 1,000,000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the numbers go (bench/results/latest.json)")
    parser.add_argument("--self-check", action="store_true", help="measure a small stand-in for ours, in seconds")
    return parser


async def _measure(groups: Sequence[str], asked: argparse.Namespace) -> int:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-", ignore_cleanup_errors=True) as made:
        workplace = Path(made)
        workplace.chmod(0o755)  # PostgreSQL runs as another account and has to enter
        plan = Plan(sides=StandIn() if asked.self_check else Ours(), servers=NO_SERVERS, workplace=workplace, say=_say)
        plan.rounds, plan.seconds, plan.large = asked.rounds, asked.seconds, asked.large
        if asked.self_check:
            plan.rounds, plan.seconds, plan.small, plan.large, plan.backlog = 2, 1.0, 2_000, 20_000, 2_000
        if set(groups) & set(ON_SERVERS):
            async with real_servers(workplace) as plan.servers:
                if on_cluster := [group for group in ON_CLUSTER if group in groups]:
                    await measure_cluster(plan, on_cluster)
                if "import" in groups:
                    await plan.attempt("import", measure_import(plan))
        if {"door", "edge"} & set(groups):
            await plan.attempt("door", measure_door(plan))
        for name, measure in (
            ("credentials", measure_credentials),
            ("ballots", measure_ballots),
            ("surveys", measure_surveys),
            ("embedded", measure_embedded),
            ("start", measure_start),
        ):
            if name in groups:
                await plan.attempt(name, measure(plan))
    return _report(plan, asked, took=time.monotonic() - began)


def _report(plan: Plan, asked: argparse.Namespace, *, took: float) -> int:
    whose = "the stand-in of the self-check" if asked.self_check else "ours"
    report.show(report.table(plan.played, title=f"{whose} against the limits, {plan.rounds} rounds, {took:.0f} s"))
    for group, reason in plan.failures.items():
        print(f"NOT MEASURED: {group}: {reason}", file=sys.stderr)
    path = asked.json or (None if asked.self_check else LATEST)
    if path and plan.played:
        report.write(path, plan.played, found=plan.found | {"not measured": plan.failures, "seconds": round(took)})
        print(f"written: {path}")
    wrong = report.strange(plan.played, EXPECTED) if asked.self_check else report.missed(plan.played)
    for name in wrong:
        print(f"NOT REACHED: {name}", file=sys.stderr)
    return 1 if plan.failures or wrong else 0


def _refuse(name: str) -> str:
    raise BadLoad(f"no PostgreSQL was started for {name}")


NO_SERVERS = Servers(database=_refuse, kafka="", postgres_pid=0)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
