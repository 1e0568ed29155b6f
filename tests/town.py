"""A running town in either profile: real processes, entered by the gateway's door alone, with its clock in our hand."""

import asyncio
import sqlite3
import subprocess
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, time, timedelta
from os import environ
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from chassis.calendar import load_calendar
from chassis.clock import SHANGHAI, SetClock
from chassis.log.kafka import KafkaLog
from profiles.cluster_up import GATEWAY, Cluster
from profiles.embedded import migrate
from profiles.programs import ROOT, STARTING, Program, await_true, lianxin
from profiles.servers import drop_database
from profiles.servers.processes import pick_ports
from profiles.services import NAMES
from profiles.standins import sms
from profiles.standins.running import environment_for
from profiles.standins.wechat import World, create_app
from services.members.divisions.reading import WULING
from tests.small_roster import CITIZENS_OF_A_VILLAGE, DISTRICT, write_small_roster
from tests.standins.running import served

CALENDAR = load_calendar()
OPENING = datetime(2025, 3, 3, 9, tzinfo=SHANGHAI)  # a Monday morning
SEED = 3
Json = dict[str, Any]


class Refusal(AssertionError):
    """The town refused what the test expected it to do."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(
            f"{response.request.method} {response.request.url.path}: {response.status_code} {response.text}"
        )
        self.status = response.status_code


class Town(ABC):
    """What both profiles have in common."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        households: int = CITIZENS_OF_A_VILLAGE,
    ) -> None:
        self.directory = directory
        self._households = households
        directory.mkdir(parents=True)
        directory.chmod(0o755)
        self.clock = SetClock(directory / "clock")
        self.clock.set(OPENING)
        self.wechat = World()
        self.texts = sms.Carrier()
        self._beside = ExitStack()
        together = Starlette(routes=[*sms.create_app(self.texts).routes, Mount("/", create_app(self.wechat))])
        standins = environment_for(self.wechat, self._beside.enter_context(served(together)))
        usual = {"LIANXIN_DEVELOPMENT": "1", "LIANXIN_CLOCK": str(directory / "clock")}
        self.environment = usual | standins | dict(environment or {})
        # The server ends what idles for five seconds. We give it up well before, or a request meets that end.
        unused = httpx.Limits(keepalive_expiry=2)
        self.client = self._beside.enter_context(httpx.Client(timeout=30, limits=unused))
        self._people: dict[tuple[str, str], list[Person]] = {}

    @property
    @abstractmethod
    def address(self) -> str:
        """The gateway's `http://…`."""

    @abstractmethod
    def process(self, name: str) -> Program:
        """The process that runs a service, or the gateway."""

    @abstractmethod
    def await_ready(self) -> None:
        """Wait until the gateway says that all services are ready."""

    @abstractmethod
    def settle(self, *, seconds: float = STARTING) -> None:
        """Wait until no fact is on its way and no timer is due."""

    @abstractmethod
    def rows(self, service: str, query: str) -> list[tuple[object, ...]]:
        """What a service's database answers, as committed."""

    def at(self, service: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """By which environment and options a command of ours reaches a service's database."""
        environment, options = self._operator
        return environment, options

    @abstractmethod
    def tables(self, service: str) -> list[str]:
        """The names of a service's tables."""

    @abstractmethod
    def facts(self) -> list[str]:
        """Type, key, body and trace of every fact that was ever told: all that its record says."""

    @abstractmethod
    def close(self) -> None:
        """Stop it and leave nothing behind."""

    def kept(self) -> str:
        """Every value in every database, as text; sealed ones as they are sealed."""
        return "\n".join(map(self.kept_by, NAMES))

    def kept_by(self, service: str) -> str:
        """The same of one service."""
        return "\n".join(
            value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            for table in self.tables(service)
            for row in self.rows(service, f'SELECT * FROM "{table}"')  # names from the database's own list
            for value in row
        )

    def logs(self) -> str:
        """Every line that a process of ours has logged."""
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in self.directory.glob("*.log"))

    def fill(self, environment: Mapping[str, str], *options: str) -> None:
        """Bring the areas and the roster in by the command line, as users do."""
        self._operator = dict(environment), options
        workbook = write_small_roster(self.directory, seed=SEED, households=self._households)
        for words in (["divisions", str(WULING)], ["roster", str(workbook)]):
            done = self.operate("import", *words)
            assert done.returncode == 0, done.stdout + done.stderr

    def operate(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of ours on members' database, as an operator at the machine does."""
        environment, options = self.at("members")
        command = lianxin(*words, *options)
        return subprocess.run(command, cwd=ROOT, env=environ | environment, capture_output=True, text=True, check=False)

    def now(self) -> datetime:
        """The town's instant, in local time."""
        return self.clock.now().astimezone(SHANGHAI)

    def move(self, to: datetime) -> None:
        """Set the clock, and let happen what is due by then."""
        self.clock.set(to)
        self.settle()

    def next_monday(self) -> datetime:
        """Go on to nine o'clock of the next Monday that is worked: on a holiday nobody is told of anything."""
        today = self.now().date()
        monday = today + timedelta(days=7 - today.weekday())
        while not CALENDAR.is_working(monday):
            monday += timedelta(days=7)
        self.move(datetime.combine(monday, time(9), SHANGHAI))
        return self.now()

    def people(self, role: str, division: str = DISTRICT) -> list["Person"]:
        """The generated people who hold a post within an area, as the sign-in page offers them."""
        if (role, division) not in self._people:
            answer = self.client.get(
                f"{self.address}/api/members/sign-in/development/people",
                params={"role": role, "division_code": division, "limit": 100},
            )
            self._people[role, division] = [Person(self, **one) for one in _told(answer)["items"]]
        return self._people[role, division]


class Person:
    """Somebody signed in, who does everything over HTTP."""

    def __init__(self, town: Town, *, person_id: str, name: str, division_code: str, code: str) -> None:
        self.town = town
        self.id = person_id
        self.name = name
        self.division = division_code
        self._code = code
        self._token, self._good_until = "", 0.0

    @property
    def token(self) -> str:
        """A token of theirs; they sign in when it is first needed, and again before it ends."""
        if not self._token or monotonic() > self._good_until:
            told = self.signs_in()
            self._token, self._good_until = told["access_token"], monotonic() + told["expires_in"] / 2
        return self._token

    def signs_in(self) -> Json:
        """Tokens of a session of its own. Raises `Refusal`."""
        return _told(self.tries_to_sign_in())

    def tries_to_sign_in(self) -> httpx.Response:
        """Sign in, and take whatever is answered."""
        path = f"{self.town.address}/api/members/sign-in/development"
        return self.town.client.post(path, json={"person_id": self.id, "code": self._code})

    def forgets_its_token(self) -> None:
        """Sign in anew when a token is next needed."""
        self._token = ""

    def call(
        self, method: str, path: str, *, key: str | None = None, body: Json | None = None, query: Json | None = None
    ) -> httpx.Response:
        """Ask the gateway, and take whatever it answers."""
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key or uuid.uuid4().hex}
        url = f"{self.town.address}/api{path}"
        return self.town.client.request(method, url, json=body, params=query, headers=headers)

    def attaches(self) -> str:
        """Keep a small paper that may prove something; its id."""
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": uuid.uuid4().hex}
        address = f"{self.town.address}/api/tasks/attachments"
        return str(_told(self.town.client.post(address, content=b"%PDF-1.7", headers=headers))["id"])

    def get(self, path: str, **query: object) -> Json:
        """What a page shows. Raises `Refusal`."""
        return _told(self.call("GET", path, query={name: str(value) for name, value in query.items()}))

    def post(self, path: str, *, key: str | None = None, **body: object) -> Json:
        """Do something. Raises `Refusal`."""
        return _told(self.call("POST", path, key=key, body=body))

    def refused(self, path: str, **body: object) -> tuple[int, str]:
        """Try something that will be refused: the status and the stable code."""
        answer = self.call("POST", path, body=body)
        assert answer.status_code >= 400, f"{path} was not refused: {answer.text}"
        return answer.status_code, answer.json()["type"].rpartition("/")[2]


class EmbeddedTown(Town):
    """One process, one SQLite file for each service."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        households: int = CITIZENS_OF_A_VILLAGE,
    ) -> None:
        super().__init__(directory, environment, households=households)
        self._home = directory / "home"
        migrate(self._home)
        self.fill(self.environment, "--home", str(self._home))
        command = lianxin("up", "--home", str(self._home))
        self._program = Program(
            command, port=pick_ports(1)[0], log=directory / "up.log", environment=self.environment
        ).start()
        self.await_ready()
        self.settle()

    @property
    def address(self) -> str:
        return self._program.address

    def process(self, name: str) -> Program:
        return self._program

    def await_ready(self) -> None:
        self._program.await_ready()

    def settle(self, *, seconds: float = STARTING) -> None:
        quiet = 0

        def holds() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if all(map(self._is_still, NAMES)) else 0
            return quiet == 3

        await_true(holds, seconds=seconds, what="nothing moves any more", log=self._program.log)

    def rows(self, service: str, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"file:{self._home}/{service}.db?mode=ro", uri=True, timeout=10)) as file:
            return list(file.execute(query))

    def tables(self, service: str) -> list[str]:
        """Those of ours; the tables of SQLite's index of words are kept by SQLite, and hold keyed tokens alone."""
        names = [str(name) for (name,) in self.rows(service, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [name for name in names if "_fts" not in name]

    def facts(self) -> list[str]:
        return [" ".join(map(str, fact)) for fact in self.rows("log", "SELECT type, key, body, traceparent FROM facts")]

    def close(self) -> None:
        self._beside.close()
        self._program.stop()

    def _is_still(self, service: str) -> bool:
        """The same questions as a service's readiness answers; in this profile only the gateway has a port."""
        due = f"SELECT 1 FROM timer WHERE parked_at IS NULL AND due_at <= '{self.clock.now().isoformat()}'"
        waiting = "SELECT 1 FROM waiting_fact WHERE parked_at IS NULL"
        if any(self.rows(service, query) for query in ("SELECT 1 FROM outbox", due, waiting)):
            return False
        behind = (
            "SELECT 1 FROM facts JOIN places ON places.source = facts.source"
            f" WHERE places.reading_group = '{service}' AND facts.position > places.position"
        )
        return not self.rows("log", behind)


class ClusterTown(Town):
    """Four processes on a PostgreSQL and a Kafka that others may use, too."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str] | None = None,
        *,
        kafka: str,
        postgres: str,
        households: int = CITIZENS_OF_A_VILLAGE,
    ) -> None:
        super().__init__(directory, environment, households=households)
        self._postgres = postgres
        self._prefix = f"t{uuid.uuid4().hex[:10]}-"
        self.cluster = Cluster(
            directory,
            kafka=kafka,
            postgres=postgres,
            prefix=self._prefix,
            environment={"LIANXIN_KAFKA_SESSION_SECONDS": "3", **self.environment},
        ).prepare()
        self.fill(self.cluster.environment("members"))
        self.cluster.start()
        self.settle()

    @property
    def address(self) -> str:
        return self.cluster.address

    def process(self, name: str) -> Program:
        return self.cluster.process(name)

    def await_ready(self) -> None:
        self.cluster.await_ready()

    def settle(self, *, seconds: float = STARTING) -> None:
        self.cluster.await_still(seconds=seconds)

    def rows(self, service: str, query: str) -> list[tuple[object, ...]]:
        async def ask() -> list[tuple[object, ...]]:
            connection = await asyncpg.connect(self.cluster.databases[service])
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def at(self, service: str) -> tuple[dict[str, str], tuple[str, ...]]:
        return self.cluster.environment(service), ()

    def tables(self, service: str) -> list[str]:
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        return [str(name) for (name,) in self.rows(service, query)]

    def facts(self) -> list[str]:
        async def read() -> list[str]:
            log = KafkaLog(self.cluster.kafka, prefix=self._prefix)
            reader = await log.reader(group=f"reading-{uuid.uuid4().hex}", sources=NAMES)
            told: list[str] = []
            try:
                while await reader.lag():
                    told += [f"{fact.type} {fact.key} {fact.body} {fact.traceparent}" for fact in await reader.read()]
                    await reader.commit()
            finally:
                await reader.close()
                await log.close()
            return told

        return asyncio.run(read())

    def close(self) -> None:
        self._beside.close()
        self.cluster.stop()
        for database in self.cluster.databases.values():
            drop_database(self._postgres, name=database.rpartition("/")[2])


def programs(town: Town) -> Iterator[str]:
    """The names of the processes that a town runs in."""
    yield from (*NAMES, GATEWAY) if isinstance(town, ClusterTown) else ("up",)


def _told(answer: httpx.Response) -> Json:
    if answer.status_code >= 400:
        raise Refusal(answer)
    told: Json = answer.json()
    return told


@contextmanager
def running_town(
    request: pytest.FixtureRequest,
    directory: Path,
    environment: Mapping[str, str],
    *,
    households: int = CITIZENS_OF_A_VILLAGE,
) -> Iterator[Town]:
    """A town in the profile that the parameter of a fixture names, for as long as the block lasts."""
    town: Town
    if request.param == "embedded":
        town = EmbeddedTown(directory, environment, households=households)
    else:
        kafka, postgres = map(request.getfixturevalue, ("kafka_address", "postgres"))
        town = ClusterTown(directory, environment, kafka=kafka, postgres=postgres, households=households)
    with closing(town):
        yield town
