"""The servers themselves: they start, come back with what they had, and say what is missing."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from profiles.servers import KafkaServer, PostgresServer, ServerFailed, processes
from profiles.servers.processes import Process, pick_ports, program


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that the account of the PostgreSQL server can enter; pytest's own cannot be when we are root."""
    directory = Path(tempfile.mkdtemp(prefix="lianxin-servers-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def _ask(address: str, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(address)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_killed_postgres_comes_back_with_what_was_committed(open_directory: Path) -> None:
    with PostgresServer(open_directory / "postgres", durable=True) as server:
        address = server.create_database("village")
        _ask(address, "CREATE TABLE kept AS SELECT 7 AS value")
        server.kill()
        assert not server.running()
        server.start()
        assert server.url("village") == address
        assert _ask(address, "SELECT value FROM kept") == 7
        assert _ask(address, "SHOW fsync") == "on"
    assert not server.running()


def test_a_database_of_the_run_is_empty_and_its_server_forgetful(postgres_database: str) -> None:
    assert _ask(postgres_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert _ask(postgres_database, "SHOW fsync") == "off"


def test_the_broker_of_the_run_answers_at_its_address(kafka_address: str) -> None:
    host, _, port = kafka_address.partition(":")
    assert host == "127.0.0.1"
    assert int(port) > 0


def test_any_object_on_its_directory_speaks_for_a_running_broker(tmp_path: Path) -> None:
    server = KafkaServer(tmp_path / "kafka").start()
    other = KafkaServer(tmp_path / "kafka")
    try:
        assert other.running()
        assert other.address == server.address
        with pytest.raises(ServerFailed, match="already running"):
            other.start()
    finally:
        other.stop()
    assert not server.running()


def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = KafkaServer(tmp_path / "kafka").start()
    server.stop()
    shutil.rmtree(tmp_path / "kafka" / "topics")
    with pytest.raises(ServerFailed, match="ended while starting"):
        server.start()


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.shutil, "which", lambda name: None)
    with pytest.raises(ServerFailed, match="apt-get install maven"):
        program("mvn", package="maven")


def test_ports_are_distinct_and_below_those_of_outgoing_connections() -> None:
    ports = pick_ports(5)
    assert len(set(ports)) == 5
    assert all(15000 <= port < 32000 for port in ports)


def test_an_ended_child_does_not_live_and_a_stranger_of_its_id_is_not_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    process = Process.of(child.pid)
    assert process.lives()
    assert not Process(child.pid, "1").lives()
    assert child.stdin is not None
    child.stdin.close()
    assert process.await_end(seconds=10)
    child.wait()
    assert not Process.of(child.pid).lives()
    assert Process.of(os.getpid()).lives()
