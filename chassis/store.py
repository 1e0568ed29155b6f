"""One service's database, behind one protocol with two kinds: `postgres` and `sqlite`."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy import Table

from chassis.plans import Plans
from chassis.writes import Change


class Connection(Protocol):
    """One connection of a store, held for the length of one session."""

    async def read(self, text: str, parameters: Sequence[object]) -> Sequence[Sequence[object]]:
        """Rows, from inside the transaction if one has begun, else from the newest committed state."""
        ...

    async def begin(self) -> None:
        """Open the transaction. On SQLite this waits for the one writer's turn."""
        ...

    async def write(self, changes: Sequence[Change]) -> None:
        """Send changes inside the transaction."""
        ...

    async def copy(self, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
        """Send many new rows of one table inside the transaction, by the fastest way there is.

        Raises `AlreadyThere` for a broken unique constraint.
        """
        ...

    async def commit(self, changes: Sequence[Change]) -> None:
        """Send the last changes and make all of them durable; without a `begin`, as a transaction of their own.

        Raises `AlreadyThere` for a broken unique constraint.
        """
        ...

    async def rollback(self) -> None:
        """Undo everything since `begin`."""
        ...

    async def release(self) -> None:
        """Give the connection back."""
        ...


class Store(Protocol):
    """A service's own database."""

    plans: Plans

    async def open(self) -> None:
        """Connect; raises what the driver raises when the database is not there."""
        ...

    def connection(self) -> AbstractAsyncContextManager[Connection]:
        """A connection for one session; waits, in the order of asking, while all are taken."""
        ...

    def lease(self, name: str) -> AbstractAsyncContextManager["Lease"]:
        """Be the only one, among all processes of this service, that does a thing; waits for one's turn."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


class Lease(Protocol):
    """The right to be the only one; it is lost when the connection that holds it is."""

    async def check(self) -> None:
        """Raises the driver's error if the lease has been lost."""
        ...
