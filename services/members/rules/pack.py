"""The rules of `members`: counts and days of one county, each dated and with its source."""

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

WULING = Path(__file__).with_name("wuling.yaml")


class RuleId(StrEnum):
    """The rules that the file must hold."""

    HOUSEHOLDS_LEAST = "pairing.households.least"  # that one person answers for
    HOUSEHOLDS_MOST = "pairing.households.most"
    DEPARTMENTS_LEAST = "pairing.departments.least"  # that stand by one village
    DEPARTMENTS_MOST = "pairing.departments.most"
    THREE_PLUS_X_LEAST = "pairing.three_plus_x.least"  # helpers that a village or household has at least
    AID_NOTICE = "aid.notice"  # how long the entering of a household is posted for objections
    AID_EXIT_NOTICE = "aid.exit_notice"  # how long its leaving is


class Unit(StrEnum):
    """What a rule is counted in."""

    TIMES = "times"
    DAYS = "d"  # natural days


_UNITS = {RuleId.AID_NOTICE: Unit.DAYS, RuleId.AID_EXIT_NOTICE: Unit.DAYS}


class Rule(Dated):
    """One figure, as it holds from a date to a date."""

    id: RuleId
    name: Text
    value: Annotated[int, Field(strict=True, gt=0, le=3660)]
    unit: Unit
    jurisdiction: Text
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted = _UNITS.get(self.id, Unit.TIMES)
        if self.unit is not wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        return self


class MemberRules(BaseModel):
    """The dated rules of one county. Immutable: another file is another set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    stated_version: Text
    rules: tuple[Rule, ...]

    _versions: dict[RuleId, tuple[Rule, ...]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path = WULING) -> Self:
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
