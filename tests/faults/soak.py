"""Many cases while services and servers are killed: none is lost, none climbs twice, none is without an owner.

What is found wanting is put right once for each round, and a cell of anonymous ballots below the line once.

`python -m tests.faults.soak --cases 10000` (`make soak`) plays them on a Kafka and a PostgreSQL of its own; CI plays
500. What became of the cases is worked out from the clients' journal, the databases and the log alone.
"""

import argparse
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random

from profiles.cluster_up import GATEWAY
from profiles.servers import KafkaServer, PostgresServer
from profiles.services import NAMES
from tests.faults.playing import Clients, Played
from tests.faults.soaked import faults
from tests.polling import Poll, rules_for_few
from tests.town import ClusterTown

STILL = 300.0  # seconds until nothing moves: what failed in an outage is tried again after up to a minute
STILL_EACH = 0.1  # seconds more for each case: on some days thousands climb at once
DAYS = 24  # over which the clock then goes, so that every limit that can climbs to the top


class SoakedTown(ClusterTown):
    """A town with people enough for cells of anonymous ballots, whose rules ask for few."""

    def __init__(self, directory: Path, *, kafka: KafkaServer, postgres: PostgresServer) -> None:
        rules = directory.with_suffix(".yaml")
        rules.write_text(rules_for_few(), encoding="utf-8")
        environment = {
            "LIANXIN_KAFKA_SESSION_SECONDS": "1.5",
            "LIANXIN_LIMITS_SCALE": "1000",
            "LIANXIN_FEEDBACK_RULES": str(rules),
        }
        super().__init__(directory, environment, kafka=kafka.address, postgres=postgres.url(), households=12)


def soak(
    town: ClusterTown,
    *,
    kafka: KafkaServer,
    postgres: PostgresServer,
    cases: int,
    seed: int,
    tell: Callable[[str], None] = print,
) -> Played:
    """Play the cases while something dies every few seconds, then let the days pass in the same way."""
    random, still = Random(seed), STILL + cases * STILL_EACH

    def kill_process(name: str) -> None:
        town.process(name).kill()
        town.process(name).start()

    def kill_kafka() -> None:
        kafka.kill()
        kafka.start()

    def kill_postgres() -> None:
        postgres.kill()
        postgres.start()

    outages: list[tuple[str, Callable[[], None]]] = [
        *[(name, lambda name=name: kill_process(name)) for name in (*NAMES, GATEWAY, "tasks", "tasks")],  # type: ignore[misc]
        ("kafka", kill_kafka),
        ("postgres", kill_postgres),
    ]
    deaths = Counter[str]()
    turn = cycle(random.sample(outages, len(outages)))

    def one_dies() -> None:
        name, outage = next(turn)
        outage()
        deaths[name] += 1
        town.await_ready()

    def among_outages(threads: list[threading.Thread], what: Callable[[], str]) -> None:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(random.uniform(0.5, 2.0))
            one_dies()
            tell(f"{what()}, killed so far: {dict(deaths)}")
        town.settle(seconds=still)

    def next_day() -> None:
        town.clock.set(town.now() + timedelta(days=1))
        town.settle(seconds=still)

    clients = Clients(town, cases=cases, seed=seed)
    played = clients.played
    poll = Poll(town, clients.villages, seed=seed)
    among_outages(clients.plays(0, of=2), lambda: f"{len(played.fates)} cases")
    next_day()
    poll.open()
    among_outages(clients.plays(1, of=2), lambda: f"{len(played.fates)} cases")
    next_day()
    among_outages(poll.draws(), lambda: f"{poll.drawn} credentials")
    next_day()
    among_outages(poll.casts(), lambda: f"{sum(map(len, poll.cast.grades.values()))} ballots")
    for day in range(DAYS):
        town.clock.set(town.now() + timedelta(days=1))
        if day % 4 == 0:  # while the timers of the day fire
            time.sleep(random.uniform(0.1, 0.6))
            one_dies()
        town.settle(seconds=still)
        tell(f"day {day + 1} of {DAYS}, killed so far: {dict(deaths)}")
    played.cast = poll.cast
    return played


def main() -> None:
    """Play them on servers of this run's own, and say what was wrong; nothing is the end that is wanted."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lianxin-soak-")))
        folder.chmod(0o755)
        kafka = stack.enter_context(KafkaServer(folder / "kafka", session_ms=1500))
        postgres = stack.enter_context(PostgresServer(folder / "postgres", durable=True))
        town = SoakedTown(folder / "town", kafka=kafka, postgres=postgres)
        stack.callback(town.close)
        played = soak(town, kafka=kafka, postgres=postgres, cases=asked.cases, seed=asked.seed)
        found = faults(town, played.fates, played.cast, unanswered=played.unanswered)
        found += [*played.refused, *played.cast.refused]
    seconds = time.monotonic() - began
    print(f"{asked.cases} cases, {dict(Counter(played.fates.values()))}")
    print(f"{sum(map(len, played.cast.grades.values()))} ballots in {len(played.cast.grades)} cells")
    print(f"{played.tries} tries for {played.answers} answers")
    print(f"{len(found)} faults in {seconds:.0f} s")
    for fault in found[:50]:
        print(" ", fault)
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
