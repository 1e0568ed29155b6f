"""Real processes: started apart from our terminal, waited for, measured, and stopped by their own id."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


class DidNotStart(Exception):
    """A process ended or stayed silent instead of answering; its last words follow."""


def free_port() -> int:
    """A TCP port of the loopback address that nobody used a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Process:
    """One child with its own session, so that Ctrl-C reaches us first and we end it ourselves."""

    def __init__(self, command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> None:
        # Bytecode is present in every measurement: a machine that never writes it would measure the compiler.
        surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self.log = log
        self.started_at = time.perf_counter()
        with log.open("ab") as sink:
            self._child = subprocess.Popen(
                list(command),
                cwd=ROOT,
                env=surroundings | dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        self.pid = self._child.pid

    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._child.poll() is None

    async def answering(self, url: str, *, within: float = 60.0) -> float:
        """Wait for the first 200 at this address; the seconds since the start. Raises `DidNotStart`."""
        deadline = self.started_at + within
        while time.perf_counter() < deadline:
            if not self.is_running():
                break
            if _answers_200(url):
                return time.perf_counter() - self.started_at
            await asyncio.sleep(0.005)
        raise DidNotStart(f"{url} did not answer 200:\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of what it printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self, *, patience: float = 15.0) -> None:
        """Ask it to end, and end it if it does not."""
        if not self.is_running():
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


@contextlib.contextmanager
def running(command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Process]:
    """A process for as long as the block lasts."""
    process = Process(command, log=log, environment=environment)
    try:
        yield process
    finally:
        process.stop()


def uvicorn(application: str, *, port: int) -> list[str]:
    """The command of one bare HTTP server: one process, uvloop and httptools, no access log."""
    server = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)]
    return [*server, "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]


def family(pid: int) -> list[int]:
    """A process and all that it started and that still run."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for member in found:
        found.extend(parents.get(member, []))
    return found


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of all its children, living and ended."""
    ticks = 0
    for member in family(pid):
        if fields := _fields(member):
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS


def rss_mib(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    pages = 0
    for member in family(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pages += int(Path(f"/proc/{member}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name: state, parent, …"""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _answers_200(url: str) -> bool:
    """Ask once on a raw socket: a client library's own start would be measured too."""
    where = urlsplit(url)
    target = where.path or "/"
    try:
        with socket.create_connection((where.hostname or "127.0.0.1", where.port or 80), timeout=2.0) as line:
            line.sendall(f"GET {target} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
