"""One service's database opened beside the running service, for commands: without its loops, by the same rules."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from chassis.log import EventLog
from chassis.log.memory import MemoryLog
from chassis.ring import ReadRing, ring_in
from chassis.service import Mounted
from chassis.settings import ClusterSettings, DevelopmentSettings, Refused, RuleSettings, VaultSettings
from chassis.store import Store
from profiles.services import NAMES, mount

DATABASE = "LIANXIN_DATABASE"


def in_cluster() -> bool:
    """Whether the environment is that of `lianxin serve SERVICE`, and not of the embedded profile."""
    return DATABASE in os.environ


def log_of(home: Path) -> EventLog:
    """The event log of the installation, not yet open. Raises `Refused`."""
    if in_cluster():
        from chassis.log.kafka import KafkaLog

        settings = _cluster()
        return KafkaLog(settings.kafka, prefix=settings.topic_prefix, partitions=settings.topic_partitions)
    from chassis.log.sqlite import SqliteLog

    return SqliteLog(home / "log.db")


@asynccontextmanager
async def attached(name: str, home: Path) -> AsyncIterator[Mounted]:
    """A service on its migrated database, of the environment's cluster or else of a directory.

    None of its loops run: what is told stays in the outbox for the running service, or the next one, to carry.
    """
    if in_cluster():
        from chassis.postgres import PostgresStore

        store, ring = PostgresStore(_cluster().database.get_secret_value()), VaultSettings().ring()
        async with _opened(name, store, log_of(home), ring, DevelopmentSettings()) as mounted:
            yield mounted
    else:
        async with attached_here(name, home, development=DevelopmentSettings()) as mounted:
            yield mounted


@asynccontextmanager
async def attached_here(name: str, home: Path, *, development: DevelopmentSettings) -> AsyncIterator[Mounted]:
    """The same for a directory, whatever the environment says."""
    from chassis.log.sqlite import SqliteLog
    from chassis.sqlite import SqliteStore
    from profiles.embedded import RING, database

    store, log, ring = SqliteStore(database(home, name)), SqliteLog(home / "log.db"), ring_in(home / RING).read
    async with _opened(name, store, log, ring, development) as mounted:
        yield mounted


@asynccontextmanager
async def _opened(
    name: str, store: Store, log: EventLog, ring: ReadRing, development: DevelopmentSettings
) -> AsyncIterator[Mounted]:
    mounted = mount(name, store=store, log=log, ring=ring, development=development, rules=RuleSettings())
    await store.open()
    try:
        yield mounted
    finally:
        await store.close()


def _cluster() -> ClusterSettings:
    try:
        return ClusterSettings()
    except ValidationError as missing:
        raise Refused(f"设了 {DATABASE}，还要像 lianxin serve 那样设 LIANXIN_KAFKA（no address of Kafka）") from missing


def in_any_cluster() -> bool:
    """The same, or that of a command that needs the databases of every service at once."""
    return in_cluster() or any(_variable(name) in os.environ for name in NAMES)


@asynccontextmanager
async def every_service(home: Path, *, ring: ReadRing) -> AsyncIterator[list[Mounted]]:
    """Every service's database, beside the running services; none of their loops run here. Raises `Refused`."""
    async with AsyncExitStack() as stack:
        services: list[Mounted] = []
        for name in NAMES:
            mounted = mount(
                name,
                store=_store_of(name, home),
                log=MemoryLog(),
                ring=ring,
                development=DevelopmentSettings(),
                rules=RuleSettings(),
            )
            await mounted.store.open()
            stack.push_async_callback(mounted.store.close)
            services.append(mounted)
        yield services


def _variable(name: str) -> str:
    return f"LIANXIN_DATABASE_{name.upper()}"


def _store_of(name: str, home: Path) -> Store:
    if not in_any_cluster():
        from chassis.sqlite import SqliteStore
        from profiles.embedded import database

        return SqliteStore(database(home, name))
    from chassis.postgres import PostgresStore

    address = os.environ.get(_variable(name))
    if address is None:
        raise Refused(f"请设 {'、'.join(map(_variable, NAMES))}（every service's database is needed）")
    return PostgresStore(address)
