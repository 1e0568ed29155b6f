"""Rotation of the vault's keys: every sealed column of a service, found by its type, counted and sealed anew."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, ColumnElement, LargeBinary, MetaData, Table, bindparam, func, literal_column, or_, select

from chassis.inbox import Sessions
from chassis.secrecy import HEAD, Vault, number_of, place_of
from chassis.tables import Sealed

BATCH = 50  # rows that are locked together; an attachment may have ten MiB


@dataclass(frozen=True, slots=True)
class SealedTable:
    """A table with sealed columns."""

    table: Table
    key: Column[object]
    columns: tuple[Column[object], ...]
    salts: Table | None  # with the salts of those whose values these are

    @property
    def stale(self) -> ColumnElement[bool]:
        """A row has a value that is not under the key whose `head` is given."""
        head = bindparam("head", type_=LargeBinary)
        return or_(*(_holds(one) & (_head(one) != head) for one in self.columns))


@dataclass(slots=True)
class Resealed:
    """What became of the rows of one table so far."""

    rows: int = 0
    unopened: int = 0  # rows with a value that no key opens


def sealed_tables(metadata: MetaData) -> Iterator[SealedTable]:
    """The tables of a service that hold sealed values. Raises `TypeError` for one that could not be sealed anew."""
    for table in metadata.sorted_tables:
        columns = tuple(one for one in table.columns if isinstance(one.type, Sealed))
        if not columns:
            continue
        if len(table.primary_key.columns) != 1:
            raise TypeError(f"{table.name}: a sealed value is bound to a row with one key column")
        salted = {one.type.salted_in for one in columns if isinstance(one.type, Sealed)}
        if len(salted) != 1:
            raise TypeError(f"{table.name}: all of a row's sealed values are a person's, or none is")
        salts = salted.pop()
        (key,) = table.primary_key.columns
        yield SealedTable(table, key, columns, metadata.tables[salts] if salts else None)


async def count_by_key(sessions: Sessions, metadata: MetaData) -> Counter[int]:
    """How many values each key, by its number, still holds in a service."""
    counts = Counter[int]()
    async with sessions(None) as session:
        for sealed in sealed_tables(metadata):
            for column in sealed.columns:
                by_head = select(_head(column), func.count()).where(_holds(column)).group_by(literal_column("1"))
                for head, count in await session.all(by_head):
                    counts[number_of(head)] += count
    return counts


async def count_stale(sessions: Sessions, vault: Vault, sealed: SealedTable) -> int:
    """How many rows of a table are not wholly under the newest key."""
    async with sessions(None) as session:
        found = await session.first(select(func.count()).select_from(sealed.table).where(sealed.stale), head=vault.head)
    return found[0] if found else 0


async def reseal(sessions: Sessions, vault: Vault, sealed: SealedTable) -> AsyncGenerator[Resealed, None]:
    """Seal a table's values anew under the newest key, a batch of rows at a time, each a transaction of its own.

    What is done stays done: after an interruption the rest follows. Others may read and write the table meanwhile.
    """
    done = Resealed()
    stale = select(sealed.key, *sealed.columns).where(sealed.stale).order_by(sealed.key).limit(BATCH).with_for_update()
    further = stale.where(sealed.key > bindparam("after", type_=sealed.key.type))
    after: object = None
    while True:
        async with sessions(None) as session:
            given = {"head": vault.head} if after is None else {"head": vault.head, "after": after}
            rows = await session.all(stale if after is None else further, **given)
            if not rows:
                return
            salts = dict[object, bytes]()
            if sealed.salts is not None:
                wanted = sealed.salts.c.id.in_([row[0] for row in rows])
                salts = {key: salt for key, salt in await session.all(select(sealed.salts).where(wanted))}  # noqa: C416
            for key, *values in rows:
                try:
                    fresh = _fresh(vault, sealed, key, values, salt=salts.get(key))
                except InvalidTag:
                    done.unopened += 1
                else:
                    session.alter(sealed.table, key, fresh)
                    done.rows += 1
            after = rows[-1][0]
        yield done


def _fresh(
    vault: Vault, sealed: SealedTable, key: object, values: Sequence[object], *, salt: bytes | None
) -> dict[str, object]:
    """The values of a row that an older key holds, under the newest."""
    fresh = dict[str, object]()
    for column, value in zip(sealed.columns, values, strict=True):
        if isinstance(value, bytes) and value and not value.startswith(vault.head):
            if not isinstance(key, UUID | bytes | str) or (sealed.salts is not None and salt is None):
                raise InvalidTag
            place = place_of(sealed.table.name, column.name, key)
            fresh[column.name] = vault.reseal(value, place=place, salt=salt)
    return fresh


def _head(column: Column[object]) -> ColumnElement[bytes]:
    # Literal numbers: as parameters they would make the grouping another expression than what is selected.
    return func.substr(column, literal_column("1"), literal_column(str(HEAD)), type_=LargeBinary)


def _holds(column: Column[object]) -> ColumnElement[bool]:
    return func.length(column) > literal_column("0")
