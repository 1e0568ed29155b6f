"""Indicators as a file says them, and a figure: a numerator over a denominator, never a percentage alone."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chassis.operator_files import read_yaml
from services.feedback.scorecards.predicates import PREDICATES

FILE = Path(__file__).with_name("indicators.yaml")
Text = Annotated[str, Field(min_length=1)]


class Part(StrEnum):
    """One of the two numbers of a figure."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class Counted(BaseModel):
    """Which cases a number counts: the condition, and the same in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    predicate: Text
    words: Text

    @field_validator("predicate")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in PREDICATES:
            raise ValueError(f"没有名为 {name} 的条件，可用：{'、'.join(PREDICATES)}")
        return name


class Indicator(BaseModel):
    """What is measured, how it is counted, and where that was taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$")]
    name: Text
    numerator: Counted
    denominator: Counted
    kept_from_handler: bool  # whether a case behind it would show its handler what the person served thinks
    source: Text
    confidence: Literal["A", "B", "C", "G"]


class Indicators(BaseModel):
    """Every indicator of a scorecard, in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({indicator.id for indicator in self.indicators}) < len(self.indicators):
            raise ValueError("有两项指标的 id 相同")
        return self


INDICATORS = {indicator.id: indicator for indicator in read_yaml(FILE, Indicators).indicators}


class Figure(NamedTuple):
    """How many cases of a unit an indicator counts, and how many it does not since two persons left them out."""

    indicator: str
    numerator: int
    denominator: int
    excluded: int = 0

    @property
    def percent(self) -> str | None:
        """With two decimals, half rounded up, as bulletins print it; none where there is nothing to divide by."""
        if self.denominator == 0:
            return None
        share = Decimal(100 * self.numerator) / Decimal(self.denominator)
        return str(share.quantize(Decimal("0.01"), ROUND_HALF_UP))


class Scorecard(NamedTuple):
    """The figures of one unit in one month."""

    code: str
    name: str
    figures: list[Figure]
