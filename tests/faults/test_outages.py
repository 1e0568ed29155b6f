"""Kill -9 of everything in turn while clients work: what was answered is there, exactly once."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from profiles.cluster_up import GATEWAY
from profiles.programs import await_true
from profiles.servers import KafkaServer, PostgresServer
from profiles.services import NAMES
from tests.faults.checker import check, read_state
from tests.faults.clients import Journal, load
from tests.small_roster import villages
from tests.town import ClusterTown, EmbeddedTown, Town

CLIENTS = 3
BETWEEN = 1.5  # seconds of undisturbed work between two outages
CRASHING = [sys.executable, "-m", "tests.faults.crashing"]

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker of our own to kill."""
    server = KafkaServer(tmp_path / "kafka", session_ms=1500)
    with server:
        yield server


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own to kill; it forgets nothing in a crash."""
    with tempfile.TemporaryDirectory(prefix="lianxin-faults-") as directory:
        Path(directory).chmod(0o755)  # it may run as another account
        with PostgresServer(Path(directory) / "postgres", durable=True) as server:
            yield server


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """What the clients were told."""
    return Journal(tmp_path / "journal.jsonl")


def assert_all_is_well(town: Town, journal: Journal) -> None:
    """The checker finds nothing, and it had something to look at."""
    town.settle()
    lines = journal.lines()
    answered = [line for line in lines if line["state"] == "answered"]
    assert {line["step"] for line in answered} == {"submit", "promise", "report", "judge", "rate"}
    assert any(line["tries"] > 1 for line in answered), "no client ever met an outage"
    assert check(lines, read_state(town.rows)) == []
    asked = {line["request"] for line in answered if line["step"] == "submit"}
    citizens = [town.people("citizen", code)[0] for code in villages()[:CLIENTS]]
    shown: set[str] = set()
    for citizen in citizens:
        page = citizen.get("/tasks/requests", limit=100)
        while True:
            shown |= {line["id"] for line in page["items"]}
            if page["next"] is None:
                break
            page = citizen.get("/tasks/requests", limit=100, cursor=page["next"])
    assert asked <= shown


@pytest.mark.timeout(240)
def test_the_cluster_loses_and_doubles_nothing_whatever_dies(
    tmp_path: Path, kafka: KafkaServer, postgres_server: PostgresServer, journal: Journal
) -> None:
    town = ClusterTown(
        tmp_path / "town",
        kafka=kafka.address,
        postgres=postgres_server.url(),
        environment={"LIANXIN_KAFKA_SESSION_SECONDS": "1.5"},
    )

    def kill_process(name: str) -> None:
        town.process(name).kill()
        town.process(name).start()

    def crash(name: str, moment: str) -> None:
        """Have a process die by its own hand at a moment that no signal from outside could hit."""
        program = town.process(name)
        program.stop()
        usual, program.command = program.command, [*CRASHING, "serve", name]
        program.start(LIANXIN_TEST_CRASH=moment)
        await_true(lambda: not program.lives(), seconds=30, what=f"{name} died {moment}", log=program.log)
        program.command = usual
        program.start()

    def kill_kafka() -> None:
        kafka.kill()
        kafka.start()

    def kill_postgres() -> None:
        postgres_server.kill()
        postgres_server.start()

    outages: list[Callable[[], None]] = [
        *[lambda name=name: kill_process(name) for name in (*NAMES, GATEWAY)],  # type: ignore[misc]
        lambda: crash("tasks", "after-append"),
        lambda: crash("feedback", "after-append"),
        lambda: crash("feedback", "before-commit"),
        lambda: crash("tasks", "before-commit"),
        kill_kafka,
        kill_postgres,
    ]
    try:
        with load(town, villages()[:CLIENTS], journal):
            for outage in outages:
                time.sleep(BETWEEN)
                outage()
                town.await_ready()
            time.sleep(BETWEEN)
        assert_all_is_well(town, journal)
    finally:
        town.close()


@pytest.mark.timeout(120)
def test_the_embedded_profile_loses_and_doubles_nothing_when_it_is_killed(tmp_path: Path, journal: Journal) -> None:
    town = EmbeddedTown(tmp_path / "town")
    try:
        with load(town, villages()[:CLIENTS], journal):
            for _ in range(4):
                time.sleep(BETWEEN)
                town.process("up").kill()
                town.process("up").start()
                town.await_ready()
            time.sleep(BETWEEN)
        assert_all_is_well(town, journal)
    finally:
        town.close()
