"""What of a term's ballots is published, from their counts alone: no I/O, and nothing that tells of a smaller group.

Each ballot counts in one cell: where it was cast or, with too few beside it, in the one above. Every published figure
is one of a cell or a sum over cells, so the difference of two published tables is again a sum over cells, each of them
large enough. Where all but one at most are on one side, a cell says so by a range alone, and sums carry the range on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.feedback.ballots.model import GRADES, REASONS
from services.feedback.cells.cutting import CellLevel
from services.feedback.cells.model import Outcome
from services.feedback.urns.model import EMPTY, Counts

GOOD = [not grade.bad for grade in GRADES]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell as far as going up asks."""

    cell_id: UUID
    level: CellLevel
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What is published of a cell: how many ballots, and how many were good, exactly or between two numbers."""

    responses: int
    good_least: int
    good_most: int
    grades: tuple[int, ...] | None  # of each grade, the best first; none where a range is told
    reasons: dict[str, int] | None  # how many at least named each; none where a range is told

    def below(self, line_percent: int) -> bool:
        """Whether the share of good grades is below a line, by what is published and nothing else."""
        return 100 * self.good_most < line_percent * self.responses


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a cell; `responses` is none where its ballots went up."""

    outcome: Outcome
    responses: int | None
    tally: Tally | None


def settle(places: Sequence[Place], cast: Mapping[UUID, Counts], *, least: int) -> dict[UUID, Settled]:
    """What becomes of each cell, from the smallest units up; each ballot counts in one cell, or is declared too few."""
    lying = {place.cell_id: cast.get(place.cell_id, EMPTY) for place in places}
    settled: dict[UUID, Settled] = {}
    order = list(CellLevel)
    for place in sorted(places, key=lambda one: order.index(one.level)):
        ballots = lying[place.cell_id]
        if ballots.sheets >= least:
            settled[place.cell_id] = Settled(Outcome.PUBLISHED, ballots.sheets, tally(ballots, least=least))
        elif place.parent_id is not None:
            lying[place.parent_id] += ballots
            settled[place.cell_id] = Settled(Outcome.WENT_UP, None, None)
        else:
            settled[place.cell_id] = Settled(Outcome.TOO_FEW, ballots.sheets, None)
    return settled


def tally(ballots: Counts, *, least: int) -> Tally:
    """The table of a cell that is large enough."""
    many = ballots.sheets
    grades = tuple(ballots.said.get(str(number), 0) for number in range(1, len(GRADES) + 1))
    good = sum(count for count, is_good in zip(grades, GOOD, strict=True) if is_good)
    if good >= many - 1:
        return Tally(many, many - 1, many, None, None)
    if good <= 1:
        return Tally(many, 0, 1, None, None)
    named = {reason.value: ballots.said.get(reason.value, 0) for reason in REASONS}
    # «All of them» and «all but one» are said alike, and what few named is not said.
    told = {reason: min(count, many - 1) for reason, count in sorted(named.items()) if count >= least}
    return Tally(many, good, good, grades, told)


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of published tables: whoever has them has it, too, ranges and all."""
    exact = [one.grades for one in tallies if one.grades is not None]
    grades = tuple(sum(column) for column in zip(*exact, strict=True)) if exact and len(exact) == len(tallies) else None
    return Tally(
        responses=sum(one.responses for one in tallies),
        good_least=sum(one.good_least for one in tallies),
        good_most=sum(one.good_most for one in tallies),
        grades=grades,
        reasons=None,
    )
