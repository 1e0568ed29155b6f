"""What the harness needs to know of a side that is measured, be it ours or the stand-in of the self-check."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.load import Ask


class NotYet(NotImplementedError):
    """This part of a side cannot be started from here yet, so its figure is not measured."""


@dataclass(frozen=True, slots=True)
class Servers:
    """The real PostgreSQL (durable) and Kafka of one run. `database` makes a new one by name and gives its address."""

    database: Callable[[str], str]
    kafka: str
    postgres_pid: int


@dataclass(frozen=True, slots=True)
class PageShape:
    """The page of one's cases: which tables it reads, whose rows it shows, in which order, and which columns.

    Table names are written as PostgreSQL's `format('%I.%I')` writes them: `public.request`. `tables` are those that
    one submit writes and the page reads, the page's own table first. `owners` are the values of the owner column
    that the page's tokens belong to. `varied` are columns of the page's own table that differ from copy to copy, as
    expressions of PostgreSQL in which `i` is the copy's number, from 1, and `{count}` how many there are.
    """

    tables: tuple[str, ...]
    owner: str
    owners: Sequence[object]
    order: tuple[str, ...]
    columns: tuple[str, ...]
    varied: Mapping[str, str] = field(default_factory=dict)

    def statement(self) -> str:
        """The bare page: the newest 25 of one owner. The keyset of a first page is the top of the index."""
        listed = ", ".join(f'"{name}"' for name in self.columns)
        order = ", ".join(f'"{name}" desc' for name in self.order)
        return f'select {listed} from {self.tables[0]} where "{self.owner}" = $1 order by {order} limit 25'


@dataclass(frozen=True, slots=True)
class FactPath:
    """How a fact is followed from its commit to its effect by PostgreSQL's own commit times.

    `cause` and `effect` select (key as text, `pg_xact_commit_timestamp(xmin)` as the instant) for commits since $1.
    A cause must be a row that nothing updates later, or the way looks shorter than it is. An effect that several
    facts of one submit write to counts as there with the last of them.
    `outbox` is the table of the facts that wait for the relay.
    """

    outbox: str
    cause: str
    effects_database: str
    effect: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster profile, running: gateway and services as processes of their own.

    `database` is the one that takes the submits, `pids` are the processes whose processor time is counted. `submits`
    and `pages` are sent in turn, so they should rotate citizens and villages.
    """

    url: str
    database: str
    pids: Sequence[int]
    submits: Sequence[Ask]
    pages: Sequence[Ask]
    page: PageShape
    facts: FactPath


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embedded profile, running in one process; `file` takes the submits, `synchronous` is its writer's setting."""

    url: str
    file: Path
    synchronous: str
    pids: Sequence[int]
    submits: Sequence[Ask]


@dataclass(frozen=True, slots=True)
class ColdStart:
    """How to start the embedded profile on a set-up that is already migrated, and where it first answers 200."""

    command: Sequence[str]
    url: str
    environment: Mapping[str, str]


class Sides(Protocol):
    """Everything of one side. Addresses are of the loopback interface; whoever starts processes stops them."""

    def cluster(self, servers: Servers, workplace: Path) -> AbstractAsyncContextManager[Cluster]:
        """Start the cluster profile, sign citizens in, and say how to use it."""
        ...

    async def signed_in_again(self, cluster: Cluster) -> Cluster:
        """The same cluster with tokens that were given just now."""
        ...

    def embedded(self, workplace: Path) -> AbstractAsyncContextManager[Embedded]:
        """Start the embedded profile in an empty folder and sign citizens in."""
        ...

    async def cold_start(self, workplace: Path) -> ColdStart:
        """Prepare a folder so that a start has nothing to migrate."""
        ...

    async def roster_database(self, servers: Servers, name: str) -> str:
        """A new migrated database for an import, with the district in it that the roster refers to."""
        ...

    async def roster(self, workplace: Path) -> Path:
        """The spreadsheet of the roster."""
        ...

    async def import_roster(self, database: str, spreadsheet: Path, workplace: Path) -> float:
        """Import it; the seconds from the opening of the file to the commit."""
        ...

    def door(self, upstream: str, workplace: Path) -> AbstractAsyncContextManager[tuple[str, int]]:
        """A gateway, with everything on, before one service; gives its address and process id."""
        ...
