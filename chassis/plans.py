"""Statements compiled once: from SQLAlchemy's expressions to a driver's text, parameters and values."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Select, Table, bindparam
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

Row = TypeVar("Row", bound=SQLModel)
Result = Callable[[object], object] | None


class Prepared:
    """A statement, compiled once for a dialect."""

    __slots__ = ("binds", "entity", "fixed", "gaps", "locks", "names", "results", "text")

    def __init__(self, statement: GenerativeSelect, dialect: Dialect) -> None:
        asked = statement._for_update_arg
        if asked is not None:
            # No key of a row is ever changed, so a lock need not hold up those who write rows that refer to this one:
            # they may be holding the head of the audit chain, for which whoever has this lock waits at its commit.
            statement = statement.with_for_update(nowait=asked.nowait, skip_locked=asked.skip_locked, key_share=True)
        compiled = statement.compile(dialect=dialect)
        # An IN list takes a parameter for each of its members, called after it with a number behind.
        gaps = {name: None for name, bind in compiled.binds.items() if bind.required}
        spread = compiled.construct_expanded_state(gaps)
        self.text = spread.statement
        self.names: tuple[str, ...] = tuple(spread.positiontup or ())
        self.fixed: Mapping[str, object] = spread.parameters
        binds = {name: p.type.dialect_impl(dialect).bind_processor(dialect) for name, p in compiled.binds.items()}
        self.binds = tuple(binds.get(name, binds.get(name.rpartition("_")[0])) for name in self.names)
        self.gaps = gaps.keys()
        columns = [part.type for part in statement.selected_columns]
        self.results: tuple[Result, ...] = tuple(
            of.dialect_impl(dialect).result_processor(dialect, None) for of in columns
        )
        entity = cast("Select[object]", statement).column_descriptions[0]
        self.entity: type[SQLModel] | None = entity["expr"] if entity["expr"] is entity.get("entity") else None
        self.locks = asked is not None

    def parameters(self, given: Mapping[str, object]) -> list[object]:
        """What the driver is given: the statement's own values, overlaid by the caller's."""
        if given.keys() != self.gaps:
            raise TypeError(f"the statement takes {sorted(self.gaps)}, not {sorted(given)}")
        raw = (given.get(name, self.fixed[name]) if given else self.fixed[name] for name in self.names)
        return [value if bind is None else bind(value) for value, bind in zip(raw, self.binds, strict=True)]

    def values(self, row: Sequence[object]) -> tuple[object, ...]:
        """One row as Python values."""
        return tuple(value if read is None else read(value) for value, read in zip(row, self.results, strict=True))


class Plans:
    """The compiled statements of one store. A statement that lives in a module is compiled once; one made on the spot
    costs its compilation (about 0.2 ms) each time."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._prepared: WeakKeyDictionary[object, Prepared] = WeakKeyDictionary()
        self._by_key: dict[tuple[type[SQLModel], bool], SelectOfScalar[SQLModel]] = {}
        self._by_keys: dict[tuple[type[SQLModel], int, bool], SelectOfScalar[SQLModel]] = {}

    def of(self, statement: GenerativeSelect) -> Prepared:
        """The compiled form of a statement."""
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = Prepared(statement, self.dialect)
        return prepared

    def by_key(self, kind: type[Row], *, lock: bool) -> SelectOfScalar[Row]:
        """The statement that loads one row by its primary key."""
        statement = self._by_key.get((kind, lock))
        if statement is None:
            made = select(kind).where(*(table_of(kind).c[name] == bindparam(name) for name in key_of(kind)))
            statement = self._by_key[kind, lock] = cast(
                "SelectOfScalar[SQLModel]", made.with_for_update() if lock else made
            )
        return cast("SelectOfScalar[Row]", statement)

    def by_keys(self, kind: type[Row], number: int, *, lock: bool) -> SelectOfScalar[Row]:
        """The statement that loads up to this many rows by a primary key of one column."""
        statement = self._by_keys.get((kind, number, lock))
        if statement is None:
            (name,) = key_of(kind)
            key = table_of(kind).c[name]
            made = select(kind).where(key.in_([bindparam(f"key_{n}", type_=key.type) for n in range(number)]))
            statement = self._by_keys[kind, number, lock] = cast(
                "SelectOfScalar[SQLModel]", made.with_for_update() if lock else made
            )
        return cast("SelectOfScalar[Row]", statement)


@lru_cache(maxsize=512)
def table_of(kind: type[SQLModel]) -> Table:
    """The table behind a model class."""
    return cast("Table", kind.__table__)  # type: ignore[attr-defined]


@lru_cache(maxsize=512)
def rank_of(kind: type[SQLModel]) -> int:
    """A model's place among its service's tables: behind every table that it refers to."""
    table = table_of(kind)
    return table.metadata.sorted_tables.index(table)


@lru_cache(maxsize=512)
def columns_of(kind: type[SQLModel]) -> tuple[str, ...]:
    """The names of a model's columns, in the table's order."""
    return tuple(column.name for column in table_of(kind).columns)


@lru_cache(maxsize=512)
def key_of(kind: type[SQLModel]) -> tuple[str, ...]:
    """The names of a model's key columns."""
    return tuple(column.name for column in table_of(kind).primary_key)
