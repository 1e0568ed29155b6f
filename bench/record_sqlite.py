"""The same recording for an SQLite file, and a twin of the file that holds only the written tables, empty."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from bench.record import NothingWritten
from bench.rows import Column, Row, Rows


async def largest_commit(file: Path, act: Callable[[], Awaitable[object]]) -> Rows:
    """The rows of the largest transaction that commits on this file while `act` runs.

    SQLite has no transaction ids, so the notes are looked at in short steps: what a look sees beyond the one before it
    is whole commits, because a reader only ever sees those, and in steps this short it is one.
    """
    with closing(sqlite3.connect(file, isolation_level=None, timeout=10)) as connection:
        tables = _tables(connection)
        connection.execute("begin immediate")
        connection.execute("create table bench_record (position integer primary key, source text, body text)")
        for table in tables:
            body = " || ',' || ".join(f'hex(quote(new."{name}"))' for name in _names(connection, table))
            connection.execute(
                f'create trigger "bench_record_{table}" after insert on "{table}" begin '
                f"insert into bench_record (source, body) values ('{table}', {body}); end"
            )
        connection.execute("commit")
        commits: list[list[tuple[str, str]]] = []

        def look() -> None:
            noted = connection.execute(
                "select source, body from bench_record order by position limit -1 offset ?", (sum(map(len, commits)),)
            ).fetchall()
            if noted:
                commits.append(noted)

        acting = asyncio.ensure_future(act())
        try:
            while not acting.done():
                await asyncio.sleep(0.0005)
                look()
            await acting
            look()
        finally:
            connection.execute("begin immediate")
            for table in tables:
                connection.execute(f'drop trigger "bench_record_{table}"')
            connection.execute("drop table bench_record")
            connection.execute("commit")
        if not commits:
            raise NothingWritten(f"nothing was written to {file}")
        largest = max(commits, key=len)
        written = {source for source, _ in largest}
        return Rows.of(_template(connection, table, body, written=written) for table, body in largest)


def twin_file(original: Path, twin: Path, tables: list[str]) -> Path:
    """A new file with these tables and their indexes, empty, in WAL as ours."""
    twin.unlink(missing_ok=True)
    with closing(sqlite3.connect(original, timeout=10)) as source, closing(sqlite3.connect(twin)) as made:
        made.execute("pragma journal_mode = wal")
        for table in tables:
            for (text,) in source.execute(
                "select sql from sqlite_master where tbl_name = ? and type in ('table', 'index') and sql is not null"
                " order by type desc",
                (table,),
            ):
                made.execute(text)
        made.commit()
    return twin


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Those that statements write to. What an index of words keeps for itself is written by the index alone.

    SQLite 3.40 ends the whole process where such a table of an index (type `shadow`) has a trigger.
    """
    listed = connection.execute("select name from pragma_table_list where type = 'table' and schema = 'main'")
    return [name for (name,) in listed if not name.startswith("sqlite_")]


def _names(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'pragma table_info("{table}")')]


def _template(connection: sqlite3.Connection, table: str, body: str, *, written: set[str]) -> Row:
    literals = [bytes.fromhex(part).decode() for part in body.split(",")]
    described = connection.execute(f'pragma table_info("{table}")').fetchall()
    keys = [row[1] for row in described if row[5]]
    numbered = {row[1] for row in described if row[5] and row[2].upper() == "INTEGER" and len(keys) == 1}
    columns = tuple(
        Column(name=row[1], type=row[2], value=connection.execute(f"select {literal}").fetchone()[0])
        for row, literal in zip(described, literals, strict=True)
        if row[1] not in numbered
    )
    elsewhere = {row[3] for row in connection.execute(f'pragma foreign_key_list("{table}")') if row[2] not in written}
    unique = [tuple(keys)] + [
        tuple(part[2] for part in connection.execute(f'pragma index_info("{index[1]}")'))
        for index in connection.execute(f'pragma index_list("{table}")').fetchall()
        if index[2]
    ]
    return Row(table=table, columns=columns, unique=tuple(unique), elsewhere=frozenset(elsewhere))
