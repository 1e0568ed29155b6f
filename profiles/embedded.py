"""One process: three services and the gateway, one SQLite file each, and one for the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from chassis.clock import Clock
from chassis.inbox import Patience
from chassis.log.sqlite import SqliteLog
from chassis.migrations import is_current, upgrade
from chassis.ring import ring_in
from chassis.service import Mounted
from chassis.settings import DevelopmentSettings, RuleSettings
from chassis.sqlite import SqliteStore
from gateway.app import create_app
from gateway.settings import RateSettings
from gateway.upstreams import in_process
from profiles.services import NAMES, clock_of, mount, prepare

RING = "vault.key"
"""The file of the vault's keys, in the home directory."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Everything, running in this process."""

    services: dict[str, Mounted]
    gateway: ASGIApp


def database(home: Path, service: str) -> Path:
    """The file of a service's database."""
    return home / f"{service}.db"


def migrate(home: Path) -> list[str]:
    """Bring every database in a directory up to date; returns those that were not. Not for use inside a loop."""
    behind = [name for name in NAMES if not is_current(name, database(home, name))]
    for name in behind:
        upgrade(name, database(home, name))
    return behind


@asynccontextmanager
async def running(
    home: Path,
    *,
    development: DevelopmentSettings,
    rules: RuleSettings | None = None,
    clock: Clock | None = None,
    patience: Patience | None = None,
    rates: RateSettings | None = None,
) -> AsyncIterator[Embedded]:
    """Start everything in a directory that was migrated; at the end stop it, finishing what was begun."""
    log = SqliteLog(home / "log.db")
    ring = ring_in(home / RING).read
    services = {
        name: mount(
            name,
            store=SqliteStore(database(home, name)),
            log=log,
            ring=ring,
            development=development,
            rules=rules or RuleSettings(),
            files=home / "objects",
            clock=clock or clock_of(development),
            patience=patience,
        )
        for name in NAMES
    }
    await log.open()
    try:
        for mounted in services.values():
            await mounted.start()
            await prepare(mounted)
        apps = {name: mounted.app for name, mounted in services.items()}
        yield Embedded(services, create_app(in_process(apps), rates=rates))
    finally:
        for mounted in services.values():
            await mounted.stop()
        await log.close()
