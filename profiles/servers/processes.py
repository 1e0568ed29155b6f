"""What both servers need: programs that are installed, ports that are free, processes that are ours."""

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


class ServerFailed(Exception):
    """A server could not be started or stopped; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process of ours, known by its id and its birth, so that a later one of the same id is never taken for it."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process":
        """The process that has this id now."""
        return cls(pid, _birth(pid))

    def lives(self) -> bool:
        """Whether it is still there; a child that has ended is reaped on the way."""
        with suppress(ChildProcessError):  # somebody else's child, or reaped before
            os.waitpid(self.pid, os.WNOHANG)
        return self.born != "" and _birth(self.pid) == self.born

    def send(self, signal_number: signal.Signals) -> None:
        """Signal this process, and no other."""
        if self.lives():
            os.kill(self.pid, signal_number)

    def await_end(self, *, seconds: float) -> bool:
        """Wait until it has ended; false if it has not by then."""
        end = time.monotonic() + seconds
        while self.lives():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def _birth(pid: int) -> str:
    """The kernel's start time of a live process; empty for none and for one that only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]


def pick_ports(count: int) -> list[int]:
    """Free ports of the loopback address.

    Below the range that the kernel hands to outgoing connections: a client that keeps calling a server that is down
    could otherwise be given the server's own port, and the server could not come back.
    """
    held: list[socket.socket] = []
    try:
        while len(held) < count:
            trial = socket.socket()
            try:
                trial.bind(("127.0.0.1", random.randrange(15000, 32000)))
            except OSError:
                trial.close()
                continue
            held.append(trial)
        return [trial.getsockname()[1] for trial in held]
    finally:
        for trial in held:
            trial.close()


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file among processes; whoever comes second waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(package: str) -> None:
    """Install one of Debian's packages where we may; otherwise say that it is missing."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise ServerFailed(f"Not installed here: please install «{package}» (Debian: apt-get install {package}).")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "install", "-y", package]):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerFailed(f"Could not install «{package}»; {' '.join(command)} said:\n{done.stderr[-2000:]}")


def program(name: str, *, package: str) -> str:
    """Where a program is, installing its package if need be."""
    if shutil.which(name) is None:
        install(package)
    found = shutil.which(name)
    if found is None:
        raise ServerFailed(f"«{name}» is still missing after «{package}» was installed.")
    return found


def last_lines(path: Path) -> str:
    """The end of a server's log, for a message."""
    return path.read_text(encoding="utf-8", errors="replace")[-3000:] if path.exists() else "(no log)"
