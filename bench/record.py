"""What a request of ours really writes: triggers note every inserted row, so that nothing has to be listed by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from graphlib import TopologicalSorter
from uuid import UUID

import asyncpg

from bench.rows import Column, Row, Rows

TABLES = """
select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname = 'public' and not c.relispartition and c.relname <> 'alembic_version'
"""
COLUMNS = """
select attname as name, format_type(atttypid, atttypmod) as type,
       attidentity <> '' or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false) as numbered
from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""
UNIQUE = """
select array(
    select attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)
) as names from pg_index i where i.indrelid = $1::regclass and i.indisunique
"""
FOREIGN = """
select (select format('%I.%I', n.nspname, t.relname) from pg_class t join pg_namespace n on n.oid = t.relnamespace
        where t.oid = confrelid) as target,
       array(select attname::text from pg_attribute a where a.attrelid = conrelid and a.attnum = any(conkey)) as names
from pg_constraint c where c.conrelid = $1::regclass and contype = 'f'
"""


class NothingWritten(Exception):
    """The request wrote no row that could be measured against."""


@asynccontextmanager
async def recording(database: str) -> AsyncIterator[asyncpg.Connection]:
    """Note every row that anybody inserts meanwhile; only for the recording, never while something is timed."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            "set lock_timeout = '10s'; drop schema if exists bench_record cascade; create schema bench_record;"
            "create table bench_record.row (position bigserial, transaction bigint, source text, body jsonb);"
            "create function bench_record.note() returns trigger language plpgsql as $$ begin"
            " insert into bench_record.row (transaction, source, body) values (pg_current_xact_id()::text::bigint,"
            " format('%I.%I', tg_table_schema, tg_table_name), to_jsonb(new)); return null; end $$"
        )
        for table in [row["name"] for row in await connection.fetch(TABLES)]:
            await connection.execute(
                f"create trigger bench_record after insert on {table} for each row execute function bench_record.note()"
            )
        yield connection
        await connection.execute("drop schema bench_record cascade")
    finally:
        await connection.close()


async def largest_transaction(connection: asyncpg.Connection) -> Rows:
    """The rows of the transaction that wrote most of what was noted: the request's own, not its echo in a reader."""
    chosen = await connection.fetchval(
        "select transaction from bench_record.row group by transaction order by count(*) desc, transaction limit 1"
    )
    noted = await connection.fetch(
        "select source, body from bench_record.row where transaction = $1 order by position", chosen
    )
    return await _templates(connection, noted)


async def everything(connection: asyncpg.Connection) -> dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]:
    """All noted rows by table, as columns and records ready for COPY."""
    tables: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]] = {}
    sources = await connection.fetch("select source from bench_record.row group by source order by min(position)")
    for source in [row["source"] for row in sources]:
        names = tuple(row["name"] for row in await connection.fetch(COLUMNS, source))
        listed = ", ".join(f'w."{name}"' for name in names)
        records = await connection.fetch(
            f"select {listed} from bench_record.row r, jsonb_populate_record(null::{source}, r.body) w"
            " where r.source = $1 order by r.position",
            source,
        )
        tables[source] = (names, [tuple(record) for record in records])
    if not tables:
        raise NothingWritten("nothing was written")
    return tables


async def _templates(connection: asyncpg.Connection, noted: list[asyncpg.Record]) -> Rows:
    if not noted:
        raise NothingWritten("nothing was written")
    written = {row["source"] for row in noted}
    needs = {
        table: {key["target"] for key in await connection.fetch(FOREIGN, table)} & written - {table}
        for table in written
    }
    # The parts of one statement write in no order of theirs; separate statements write what is referred to first.
    turn = {table: number for number, table in enumerate(TopologicalSorter(needs).static_order())}
    rows = []
    for note in sorted(noted, key=lambda note: turn[note["source"]]):
        table = note["source"]
        values = await connection.fetchrow(
            f"select w.* from jsonb_populate_record(null::{table}, $1::jsonb) w", note["body"]
        )
        columns = [
            Column(name=column["name"], type=column["type"], value=_plain(values[column["name"]]))
            for column in await connection.fetch(COLUMNS, table)
            if not column["numbered"]
        ]
        elsewhere = {
            name
            for key in await connection.fetch(FOREIGN, table)
            if key["target"] not in written
            for name in key["names"]
        }
        unique = tuple(tuple(index["names"]) for index in await connection.fetch(UNIQUE, table))
        rows.append(Row(table=table, columns=tuple(columns), unique=unique, elsewhere=frozenset(elsewhere)))
    return Rows.of(rows)


def _plain(value: object) -> object:
    """A value of Python itself, which a child process can read back."""
    return UUID(int=value.int) if isinstance(value, UUID) else value


async def bare_tables(
    connection: asyncpg.Connection, tables: list[str], *, schema: str, foreign_keys: bool = True
) -> None:
    """Empty twins of these tables with the same columns, indexes and foreign keys, in a schema of their own."""
    twins = {table: twin(table, schema=schema) for table in tables}
    await connection.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
    for table in tables:
        await connection.execute(f"create table {twins[table]} (like {table} including all)")
    if not foreign_keys:
        return
    # With an empty path PostgreSQL spells every name in a foreign key in full.
    async with connection.transaction():
        await connection.execute("set local search_path = ''")
        keys = await connection.fetch(
            "select format('%I.%I', n.nspname, t.relname) as source, pg_get_constraintdef(c.oid) as text"
            " from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace"
            " where c.contype = 'f' and format('%I.%I', n.nspname, t.relname) = any($1)",
            tables,
        )
        for key in keys:
            text = key["text"]
            for table, other in twins.items():
                text = text.replace(f"REFERENCES {table}(", f"REFERENCES {other}(")
            await connection.execute(f"alter table {twins[key['source']]} add {text}")


def twin(table: str, *, schema: str) -> str:
    """The name of a table's twin."""
    return f"{schema}.{table.partition('.')[2]}"
