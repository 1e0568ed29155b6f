"""One transaction: what it read, what it is about to change, and what it tells the others if it commits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from types import MappingProxyType, TracebackType
from typing import Self, TypeVar, TypeVarTuple, cast, overload
from uuid import UUID

from sqlalchemy import Select, Table
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from chassis.audit.leaves import LEAF
from chassis.clock import Clock
from chassis.held import Held, key_in, update_of, values_in
from chassis.plans import Plans, columns_of, key_of, rank_of, table_of
from chassis.store import Connection
from chassis.tables import AUDIT, OUTBOX, TIMER, new_id
from chassis.writes import Change, Delete, Insert, Update
from contracts.event import Event

Row = TypeVar("Row", bound=SQLModel)
Value = TypeVar("Value")
Columns = TypeVarTuple("Columns")
Thing = TypeVar("Thing")

MOST_AT_ONCE = 512  # rows that one statement reads by their keys


class AlreadyThere(Exception):  # the database's refusal; an action that expects it turns it into a Problem
    """A row with this unique value exists already."""

    def __init__(self, table: str) -> None:
        super().__init__(f"a row of {table} with the same unique value exists already")
        self.table = table


class Session:
    """One transaction of one service: a request, a fact taken in, or a timer that fired.

    Rows that are added or changed are gathered, and leave together at commit. Only a row that was read with
    `lock=True` (or by a statement `with_for_update`) may be changed; anything else would let two writers overwrite
    each other, and is refused. Actions never commit: the one who opened the session does.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[Connection]],
        plans: Plans,
        *,
        service: str,
        clock: Clock,
        traceparent: str | None = None,
        uses: Mapping[type, object] = MappingProxyType({}),
    ) -> None:
        self._connect = connect
        self._plans = plans
        self._service = service
        self._clock = clock
        self._uses = uses
        self._now: datetime | None = None
        self._opened: AbstractAsyncContextManager[Connection] | None = None
        self._connection: Connection | None = None
        self._begun = False
        self._known: dict[tuple[type[SQLModel], tuple[object, ...]], Held] = {}
        self._new: dict[tuple[type[SQLModel], tuple[object, ...]], SQLModel] = {}
        self._absent: set[tuple[type[SQLModel], tuple[object, ...]]] = set()
        self._gone: dict[tuple[Table, str], list[object]] = {}
        self._altered: list[Change] = []
        self._plain: dict[tuple[Table, tuple[str, ...]], list[Sequence[object]]] = {}
        self.traceparent = traceparent
        self.published = 0
        self.audited: list[Sequence[object]] = []  # what `audit.record` adds: columns `LEAF`
        self.by_post: UUID | None = None
        """The post that lets the actor do this, where a policy found one: the audit row says it."""

    @property
    def now(self) -> datetime:
        """The instant of this transaction, in UTC; the same from its first use to its end."""
        if self._now is None:
            self._now = self._clock.now()
        return self._now

    def use(self, kind: type[Thing]) -> Thing:
        """What the service was given of this kind when it was put together: its rule book, its vault, …"""
        return cast("Thing", self._uses[kind])

    # — reading —

    @overload
    async def all(self, statement: SelectOfScalar[Value], **given: object) -> list[Value]: ...  # type: ignore[overload-overlap]
    @overload
    async def all(self, statement: Select[*Columns], **given: object) -> list[tuple[*Columns]]: ...
    async def all(
        self, statement: "SelectOfScalar[Value] | Select[*Columns]", **given: object
    ) -> list[Value] | list[tuple[*Columns]]:
        """Every row of a statement; `given` fills its bind parameters."""
        if self._changes_waiting():
            await self.flush()
        plan = self._plans.of(statement)
        connection = await self._in_hand()
        if plan.locks and not self._begun:
            await self._begin()
        rows = [plan.values(row) for row in await connection.read(plan.text, plan.parameters(given))]
        if plan.entity is not None:
            entity = plan.entity
            return cast("list[Value]", [self._take(entity, values, locked=plan.locks) for values in rows])
        if isinstance(statement, SelectOfScalar):
            return cast("list[Value]", [values[0] for values in rows])
        return cast("list[tuple[*Columns]]", rows)

    @overload
    async def first(self, statement: SelectOfScalar[Value], **given: object) -> Value | None: ...  # type: ignore[overload-overlap]
    @overload
    async def first(self, statement: Select[*Columns], **given: object) -> tuple[*Columns] | None: ...
    async def first(
        self, statement: "SelectOfScalar[Value] | Select[*Columns]", **given: object
    ) -> Value | tuple[*Columns] | None:
        """The first row of a statement, or `None`."""
        rows = await self.all(statement, **given)
        return rows[0] if rows else None

    async def get(self, kind: type[Row], *key: object, lock: bool = False) -> Row | None:
        """The row with this primary key, or `None`; with `lock`, nobody else changes it before we end."""
        made = self._new.get((kind, key))
        if made is not None:
            return cast("Row", made)
        if self._gone:
            await self.flush()
        known = self._known.get((kind, key))
        if known is not None and (known.locked or not lock):
            return cast("Row", known.row)
        if (kind, key) in self._absent:
            return None
        plan = self._plans.of(self._plans.by_key(kind, lock=lock))
        connection = await self._in_hand()
        if lock and not self._begun:
            await self._begin()
        rows = await connection.read(plan.text, plan.parameters(dict(zip(key_of(kind), key, strict=True))))
        return self._take(kind, plan.values(rows[0]), locked=lock) if rows else None

    async def fetch(self, kind: type[SQLModel], keys: Iterable[object], *, lock: bool = False) -> None:
        """Read many rows at once, by their one key column, so that `get` asks for none of them again.

        A row that is not there counts as absent to the end of the transaction, unless it is added.
        """
        wanted = [key for key in dict.fromkeys(keys) if (kind, (key,)) not in self._new]
        if self._gone:
            await self.flush()
        there = [key for key in wanted if (kind, (key,)) in self._known]
        there += await self._read([key for key in wanted if (kind, (key,)) not in self._known], kind, lock=False)
        if lock and there:  # where nothing is there to be locked, no transaction need begin
            if not self._begun:
                await self._begin()
            there = await self._read(there, kind, lock=True)
        self._absent.update((kind, (key,)) for key in set(wanted).difference(there))

    # — changing —

    def add(self, *rows: SQLModel) -> None:
        """Have rows written at commit."""
        for row in rows:
            self._new[type(row), key_in(row)] = row

    def insert(self, table: Table, values: Mapping[str, object]) -> None:
        """Have a row of a table without a model class written at commit."""
        self._plain.setdefault((table, tuple(values)), []).append(tuple(values.values()))

    async def insert_many(self, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
        """Write many new rows of a table now, after what was gathered before; they may be made while they are sent."""
        await self.flush()
        connection = await self._in_hand()
        if not self._begun:
            await self._begin()
        await connection.copy(table, columns, rows)

    def delete(self, row: SQLModel) -> None:
        """Have a row taken away at commit. Only after a `flush` may a new row take its unique values."""
        key = (type(row), key_in(row))
        if self._new.pop(key, None) is None:
            self._known.pop(key, None)
            self.erase(table_of(type(row)), *key[1])

    def alter(self, table: Table, key: object, values: Mapping[str, object]) -> None:
        """Have columns of a row of a table without a model class changed at commit."""
        self._altered.append(Update(table, (key,), tuple(values), tuple(values.values())))

    def erase(self, table: Table, *keys: object) -> None:
        """Have rows of a table taken away at commit, by the values of its one key column."""
        (key,) = table.primary_key.columns
        self._gone.setdefault((table, key.name), []).extend(keys)

    def clear(self, table: Table, **of: object) -> None:
        """Have every row of a table with this value in a column taken away at commit; none of them may be in hand."""
        ((column, value),) = of.items()
        self._gone.setdefault((table, column), []).append(value)

    def publish(self, *facts: Event) -> None:
        """Tell the other services, if and only if this transaction commits."""
        for fact in facts:
            if fact.source() != self._service:
                raise TypeError(f"{fact.type} is not for {self._service} to publish")
            self.published += 1
            self.insert(
                OUTBOX,
                {
                    "id": new_id(),
                    "aggregatetype": self._service,
                    "aggregateid": fact.key,
                    "type": fact.type,
                    "payload": fact.model_dump_json(),
                    "occurred_at": self.now,
                    "traceparent": self.traceparent,
                },
            )

    def remind(self, kind: str, *, about: UUID, due_at: datetime) -> None:
        """Have the service's timer of this kind fire about a thing, at a domain instant (UTC) or soon after it."""
        self.insert(TIMER, {"id": new_id(), "kind": kind, "about": about, "due_at": due_at, "attempts": 0})

    async def flush(self) -> None:
        """Send the changes so far, so that a statement can find them."""
        changes = self._changes()
        if changes:
            connection = await self._in_hand()
            if not self._begun:
                await self._begin()
            await connection.write(changes)

    # — the end —

    async def commit(self) -> None:
        """Make everything durable. Called by whoever opened the session, never by an action."""
        changes = self._changes()
        if self.audited:
            changes.append(Insert(AUDIT, LEAF, self.audited))
        if changes or self._begun:
            connection = await self._in_hand()
            await connection.commit(changes)
            self._begun = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self.commit()
        finally:
            if self._connection is not None and self._opened is not None:
                try:
                    if self._begun:
                        await self._connection.rollback()
                finally:
                    self._connection = None
                    await self._opened.__aexit__(None, None, None)

    # — inside —

    async def _in_hand(self) -> Connection:
        if self._connection is None:
            self._opened = self._connect()
            self._connection = await self._opened.__aenter__()
        return self._connection

    async def _begin(self) -> None:
        await (await self._in_hand()).begin()
        self._begun = True

    async def _read(self, keys: Sequence[object], kind: type[SQLModel], *, lock: bool) -> list[object]:
        """Take rows in hand by their keys; returns the keys of those that are there."""
        connection = await self._in_hand()
        found: list[object] = []
        for start in range(0, len(keys), MOST_AT_ONCE):
            part = keys[start : start + MOST_AT_ONCE]
            size = 1 << (len(part) - 1).bit_length()  # few sizes, so few statements; the last key fills the rest
            plan = self._plans.of(self._plans.by_keys(kind, size, lock=lock))
            given = {f"key_{n}": part[min(n, len(part) - 1)] for n in range(size)}
            for row in await connection.read(plan.text, plan.parameters(given)):
                found.extend(key_in(self._take(kind, plan.values(row), locked=lock)))
        return found

    def _take(self, kind: type[Row], values: tuple[object, ...], *, locked: bool) -> Row:
        """The one object for a row: a second read of a row gives the object of the first."""
        named = dict(zip(columns_of(kind), values, strict=True))
        key = tuple(named[name] for name in key_of(kind))
        known = self._known.get((kind, key))
        if known is None:
            row: Row = kind.__new__(kind)
            row.__dict__.update(named)
            self._known[kind, key] = Held(row, values, locked=locked)
            return row
        if locked and not known.locked:
            if values_in(known.row) != known.before:
                raise TypeError(f"a {kind.__name__} was changed before it was locked")
            known.row.__dict__.update(named)
            known.before, known.locked = values, True
        return cast("Row", known.row)

    def _changes_waiting(self) -> bool:
        return bool(self._new or self._plain or self._gone or self._altered) or any(
            loaded.locked and values_in(loaded.row) != loaded.before for loaded in self._known.values()
        )

    def _changes(self) -> list[Change]:
        """Everything gathered since the last flush; new rows come after those that they refer to."""
        changes: list[Change] = [Delete(table, column, keys) for (table, column), keys in self._gone.items()]
        changes.extend(self._altered)
        for loaded in self._known.values():
            after = values_in(loaded.row)
            if after == loaded.before:
                continue
            if not loaded.locked:
                raise TypeError(f"a {type(loaded.row).__name__} was changed without its lock")
            changes.append(update_of(loaded, after))
            loaded.before = after
        fresh: dict[type[SQLModel], list[Sequence[object]]] = {}
        for (kind, key), row in self._new.items():
            values = values_in(row)
            fresh.setdefault(kind, []).append(values)
            self._known[kind, key] = Held(row, values, locked=True)
        for kind, rows in sorted(fresh.items(), key=lambda of: rank_of(of[0])):
            changes.append(Insert(table_of(kind), columns_of(kind), rows))
        changes.extend(Insert(table, columns, rows) for (table, columns), rows in self._plain.items())
        self._gone, self._altered, self._new, self._plain = {}, [], {}, {}
        return changes
