"""The rules of anonymous ballots: how large a cell has to be, and below which share of good grades is the line."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.dated import Confidence, Dated, Text, in_turn, then
from chassis.operator_files import read_yaml

CELLS = Path(__file__).with_name("cells.yaml")


class RuleId(StrEnum):
    """The rules that the file must hold."""

    EXPECTED = "cell.expected"  # persons whose matters were done in the period before, without whom no cell is cut
    LEAST = "cell.least"  # ballots without which nothing is published of a cell
    LINE = "cell.line"  # share of good grades below which the unit is to rectify
    CASTING = "cell.casting"  # between the last credential and the close


class Unit(StrEnum):
    """What a rule is counted in."""

    TIMES = "times"
    DAYS = "d"  # natural days
    PERCENT = "percent"


_UNITS = {RuleId.LINE: Unit.PERCENT, RuleId.CASTING: Unit.DAYS}
_BOUNDS = {RuleId.EXPECTED: (5, 1000), RuleId.LEAST: (3, 100), RuleId.LINE: (1, 100), RuleId.CASTING: (1, 90)}


class Rule(Dated):
    """One figure, as it holds from a date to a date."""

    id: RuleId
    name: Text
    value: Annotated[int, Field(strict=True)]
    unit: Unit
    jurisdiction: Text
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted = _UNITS.get(self.id, Unit.TIMES)
        if self.unit is not wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        least, most = _BOUNDS[self.id]
        if not least <= self.value <= most:
            raise ValueError(f"{self.id} 的 value 应在 {least} 至 {most} 之间")
        return self


class FeedbackRules(BaseModel):
    """The dated rules of one county. Immutable: another file is another set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    stated_version: Text
    rules: tuple[Rule, ...]

    _versions: dict[RuleId, tuple[Rule, ...]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path = CELLS) -> Self:
        """The rules in this file. Raises `BadFile` with each faulty line."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _holds_every_rule(self) -> Self:
        by_id = attrgetter("id")
        for rule_id, rows in groupby(sorted(self.rules, key=by_id), key=by_id):
            self._versions[rule_id] = in_turn(rows, of=rule_id)
        if missing := [one for one in RuleId if one not in self._versions]:
            raise ValueError(f"规则文件缺少 {missing[0]}")
        return self

    def rule(self, rule_id: RuleId, *, on: date) -> Rule:
        """The rule as it holds on a local date. Raises `NoRuleThen`."""
        return then(self._versions[rule_id], on=on, of=rule_id)

    def values(self, *, on: date) -> Mapping[RuleId, int]:
        """Every figure on a local date. Raises `NoRuleThen`."""
        return {one: self.rule(one, on=on).value for one in RuleId}
