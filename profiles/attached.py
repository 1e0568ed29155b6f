"""One service's database opened beside the running service, for commands: without its loops, by the same rules."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from chassis.log import EventLog
from chassis.service import Mounted
from chassis.settings import ClusterSettings, DevelopmentSettings, Refused, RuleSettings, VaultSettings, key_in
from chassis.store import Store
from profiles.services import mount

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
    """A service on its migrated database, of a directory or of the environment's cluster.

    None of its loops run: what is told stays in the outbox for the running service, or the next one, to carry.
    """
    store: Store
    if in_cluster():
        from chassis.postgres import PostgresStore

        store, key = PostgresStore(_cluster().database.get_secret_value()), VaultSettings().read()
    else:
        from chassis.sqlite import SqliteStore
        from profiles.embedded import database

        store, key = SqliteStore(database(home, name)), key_in(home / "vault.key")
    mounted = mount(
        name, store=store, log=log_of(home), key=key, development=DevelopmentSettings(), rules=RuleSettings()
    )
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
