"""The same rows: what one request of ours writes, as templates that any side can write again under fresh ids."""

import itertools
import os
import pickle
import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from uuid_utils.compat import uuid7

Value = object
FIRST_NUMBER = 1 << 30  # far above what a run of ours counts up to; twice as many are still 32-bit integers


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a written row: its SQL type and the example's value."""

    name: str
    type: str
    value: Value


@dataclass(frozen=True, slots=True)
class Row:
    """One row that a request writes.

    `unique` are the columns of each unique index, `elsewhere` those that point to rows which the request did not
    write. Columns that the database numbers by itself are not among the columns.
    """

    table: str
    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...]
    elsewhere: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def spelt_id(value: Value) -> uuid.UUID | None:
    """The id that a value spells, or nothing if it spells none."""
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=value.int)
    if isinstance(value, bytes) and len(value) == 16:
        return uuid.UUID(bytes=value)
    if isinstance(value, str) and len(value) in {32, 36}:
        try:
            return uuid.UUID(value)
        except ValueError:
            return None
    return None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one transaction in the order of writing, and what must be fresh in every copy of them.

    `ids` are replaced wherever they stand, also inside text; `singles` are other unique values, replaced where an
    equal value stands; `numbers` are unique whole numbers.
    """

    rows: tuple[Row, ...]
    ids: tuple[uuid.UUID, ...]
    singles: tuple[Value, ...]
    numbers: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Find out what has to be fresh from the unique indexes."""
        rows = tuple(rows)
        fixed = [column.value for row in rows for column in row.columns if column.name in row.elsewhere]
        ids: dict[uuid.UUID, None] = {}
        singles: dict[Value, None] = {}
        numbers: dict[tuple[int, int], None] = {}
        for at, row in enumerate(rows):
            values = {column.name: (place, column.value) for place, column in enumerate(row.columns)}
            # An `id` is fresh by its name: the outbox has no index on it, but a reader takes each in only once.
            for index in (*row.unique, ("id",)):
                parts = [values[name] for name in index if name in values and values[name][1] not in fixed]
                if found := [spelt for _, value in parts if (spelt := spelt_id(value))]:
                    ids.update(dict.fromkeys(found))
                elif index == ("id",):
                    continue
                elif texts := [value for _, value in parts if isinstance(value, str | bytes)]:
                    singles[max(texts, key=len)] = None
                else:
                    numbers.update({(at, place): None for place, value in parts if isinstance(value, int)})
        return cls(rows=rows, ids=tuple(ids), singles=tuple(singles), numbers=tuple(numbers))

    def only(self, tables: Sequence[str]) -> "Rows":
        """The rows of some tables, which still follow the ids of the others."""
        chosen = Rows.of(row for row in self.rows if row.table in tables)
        return replace(chosen, ids=self.ids, singles=self.singles)

    def moved(self, name: Callable[[str], str]) -> "Rows":
        """The same rows for tables of other names."""
        rows = tuple(replace(row, table=name(row.table)) for row in self.rows)
        return replace(self, rows=rows)

    def counted(self) -> dict[str, int]:
        """How many rows go to each table."""
        return {row.table: sum(other.table == row.table for other in self.rows) for row in self.rows}

    def copier(self) -> Callable[[], list[list[Value]]]:
        """A function that gives the values of one more copy, row by row."""
        plans = [self._plan(at, row) for at, row in enumerate(self.rows)]
        templates = [[column.value for column in row.columns] for row in self.rows]
        # A side may be started anew on the rows of its last turn.
        numbers = itertools.count(FIRST_NUMBER + secrets.randbelow(FIRST_NUMBER // 2))

        def copy() -> list[list[Value]]:
            ids = [uuid7() for _ in self.ids]
            singles = [_another(value) for value in self.singles]
            number = next(numbers)
            made = [template.copy() for template in templates]
            for values, plan in zip(made, plans, strict=True):
                for place, renew in plan:
                    values[place] = renew(ids, singles, number)
            return made

        return copy

    def _plan(self, at: int, row: Row) -> list[tuple[int, Callable[[list[uuid.UUID], list[Value], int], Value]]]:
        plan: list[tuple[int, Callable[[list[uuid.UUID], list[Value], int], Value]]] = []
        for place, column in enumerate(row.columns):
            if (at, place) in self.numbers:
                plan.append((place, lambda _ids, _singles, number: number))
            elif column.value in self.singles:
                nth = self.singles.index(column.value)
                plan.append((place, lambda _ids, singles, _number, nth=nth: singles[nth]))
            elif renew := _renewal(column.value, self.ids):
                plan.append((place, lambda ids, _singles, _number, renew=renew: renew(ids)))
        return plan

    def keep(self, path: Path) -> Path:
        """Write them to a file of our own for a child process."""
        path.write_bytes(pickle.dumps(self))
        return path

    @classmethod
    def kept(cls, path: Path) -> Self:
        """Read them from a file of our own."""
        rows = pickle.loads(path.read_bytes())
        if not isinstance(rows, cls):
            raise TypeError(f"{path} holds no rows")
        return rows


def _renewal(value: Value, ids: Sequence[uuid.UUID]) -> Callable[[list[uuid.UUID]], Value] | None:
    """How a value that is an id, or mentions some, follows its fresh ids; nothing for any other value."""
    spelt = spelt_id(value)
    if spelt in ids:
        nth = ids.index(spelt)
        if isinstance(value, bytes):
            return lambda fresh: fresh[nth].bytes
        if isinstance(value, str):
            return (lambda fresh: fresh[nth].hex) if len(value) == 32 else (lambda fresh: str(fresh[nth]))
        return lambda fresh: fresh[nth]
    if isinstance(value, str) and (mentioned := [nth for nth, known in enumerate(ids) if str(known) in value]):
        return lambda fresh: _rewritten(value, {str(ids[nth]): str(fresh[nth]) for nth in mentioned})
    return None


def _rewritten(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _another(value: Value) -> Value:
    """A random value of the same kind and length."""
    if isinstance(value, bytes):
        return os.urandom(len(value))
    return secrets.token_hex((len(str(value)) + 1) // 2)[: len(str(value))]


def separate_statements(rows: Rows) -> list[str]:
    """One PostgreSQL INSERT for each row."""
    return [_insert(row, first=1) for row in rows.rows]


def single_statement(rows: Rows) -> str:
    """All rows as one PostgreSQL statement: each INSERT but the last is a common table expression."""
    inserts, first = [], 1
    for row in rows.rows:
        inserts.append(_insert(row, first=first))
        first += len(row.columns)
    *before, last = inserts
    named = ", ".join(f"w{number} as ({insert})" for number, insert in enumerate(before))
    return f"with {named} {last}" if named else last


def _insert(row: Row, *, first: int) -> str:
    names = ", ".join(f'"{name}"' for name in row.names)
    places = ", ".join(f"${first + nth}::{column.type}" for nth, column in enumerate(row.columns))
    return f"insert into {row.table} ({names}) values ({places})"
