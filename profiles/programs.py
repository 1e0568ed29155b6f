"""Commands of this program in processes of their own: started, waited for, killed, and stopped by their own id."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from profiles.servers.processes import Process, ServerFailed, last_lines

ROOT = Path(__file__).parents[1]
STARTING = 60.0  # seconds that a start may take on a busy machine
STOPPING = 30.0  # seconds to answer what has begun; the servers themselves give it 20


def lianxin(*words: str) -> list[str]:
    """The command line of one of our commands, by the interpreter that runs this."""
    return [sys.executable, "-m", "profiles.cli", *words]


class Program:
    """One HTTP server of ours in a process; its port and its log stay the same through every restart."""

    def __init__(self, command: Sequence[str], *, port: int, log: Path, environment: Mapping[str, str]) -> None:
        """`command` without its `--port`; `environment` comes on top of our own."""
        self.command = list(command)
        self.address = f"http://127.0.0.1:{port}"
        self.log = log
        self._port = port
        self._environment = dict(environment)
        self._process: Process | None = None

    def start(self, **environment: str) -> Self:
        """Start it; `await_ready` waits. More environment holds for this one start."""
        if self.lives():
            raise ServerFailed(f"{self.command[-1]} is already running.")
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                [*self.command, "--port", str(self._port)],
                cwd=ROOT,
                env=os.environ | self._environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the caller's terminal must not reach it before the caller
            )
        self._process = Process.of(child.pid)
        child.returncode = 0  # from here on it is known by its id and reaped by `Process`
        return self

    def lives(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.lives()

    def await_ready(self, path: str = "/health/ready") -> None:
        """Wait until it answers 200. Raises `ServerFailed` when it ends instead, or takes too long."""
        await_true(lambda: self._is_ready(path), seconds=STARTING, what=f"{self.address}{path} answers", log=self.log)

    def stop(self) -> None:
        """Have it finish what it began and end; nothing happens if it does not run."""
        if self._process is None:
            return
        self._process.send(signal.SIGTERM)
        if not self._process.await_end(seconds=STOPPING):
            self.kill()

    def kill(self) -> None:
        """Kill -9: what a crash does."""
        if self._process is None:
            return
        self._process.send(signal.SIGKILL)
        if not self._process.await_end(seconds=10):
            raise ServerFailed(f"{' '.join(self.command)} (process {self._process.pid}) does not end.")

    def restart(self, **environment: str) -> Self:
        """Stop it if need be and start it again."""
        self.stop()
        return self.start(**environment)

    def _is_ready(self, path: str) -> bool:
        if not self.lives():
            raise ServerFailed(f"{' '.join(self.command)} ended while starting:\n{last_lines(self.log)}")
        return answers(f"{self.address}{path}")


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    return _get(url) is not None


def backlog_at(address: str) -> dict[str, int] | None:
    """What a service says of its backlog; none while it is not ready."""
    answer = _get(f"{address}/health/ready")
    if answer is None:
        return None
    backlog: dict[str, int] | None = json.loads(answer)["backlog"]
    return backlog


def _get(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            body: bytes = answer.read()
            return body
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return None


def await_true(holds: Callable[[], bool], *, seconds: float, what: str, log: Path) -> None:
    """Ask again and again until it holds. Raises `ServerFailed` with the end of a log after so many seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise ServerFailed(f"After {seconds:.0f} s it still is not so that {what}:\n{last_lines(log)}")
        time.sleep(0.05)
