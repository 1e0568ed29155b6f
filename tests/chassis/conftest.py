"""The toy service on both databases: its bare store, one mount without loops, and one that runs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import httpx
import pytest
import pytest_asyncio

from chassis.inbox import Patience
from chassis.log import EventLog
from chassis.log.memory import MemoryLog
from chassis.postgres import PostgresStore
from chassis.secrecy import Vault
from chassis.service import Mounted, Service
from chassis.session import Session
from chassis.sqlite import SqliteStore
from chassis.store import Store
from tests.chassis.toys import Table, build
from tests.mounting import IMPATIENT, HandClock, make_postgres_tables, make_tables, record, signing_key

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
VAULT = Vault(bytes(32))

Place = Path | str
"""Where the toys' tables are: a SQLite file, or the address of a PostgreSQL database."""


def store_at(where: Place) -> Store:
    """A store on tables that are there already."""
    return SqliteStore(where) if isinstance(where, Path) else PostgresStore(where)


def session_on(store: Store, *, clock: HandClock | None = None) -> Session:
    """A transaction of the toy service."""
    return Session(store.connection, store.plans, service="toys", clock=clock or HandClock(NOON))


class Mount(Protocol):
    """Mounts the toy service on the test's database; the store is closed when the test ends."""

    async def __call__(
        self,
        service: Service | None = None,
        *,
        log: EventLog | None = None,
        clock: HandClock | None = None,
        patience: Patience = IMPATIENT,
        store: Store | None = None,
        loops: bool = False,
    ) -> Mounted: ...


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Path:
    """The toys' tables in a SQLite file."""
    make_tables(Table.metadata, tmp_path / "toys.db")
    return tmp_path / "toys.db"


@pytest_asyncio.fixture
async def on_postgres(postgres_database: str) -> str:
    """The toys' tables in a PostgreSQL database."""
    await make_postgres_tables(Table.metadata, postgres_database)
    return postgres_database


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest) -> Place:
    """The toys' tables, on both databases in turn."""
    found: Place = request.getfixturevalue(f"on_{request.param}")
    return found


@pytest_asyncio.fixture
async def store(where: Place) -> AsyncIterator[Store]:
    """An open store on the tables."""
    made = store_at(where)
    await made.open()
    yield made
    await made.close()


@asynccontextmanager
async def mounting(where: Place) -> AsyncIterator[Mount]:
    """Mounts that are all ended together."""
    async with AsyncExitStack() as ends:

        async def mount(
            service: Service | None = None,
            *,
            log: EventLog | None = None,
            clock: HandClock | None = None,
            patience: Patience = IMPATIENT,
            store: Store | None = None,
            loops: bool = False,
        ) -> Mounted:
            mounted = Mounted(
                service or build(),
                store=store or store_at(where),
                log=log or MemoryLog(),
                clock=clock or HandClock(NOON),
                vault=VAULT,
                patience=patience,
            )
            end: Callable[[], Awaitable[None]] = mounted.stop if loops else mounted.store.close  # may be the second
            await (mounted.start() if loops else mounted.store.open())
            ends.push_async_callback(end)
            await mounted.inbox.take([record(signing_key())])
            return mounted

        yield mount


@pytest_asyncio.fixture
async def mount(where: Place) -> AsyncIterator[Mount]:
    """Mounts the toy service, on both databases in turn."""
    async with mounting(where) as ready:
        yield ready


@pytest_asyncio.fixture
async def mount_on_postgres(on_postgres: str) -> AsyncIterator[Mount]:
    """Mounts the toy service, as often as wanted, on one PostgreSQL database."""
    async with mounting(on_postgres) as ready:
        yield ready


def client_of(mounted: Mounted) -> httpx.AsyncClient:
    """A client that sees what a caller over the network would, also when the program failed."""
    transport = httpx.ASGITransport(mounted.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://toys")
