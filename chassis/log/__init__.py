"""The event log: one protocol, three stores behind it (`sqlite`, `kafka`, and `memory` for tests).

A log keeps the facts of each service on that service's topic `evt.<service>`, in the order of appending for each
key. A group is one service's place in what it reads: several processes may read for one group and share the keys
between them. What was read and not committed is delivered again, to this reader or to another of the group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Record:
    """One fact on the log: the attributes of its CloudEvent, and its body as JSON text."""

    id: UUID
    type: str  # service.thing.happened.v1
    key: str  # facts of one key stay in order
    time: datetime  # domain time of publishing, UTC
    body: str
    traceparent: str | None = None

    @property
    def source(self) -> str:
        """The publishing service; its topic is `evt.<source>`."""
        return self.type.partition(".")[0]


class LogUncertain(Exception):  # neither success nor failure is known
    """No acknowledgement came before the deadline: the facts may or may not be on the log. Append them again."""


class Reader(Protocol):
    """One group's reading of some topics, from where the group last committed."""

    async def read(self, *, limit: int = 500, wait: float = 1.0) -> list[Record]:
        """The next facts, at most `limit`, in order for each key; empty if none come within `wait` seconds."""
        ...

    async def commit(self) -> None:
        """Say that everything read so far was taken in, so that the group goes on behind it.

        After a rebalance a commit may be refused; it is then logged and passed over, since the inbox knows what it
        has taken in.
        """
        ...

    async def lag(self) -> int:
        """How many facts of these topics the group has not committed yet."""
        ...

    async def rewind(self) -> None:
        """Go back to the first fact that the log still holds, to build a replica anew."""
        ...

    async def close(self) -> None:
        """Leave the group; uncommitted facts are delivered again to whoever reads next."""
        ...


class EventLog(Protocol):
    """Where facts are kept."""

    async def open(self) -> None:
        """Connect, and make what is missing (topics, the file and its tables)."""
        ...

    async def append(self, records: Sequence[Record]) -> None:
        """Add facts in this order; returns when they are durable. Raises `LogUncertain` if that is not known."""
        ...

    async def reader(self, *, group: str, sources: Sequence[str]) -> Reader:
        """Start reading the topics of these services for a group."""
        ...

    async def close(self) -> None:
        """Let go of every connection and file."""
        ...
