"""Rows that hold from one local date to another, as rules do; and how well a figure is founded."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Annotated, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.operator_files import read_yaml
from chassis.problems import Unavailable

Text = Annotated[str, Field(min_length=1)]


class NoRuleThen(Unavailable):
    """The rule file holds no rule for this date; the operator has to load one that does."""

    title_zh = "当前日期没有适用的规则，请联系系统管理员更换规则文件。"


class Confidence(StrEnum):
    """How well a figure is founded; shown to people together with its source."""

    A = "A"  # the regulation's text was read
    B = "B"  # the issuing unit's own page, or a press report of it
    C = "C"  # a secondary page, one source
    G = "G"  # general knowledge, unchecked, or an own value

    @property
    def title_zh(self) -> str:
        """What the letter means, for the screen."""
        return {"A": "已核对法规原文", "B": "发布单位网页或新闻报道", "C": "二手资料", "G": "自定或未核对"}[self]


class Dated(BaseModel):
    """A row that holds from `valid_from` to `valid_to`, both included; without the latter, until further notice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} 早于 valid_from {self.valid_from}")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the row holds on this local date."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


Row = TypeVar("Row", bound=Dated)


def in_turn(rows: Iterable[Row], *, of: str) -> tuple[Row, ...]:
    """The versions of one thing by date. Raises ValueError, naming the thing, if two hold on the same day."""
    versions = tuple(sorted(rows, key=lambda row: row.valid_from))
    for earlier, later in pairwise(versions):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            raise ValueError(
                f"{of} 有两行同时有效：自 {earlier.valid_from} 起的一行和自 {later.valid_from} 起的一行；"
                f"请把前一行的 valid_to 写成后一行开始的前一天"
            )
    return versions


def then(versions: Iterable[Row], *, on: date, of: str) -> Row:
    """The version that holds on this local date. Raises `NoRuleThen`, naming the thing."""
    found = next((row for row in versions if row.holds_on(on)), None)
    if found is None:
        raise NoRuleThen(rule=of, on=on.isoformat())
    return found


class CountRule(Dated):
    """One figure of a rule file, as it holds from a date to a date."""

    id: str
    name: Text
    value: int
    unit: str
    jurisdiction: Text
    source: Text
    confidence: Confidence


Counted = TypeVar("Counted", bound=CountRule)


class RuleFile(BaseModel, Generic[Counted]):
    """The dated figures of one county, each of `ids` on every day. Immutable: another file is another set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: ClassVar[type[StrEnum]]
    shipped: ClassVar[Path]

    name: Text
    stated_version: Text
    rules: tuple[Counted, ...]

    _versions: dict[str, tuple[Counted, ...]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The rules in this file, or in the one that comes with the program. Raises `BadFile` with each faulty line."""
        return read_yaml(path or cls.shipped, cls)

    @model_validator(mode="after")
    def _holds_every_rule(self) -> Self:
        by_id = attrgetter("id")
        for rule_id, rows in groupby(sorted(self.rules, key=by_id), key=by_id):
            self._versions[rule_id] = in_turn(rows, of=rule_id)
        if missing := [one for one in self.ids if one not in self._versions]:
            raise ValueError(f"规则文件缺少 {missing[0]}")
        return self

    def rule(self, rule_id: str, *, on: date) -> Counted:
        """The rule as it holds on a local date. Raises `NoRuleThen`."""
        return then(self._versions[rule_id], on=on, of=rule_id)

    def values(self, *, on: date) -> Mapping[str, int]:
        """Every figure on a local date, by its id. Raises `NoRuleThen`."""
        return {one: self.rule(one, on=on).value for one in self.ids}
