"""The rules of recurring duties, dated and with their source: what, how often, by which working day, and whose."""

from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.calendar import WorkCalendar
from chassis.dated import Confidence, Dated, Text, in_turn
from chassis.operator_files import read_yaml
from services.tasks.recurring_duties.periods import Every, Period
from services.tasks.roster.model import Organization

RULES = Path(__file__).with_name("recurring_duties.yaml")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,31}$")]


class Asks(StrEnum):
    """What shows that a duty was done; a report that somebody types is not among it."""

    NOTHING = "nothing"
    EVIDENCE = "evidence"  # a file: minutes, a signed paper
    GENERATED = "generated"  # what the system made by itself is looked at

    @property
    def title_zh(self) -> str:
        """In words."""
        return {
            "nothing": "完成后点一下即可，不用附材料",
            "evidence": "请附会议记录等凭证",
            "generated": "材料由系统自动生成，看过后确认即可，不用另写",
        }[self]


class Whose(BaseModel):
    """Whose duty it is: the post of an organisation of a tier, in an area of a level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tier: Literal["committee", "general_branch", "branch", "group"]
    at: Literal["county", "township", "village"]
    post: Text

    def is_of(self, organization: Organization) -> bool:
        """Whether an organisation has it."""
        return organization.tier == self.tier and level_of(organization.division_code) == self.at


class Due(BaseModel):
    """By the n-th working day of the period itself or of the one after it; from its end where n is negative."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    working_day: Annotated[int, Field(strict=True, ge=-60, le=60)]
    of: Literal["this", "next"]

    @model_validator(mode="after")
    def _is_a_day(self) -> Self:
        if self.working_day == 0:
            raise ValueError("working_day 从 1 数起；从期末倒数写负数，-1 为最后一个工作日")
        return self


class RecurringRule(Dated):
    """One duty that comes back."""

    code: Code
    title: Text
    every: Every
    due: Due
    whose: Annotated[tuple[Whose, ...], Field(min_length=1)]
    ahead: Annotated[int, Field(strict=True, ge=1, le=366)]  # days before a period begins on which it is made
    remind: Annotated[int, Field(strict=True, ge=1, le=60)]  # working days before it is due
    asks: Asks
    jurisdiction: Text
    source: Text
    confidence: Confidence

    def due_on(self, period: Period, calendar: WorkCalendar) -> date:
        """The last day that is in time."""
        counted = period if self.due.of == "this" else period.next(self.every)
        return counted.working_day(self.due.working_day, calendar)

    def post_of(self, organization: Organization) -> str | None:
        """The kind of post that has it in an organisation, if any has."""
        return next((one.post for one in self.whose if one.is_of(organization)), None)


class RecurringRules(BaseModel):
    """The file. Immutable: another file is another set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    soon: Annotated[int, Field(strict=True, ge=1, le=60)]  # working days within which what is due is «soon»
    duties: tuple[RecurringRule, ...]

    @classmethod
    def load(cls, path: Path = RULES) -> Self:
        """The rules in this file. Raises `BadFile` with each faulty line, also where two hold on one day."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _each_holds_once_a_day(self) -> Self:
        by_code = attrgetter("code")
        for code, rows in groupby(sorted(self.duties, key=by_code), key=by_code):
            in_turn(rows, of=code)
        return self

    @property
    def codes(self) -> list[str]:
        """Every duty's code."""
        return sorted({one.code for one in self.duties})

    def on(self, code: str, day: date) -> RecurringRule | None:
        """The rule of a duty that holds on a local day."""
        return next((one for one in self.duties if one.code == code and one.holds_on(day)), None)


def level_of(division_code: str) -> str:
    """Whether an area is a county's, a township's or a village's."""
    if division_code.endswith("000000"):
        return "county"
    return "township" if division_code.endswith("000") else "village"
