"""Many cases while services and servers are killed: none is lost, none climbs twice, none is without an owner.

`python -m tests.faults.soak --cases 10000` (`make soak`) plays them on a Kafka and a PostgreSQL of its own; CI plays
500. What became of the cases is worked out from the clients' journal, the databases and the log alone.
"""

import argparse
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random

import httpx

from profiles.cluster_up import GATEWAY
from profiles.servers import KafkaServer, PostgresServer
from profiles.services import NAMES
from tests.faults.soaked import faults
from tests.journeys.village import Village
from tests.small_roster import villages
from tests.town import ClusterTown, Json, Person, Refusal

WORKERS = 6
PATIENCE = 120.0  # seconds for one step, outages included
STILL = 300.0  # seconds until nothing moves: what failed in an outage is tried again after up to a minute
FATES = {
    "left": 0.2,  # nobody ever signs
    "unfinished": 0.2,  # promised, and never reported done
    "returned": 0.1,  # wrongly dispatched, and given to another
    "done": 0.3,
    "not_solved": 0.2,  # its rectification is never begun
}
DAYS = 24  # over which the clock then goes, so that every limit that can climbs to the top
OPEN = {
    "received",
    "dispatched",
    "returned",
    "accepted",
    "contacted",
    "handling",
    "extended",
    "rectifying",
    "difficult",
}
WAITS_FOR_A_DISPATCH = {"received", "returned"}


@dataclass
class Played:
    """What the clients were told: of each case its fate, as far as it was answered, and what was never answered."""

    fates: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    answers: int = 0


class Clients:
    """Several clients that share the cases, each with a connection of its own."""

    def __init__(self, town: ClusterTown, *, cases: int, seed: int) -> None:
        self.played = Played()
        self._town = town
        self._left = iter(range(cases))
        self._lock = threading.Lock()
        self._seed = seed
        self._villages = [Village(town, code) for code in villages()[:WORKERS]]
        for village in self._villages:  # signed in before anything breaks
            for somebody in (village.citizen, village.agent, village.stand_in, village.cadre):
                assert somebody.token
        self._threads = [threading.Thread(target=self._work, args=(one,), daemon=True) for one in self._villages]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def working(self) -> bool:
        """Whether anybody still plays."""
        return any(thread.is_alive() for thread in self._threads)

    def _work(self, village: Village) -> None:
        with httpx.Client(timeout=10) as http:
            while (number := self._next()) is not None:
                random = Random(f"{self._seed} {number}")
                [fate] = random.choices(list(FATES), list(FATES.values()))
                self._play(village, http, fate, words=f"第 {number} 件")

    def _next(self) -> int | None:
        with self._lock:
            return next(self._left, None)

    def _play(self, village: Village, http: httpx.Client, fate: str, *, words: str) -> None:
        asked = {"division_code": village.code, "kind": "help", "wording": words}
        told = self._do(http, village.citizen, "/tasks/requests", asked)
        if told is None:
            return
        path, agent = f"/tasks/requests/{told['id']}", village.agent
        if told["named_person"] == village.stand_in.name:
            agent = village.stand_in
        promise = {"promised_on": str(village.town.now().date() + timedelta(days=2))}
        steps: list[tuple[Person, str, Json]] = []
        if fate == "returned":
            steps += [(agent, f"{path}/return", {"reason": "不在我的片区"})]
        elif fate != "left":
            steps += [(agent, f"{path}/promise", promise)]
        if fate in {"done", "not_solved"}:
            steps += [(agent, f"{path}/report", {"note": "已办"})]
            solved = "yes" if fate == "done" else "no"
            steps += [(village.citizen, f"{path}/judgement", {"solved": solved, "round": 1})]
        whole = all(self._do(http, by, at, body) is not None for by, at, body in steps)
        with self._lock:
            self.played.fates[uuid.UUID(told["id"]).hex] = fate if whole else "unsure"

    def _do(self, http: httpx.Client, by: Person, path: str, body: Json) -> Json | None:
        """One step, tried under one key until it is answered."""
        key, end = uuid.uuid4().hex, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.played.tries += 1
            try:
                headers = {"authorization": f"Bearer {by.token}", "idempotency-key": key}  # who may sign in anew
                answer = http.post(f"{by.town.address}/api{path}", json=body, headers=headers)
            except (httpx.TransportError, Refusal):
                time.sleep(0.1)
                continue
            if answer.status_code >= 500 or b"still-running" in answer.content:
                time.sleep(0.1)
                continue
            if answer.status_code >= 400:
                with self._lock:
                    self.played.refused.append(f"{path}: {answer.text}")
                return None
            self.played.answers += 1
            told: Json = answer.json()
            return told
        with self._lock:
            self.played.unanswered += 1
        return None


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
    random = Random(seed)

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
    clients = Clients(town, cases=cases, seed=seed)
    clients.start()
    deaths = Counter[str]()
    turn = cycle(random.sample(outages, len(outages)))
    while clients.working():
        time.sleep(random.uniform(0.5, 2.0))
        name, outage = next(turn)
        outage()
        deaths[name] += 1
        town.await_ready()
        tell(f"{len(clients.played.fates)} cases, killed so far: {dict(deaths)}")
    town.settle(seconds=STILL)
    for day in range(DAYS):
        town.clock.set(town.now() + timedelta(days=1))
        if day % 4 == 0:  # while the timers of the day fire
            time.sleep(random.uniform(0.1, 0.6))
            name, outage = next(turn)
            outage()
            deaths[name] += 1
            town.await_ready()
        town.settle(seconds=STILL)
        tell(f"day {day + 1} of {DAYS}, killed so far: {dict(deaths)}")
    return clients.played


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
        town = ClusterTown(
            folder / "town",
            kafka=kafka.address,
            postgres=postgres.url(),
            environment={"LIANXIN_KAFKA_SESSION_SECONDS": "1.5", "LIANXIN_LIMITS_SCALE": "1000"},
        )
        stack.callback(town.close)
        played = soak(town, kafka=kafka, postgres=postgres, cases=asked.cases, seed=asked.seed)
        found = faults(town, played.fates, unanswered=played.unanswered) + played.refused
    seconds = time.monotonic() - began
    print(f"{asked.cases} cases, {dict(Counter(played.fates.values()))}")
    print(f"{played.tries} tries for {played.answers} answers")
    print(f"{len(found)} faults in {seconds:.0f} s")
    for fault in found[:50]:
        print(" ", fault)
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
