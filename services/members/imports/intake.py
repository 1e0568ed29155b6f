"""Writing what an import brings into one table: new rows, and changed ones under their lock; the others stay."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Self, TypeVar, cast
from uuid import UUID

from sqlmodel import SQLModel, select

from chassis import audit
from chassis.plans import columns_of, table_of
from chassis.session import Session
from services.members.households.model import Household
from services.members.organizations.model import Organization
from services.members.persons import Person
from services.members.posts.model import Post

Row = TypeVar("Row", bound=Organization | Person | Household | Post)

CHUNK = 2000  # rows that leave together
BETWEEN_TURNS = 50  # rows, after which what is under way may go on
LOCKED_TOGETHER = 100  # rows; each of them is a part of the statement, with parameters of its own

Progress = Callable[[str, int, int], None]
"""Which table is being written, how many rows of it are done, and of how many."""


@dataclass(slots=True)
class Tally:
    """How many rows of one kind were new, changed, and as before."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


class Intake(Generic[Row]):
    """The rows of one table during one import; every new or changed one leaves an audit row.

    To be entered with `async with`, at whose end everything has been sent. New rows travel while the next ones are
    sealed, so nothing else may use the session in between.
    """

    def __init__(self, session: Session, kind: type[Row], *, total: int, progress: Progress) -> None:
        self.tally = Tally()
        self._session = session
        self._kind = kind
        self.table = table_of(cast("type[SQLModel]", kind))
        self._columns = columns_of(cast("type[SQLModel]", kind))
        self._total = total
        self._progress = progress
        self._filled: tuple[str, ...] = ()
        self._new: list[Sequence[object]] = []
        self._gathered = 0
        self._changes: dict[UUID, Callable[[Row], None]] = {}
        self._under_way: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self._settle()
            await self._arrived()
        elif self._under_way is not None:  # the session can be rolled back only once this has ended, well or not
            await asyncio.wait([self._under_way])

    async def write(self, about: UUID, values: Mapping[str, object], *, fingerprint: bytes | None = None) -> None:
        """Have a new row written."""
        self._new.append(tuple(values.values()))
        self._filled = tuple(values)
        self.tally.new += 1
        await self._audit(about, fingerprint)

    async def take(self, row: Row, before: Row | None, changed: Callable[[Row], None]) -> None:
        """Have a row written if it is new, and one that stood before made equal to it; `changed` hears of either."""
        if before is None:
            changed(row)
            await self.write(row.id, {name: getattr(row, name) for name in self._columns})
        elif all(getattr(before, name) == getattr(row, name) for name in self._columns):
            self.keep()
        else:

            def alter(locked: Row) -> None:
                for name in self._columns:
                    setattr(locked, name, getattr(row, name))
                changed(locked)

            await self.change(row.id, alter)

    async def change(self, about: UUID, alter: Callable[[Row], None], *, fingerprint: bytes | None = None) -> None:
        """Have a row altered once it is locked."""
        self._changes[about] = alter
        self.tally.changed += 1
        await self._audit(about, fingerprint)

    def keep(self) -> None:
        """Count a row that is there already, as it is."""
        self.tally.unchanged += 1

    async def _settle(self) -> None:
        """Send what waits: the new rows first, since changed ones may refer to them."""
        await self._arrived()
        new, self._new, self._gathered = self._new, [], 0
        changes, self._changes = self._changes, {}
        self._under_way = asyncio.create_task(self._send(new))
        if changes:
            await self._arrived()
        ids = sorted(changes)
        for start in range(0, len(ids), LOCKED_TOGETHER):
            chosen = self.table.c.id.in_(ids[start : start + LOCKED_TOGETHER])
            locked = select(self._kind).where(chosen).order_by(self.table.c.id).with_for_update()
            for row in await self._session.all(locked):
                changes[row.id](row)
            await self._session.flush()
        self._progress(self.table.name, self.tally.new + self.tally.changed + self.tally.unchanged, self._total)

    async def _send(self, new: list[Sequence[object]]) -> None:
        if new:
            await self._session.insert_many(self.table, self._filled, new)

    async def _arrived(self) -> None:
        if self._under_way is not None:
            await self._under_way

    async def _audit(self, about: UUID, fingerprint: bytes | None) -> None:
        audit.record(self._session, actor_id=None, action="import_roster", about=about, fingerprint=fingerprint)
        self._gathered += 1
        if self._gathered >= CHUNK:
            await self._settle()
        elif self._gathered % BETWEEN_TURNS == 0:
            await asyncio.sleep(0)
