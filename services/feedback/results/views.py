"""The sums of a term over what was published of its cells."""

from collections.abc import Iterable, Sequence

from chassis.divisions import lies_in
from services.feedback.cells.model import Cell, Outcome
from services.feedback.results.publication import Tally, total


def tally_of(cell: Cell) -> Tally | None:
    """What was published of a cell, if anything was."""
    if cell.outcome is not Outcome.PUBLISHED:
        return None
    return Tally(
        responses=cell.responses or 0,
        good_least=cell.good_least or 0,
        good_most=cell.good_most or 0,
        grades=None if cell.grades is None else tuple(map(int, cell.grades)),
        reasons=None if cell.reasons is None else dict(_named(cell.reasons)),
    )


def sums(cells: Sequence[Cell], areas: Iterable[str]) -> dict[str, tuple[int, Tally]]:
    """For each area with a published cell in it: how many there are, and their sum."""
    found: dict[str, tuple[int, Tally]] = {}
    for area in areas:
        tallies = [
            published
            for cell in cells
            if cell.set_aside_at is None
            and lies_in(cell.division_code, area)
            and (published := tally_of(cell)) is not None
        ]
        if tallies:
            found[area] = len(tallies), total(tallies)
    return found


def _named(reasons: Iterable[str]) -> Iterable[tuple[str, int]]:
    for one in reasons:
        code, _, many = one.partition("=")
        yield code, int(many)
