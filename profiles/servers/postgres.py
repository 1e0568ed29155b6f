"""A private PostgreSQL cluster, made and run with the server programs that Debian packages."""

import asyncio
import json
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from profiles.servers.processes import Process, ServerFailed, install, last_lines, pick_ports

_OWNER = "app"
_PASSWORD = "pw"  # of a server that listens on the loopback address of one machine, for as long as a test lasts

_SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
wal_level = logical
max_connections = 200
shared_buffers = '128MB'
"""
# Never where a test kills the server or asks what a crash leaves behind.
_FORGETFUL = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def _programs() -> Path:
    """The directory of `initdb`, `pg_ctl` and `postgres`, installing PostgreSQL if there is none."""
    for attempt in ("as found", "installed"):
        if shutil.which("pg_config") is not None:
            told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
            if (Path(told.stdout.strip()) / "initdb").exists():
                return Path(told.stdout.strip())
        # Debian keeps the server's programs out of the search path, one directory for each major version.
        packaged = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        if packaged:
            return max(packaged, key=lambda path: float(path.parent.name))
        on_path = shutil.which("initdb")
        if on_path is not None:
            return Path(on_path).resolve().parent
        if attempt == "as found":
            install("postgresql")
    raise ServerFailed("«initdb» is still missing after «postgresql» was installed.")


class PostgresServer:
    """A cluster whose files, port and log are kept in one directory.

    An object made on the directory of a running cluster speaks for that cluster, whichever process started it.
    `durable=False` makes it fast and forgetful, for tests that never kill it. As root, the server runs as `postgres`
    (it refuses root), so that account must be able to enter the directory.
    """

    def __init__(self, directory: Path, *, durable: bool) -> None:
        self._directory = directory.absolute()
        self._durable = durable
        self._files = self._directory / "files"
        self._log = self._directory / "postgres.log"
        self._state = self._directory / "state.json"
        self._account = _account()

    def url(self, database: str = "postgres") -> str:
        """The address of one database, the same after every restart."""
        return f"postgresql://{_OWNER}:{_PASSWORD}@127.0.0.1:{self._port()}/{database}"

    def running(self) -> bool:
        """Whether the server of this directory is there."""
        postmaster = self._postmaster()
        return postmaster is not None and postmaster.lives()

    def start(self) -> Self:
        """Start, and wait until it answers (about a second)."""
        if self.running():
            raise ServerFailed(f"PostgreSQL is already running in {self._directory}.")
        if not self._state.exists():
            self._make_cluster()
        end = time.monotonic() + 30
        # After a kill, a start is refused until the old postmaster is reaped and its backends have ended.
        killed = (self._files / "postmaster.pid").exists()
        while self._control("start", "-l", str(self._log), "-w", "-t", "60").returncode != 0:
            if not killed or time.monotonic() > end:
                raise ServerFailed(f"PostgreSQL did not start:\n{last_lines(self._log)}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """Stop in good order; nothing happens if it does not run."""
        if self.running() and self._control("stop", "-m", "fast", "-w", "-t", "30").returncode != 0:
            raise ServerFailed(f"PostgreSQL did not stop:\n{last_lines(self._log)}")

    def kill(self) -> None:
        """Kill -9 of the postmaster: what a crash of the server does."""
        postmaster = self._postmaster()
        if postmaster is None:
            return
        postmaster.send(signal.SIGKILL)
        if not postmaster.await_end(seconds=10):
            raise ServerFailed(f"PostgreSQL (process {postmaster.pid}) does not end.")

    def restart(self) -> Self:
        """Stop if need be and start again, on the same port with the same databases."""
        self.stop()
        return self.start()

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database, empty or as a copy of another, and return its address."""
        return create_database(self.url(), name=name, template=template)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whoever is still connected."""
        drop_database(self.url(), name=name)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def _make_cluster(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        password = self._directory / "password"
        password.write_text(_PASSWORD, encoding="utf-8")
        if self._account is not None:
            for path in (self._directory, password):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
            if self._run(["test", "-w", str(self._directory)]).returncode != 0:
                raise ServerFailed(
                    f"The account «{self._account.pw_name}», which PostgreSQL runs as, cannot enter "
                    f"{self._directory}: choose a directory outside of a closed home, or do not run as root."
                )
        options = ["-U", _OWNER, "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8"]
        done = self._run(
            [str(_programs() / "initdb"), "-D", str(self._files), *options, "--no-sync", "--no-instructions"]
        )
        if done.returncode != 0:
            raise ServerFailed(f"PostgreSQL could not make its cluster:\n{(done.stdout + done.stderr)[-3000:]}")
        [port] = pick_ports(1)
        settings = _SETTINGS.format(port=port) + ("" if self._durable else _FORGETFUL)
        (self._files / "postgresql.auto.conf").write_text(settings, encoding="utf-8")
        self._state.write_text(json.dumps({"port": port}), encoding="utf-8")

    def _control(self, command: str, *options: str) -> "subprocess.CompletedProcess[str]":
        return self._run([str(_programs() / "pg_ctl"), "-D", str(self._files), command, *options])

    def _run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        """Run one of the server's programs, as an account that it accepts, in a place that account may enter."""
        output = self._directory / "control.log"
        # Not a pipe: the server would inherit it and hold it open for as long as it runs.
        with output.open("w+", encoding="utf-8") as file:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                check=False,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
                extra_groups=[] if self._account else None,
            )
        return subprocess.CompletedProcess(command, done.returncode, output.read_text(encoding="utf-8"), "")

    def _postmaster(self) -> Process | None:
        try:
            first_line = (self._files / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0]
        except FileNotFoundError:
            return None
        return Process.of(int(first_line))

    def _port(self) -> int:
        if not self._state.exists():
            raise ServerFailed(f"No PostgreSQL was ever started in {self._directory}.")
        return int(json.loads(self._state.read_text(encoding="utf-8"))["port"])


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, or somebody without rights where we are root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def create_database(address: str, *, name: str, template: str = "template1") -> str:
    """Make a database on the server at this address, and return its own address."""
    _execute(address, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return address.rpartition("/")[0] + f"/{name}"


def drop_database(address: str, *, name: str) -> None:
    """Remove a database from the server at this address, ending whoever is still connected."""
    _execute(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(address: str, statement: str) -> None:
    import asyncpg  # 0.16 s that a start of the servers alone need not pay

    async def execute() -> None:
        connection = await asyncpg.connect(address)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    # In a thread of its own, so that callers may have an event loop running or not.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, execute()).result()
