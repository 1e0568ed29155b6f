"""How long rows about persons are kept: rules as data, and the sweep that keeps to them."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlalchemy import MetaData, Select, Table, bindparam, select

from chassis.operator_files import read_yaml
from chassis.session import Session
from chassis.tables import Instant

CHASSIS_RULES = Path(__file__).with_name("retention.yaml")
AT_ONCE = 500  # rows of one table in one transaction

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Confidence(StrEnum):
    """How sure the length of time is."""

    LAW = "law"  # says so
    INFERRED = "inferred"  # from a law that says so of something like it
    OWN = "own"  # our choice: the shortest that the work can do with


class RetentionRule(BaseModel):
    """How long the rows of one table are kept, from which instant of theirs, and by which source.

    Without `days` they are kept as long as what they belong to, and `until` says what ends that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: Text
    what: Text
    since: Text | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    until: Text | None = None
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.days is None) is not (self.since is None) or (self.days is None) is (self.until is None):
            raise ValueError("either `since` and `days`, or `until`")
        return self


class RetentionFile(BaseModel):
    """A file of rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[RetentionRule, ...]


class Retention:
    """The rules of one service, its own and the chassis's."""

    def __init__(self, rules: Sequence[RetentionRule], metadata: MetaData) -> None:
        self.rules = {rule.table: rule for rule in rules}
        if len(self.rules) < len(rules):
            raise ValueError("a table has two rules of retention")
        self._sweeps = [
            (metadata.tables[rule.table], _over(metadata.tables[rule.table], rule.since), timedelta(days=rule.days))
            for rule in rules
            if rule.days is not None and rule.since is not None
        ]

    @classmethod
    def load(cls, path: Path, metadata: MetaData) -> Self:
        """The rules in a service's file, and those of the chassis. Raises `BadFile`, and `KeyError` for no table."""
        files = [read_yaml(one, RetentionFile) for one in (CHASSIS_RULES, path)]
        return cls([rule for file in files for rule in file.rules], metadata)

    async def sweep(self, session: Session) -> int:
        """Take away rows whose time is over, some of each table; returns how many."""
        swept = 0
        for table, over, kept in self._sweeps:
            keys = [key for (key,) in await session.all(over, before=session.now - kept)]
            if keys:
                session.erase(table, *keys)
            swept += len(keys)
        return swept


def _over(table: Table, since: str) -> Select[object]:
    (key,) = table.primary_key
    return select(key).where(table.c[since] < bindparam("before", type_=Instant)).limit(AT_ONCE)
