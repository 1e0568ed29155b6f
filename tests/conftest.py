"""Servers for the tests: one Kafka and one PostgreSQL for a whole run, started when a collected test asks for them.

Whichever process of the run comes first starts a server, under a lock in the run's directory, while other tests go
on; the process that began the run stops it. `LIANXIN_TEST_KAFKA` (`host:port`) and `LIANXIN_TEST_POSTGRES` (an
address that ends in a database) name servers to use instead.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from _pytest.nodeid import coerce_node_id

from chassis import operator_files
from profiles.servers import KafkaServer, PostgresServer, create_database, drop_database
from profiles.servers.processes import one_at_a_time

_RUN = "LIANXIN_TEST_RUN"
CHEAP = {"LIANXIN_PASSWORD_MEMORY_KIB": "64", "LIANXIN_PASSWORD_PASSES": "1", "LIANXIN_PASSWORD_LANES": "1"}
"""Passwords that cost little to compare, in this process and in those that it starts."""
ROOM = 6 * 1024**3
_servers: dict[str, Future[str]] = {}
_threads = ThreadPoolExecutor(2, thread_name_prefix="servers")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a directory, which the workers inherit through the environment."""
    os.environ.setdefault("LIANXIN_LIMITS_SCALE", "1000")  # all tests come from one address; rates have their own
    os.environ.update(CHEAP)
    if not hasattr(config, "workerinput"):
        run = Path(tempfile.mkdtemp(prefix="lianxin-tests-", dir=_in_memory()))
        run.chmod(0o755)  # PostgreSQL may run as another account
        os.environ[_RUN] = str(run)
        (run / "files").mkdir()
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(run / "files"))  # where pytest keeps every `tmp_path`


def _in_memory() -> Path | None:
    """A file system in memory with room enough: SQLite waits for the disk at each commit, which no test is about."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM
    return memory if roomy else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have `xdist_group` keep tests on one worker: xdist 3.8 writes the group where pytest 9.2 does not read it.

    Without it every worker makes what a group was to make once (pytest-xdist, issue 1386).
    """
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = coerce_node_id(grouped)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start what the collected tests ask for, both at once, while the first tests run."""
    asked = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for fixture in asked & _STARTS.keys():
        _begin(fixture)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started, whichever of its processes did."""
    _threads.shutdown()
    if hasattr(config, "workerinput") or _RUN not in os.environ:
        return
    run = Path(os.environ.pop(_RUN))
    KafkaServer(run / "kafka").kill()  # nothing on it is wanted any more
    PostgresServer(run / "postgres", durable=False).stop()
    shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def log_of_the_tests() -> Iterator[None]:
    """A command that is run in this process leaves its log alone: it would go on writing to what the command had."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chassis.telemetry.log_as_json", lambda **_: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def rule_files_parsed_once() -> Iterator[None]:
    """Each test mounts its service with the shipped files; a process parses each of them once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chassis.operator_files._parsed", cache(operator_files._parsed))
        yield


def _begin(fixture: str) -> Future[str]:
    """The address to be, of a server that starts now or was begun before."""
    if fixture not in _servers:
        _servers[fixture] = _threads.submit(_STARTS[fixture])
    return _servers[fixture]


def _start_kafka() -> str:
    if "LIANXIN_TEST_KAFKA" in os.environ:
        return os.environ["LIANXIN_TEST_KAFKA"]
    run = Path(os.environ[_RUN])
    server = KafkaServer(run / "kafka", session_ms=3000)
    with one_at_a_time(run / "kafka.lock"):
        return (server if server.running() else server.start()).address


def _start_postgres() -> str:
    if "LIANXIN_TEST_POSTGRES" in os.environ:
        return os.environ["LIANXIN_TEST_POSTGRES"]
    run = Path(os.environ[_RUN])
    server = PostgresServer(run / "postgres", durable=False)
    with one_at_a_time(run / "postgres.lock"):
        return (server if server.running() else server.start()).url()


_STARTS: dict[str, Callable[[], str]] = {"kafka_address": _start_kafka, "postgres": _start_postgres}


@pytest.fixture(scope="session")
def kafka_address() -> str:
    """`host:port` of the run's broker."""
    return _begin("kafka_address").result()


@pytest.fixture(scope="session")
def postgres() -> str:
    """The address of the run's PostgreSQL, with the database that is always there; fast, and forgetful in a crash."""
    return _begin("postgres").result()


@pytest.fixture
def topic_prefix() -> str:
    """What keeps this test's topics and groups apart from all others on the broker."""
    return f"t{uuid4().hex[:12]}."


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = f"t{uuid4().hex[:12]}"
    yield create_database(postgres, name=name)
    drop_database(postgres, name=name)
