"""When a case is blue, yellow or red, how a supervision order is raised, and in which hours people are told."""

import re
from collections.abc import Iterable
from datetime import date, time
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chassis.dated import Confidence, Dated, Text, in_turn
from services.tasks.clocks.limits import Amount

Code = Annotated[str, Field(pattern=r"^[a-z]{1,16}$")]


def _of_day(text: str) -> str:
    """A local time of day to the minute, in four digits, so that texts sort as times do."""
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) is None:
        raise ValueError("时间应写成 08:30 这样的四位数，并加引号")
    return text


OfDay = Annotated[str, AfterValidator(_of_day)]


class _Coloured(Dated):
    """A colour with what it means, how grave it is, and whose rule it is."""

    code: Code
    name: Text  # shown to people: 蓝色
    meaning: Text
    rank: Annotated[int, Field(strict=True, ge=1, le=9)]  # the graver, the higher
    jurisdiction: Text
    source: Text
    confidence: Confidence


class Colour(_Coloured):
    """A warning colour of a running clock, in force from one of three: a share of the limit, its end, or later."""

    passed: Annotated[int, Field(strict=True, ge=1, le=99)] | None = None  # percent of the limit that has passed
    overdue: Literal[True] | None = None
    overdue_by: Amount | None = None

    @model_validator(mode="after")
    def _comes_once(self) -> Self:
        if sum(one is not None for one in (self.passed, self.overdue, self.overdue_by)) != 1:
            raise ValueError(f"颜色 {self.code} 要写明何时生效：passed（百分比）、overdue 或 overdue_by 三者之一")
        return self


class OrderColour(_Coloured):
    """How grave a supervision order is, and how long the unit has to answer before it becomes the next colour."""

    answer_within: Amount
    urgent: bool = False  # an order about something urgent begins here


class Telling(BaseModel):
    """When people are told: those in office in working hours, everybody else outside the quiet hours of the night."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: OfDay  # local time of a working day
    ends: OfDay
    gather: Annotated[int, Field(strict=True, ge=1, le=240)]  # minutes; what comes within them is one digest
    quiet_from: OfDay | None = None
    quiet_to: OfDay | None = None
    jurisdiction: Text
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError("telling 的 ends 应晚于 begins")
        if (self.quiet_from is None) != (self.quiet_to is None) or (self.quiet_to and self.quiet_from == self.quiet_to):
            raise ValueError("quiet_from 和 quiet_to 要一起写，且不能相同；不设夜间静默就都不写")
        return self

    @property
    def hours(self) -> tuple[time, time]:
        """From when to when (not included) those in office are told, in local time."""
        return time.fromisoformat(self.begins), time.fromisoformat(self.ends)

    @property
    def quiet(self) -> tuple[time, time] | None:
        """From when to when (not included) nobody is told, in local time, over midnight as a rule."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        return time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_to)


Row = TypeVar("Row", bound=_Coloured)


def scale(rows: Iterable[Row], *, of: str, since: date) -> None:
    """See that a scale of colours is sound: each rank once a day, and one colour from the pack's first day on."""
    for code, versions in groupby(sorted(rows, key=attrgetter("code")), key=attrgetter("code")):
        in_turn(versions, of=f"{of} {code}")
    known = sorted(rows, key=attrgetter("rank", "valid_from"))
    if not any(row.holds_on(since) for row in known):
        raise ValueError(f"{of} 自规则包施行之日（{since}）起至少要有一种颜色")
    for rank, same in groupby(known, key=attrgetter("rank")):
        in_turn(same, of=f"{of} 第 {rank} 级")


def on(rows: Iterable[Row], day: date) -> list[Row]:
    """The colours that hold on a local date, from the mildest to the gravest."""
    return sorted((row for row in rows if row.holds_on(day)), key=attrgetter("rank"))
