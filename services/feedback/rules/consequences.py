"""The rules of accountability, praise, vetoes and grades: how many decide, how long one has, where the caps lie."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from chassis.dated import Confidence, CountRule, Dated, RuleFile, Text, in_turn
from services.feedback.grades.words import Grade

CONSEQUENCES = Path(__file__).with_name("consequences.yaml")


class ConsequenceId(StrEnum):
    """The rules that the file must hold."""

    TALK_PERSONS = "talk.persons"
    TALK_EFFECT = "talk.effect"
    INTERVIEW_PERSONS = "interview.persons"
    INTERVIEW_EFFECT = "interview.effect"
    CRITICISM_PERSONS = "criticism.persons"
    CRITICISM_EFFECT = "criticism.effect"
    ORDER_PERSONS = "order_to_rectify.persons"
    ORDER_EFFECT = "order_to_rectify.effect"
    REFERRAL_PERSONS = "referral.persons"
    REFERRAL_EFFECT = "referral.effect"
    COMMENDATION_PERSONS = "commendation.persons"
    COMMENDATION_EFFECT = "commendation.effect"
    REWARD_PERSONS = "reward.persons"
    REWARD_EFFECT = "reward.effect"
    HEARING = "hearing.limit"  # for whoever it is about to say what they have to say
    NOTICE = "notice.limit"  # during which a praise is posted for objections
    APPEAL = "appeal.limit"
    SUGGESTION = "suggestion.cells"  # in a row below the line, after which the one above is asked to consider
    EXCELLENT_UNITS = "excellent.units"
    EXCELLENT_SECRETARIES = "excellent.secretaries"
    EXCELLENT_MEMBERS = "excellent.members"
    TURNOUT = "turnout.least"
    GRADE_APPEAL = "grade_appeal.limit"


class Counting(StrEnum):
    """What a rule is counted in."""

    PERSONS = "persons"
    DAYS = "d"  # natural days
    TIMES = "times"
    PERCENT = "percent"
    ONE_IN = "one_in"


_COUNTED = {
    "persons": (Counting.PERSONS, 1, 2),
    "effect": (Counting.DAYS, 1, 1825),
    "limit": (Counting.DAYS, 3, 180),
    "cells": (Counting.TIMES, 1, 10),
    "least": (Counting.PERCENT, 1, 99),
}


class ConsequenceRule(CountRule):
    """One figure, as it holds from a date to a date."""

    id: ConsequenceId
    value: Annotated[int, Field(strict=True)]
    unit: Counting

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted, least, most = _COUNTED.get(self.id.rpartition(".")[2], (Counting.ONE_IN, 1, 20))
        if self.unit is not wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        if not least <= self.value <= most:
            raise ValueError(f"{self.id} 的 value 应在 {least} 至 {most} 之间")
        return self


class VetoItem(Dated):
    """What, once two persons found it, lets a unit have no better grade than `best` in that year."""

    id: Annotated[str, Field(pattern=r"^[a-z_]{3,48}$")]
    name: Text
    best: Grade
    source: Text
    confidence: Confidence


class ConsequenceRules(RuleFile[ConsequenceRule]):
    """The dated rules of one county."""

    ids = ConsequenceId
    shipped = CONSEQUENCES

    veto_items: tuple[VetoItem, ...]

    @model_validator(mode="after")
    def _one_version_a_day(self) -> Self:
        by_id = attrgetter("id")
        for item_id, rows in groupby(sorted(self.veto_items, key=by_id), key=by_id):
            in_turn(rows, of=item_id)
        return self

    def vetoes(self, *, on: date) -> Sequence[VetoItem]:
        """The veto items that hold on a local date."""
        return [item for item in self.veto_items if item.holds_on(on)]

    def of_measure(self, measure: str, *, on: date) -> tuple[int, int]:
        """How many persons decide on a measure, and for how many natural days it has effect. Raises `NoRuleThen`."""
        return self.rule(f"{measure}.persons", on=on).value, self.rule(f"{measure}.effect", on=on).value
