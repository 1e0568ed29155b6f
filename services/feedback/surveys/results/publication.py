"""What of a survey's sheets is published, from their counts alone: no I/O, and nothing that tells of a smaller group.

As with cells of ballots, each sheet counts in one part: where it was given or, with too few beside it, in the rest of
the whole. Every published figure is one of a part or a sum over published parts, so the difference of two is again a
sum over parts that are each large enough. Where all but one at most are on one side, a count is told as a range, and
sums carry it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.feedback.reports.shares import interval
from services.feedback.surveys.definitions.model import PartKind, PartOutcome
from services.feedback.surveys.definitions.questions import Definition, Opinion, Question, QuestionKind
from services.feedback.urns.model import EMPTY, Counts

Span = tuple[int, int]
"""How many at least and at most: the same but where the number would tell of somebody."""

GOOD = {Opinion.SATISFIED.value, Opinion.FAIRLY_SATISFIED.value}
BAD = {Opinion.DISSATISFIED.value}
UNANSWERED = ""


class QuestionTally(BaseModel):
    """What is published of one question."""

    model_config = ConfigDict(frozen=True)

    asked: int  # sheets that it is counted among
    options: dict[str, Span]
    good: Span | None  # of a question of opinion: satisfied or fairly so
    bad: Span | None

    @property
    def share(self) -> tuple[float, float] | None:
        """Between which shares the satisfied are among those with an opinion; none where nobody has one."""
        if self.good is None or self.bad is None or self.good[1] + self.bad[0] == 0:
            return None
        low_of = self.good[0] + self.bad[1]
        return (self.good[0] / low_of if low_of else 0.0), self.good[1] / (self.good[1] + self.bad[0])

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval around it, from the lower end of the lowest to the upper one of the highest."""
        if self.good is None or self.bad is None or self.share is None:
            return None
        low, _ = interval(self.good[0], self.good[0] + self.bad[1])
        _, high = interval(self.good[1], self.good[1] + self.bad[0])
        return low, high

    def below(self, line_percent: int) -> bool | None:
        """Whether the share is below a line, by what is published and nothing else; none where there is no share."""
        if self.good is None or self.bad is None or self.share is None:
            return None
        return 100 * self.good[1] < line_percent * (self.good[1] + self.bad[0])

    @property
    def mean(self) -> float | None:
        """The mean of the points of a scale, where each count is exact; of no other kind of question."""
        if any(least != most for least, most in self.options.values()):
            return None
        points = [(int(option), least) for option, (least, _) in self.options.items() if option]
        answered = sum(many for _, many in points)
        return sum(point * many for point, many in points) / answered if answered else None


class Tally(BaseModel):
    """What is published of a part, or of a sum of parts; a question that few were asked is not in it."""

    model_config = ConfigDict(frozen=True)

    responses: int
    questions: dict[str, QuestionTally]


@dataclass(frozen=True, slots=True)
class Place:
    """A part as far as going up asks."""

    part_id: UUID
    kind: PartKind


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a part; `responses` is none where its sheets went up."""

    outcome: PartOutcome
    responses: int | None
    tally: Tally | None


def settle(
    form: Definition, places: Sequence[Place], given: Mapping[UUID, Counts], *, least: int
) -> dict[UUID, Settled]:
    """What becomes of each part; each sheet counts in one, or is declared too few."""
    settled: dict[UUID, Settled] = {}
    gone_up = EMPTY
    order = [PartKind.AREA, PartKind.REST, PartKind.DOOR]
    for place in sorted(places, key=lambda one: order.index(one.kind)):
        counts = given.get(place.part_id, EMPTY)
        if place.kind is PartKind.REST:
            counts += gone_up
        if counts.sheets >= least:
            settled[place.part_id] = Settled(PartOutcome.PUBLISHED, counts.sheets, tally(form, counts, least=least))
        elif place.kind is PartKind.AREA:
            gone_up += counts
            settled[place.part_id] = Settled(PartOutcome.WENT_UP, None, None)
        else:
            settled[place.part_id] = Settled(PartOutcome.TOO_FEW, counts.sheets, None)
    return settled


def tally(form: Definition, counts: Counts, *, least: int) -> Tally:
    """The table of a part that is large enough."""
    found = {question.code: _of_question(question, counts, least=least) for question in form.questions()}
    return Tally(responses=counts.sheets, questions={code: one for code, one in found.items() if one is not None})


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of published tables: whoever has them has it, too, ranges and all."""
    codes = dict.fromkeys(code for one in tallies for code in one.questions)
    return Tally(
        responses=sum(one.responses for one in tallies),
        questions={code: _sum([one.questions[code] for one in tallies if code in one.questions]) for code in codes},
    )


def _sum(found: Sequence[QuestionTally]) -> QuestionTally:
    options = dict.fromkeys(option for one in found for option in one.options)
    return QuestionTally(
        asked=sum(one.asked for one in found),
        options={option: _spans([one.options.get(option, (0, 0)) for one in found]) for option in options},
        good=_spans([one.good for one in found if one.good]) if found[0].good else None,
        bad=_spans([one.bad for one in found if one.bad]) if found[0].bad else None,
    )


def _spans(found: Sequence[Span]) -> Span:
    return sum(least for least, _ in found), sum(most for _, most in found)


def _of_question(question: Question, given: Counts, *, least: int) -> QuestionTally | None:
    if question.kind is QuestionKind.WORDS:
        return None
    answered = given.said.get(question.code, 0)
    if question.conditions:
        # How many were shown a question tells how many answered another one so.
        if min(answered, given.sheets - answered) < least:
            return None
        among = answered
    else:
        among = given.sheets
    counts = {option: given.said.get(f"{question.code}={option}", 0) for option in question.options}
    if question.kind is QuestionKind.MULTIPLE:
        spans = {option: _span_of_several(count, among, least) for option, count in counts.items()}
        return QuestionTally(asked=among, options=spans, good=None, bad=None)
    if among > answered:
        counts[UNANSWERED] = among - answered
    sides: Callable[[str], str] = _side if question.kind is QuestionKind.OPINION else str
    weights: dict[str, int] = {}
    for option, count in counts.items():
        weights[sides(option)] = weights.get(sides(option), 0) + count
    leading = max(weights, key=lambda side: weights[side])
    one_sided = weights[leading] >= among - 1
    good = bad = None
    if question.kind is QuestionKind.OPINION:
        good, bad = (_span_of_side(weights.get(side, 0), side == leading, among, one_sided) for side in ("good", "bad"))
    alone = sum(sides(option) == leading for option in counts) == 1
    return QuestionTally(
        asked=among,
        options={
            option: (0, among)
            if one_sided and sides(option) == leading and not alone
            else _span_of_side(count, sides(option) == leading, among, one_sided)
            for option, count in counts.items()
        },
        good=good,
        bad=bad,
    )


def _side(option: str) -> str:
    return "good" if option in GOOD else "bad" if option in BAD else "none"


def _span_of_side(count: int, leads: bool, among: int, one_sided: bool) -> Span:
    if not one_sided:
        return count, count
    return (among - 1, among) if leads else (0, 1)


def _span_of_several(count: int, among: int, least: int) -> Span:
    """Few, or all but few, who ticked a box are told as a range."""
    if count < least:
        return 0, least - 1
    if count > among - least:
        return among - least + 1, among
    return count, count
