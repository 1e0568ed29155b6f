"""One service's database, behind one protocol with two kinds: `postgres` and `sqlite`."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chassis.plans import Plans
from chassis.session import Connection


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
