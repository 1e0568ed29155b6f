"""What is handed to the province's platform, and what it says of each grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sent:
    """One grade as it is sent. The same id and version again is the same grade, and counts once."""

    row: UUID  # by which we know what became of it
    id: UUID
    version: int
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the platform said of one grade; no refusal means that it has it."""

    receipt: str | None
    refusal: str | None
    again: bool
    after: timedelta | None


class Platform(Protocol):
    """Whoever takes the grades of the province."""

    async def send(self, batch: Sequence[Sent]) -> Mapping[UUID, Verdict]:
        """Hand a batch over; what comes back says of each grade what became of it, whatever happened."""
