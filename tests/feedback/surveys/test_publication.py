"""What is published: each sheet once or declared too few, and no difference of two tables tells of a smaller group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from services.feedback.reports.shares import interval
from services.feedback.surveys.answers.actions import counted
from services.feedback.surveys.definitions.model import PartKind, PartOutcome
from services.feedback.surveys.definitions.questions import Definition
from services.feedback.surveys.results.publication import (
    BAD,
    GOOD,
    Place,
    Settled,
    Tally,
    settle,
    tally,
    total,
)
from tests.feedback.surveys.asking import DEFINITION

Sheet = Mapping[str, Sequence[str]]
"""The options that somebody chose, by question."""

FORM = Definition.model_validate(DEFINITION)
LEAST = 5
SPACE = UUID(int=8)
PLACES = [
    *(Place(uuid5(SPACE, name), PartKind.AREA) for name in "abc"),
    Place(uuid5(SPACE, "rest"), PartKind.REST),
    Place(uuid5(SPACE, "door"), PartKind.DOOR),
]


def sheet(opinion: str, why: Sequence[str] = ("slow",), heard: str = "true", roads: str | None = None) -> Sheet:
    """The answers of one person."""
    said: dict[str, Sequence[str]] = {"overall": [opinion], "heard": [heard]}
    if opinion == "dissatisfied":
        said["why"] = why
    return said if roads is None else said | {"roads": [roads]}


opinions = st.sampled_from(["satisfied", "fairly_satisfied", "dissatisfied", "no_opinion"])
sheets = st.builds(
    sheet,
    opinions,
    st.lists(st.sampled_from(["slow", "rude", "far"]), min_size=1, unique=True),
    st.sampled_from(["true", "false"]),
    st.sampled_from([None, "1", "5"]),
)
boxes = st.lists(sheets, max_size=14) | opinions.flatmap(lambda one: st.lists(st.just(sheet(one)), max_size=9))


@dataclass(frozen=True)
class Shown:
    """A published table, and whose sheets it is of."""

    parts: frozenset[UUID]
    tally: Tally


def shown(settled: Mapping[UUID, Settled]) -> list[Shown]:
    """Every table that the public reads: of parts, and of the whole."""
    found = {part: one.tally for part, one in settled.items() if one.tally is not None}
    tables = [Shown(frozenset({part}), of) for part, of in found.items()]
    return [*tables, Shown(frozenset(found), total(list(found.values())))] if found else []


def where_they_count(settled: Mapping[UUID, Settled], cast: Mapping[UUID, list[Sheet]]) -> dict[UUID, list[Sheet]]:
    """The sheets of each part, followed by hand."""
    rest = PLACES[3].part_id
    found = {part: list(lying) for part, lying in cast.items() if settled[part].outcome is not PartOutcome.WENT_UP}
    for part, lying in cast.items():
        if settled[part].outcome is PartOutcome.WENT_UP:
            found[rest] = found[rest] + lying
    return found


def sides(group: Sequence[Sheet]) -> list[int]:
    """How many are satisfied, are not, and have no opinion."""
    said = [one["overall"][0] for one in group]
    good, bad = sum(one in GOOD for one in said), sum(one in BAD for one in said)
    return [good, bad, len(said) - good - bad]


def told_by_differences(tables: Sequence[Shown], truth: Mapping[UUID, Sequence[Sheet]]) -> list[str]:
    """What a table, or the difference of two, tells that it should not: a small group, or how all of one think."""
    faults = []
    nothing = Shown(frozenset(), Tally(responses=0, questions={}))
    pairs = [(nothing, one) for one in tables]
    pairs += [(less, more) for one, other in combinations(tables, 2) for less, more in ((one, other), (other, one))]
    for less, more in pairs:
        if not less.parts < more.parts:
            continue
        group = [one for part in more.parts - less.parts for one in truth[part]]
        many = more.tally.responses - less.tally.responses
        if many != len(group):
            faults.append(f"{many} of {len(group)}: wrong")
        if 0 < many < LEAST:
            faults.append(f"a group of {many}")
        for code, of in more.tally.questions.items():
            before = less.tally.questions.get(code)
            if code == "why" and len(more.parts) > 1:  # summed over the parts where it is told
                continue
            for option, (least, most) in of.options.items():
                low, high = (0, 0) if before is None else before.options.get(option, (0, 0))
                answered = [one.get(code, [""] if code == "roads" else []) for one in group]
                true = sum(option in one for one in answered)
                if not least - high <= true <= most - low:
                    faults.append(f"{code} {option}: {true} is not told")
        of = more.tally.questions["overall"]
        told = less.tally.questions.get("overall")
        exact = all(least == most for least, most in of.options.values())
        exact = exact and (told is None or all(least == most for least, most in told.options.values()))
        if exact and max(sides(group)) >= len(group) - 1:
            faults.append(f"all or all but one of {len(group)} are of one mind, and that is told")
        if less is nothing and "why" in more.tally.questions and len(more.parts) == 1:
            asked = more.tally.questions["why"].asked
            if min(asked, len(group) - asked) < LEAST:
                faults.append(f"{asked} were asked why")
    return faults


@settings(max_examples=40)
@given(st.lists(boxes, min_size=5, max_size=5))
def test_each_sheet_counts_once_and_no_difference_tells_of_few(lying: list[list[Sheet]]) -> None:
    cast = {place.part_id: box for place, box in zip(PLACES, lying, strict=True)}
    settled = settle(FORM, PLACES, {part: counted(box) for part, box in cast.items()}, least=LEAST)
    truth = where_they_count(settled, cast)
    assert sum(one.responses or 0 for one in settled.values()) == sum(map(len, lying))
    for part, one in settled.items():
        if one.outcome is PartOutcome.PUBLISHED:
            assert one.responses == len(truth[part]) >= LEAST
        elif one.outcome is PartOutcome.TOO_FEW:
            assert (one.tally, one.responses) == (None, len(truth[part]))
            assert len(truth[part]) < LEAST
        else:
            assert (one.tally, one.responses) == (None, None)
    assert told_by_differences(shown(settled), truth) == []


def test_the_trial_finds_what_a_careless_table_tells() -> None:
    """The controls: a part below the least, counts that are exact where all are of one mind, a branch of two."""
    part, other = PLACES[0].part_id, PLACES[1].part_id
    mixed = [sheet("satisfied")] * 4 + [sheet("dissatisfied")] * 2
    alike = [sheet("satisfied")] * 6
    whole = tally(FORM, counted(mixed), least=2)
    assert told_by_differences([Shown(frozenset({part}), whole)], {part: mixed}) == ["2 were asked why"]
    few = [Shown(frozenset({part}), tally(FORM, counted(mixed[:3]), least=9))]
    assert told_by_differences(few, {part: mixed[:3]})[0] == "a group of 3"
    both = Shown(frozenset({part, other}), tally(FORM, counted(mixed + alike), least=9))
    found = told_by_differences(
        [Shown(frozenset({part}), tally(FORM, counted(mixed), least=9)), both], {part: mixed, other: alike}
    )
    assert found == ["all or all but one of 6 are of one mind, and that is told"]


def test_the_line_is_compared_with_what_is_published_and_nobody_without_an_opinion_counts() -> None:
    def overall(good: int, bad: int, none: int = 0) -> Tally:
        box = [sheet("satisfied")] * good + [sheet("dissatisfied")] * bad + [sheet("no_opinion")] * none
        return tally(FORM, counted(box), least=LEAST)

    judged = {
        (17, 3, 0): False,  # 85 %
        (16, 3, 9): True,
        (4, 1, 0): False,  # all but one: the range reaches 100 %
        (0, 6, 0): True,
        (0, 0, 6): False,  # one of them at most may be satisfied
    }
    for (good, bad, none), below in judged.items():
        assert overall(good, bad, none).questions["overall"].below(85) is below, (good, bad, none)
    one = overall(16, 3, 9).questions["overall"]
    assert one.share == (16 / 19, 16 / 19)
    assert one.interval == interval(16, 19)
    ranged = overall(6, 0).questions["overall"]
    assert (ranged.good, ranged.bad, ranged.options["satisfied"]) == ((5, 6), (0, 1), (0, 6))
    both = total([overall(16, 3, 9), overall(6, 0)]).questions["overall"]
    assert (both.good, both.bad, both.below(95)) == ((21, 22), (3, 4), True)
