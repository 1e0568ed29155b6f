"""The cluster profile whole on one machine: Kafka, PostgreSQL, three services and the gateway, a process each."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import asyncpg

from chassis.migrations import upgrade
from chassis.ring import ring_in
from profiles.programs import STARTING, Program, await_true, backlog_at, lianxin
from profiles.servers import KafkaServer, PostgresServer, create_database
from profiles.servers.processes import pick_ports
from profiles.services import NAMES

GATEWAY = "gateway"


class Cluster:
    """Everything in one directory: servers, the vault's key, logs; a second start finds what the first one left.

    Servers whose addresses are given are used and never stopped; the others are started and stopped here. `prefix`
    keeps the databases and topics apart from others on the same servers. Not for use inside an event loop.
    """

    def __init__(
        self,
        directory: Path,
        *,
        kafka: str | None = None,
        postgres: str | None = None,
        prefix: str = "lianxin-",
        port: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`kafka` is `host:port`, `postgres` the address of a database from which others can be made.

        `port` is the gateway's; nought takes a free one. `environment` reaches all four processes.
        """
        self._directory = directory
        self._own_kafka = None if kafka else KafkaServer(directory / "kafka", session_ms=9000)
        self._own_postgres = None if postgres else PostgresServer(directory / "postgres", durable=True)
        self._kafka = kafka
        self._postgres = postgres
        self._prefix = prefix
        self._port = port
        self._environment = dict(environment or {})
        self._programs: dict[str, Program] = {}
        self.databases: dict[str, str] = {}

    @property
    def address(self) -> str:
        """The gateway's `http://…`."""
        return self.process(GATEWAY).address

    @property
    def kafka(self) -> str:
        """The broker's `host:port`."""
        return self._kafka or (self._own_kafka.address if self._own_kafka else "")

    def process(self, name: str) -> Program:
        """The process of a service, or of the `gateway`."""
        return self._programs[name]

    def start(self) -> Self:
        """Start everything and wait until the gateway says that all services are ready."""
        self.prepare()
        for program in self._programs.values():
            program.start()
        self.await_ready()
        return self

    def prepare(self) -> Self:
        """Start the servers and bring the databases up to date, with no process of ours running yet."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for server in (self._own_kafka, self._own_postgres):
            if server is not None and not server.running():
                server.start()
        self.databases = {name: self._database(name) for name in NAMES}
        for name, database in self.databases.items():
            upgrade(name, database)
        self._programs = self._plan()
        return self

    def environment(self, service: str) -> dict[str, str]:
        """What a command on one service's database finds in its environment; for `lianxin import`, too."""
        ring_in(self._key_file)
        return {
            "LIANXIN_DATABASE": self.databases[service],
            "LIANXIN_KAFKA": self.kafka,
            "LIANXIN_TOPIC_PREFIX": self._prefix,
            "LIANXIN_VAULT_KEY_FILE": str(self._key_file),
            **self._environment,
        }

    def await_ready(self) -> None:
        """Wait until the gateway says that all services are ready."""
        self.process(GATEWAY).await_ready()

    def await_still(self, *, seconds: float = STARTING) -> None:
        """Wait until no fact is on its way and no timer is due."""
        quiet = 0

        def holds() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if all(asking.map(self._is_still, NAMES)) else 0
            return quiet == 3  # what one service passes on while the next is looked at shows in a later round

        with ThreadPoolExecutor(len(NAMES)) as asking:
            await_true(holds, seconds=seconds, what="nothing moves any more", log=self.process("tasks").log)

    def restart(self, name: str) -> None:
        """Stop one process if need be, start it again, and wait until all are ready."""
        self.process(name).restart()
        self.await_ready()

    def stop(self) -> None:
        """Stop everything that was started here, the gateway first and the servers last."""
        for program in reversed(self._programs.values()):
            program.stop()
        for server in (self._own_kafka, self._own_postgres):
            if server is not None:
                server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()

    @property
    def _key_file(self) -> Path:
        return self._directory / "vault.key"

    def _database(self, service: str) -> str:
        name = f"{self._prefix}{service}"
        server = self._postgres or (self._own_postgres.url() if self._own_postgres else "")
        try:
            return create_database(server, name=name)
        except asyncpg.DuplicateDatabaseError:  # of an earlier start
            return server.rpartition("/")[0] + f"/{name}"

    def _plan(self) -> dict[str, Program]:
        ports = dict(zip(NAMES, pick_ports(len(NAMES)), strict=True))
        upstreams = {f"LIANXIN_UPSTREAM_{name.upper()}": f"http://127.0.0.1:{ports[name]}" for name in NAMES}
        planned = {name: self._program(name, port=ports[name], environment=self.environment(name)) for name in NAMES}
        gateway = {**upstreams, **self._environment}
        return planned | {GATEWAY: self._program(GATEWAY, port=self._port or pick_ports(1)[0], environment=gateway)}

    def _program(self, name: str, *, port: int, environment: Mapping[str, str]) -> Program:
        return Program(lianxin("serve", name), port=port, log=self._directory / f"{name}.log", environment=environment)

    def _is_still(self, name: str) -> bool:
        backlog = backlog_at(self.process(name).address)
        return backlog is not None and not any(backlog[kind] for kind in ("outbox", "lag", "waiting", "overdue"))
