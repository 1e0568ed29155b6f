"""One service per process, on its own PostgreSQL database and the common Kafka; the gateway in a process of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from chassis.log.kafka import KafkaLog
from chassis.postgres import PostgresStore
from chassis.service import Mounted
from chassis.settings import ClusterSettings, DevelopmentSettings, GatewaySettings, RuleSettings, VaultSettings
from gateway.app import create_app
from gateway.upstreams import over_network
from profiles.services import mount, prepare


@asynccontextmanager
async def running(name: str) -> AsyncIterator[Mounted]:
    """Start one service by the settings in the environment; its database is expected to be migrated."""
    settings = ClusterSettings()
    log = KafkaLog(
        settings.kafka,
        prefix=settings.topic_prefix,
        partitions=settings.topic_partitions,
        session=settings.kafka_session_seconds,
    )
    mounted = mount(
        name,
        store=PostgresStore(settings.database.get_secret_value()),
        log=log,
        ring=VaultSettings().ring(),
        development=DevelopmentSettings(),
        rules=RuleSettings(),
    )
    await log.open()
    try:
        await mounted.start()
        await prepare(mounted)
        yield mounted
    finally:
        await mounted.stop()
        await log.close()


def gateway() -> ASGIApp:
    """The gateway, by the settings in the environment."""
    DevelopmentSettings().check()
    return create_app(over_network(GatewaySettings().model_dump()))
