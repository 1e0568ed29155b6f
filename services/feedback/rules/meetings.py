"""The rules of villages' decisions: whom a meeting needs, which votes carry, what is told how long before and after."""

from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.dated import Confidence, CountRule, Dated, RuleFile, Text, in_turn, then

DELIBERATIONS = Path(__file__).with_name("deliberations.yaml")


class Figure(StrEnum):
    """The spans that the file must hold, in natural days."""

    RESOLUTION_WITHIN = "resolution.publish_within"
    RESOLUTION_POSTED = "resolution.posted"
    RESULT_WITHIN = "result.publish_within"
    RESULT_POSTED = "result.posted"
    ANSWER = "objection.answer"
    HEARING_NOTICE = "hearing.notice"
    HEARING_DECIDED = "hearing.decide_within"


class Base(StrEnum):
    """Of whom the votes in favour have to be so many."""

    PRESENT = "present"
    ENTITLED = "entitled"

    @property
    def title_zh(self) -> str:
        """In words."""
        return {"present": "实到", "entitled": "应到"}[self]


class MeetingKind(StrEnum):
    """The kinds of meeting that the file must hold: what is voted on, and by whom."""

    BRANCH = "decision.branch"
    COMMITTEES = "decision.committees"
    MEMBERS = "decision.members"
    VILLAGERS = "decision.villagers"
    HOUSEHOLDS = "decision.households"
    REPRESENTATIVES = "decision.representatives"
    ELECTION_BY_MEMBERS = "election.members"
    ELECTION_BY_VILLAGERS = "election.villagers"
    ELECTION_BY_HOUSEHOLDS = "election.households"


class Portion(BaseModel):
    """More than a fraction of a number, or at least so much."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Annotated[int, Field(strict=True, ge=1, le=100)]
    of: Annotated[int, Field(strict=True, ge=1, le=100)]
    more: Annotated[bool, Field(strict=True)]

    @model_validator(mode="after")
    def _is_at_most_the_whole(self) -> Self:
        if self.part > self.of or (self.more and self.part == self.of):
            raise ValueError(f"{self.part}/{self.of} 不可能达到")
        return self

    def reached(self, number: int, *, among: int) -> bool:
        """Whether a number is so much of another, exactly; nothing is reached among nobody."""
        if among == 0:
            return False
        return number * self.of > self.part * among if self.more else number * self.of >= self.part * among

    @property
    def title_zh(self) -> str:
        """In words."""
        if (self.part, self.of) == (1, 2):
            return "过半数" if self.more else "半数以上"
        return f"超过 {self.part}/{self.of}" if self.more else f"{self.part}/{self.of} 以上"

    @property
    def packed(self) -> str:
        """As a row keeps it: `1/2+` is more than the half, `2/3` at least two thirds."""
        return f"{self.part}/{self.of}{'+' if self.more else ''}"

    @classmethod
    def unpacked(cls, text: str) -> Self:
        """As a row kept it."""
        part, _, of = text.removesuffix("+").partition("/")
        return cls(part=int(part), of=int(of), more=text.endswith("+"))


class FigureRule(CountRule):
    """One span, as it holds from a date to a date."""

    id: Figure
    value: Annotated[int, Field(strict=True, ge=1, le=90)]
    unit: Literal["d"]


class MeetingRule(Dated):
    """Whom a kind of meeting consists of, when it counts, and which votes carry what is before it."""

    id: MeetingKind
    name: Text
    entitled: Annotated[str, Field(min_length=1, max_length=100)]  # the source of the count
    notice_days: Annotated[int, Field(strict=True, ge=0, le=90)]  # between the notice and the day of the meeting
    quorum: Portion  # of the entitled
    majority: Portion
    base: Base
    jurisdiction: Text
    source: Annotated[str, Field(min_length=1, max_length=200)]
    confidence: Confidence


class DeliberationRules(RuleFile[FigureRule]):
    """The dated rules of one county."""

    ids = Figure
    shipped = DELIBERATIONS

    meetings: tuple[MeetingRule, ...]

    _of_kind: dict[str, tuple[MeetingRule, ...]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _holds_every_meeting(self) -> Self:
        by_id = attrgetter("id")
        for kind, rows in groupby(sorted(self.meetings, key=by_id), key=by_id):
            self._of_kind[kind] = in_turn(rows, of=kind)
        if missing := [one for one in MeetingKind if one not in self._of_kind]:
            raise ValueError(f"规则文件缺少 {missing[0]}")
        return self

    def meeting(self, kind: MeetingKind, *, on: date) -> MeetingRule:
        """The rule of a kind of meeting as it holds on a local date. Raises `NoRuleThen`."""
        return then(self._of_kind[kind], on=on, of=kind)

    def days(self, figure: Figure, *, on: date) -> int:
        """So many natural days. Raises `NoRuleThen`."""
        return self.rule(figure, on=on).value
