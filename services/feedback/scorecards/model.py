"""Indicators as a file says them, and a figure: a numerator over a denominator, never a percentage alone."""

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import ColumnElement, and_, false, not_, or_

from chassis.operator_files import read_yaml
from services.feedback.scorecards.formulas import NOW, Written

FILE = Path(__file__).with_name("indicators.yaml")
Text = Annotated[str, Field(min_length=1)]


GRADE = re.compile(r"\brated_bad\b")
"""What a formula names that counts grades: its share alone would pass silence off as praise."""


class Part(StrEnum):
    """One of the numbers of a figure: above the line, below it, or declared to stand outside of it."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    OUTSIDE = "outside"


class Counted(BaseModel):
    """Which cases a number counts: the condition, and the same in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    formula: Written
    words: Text


class Indicator(BaseModel):
    """What is measured, how it is counted, and where that was taken from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,30}$")]
    name: Text
    numerator: Counted
    denominator: Counted
    exclusions: tuple[Counted, ...] = ()  # of the denominator: what stands outside, as cases still in time do
    beside: tuple[str, ...] = ()  # whose figures are never left out where this one is shown
    kept_from_handler: bool  # whether a case behind it would show its handler what the person served thinks
    source: Text
    confidence: Literal["A", "B", "C", "G"]

    @property
    def of_grades(self) -> bool:
        """Whether its numerator would tell what the persons served thought."""
        return GRADE.search(self.numerator.formula.text) is not None

    def counted(self, part: Part, now: ColumnElement[datetime] = NOW) -> ColumnElement[bool]:
        """The condition on a case to be counted; whatever is above the line is below it, too."""
        whole = self.denominator.formula.at(now)
        outside = [one.formula.at(now) for one in self.exclusions]
        if part is Part.OUTSIDE:
            return and_(whole, or_(false(), *outside))
        below = and_(whole, *(not_(one) for one in outside))
        return below if part is Part.DENOMINATOR else and_(below, self.numerator.formula.at(now))


class Indicators(BaseModel):
    """Every indicator of a scorecard, in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({indicator.id for indicator in self.indicators}) < len(self.indicators):
            raise ValueError("有两项指标的 id 相同")
        return self

    @model_validator(mode="after")
    def _grades_say_how_many_gave_one(self) -> Self:
        known = {indicator.id for indicator in self.indicators}
        for one in self.indicators:
            if unknown := [name for name in one.beside if name not in known or name == one.id]:
                raise ValueError(f"{one.id} 的 beside 里没有这项指标：{unknown[0]}")
            if one.of_grades and not one.beside:
                raise ValueError(f"{one.id} 由评价算出，须用 beside 写明与它同列的评价率指标")
        return self


def read(path: Path) -> dict[str, Indicator]:
    """The indicators of an operator's file by id. Raises `BadFile`, which names line and column."""
    return {indicator.id: indicator for indicator in read_yaml(path, Indicators).indicators}


INDICATORS = read(FILE)


class Figure(NamedTuple):
    """How many cases of a unit an indicator counts, and how many it does not."""

    indicator: str
    numerator: int
    denominator: int
    outside: int = 0  # as the indicator declares
    excluded: int = 0  # since two persons left them out

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
