"""Parsing in a process of its own, with bounded memory and time, where a file cannot be judged beforehand.

Old binary workbooks and OpenDocument sheets say in a few bytes that a cell stands in row 65,536 or is repeated a
million times, and the parser makes room for it. There the system's limits refuse what no look inside could.
"""

import os
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from chassis.sheets.limits import Limits
from chassis.sheets.problems import FileTooLarge

Parsed = TypeVar("Parsed")


def parse_confined(path: Path, limits: Limits, parse: Callable[[Path, Limits], Parsed]) -> Parsed:
    """What `parse` returns or raises, from a process that dies when it needs more than the limits.

    Raises `FileTooLarge` when it died.
    """
    try:
        with ProcessPoolExecutor(
            1, get_context("spawn"), initializer=_confine, initargs=(limits.memory_bytes, limits.seconds)
        ) as pool:
            return pool.submit(parse, path, limits).result()
    except (BrokenProcessPool, MemoryError) as died:
        raise FileTooLarge(file=path.name, memory_bytes=limits.memory_bytes, seconds=limits.seconds) from died


def _confine(memory_bytes: int, seconds: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a parser that runs out of memory prints its whole stack
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
