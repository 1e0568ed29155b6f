"""Writing what an import brings into one table: new rows, and changed ones under their lock; the others stay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast
from uuid import UUID

from sqlmodel import SQLModel, select

from chassis.clock import real_now
from chassis.plans import columns_of, table_of
from chassis.session import Session
from chassis.tables import AUDIT, new_id
from services.members.households.model import Household
from services.members.organizations.model import Organization
from services.members.persons import Person
from services.members.posts.model import Post

Row = TypeVar("Row", bound=Organization | Person | Household | Post)

AUDITED = ("id", "at", "action", "about", "fingerprint")
CHUNK = 2000  # rows that leave together
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
    """The rows of one table during one import; every new or changed one leaves an audit row. `settle` ends it."""

    def __init__(self, session: Session, kind: type[Row], *, total: int, progress: Progress) -> None:
        self.tally = Tally()
        self._session = session
        self._kind = kind
        self.table = table_of(cast("type[SQLModel]", kind))
        self._columns = columns_of(cast("type[SQLModel]", kind))
        self._total = total
        self._progress = progress
        self._at = real_now()
        self._filled: tuple[str, ...] = ()
        self._new: list[Sequence[object]] = []
        self._audits: list[Sequence[object]] = []
        self._changes: dict[UUID, Callable[[Row], None]] = {}

    async def write(self, about: UUID, values: Mapping[str, object], *, fingerprint: bytes | None = None) -> None:
        """Have a new row written."""
        self._new.append(tuple(values.values()))
        self._filled = tuple(values)
        self.tally.new += 1
        self._audit(about, fingerprint)
        if len(self._audits) >= CHUNK:
            await self.settle()

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
        self._audit(about, fingerprint)
        if len(self._audits) >= CHUNK:
            await self.settle()

    def keep(self) -> None:
        """Count a row that is there already, as it is."""
        self.tally.unchanged += 1

    async def settle(self) -> None:
        """Send what waits: the new rows first, since changed ones may refer to them."""
        new, self._new, audits, self._audits = self._new, [], self._audits, []
        if new:
            await self._session.insert_many(self.table, self._filled, new)
        if audits:
            await self._session.insert_many(AUDIT, AUDITED, audits)
        changes, self._changes = self._changes, {}
        ids = sorted(changes)
        for start in range(0, len(ids), LOCKED_TOGETHER):
            chosen = self.table.c.id.in_(ids[start : start + LOCKED_TOGETHER])
            locked = select(self._kind).where(chosen).order_by(self.table.c.id).with_for_update()
            for row in await self._session.all(locked):
                changes[row.id](row)
            await self._session.flush()
        self._progress(self.table.name, self.tally.new + self.tally.changed + self.tally.unchanged, self._total)

    def _audit(self, about: UUID, fingerprint: bytes | None) -> None:
        self._audits.append((new_id(), self._at, "import_roster", str(about), fingerprint))
