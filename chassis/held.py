"""Rows in hand: what they hold now beside what they held when they were read, and so what has changed."""

from sqlmodel import SQLModel

from chassis.plans import columns_of, key_of, table_of
from chassis.writes import Update


class Held:
    """A row in hand, and what it held when it was read."""

    __slots__ = ("before", "locked", "row")

    def __init__(self, row: SQLModel, before: tuple[object, ...], *, locked: bool) -> None:
        self.row = row
        self.before = before
        self.locked = locked


def key_in(row: SQLModel) -> tuple[object, ...]:
    """The values of a row's key columns."""
    return tuple(row.__dict__[name] for name in key_of(type(row)))


def values_in(row: SQLModel) -> tuple[object, ...]:
    """The values of all of a row's columns, in the table's order."""
    held = row.__dict__
    return tuple([held[name] for name in columns_of(type(row))])


def update_of(loaded: Held, after: tuple[object, ...]) -> Update:
    """The change that makes the stored row equal to the one in hand; only of columns that differ."""
    kind = type(loaded.row)
    changed = [(name, new) for name, old, new in zip(columns_of(kind), loaded.before, after, strict=True) if old != new]
    return Update(
        table_of(kind), key_in(loaded.row), tuple(name for name, _ in changed), tuple(new for _, new in changed)
    )
