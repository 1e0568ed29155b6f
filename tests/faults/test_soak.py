"""Five hundred cases while everything dies now and then, over weeks of the clock; `make soak` plays ten thousand."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from profiles.servers import KafkaServer, PostgresServer
from tests.faults.playing import FATES
from tests.faults.soak import SoakedTown, soak
from tests.faults.soaked import faults

pytestmark = pytest.mark.xdist_group("faults")

CASES = 500


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of our own to kill; it forgets nothing in a crash."""
    with tempfile.TemporaryDirectory(prefix="lianxin-soak-") as directory:
        Path(directory).chmod(0o755)
        with PostgresServer(Path(directory) / "postgres", durable=True) as server:
            yield server


@pytest.mark.timeout(600)
def test_no_case_is_lost_climbs_twice_or_is_without_an_owner(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with KafkaServer(tmp_path / "kafka", session_ms=1500) as kafka:
        town = SoakedTown(tmp_path / "town", kafka=kafka, postgres=postgres_server)
        try:
            played = soak(town, kafka=kafka, postgres=postgres_server, cases=CASES, seed=5)
            assert set(played.fates.values()) >= set(FATES)
            assert played.tries > played.answers, "no client ever met an outage"
            assert played.refused + played.cast.refused == []
            assert len(played.cast.grades) > 3, "hardly anybody cast a ballot"
            assert faults(town, played.fates, played.cast, unanswered=played.unanswered) == []
        finally:
            town.close()
