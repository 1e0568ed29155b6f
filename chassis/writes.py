"""What a transaction changes, and how those changes leave: one statement on PostgreSQL, a short script on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from sqlalchemy import Column, Dialect, String, Table

from chassis.audit import chain
from chassis.audit.leaves import digest_of
from chassis.tables import AUDIT

Bind = Callable[[object], object] | None
Sent = tuple[str, Sequence[object]]
"""An SQL text and its parameters, in the driver's own form."""

MOST_KEYS = 128  # of rows that one statement deletes on SQLite
MANY = 4  # beyond this many rows an INSERT takes arrays, so that the text stays the same whatever the number


@dataclass(frozen=True, slots=True)
class Insert:
    """New rows of one table; all of them fill the same columns."""

    table: Table
    columns: tuple[str, ...]
    rows: list[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Update:
    """New values for some columns of one row."""

    table: Table
    key: tuple[object, ...]
    columns: tuple[str, ...]
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """Rows taken away, by the values of one column."""

    table: Table
    column: str
    keys: list[object]


Change = Insert | Update | Delete

AT_A_TIME = 500  # rows


@lru_cache(maxsize=512)
def binds(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[Bind, ...]:
    """How each column's value is turned into what the driver takes; `None` where it goes as it is."""
    return tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns)


def bound(values: Sequence[object], how: tuple[Bind, ...]) -> list[object]:
    """The values as the driver takes them."""
    return [value if bind is None else bind(value) for value, bind in zip(values, how, strict=True)]


def bound_rows(
    table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[object]], dialect: Dialect
) -> Iterator[Sequence[object]]:
    """Many rows as the driver takes them, made while it sends those before; only the columns that need it are touched.

    A value that is the one of the row before, as an instant or a word often is, is not turned again.
    """
    how = [(place, bind) for place, bind in enumerate(binds(table, columns, dialect)) if bind is not None]
    coming = iter(rows)
    while part := [list(row) for row in islice(coming, AT_A_TIME)]:
        for place, bind in how:
            before: object = how  # which is in no row
            turned: object = None
            for row in part:
                if row[place] is not before:
                    before = row[place]
                    turned = bind(before)
                row[place] = turned
        yield from part


@lru_cache(maxsize=512)
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


@lru_cache(maxsize=2048)
def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@lru_cache(maxsize=512)
def _array_types(table: Table, columns: tuple[str, ...], dialect: Dialect) -> tuple[str, ...]:
    def name(column: Column[object]) -> str:
        if isinstance(column.type, String):
            return "TEXT"  # a cast to VARCHAR(n) would cut what is too long, where an INSERT refuses it
        return column.type.dialect_impl(dialect).compile(dialect=dialect)

    return tuple(name(table.c[column]) for column in columns)


def as_insert(table: Table, columns: tuple[str, ...]) -> str:
    """The text that inserts one row on SQLite."""
    return f'INSERT INTO "{table.name}" ({_quoted(columns)}) VALUES ({", ".join("?" * len(columns))})'


def joined(transactions: Sequence[Sequence[Insert]]) -> list[Insert]:
    """The new rows of several transactions as if one had made them."""
    rows: dict[tuple[Table, tuple[str, ...]], list[Sequence[object]]] = {}
    for transaction in transactions:
        for insert in transaction:
            rows.setdefault((insert.table, insert.columns), []).extend(insert.rows)
    return [Insert(table, columns, of) for (table, columns), of in rows.items()]


def as_script(changes: Sequence[Change], dialect: Dialect) -> list[Sent]:
    """The changes as SQLite takes them: one statement after another, within one turn of the writer thread."""
    script: list[Sent] = []
    for change in changes:
        name = change.table.name
        match change:
            case Insert(table, columns, rows) if table is AUDIT:
                how = binds(table, columns, dialect)
                script.append((chain.MOVE_ON_SQLITE, (digest_of(rows),)))
                script.extend((chain.WRITE_ON_SQLITE, [*bound(row, how), place]) for place, row in enumerate(rows, 1))
            case Insert(table, columns, rows):
                how = binds(table, columns, dialect)
                text = as_insert(table, columns)
                script.extend((text, bound(row, how)) for row in rows)
            case Update(table, key, columns, values):
                how = binds(table, columns, dialect) + binds(table, _key_names(table), dialect)
                settings = ", ".join(f'"{column}" = ?' for column in columns)
                where = " AND ".join(f'"{column}" = ?' for column in _key_names(table))
                script.append((f'UPDATE "{name}" SET {settings} WHERE {where}', bound((*values, *key), how)))
            case Delete(table, column, keys):
                how = binds(table, (column,), dialect) * MOST_KEYS
                for start in range(0, len(keys), MOST_KEYS):
                    part = keys[start : start + MOST_KEYS]
                    text = f'DELETE FROM "{name}" WHERE "{column}" IN ({", ".join("?" * len(part))})'
                    script.append((text, bound(part, how[: len(part)])))
    return script


def as_one_statement(changes: Sequence[Change], dialect: Dialect) -> Sent:
    """The changes as PostgreSQL takes them: every one a part of a single statement, so one round trip.

    All parts see the same snapshot and no part sees another's rows; keys between them are checked at the end of the
    statement. So a row may stand in one change only, which the session sees to.
    """
    shapes = tuple(_shape(change) for change in changes)
    parameters: list[object] = []
    for change in changes:
        match change:
            case Insert(table, columns, rows):
                if table is AUDIT:
                    parameters.append(digest_of(rows))
                how = binds(table, columns, dialect)
                values = [bound(row, how) for row in rows]
                if len(rows) > MANY:
                    parameters.extend(list(column) for column in zip(*values, strict=True))
                else:
                    parameters.extend(value for row in values for value in row)
            case Update(table, key, columns, values):
                parameters.extend(
                    bound((*values, *key), binds(table, columns, dialect) + binds(table, _key_names(table), dialect))
                )
            case Delete(table, column, keys):
                how = binds(table, (column,), dialect)
                parameters.append([bound((key,), how)[0] for key in keys])
    return _statement(shapes, dialect), parameters


_Shape = tuple[type[Change], Table, tuple[str, ...], int]


def _shape(change: Change) -> _Shape:
    match change:
        case Insert(table, columns, rows):
            return Insert, table, columns, min(len(rows), MANY + 1)
        case Update(table, _, columns, _):
            return Update, table, columns, 1
        case Delete(table, column, _):
            return Delete, table, (column,), 1


@lru_cache(maxsize=1024)
def _statement(shapes: tuple[_Shape, ...], dialect: Dialect) -> str:
    """The text for changes of these shapes; made once for each combination, then only looked up."""
    number = 0

    def mark() -> str:
        nonlocal number
        number += 1
        return f"${number}"

    parts: list[str] = []
    ahead: list[str] = []
    for kind, table, columns, rows in shapes:
        name = f'"{table.name}"'
        if table is AUDIT:
            # The server works off such parts from the last to the first, so whoever moves the head waits no more.
            ahead.append(f"head AS ({chain.MOVE_ON_POSTGRES.format(digest=mark())})")
            parts.insert(0, chain.write_on_postgres(_given(_array_types(table, columns, dialect), rows, mark)))
        elif kind is Insert and rows > MANY:
            arrays = ", ".join(f"{mark()}::{of}[]" for of in _array_types(table, columns, dialect))
            parts.append(f"INSERT INTO {name} ({_quoted(columns)}) SELECT * FROM unnest({arrays})")
        elif kind is Insert:
            tuples = ", ".join(f"({', '.join(mark() for _ in columns)})" for _ in range(rows))
            parts.append(f"INSERT INTO {name} ({_quoted(columns)}) VALUES {tuples}")
        elif kind is Update:
            settings = ", ".join(f'"{column}" = {mark()}' for column in columns)
            where = " AND ".join(f'"{column}" = {mark()}' for column in _key_names(table))
            parts.append(f"UPDATE {name} SET {settings} WHERE {where}")
        else:
            (of,) = _array_types(table, columns, dialect)
            parts.append(f"DELETE FROM {name} WHERE {_quoted(columns)} = ANY({mark()}::{of}[])")
    *before, last = parts
    ahead.extend(f"change_{n} AS ({part})" for n, part in enumerate(before))
    return f"WITH {', '.join(ahead)} {last}" if ahead else last


def _given(types: Sequence[str], rows: int, mark: Callable[[], str]) -> str:
    """Rows of parameters as a table, numbered from 1 in a last column."""
    if rows > MANY:
        return f"unnest({', '.join(f'{mark()}::{of}[]' for of in types)}) WITH ORDINALITY AS given"
    tuples = ", ".join(f"({', '.join(f'{mark()}::{of}' for of in types)}, {number + 1})" for number in range(rows))
    return f"(VALUES {tuples}) AS given"
