"""What is said at the end: a table for people, and everything that was seen as JSON."""

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import FIGURES, Figure, spread
from bench.rounds import Round, Spread

PACKAGES = [
    "aiohttp",
    "aiokafka",
    "asyncpg",
    "fastapi",
    "pydantic",
    "sqlalchemy",
    "sqlmodel",
    "starlette",
    "uvicorn",
    "uvloop",
]
UNITS = {"per_second": "/s", "p50_ms": "ms", "p99_ms": "ms", "seconds": "s", "rss_mib": "MiB", "app_cpu_us": "µs"}


def table(played: Mapping[str, list[Round]], *, title: str) -> Table:
    """Every figure whose group was played."""
    shown = Table(
        title=title, caption="median (least–most in brackets); ratio = ours through the limit, round by round"
    )
    for heading in ("figure", "ours", "limit", "ratio", "must", "aim", "met"):
        shown.add_column(heading, justify="left" if heading == "figure" else "right", overflow="fold")
    for figure, rounds in _measured(played):
        ratio = figure.ratio(rounds)
        shown.add_row(
            figure.name,
            _with_metric(spread(rounds, figure.ours), figure.ours[1]),
            _with_metric(spread(rounds, figure.limit), figure.limit[1]),
            str(ratio),
            figure.goal(figure.must),
            figure.goal(figure.aim),
            figure.verdict(ratio),
        )
    return shown


def show(shown: Table) -> None:
    """Print the table at its full width, also into a file."""
    Console(width=max(150, Console().width)).print(shown)


def strange(played: Mapping[str, list[Round]], expected: Mapping[str, tuple[float, float]]) -> list[str]:
    """The figures whose ratio is not where it must be when both sides are the same code."""
    found = []
    for figure, rounds in _measured(played):
        least, most = expected.get(figure.name, (0.0, float("inf")))
        if not least <= (ratio := figure.ratio(rounds).middle) <= most:
            found.append(f"{figure.name}: {ratio:.2f}, expected {least}–{most}")
    return found


def missed(played: Mapping[str, list[Round]]) -> list[str]:
    """The figures that do not reach what they must."""
    return [figure.name for figure, rounds in _measured(played) if figure.verdict(figure.ratio(rounds)) == "no"]


def write(path: Path, played: Mapping[str, list[Round]], *, found: Mapping[str, object]) -> None:
    """Figures, raw rounds, and what the machine was."""
    figures = [
        {
            "figure": figure.name,
            "ratio": _as_json(figure.ratio(rounds)),
            "ours": _as_json(spread(rounds, figure.ours)) | {"metric": figure.ours[1]},
            "limit": _as_json(spread(rounds, figure.limit)) | {"metric": figure.limit[1]},
            "must": figure.goal(figure.must),
            "aim": figure.goal(figure.aim),
            "met": figure.verdict(figure.ratio(rounds)),
        }
        for figure, rounds in _measured(played)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), "found": dict(found), "figures": figures, "rounds": dict(played)}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")


def machine() -> dict[str, object]:
    """What the figures depend on besides the code."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "load_average": os.getloadavg(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _measured(played: Mapping[str, list[Round]]) -> list[tuple[Figure, list[Round]]]:
    return [(figure, played[figure.group]) for figure in FIGURES if figure.group in played]


def _with_metric(figure: Spread, metric: str) -> str:
    return f"{figure} {UNITS[metric]}"


def _as_json(figure: Spread) -> dict[str, object]:
    return {"median": figure.middle, "least": figure.least, "most": figure.most}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
