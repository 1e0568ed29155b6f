"""The rules of judgement: how large a cell is, where lines are, how long a grade is asked for, what surveys wait."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.dated import CountRule, RuleFile

CELLS = Path(__file__).with_name("cells.yaml")


class RuleId(StrEnum):
    """The rules that the file must hold."""

    EXPECTED = "cell.expected"  # persons whose matters were done in the period before, without whom no cell is cut
    LEAST = "cell.least"  # ballots without which nothing is published of a cell
    LINE = "cell.line"  # share of good grades below which the unit is to rectify
    CASTING = "cell.casting"  # between the last credential and the close
    REMIND_AFTER = "invitation.remind_after"  # without a grade; the same again until the next reminder
    REMINDERS = "invitation.reminders"  # of one round, at most
    OPEN_FOR = "invitation.open"  # from the day on which the round was reported done; then it is silence
    SURVEY_LINE = "survey.line"  # share of the satisfied among those with an opinion below which a survey falls short
    SURVEY_DRAW = "survey.draw"  # on which credentials are drawn, between the announcement and the first answer
    SURVEY_PART = "survey.part"  # people whom a survey asks in a part, without whom it has no key of its own
    SURVEY_ENTRY = "survey.entry"  # between the last answer and the publication, where papers are entered
    SURVEY_AGAIN = "survey.again"  # between a result below the line and the publication of the next survey
    CONSULTED_FOR = "consultation.days"  # a draft is shown, at least
    SUGGESTIONS = "consultation.suggestions"  # of one person about one draft, at most


class Unit(StrEnum):
    """What a rule is counted in."""

    TIMES = "times"
    DAYS = "d"  # natural days
    PERCENT = "percent"


_UNITS = {
    RuleId.LINE: Unit.PERCENT,
    RuleId.CASTING: Unit.DAYS,
    RuleId.REMIND_AFTER: Unit.DAYS,
    RuleId.OPEN_FOR: Unit.DAYS,
    RuleId.SURVEY_LINE: Unit.PERCENT,
    RuleId.SURVEY_DRAW: Unit.DAYS,
    RuleId.SURVEY_ENTRY: Unit.DAYS,
    RuleId.SURVEY_AGAIN: Unit.DAYS,
    RuleId.CONSULTED_FOR: Unit.DAYS,
}
_BOUNDS = {
    RuleId.EXPECTED: (5, 1000),
    RuleId.LEAST: (3, 100),
    RuleId.LINE: (1, 100),
    RuleId.CASTING: (1, 90),
    RuleId.REMIND_AFTER: (1, 90),
    RuleId.REMINDERS: (0, 5),
    RuleId.OPEN_FOR: (1, 366),
    RuleId.SURVEY_LINE: (1, 100),
    RuleId.SURVEY_DRAW: (1, 60),
    RuleId.SURVEY_PART: (5, 10_000),
    RuleId.SURVEY_ENTRY: (1, 60),
    RuleId.SURVEY_AGAIN: (7, 366),
    RuleId.CONSULTED_FOR: (1, 90),
    RuleId.SUGGESTIONS: (1, 50),
}


class Rule(CountRule):
    """One figure, as it holds from a date to a date."""

    id: RuleId
    value: Annotated[int, Field(strict=True)]
    unit: Unit

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted = _UNITS.get(self.id, Unit.TIMES)
        if self.unit is not wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        least, most = _BOUNDS[self.id]
        if not least <= self.value <= most:
            raise ValueError(f"{self.id} 的 value 应在 {least} 至 {most} 之间")
        return self


class FeedbackRules(RuleFile[Rule]):
    """The dated rules of one county."""

    ids = RuleId
    shipped = CELLS
