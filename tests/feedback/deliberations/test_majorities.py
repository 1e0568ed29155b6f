"""The two denominators, and the rules that say which of them a meeting goes by."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.feedback.deliberations.majorities import (
    Counts,
    MeetingOutcome,
    carried_by_those_entitled,
    carried_by_those_present,
    outcome_of,
)
from services.feedback.rules.meetings import Base, DeliberationRules, Figure, MeetingKind, Portion

HALF = Portion(part=1, of=2, more=True)
RULES = DeliberationRules.load()
DAY = date(2026, 1, 1)


def test_an_election_goes_by_those_who_came() -> None:
    """R-45: elected with more than half of those actually present."""
    assert carried_by_those_present(Counts(100, 81, 41, 40, 0), HALF)
    assert not carried_by_those_present(Counts(100, 82, 41, 41, 0), HALF)


def test_a_decision_of_members_goes_by_those_who_should_have_come() -> None:
    """R-46: in favour more than half of those entitled; the same votes elect somebody and decide nothing."""
    assert carried_by_those_entitled(Counts(100, 81, 51, 30, 0), HALF)
    assert not carried_by_those_entitled(Counts(100, 81, 50, 31, 0), HALF)
    assert carried_by_those_present(Counts(100, 81, 50, 31, 0), HALF)


OUTCOMES = [
    (MeetingKind.MEMBERS, (30, 19, 19), MeetingOutcome.NO_QUORUM),  # below two thirds
    (MeetingKind.MEMBERS, (30, 20, 15), MeetingOutcome.NOT_CARRIED),  # the half of the 30
    (MeetingKind.MEMBERS, (30, 20, 16), MeetingOutcome.CARRIED),
    (MeetingKind.REPRESENTATIVES, (30, 20, 10), MeetingOutcome.NOT_CARRIED),  # the half of the 20
    (MeetingKind.REPRESENTATIVES, (30, 20, 11), MeetingOutcome.CARRIED),
    (MeetingKind.VILLAGERS, (400, 200, 200), MeetingOutcome.NO_QUORUM),  # the half is not more than the half
    (MeetingKind.VILLAGERS, (400, 201, 101), MeetingOutcome.CARRIED),
    (MeetingKind.HOUSEHOLDS, (99, 66, 34), MeetingOutcome.CARRIED),
    (MeetingKind.HOUSEHOLDS, (100, 66, 66), MeetingOutcome.NO_QUORUM),
    (MeetingKind.ELECTION_BY_MEMBERS, (30, 24, 24), MeetingOutcome.NO_QUORUM),  # four fifths are not more than that
    (MeetingKind.ELECTION_BY_MEMBERS, (30, 25, 13), MeetingOutcome.CARRIED),
    (MeetingKind.BRANCH, (5, 3, 2), MeetingOutcome.NOT_CARRIED),
    (MeetingKind.BRANCH, (5, 3, 3), MeetingOutcome.CARRIED),
]


@pytest.mark.parametrize(("kind", "counts", "outcome"), OUTCOMES)
def test_each_meeting_goes_by_its_own_rule(
    kind: MeetingKind, counts: tuple[int, int, int], outcome: MeetingOutcome
) -> None:
    rule = RULES.meeting(kind, on=DAY)
    entitled, attended, in_favour = counts
    counted = Counts(entitled, attended, in_favour, 0, 0)
    quorum, majority = (Portion.unpacked(one.packed) for one in (rule.quorum, rule.majority))
    assert outcome_of(counted, quorum=quorum, majority=majority, base=rule.base) is outcome


def test_villages_decide_by_those_present_and_the_party_by_those_entitled() -> None:
    bases = {kind: RULES.meeting(kind, on=DAY).base for kind in MeetingKind}
    entitled = {MeetingKind.BRANCH, MeetingKind.COMMITTEES, MeetingKind.MEMBERS}
    assert {kind for kind, base in bases.items() if base is Base.ENTITLED} == entitled
    assert RULES.meeting(MeetingKind.VILLAGERS, on=DAY).notice_days == 10
    assert RULES.days(Figure.RESULT_WITHIN, on=DAY) == 5


def test_a_file_without_a_meeting_or_with_what_cannot_be_reached_is_refused() -> None:
    said = RULES.model_dump(mode="json")
    with pytest.raises(ValidationError, match="规则文件缺少 election"):
        DeliberationRules.model_validate(said | {"meetings": said["meetings"][:-1]})
    with pytest.raises(ValidationError, match="不可能达到"):
        Portion(part=1, of=1, more=True)
