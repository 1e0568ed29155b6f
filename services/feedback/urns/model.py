"""An urn: how many said what of a cell or in a part of a survey, and nothing of any one of them.

A row for each sheet would have to be laid anew with every other one, or its place and the database's own number of its
transaction would tell when it came. Numbers have no order, and cost the same whatever came before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

import orjson
from sqlmodel import Field

from services.feedback.tables import Table


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sheets there are, and how many of them say each thing."""

    sheets: int
    said: Mapping[str, int]

    @classmethod
    def of(cls, sheets: Iterable[Iterable[str]]) -> Self:
        """The counts of sheets, each of which says a thing once at most."""
        said: Counter[str] = Counter()
        many = 0
        for sheet in sheets:
            said.update(sheet)
            many += 1
        return cls(many, said)

    def __add__(self, others: "Counts") -> "Counts":
        said = Counter(self.said)
        said.update(others.said)
        return Counts(self.sheets + others.sheets, said)


EMPTY = Counts(0, {})


class Urn(Table, table=True):
    """The counts of one cell or part, until they are published."""

    __tablename__ = "urn"

    id: UUID = Field(primary_key=True)  # of the cell or the part
    sheets: int
    said: str  # JSON, in the order of its names: that in which they first came would tell who was early

    @property
    def counts(self) -> Counts:
        """As numbers."""
        return Counts(self.sheets, orjson.loads(self.said))

    def hold(self, counts: Counts) -> None:
        """Hold these and no others."""
        self.sheets, self.said = counts.sheets, written(counts)


def written(counts: Counts) -> str:
    """What is said, as it lies in a row."""
    return orjson.dumps(dict(counts.said), option=orjson.OPT_SORT_KEYS).decode()
