"""The rules of `members`: counts and days of one county, each dated and with its source."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.dated import CountRule, RuleFile

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


class Rule(CountRule):
    """One figure, as it holds from a date to a date."""

    id: RuleId
    value: Annotated[int, Field(strict=True, gt=0, le=3660)]
    unit: Unit

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted = _UNITS.get(self.id, Unit.TIMES)
        if self.unit is not wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        return self


class MemberRules(RuleFile[Rule]):
    """The dated rules of one county."""

    ids = RuleId
    shipped = WULING
