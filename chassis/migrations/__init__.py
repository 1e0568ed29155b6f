"""The migrations of the services: one tree and one version table for each, the same on SQLite and PostgreSQL.

A migration is a file of `services/<service>/migrations`, numbered from 0001 in one line. They only go forwards: what
one has done is undone by the next, or by the backup. Everything that waits is applied in one transaction, on both
databases, while every other process that wants the same waits; so a migration that fails leaves nothing half-made.
"""

import sqlite3
from configparser import ConfigParser
from contextlib import closing
from pathlib import Path

SETTINGS = Path(__file__).parents[2] / "alembic.ini"


class NotMigrated(Exception):
    """The database is not at, and cannot be brought to, the state that this version of the program needs."""


def tree(service: str, *, settings: Path = SETTINGS) -> Path:
    """The directory that holds a service's migrations. Raises `KeyError` for a service without a section."""
    sections = ConfigParser(defaults={"here": str(settings.parent)})
    sections.read(settings, encoding="utf-8")
    return Path(sections[service]["version_locations"])


def version_table(service: str) -> str:
    """The table, in the service's own database, that says which migration was the last."""
    return f"{service}_migration"


def newest(service: str, *, settings: Path = SETTINGS) -> str:
    """The number of a service's last migration; empty while there is none."""
    return max((file.name.partition("_")[0] for file in tree(service, settings=settings).glob("[0-9]*.py")), default="")


def is_current(service: str, path: Path, *, settings: Path = SETTINGS) -> bool:
    """Whether the SQLite file needs no migration; a start of the embedded profile that need not load alembic."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=30)) as raw:
        try:
            applied = raw.execute(f"SELECT version_num FROM {version_table(service)}").fetchall()
        except sqlite3.OperationalError:  # no such table: the file is empty, or another process is just filling it
            return False
    return applied == [(newest(service, settings=settings),)]


def upgrade(service: str, store: str | Path, *, to: str = "head", settings: Path = SETTINGS) -> None:
    """Bring a service's database forward: a SQLite file (made if need be) or a `postgresql://` address.

    Several processes may ask at once: one does it, the others wait for it and find nothing left to do. Not to be
    called from inside an event loop. Raises `NotMigrated` where the database is ahead of this program, and what the
    database raises where a migration fails.
    """
    from chassis.migrations.running import run  # alembic: 0.2 s that a start with nothing to migrate need not pay

    run(service, store, to=to, settings=settings)
