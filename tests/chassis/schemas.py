"""What a database holds, described so that two of them can be compared."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, NullPool, create_engine, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.migrations import version_table
from chassis.migrations.running import made_here

Answer = TypeVar("Answer")
Description = dict[str, dict[str, list[str]]]  # by table and aspect


def on(store: str | Path, ask: Callable[[Connection], Answer]) -> Answer:
    """Run something on a SQLite file or at a `postgresql://` address, and commit."""
    if isinstance(store, Path):
        engine = create_engine(f"sqlite:///{store}", poolclass=NullPool)
        with engine.begin() as connection:
            return ask(connection)
    return asyncio.run(_on_postgres(store, ask))


async def _on_postgres(url: str, ask: Callable[[Connection], Answer]) -> Answer:
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(ask)
    finally:
        await engine.dispose()


def fetch(store: str | Path, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement in SQL."""
    return on(store, lambda connection: [tuple(row) for row in connection.execute(text(statement))])


def tables(store: str | Path) -> set[str]:
    """The names of the tables there are."""
    return on(store, lambda connection: set(inspect(connection).get_table_names()))


def differences(store: str | Path, service: str, metadata: MetaData) -> list[object]:
    """What alembic would write into the next migration."""

    def compare(connection: Connection) -> list[object]:
        here = partial(made_here, dialect=connection.dialect.name)
        opts = {"version_table": version_table(service), "include_object": here}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, metadata))

    return on(store, compare)


def described(connection: Connection, *, leave_out: str) -> Description:
    """Every table with its columns, keys, references, rules of uniqueness and indexes, conditions included."""
    there = inspect(connection)
    return {
        table: {
            "columns": sorted(
                f"{column['name']} {column['type']} {column['nullable']} {column['default']}"
                for column in there.get_columns(table)
            ),
            "key": list(there.get_pk_constraint(table)["constrained_columns"]),
            "references": sorted(map(repr, there.get_foreign_keys(table))),
            "unique": sorted(repr(rule["column_names"]) for rule in there.get_unique_constraints(table)),
            "checks": sorted(repr(rule["sqltext"]) for rule in there.get_check_constraints(table)),
            "indexes": sorted(
                f"{index['name']} {index['column_names']} {index['unique']} "
                f"{[str(value) for value in index.get('dialect_options', {}).values()]}"
                for index in there.get_indexes(table)
            ),
        }
        for table in there.get_table_names()
        if table != leave_out
    }
