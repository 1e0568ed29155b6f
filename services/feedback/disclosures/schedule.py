"""The schedule of disclosures, dated and with its source: what every village publishes, how often, and by which day."""

from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.dated import Confidence, Dated, Text, in_turn, then
from chassis.operator_files import read_yaml

SCHEDULE = Path(__file__).with_name("disclosures.yaml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
Days = Annotated[int, Field(strict=True, ge=1, le=90)]


class Beat(StrEnum):
    """How often something is disclosed."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    AT_ONCE = "at_once"

    @property
    def title_zh(self) -> str:
        """How often, in words."""
        return {
            "month": "每月",
            "quarter": "每季度",
            "half_year": "每半年",
            "year": "每年",
            "at_once": "随时",
        }[self]

    def around(self, day: date) -> tuple[date, date]:
        """The first and the last local day of the period in which a day lies; of what comes at once, the day itself."""
        if self is Beat.AT_ONCE:
            return day, day
        months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[self]
        first = (day.month - 1) // months * months
        after = first + months
        return date(day.year, first + 1, 1), date(day.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


class DisclosureRule(Dated):
    """One kind of disclosure."""

    code: Code
    title: Annotated[str, Field(min_length=1, max_length=60)]
    beat: Beat
    within: Days  # natural days after the period or the event, the last of which is in time
    ahead: Days  # so many days before a period begins, its disclosures are there to be filled
    figures: bool  # whether words alone are too little
    says: Text  # what is to stand in it, and what must not
    jurisdiction: Text
    source: Text
    confidence: Confidence

    def due_on(self, last: date) -> date:
        """The last day that is in time."""
        return last + timedelta(days=self.within)


class QuestionRule(Dated):
    """By when a question about a disclosure is answered, and how many one person may have open in one village."""

    within: Days  # natural days
    most_open: Annotated[int, Field(strict=True, ge=1, le=20)]
    jurisdiction: Text
    source: Text
    confidence: Confidence


class DisclosureSchedule(BaseModel):
    """The file. Immutable: another file is another set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    stated_version: Text
    kinds: tuple[DisclosureRule, ...]
    questions: tuple[QuestionRule, ...]

    _versions: dict[str, tuple[DisclosureRule, ...]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path = SCHEDULE) -> Self:
        """The schedule in this file. Raises `BadFile` with each faulty line, also where two hold on one day."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _each_holds_once_a_day(self) -> Self:
        by_code = attrgetter("code")
        for code, rows in groupby(sorted(self.kinds, key=by_code), key=by_code):
            self._versions[code] = in_turn(rows, of=code)
        in_turn(self.questions, of="questions")
        return self

    @property
    def codes(self) -> list[str]:
        """Every kind's code."""
        return sorted(self._versions)

    def on(self, code: str, day: date) -> DisclosureRule | None:
        """The rule of a kind that holds on a local day."""
        return next((one for one in self._versions.get(code, ()) if one.holds_on(day)), None)

    def questions_on(self, day: date) -> QuestionRule:
        """What holds for questions on a local day. Raises `NoRuleThen`."""
        return then(self.questions, on=day, of="questions")
