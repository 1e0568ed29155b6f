"""How migrations are applied and written: everything that needs alembic."""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import asyncpg
from alembic import command
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.operations.ops import CreateIndexOp, MigrationScript, ModifyTableOps
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Enum, MetaData, NullPool, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from chassis.migrations import NotMigrated, newest
from chassis.sqlite import connect

PATIENCE_MS = 600_000  # how long a process waits for another one that is migrating the same file


def run(service: str, store: str | Path, *, to: str, settings: Path) -> None:
    """Apply a service's migrations up to one of them."""
    config = Config(str(settings), ini_section=service)

    def apply(connection: Connection) -> None:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, to)
        except CommandError as refusal:  # the database names a migration that is in no file
            raise NotMigrated(f"{service}: {refusal}") from refusal

    if isinstance(store, Path):
        with writing_alone(store) as connection:
            apply(connection)
    else:
        asyncio.run(_on_postgres(store, apply, lock=service))


def write(service: str, message: str, metadata: MetaData, *, settings: Path) -> Path:
    """Write the migration that brings a database from the newest migration to what the tables now are."""
    config = Config(str(settings), ini_section=service)
    config.attributes["metadata"] = metadata
    number = f"{int(newest(service, settings=settings) or 0) + 1:04}"
    with TemporaryDirectory() as directory:
        scratch = Path(directory) / "scratch.db"
        run(service, scratch, to="head", settings=settings)
        with writing_alone(scratch) as connection:
            config.attributes["connection"] = connection
            script = command.revision(
                config, message, autogenerate=True, rev_id=number, process_revision_directives=_tell_indexes_plainly
            )
    assert not isinstance(script, list)
    assert script is not None
    return Path(script.path)


@contextmanager
def writing_alone(path: Path) -> Iterator[Connection]:
    """One transaction in a SQLite file, table definitions included, with the writer's turn taken from its start.

    References are checked at its end: a table that is changed by being copied is, for a moment, not there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)

    def opened() -> sqlite3.Connection:
        raw = connect(path)
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        return raw

    engine = create_engine("sqlite://", creator=opened, poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise NotMigrated(f"{path.name}: rows of {sorted({row[0] for row in broken})} refer to rows that are gone")
        connection.commit()


async def _on_postgres(url: str, apply: Callable[[Connection], None], *, lock: str) -> None:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext($1))", (f"migrate {lock}",))
        await connection.run_sync(apply)


def as_plain_type(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """How a column's type is written into a migration: by SQLAlchemy's own types alone.

    A migration must mean the same for ever, so it may not lean on classes of this project, which change.
    """
    if kind != "type":
        return False
    if isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if isinstance(item, TypeDecorator):
        everywhere = f"sa.{item.load_dialect_impl(DefaultDialect())!r}"
        in_file = f"sa.{item.load_dialect_impl(sqlite.dialect())!r}"
        return everywhere if everywhere == in_file else f"{everywhere}.with_variant({in_file}, 'sqlite')"
    return False


def made_here(item: SchemaItem, name: str | None, kind: str, _: bool, __: SchemaItem | None, *, dialect: str) -> bool:
    """Whether a table or index is of this database: what only the other has is not, nor SQLite's indexes of words.

    Those are tables, too (FTS5), called like the table that they belong to with `_fts` behind, and made beside it.
    """
    if kind == "table" and dialect == "sqlite":
        return re.search(r"_fts(_[a-z]+)?$", name or "") is None
    only = getattr(item, "_ddl_if", None)
    return kind != "index" or only is None or only.dialect == dialect


def _tell_indexes_plainly(_: MigrationContext, __: object, scripts: list[MigrationScript]) -> None:
    """Write a new index as one line; only what SQLite does by copying a table needs a batch."""
    for script in scripts:
        steps = script.upgrade_ops.ops if script.upgrade_ops else []
        for step in list(steps):
            if isinstance(step, ModifyTableOps) and all(isinstance(part, CreateIndexOp) for part in step.ops):
                place = steps.index(step)
                steps[place : place + 1] = step.ops
