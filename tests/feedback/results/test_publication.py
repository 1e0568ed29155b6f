"""What is published: each ballot once or declared too few, and no difference of two tables tells of a smaller group."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID, uuid5

from hypothesis import example, given
from hypothesis import strategies as st

from chassis.divisions import lies_in
from services.feedback.ballots.model import Sheet
from services.feedback.cells.cutting import CellLevel, cut
from services.feedback.cells.model import Outcome
from services.feedback.results.publication import Place, Settled, Tally, settle, tally, total
from services.feedback.urns.model import Counts

DISTRICT = "430702000000"
TOWNSHIPS = [f"43070200{town}000" for town in (1, 2)]
VILLAGES = [f"43070200{town}{number:03}" for town in (1, 2) for number in (1, 2, 3)]
LEAST = 5
SPACE = UUID(int=7)

Ballots = list[tuple[int, int]]
"""Grade and reasons of each."""

grades = st.integers(1, 5).map(lambda grade: (grade, 1 if grade > 3 else 0))
of_one_mind = st.integers(1, 5).flatmap(lambda grade: st.lists(st.just((grade, 0)), max_size=9))
boxes = st.lists(grades, max_size=12) | of_one_mind


@dataclass(frozen=True)
class Shown:
    """A published table, and whose ballots it is of."""

    cells: frozenset[UUID]
    tally: Tally


def counted(ballots: Ballots) -> Counts:
    """As they lie in an urn."""
    return Counts.of(Sheet(b"", *one).said() for one in ballots)


def counted_each(cast: dict[UUID, Ballots]) -> dict[UUID, Counts]:
    """The urn of each cell."""
    return {cell_id: counted(ballots) for cell_id, ballots in cast.items()}


def places(expected: dict[str, int]) -> tuple[list[Place], dict[UUID, str]]:
    """Cells as a term has them."""
    made = cut(expected, district=DISTRICT, least=20)
    assert made is not None
    name = {one.division_code: uuid5(SPACE, one.division_code) for one in made}
    found = [
        Place(name[one.division_code], CellLevel.of(one.division_code), one.parent_code and name[one.parent_code])  # type: ignore[arg-type]
        for one in made
    ]
    return found, {cell_id: code for code, cell_id in name.items()}


def shown(settled: dict[UUID, Settled], codes: dict[UUID, str]) -> list[Shown]:
    """Every table that the public reads: of cells, and of townships and the county."""
    cells = {cell_id: one.tally for cell_id, one in settled.items() if one.tally is not None}
    tables = [Shown(frozenset({cell_id}), of) for cell_id, of in cells.items()]
    for area in (DISTRICT, *TOWNSHIPS):
        within = [cell_id for cell_id in cells if lies_in(codes[cell_id], area)]
        if within:
            tables.append(Shown(frozenset(within), total([cells[cell_id] for cell_id in within])))
    return tables


def where_they_count(
    settled: dict[UUID, Settled], cast: dict[UUID, Ballots], parents: dict[UUID, UUID | None]
) -> dict[UUID, Ballots]:
    """The ballots of each table, followed upwards by hand."""
    found: dict[UUID, Ballots] = {cell_id: [] for cell_id in settled}
    for cell_id, ballots in cast.items():
        at = cell_id
        while settled[at].outcome is Outcome.WENT_UP:
            above = parents[at]
            assert above is not None
            at = above
        found[at] += ballots
    return found


def told_by_differences(tables: Sequence[Shown], truth: dict[UUID, Ballots]) -> list[str]:
    """What the difference of two published tables tells that neither should: a small group, or how all of one think."""
    faults = []
    pairs = [(Shown(frozenset(), Tally(0, 0, 0, None, None)), one) for one in tables]
    pairs += [(less, more) for one, other in combinations(tables, 2) for less, more in ((one, other), (other, one))]
    for less, more in pairs:
        if not less.cells < more.cells:
            continue
        group = [ballot for cell_id in more.cells - less.cells for ballot in truth[cell_id]]
        many = more.tally.responses - less.tally.responses
        good = sum(grade <= 3 for grade, _ in group)
        least = more.tally.good_least - less.tally.good_most
        most = more.tally.good_most - less.tally.good_least
        if many != len(group) or not least <= good <= most:
            faults.append(f"{many} of {len(group)}: wrong")
        if 0 < many < LEAST:
            faults.append(f"a group of {many}")
        exact = more.tally.grades is not None and less.tally.grades is not None and len(less.cells) > 0
        if min(good, many - good) <= 1 and (least == most or exact):
            faults.append(f"{good} of {many} are good, and that is told")
    return faults


EXPECTED = st.fixed_dictionaries({village: st.sampled_from([0, 8, 21, 30]) for village in VILLAGES}).filter(
    lambda expected: sum(expected.values()) >= 20
)


@given(EXPECTED, st.data())
def test_each_ballot_counts_once_and_no_difference_tells_of_few(expected: dict[str, int], data: st.DataObject) -> None:
    found, codes = places(expected)
    cast = {place.cell_id: data.draw(boxes) for place in found}
    settled = settle(found, counted_each(cast), least=LEAST)
    truth = where_they_count(settled, cast, {place.cell_id: place.parent_id for place in found})
    for cell_id, one in settled.items():
        if one.outcome is Outcome.PUBLISHED:
            assert one.tally is not None
            assert one.tally.responses == one.responses == len(truth[cell_id]) >= LEAST
        elif one.outcome is Outcome.TOO_FEW:
            assert one.tally is None
            assert one.responses == len(truth[cell_id]) < LEAST
        else:
            assert (one.tally, one.responses, truth[cell_id]) == (None, None, [])
    assert sum(one.responses or 0 for one in settled.values()) == sum(map(len, cast.values()))
    assert told_by_differences(shown(settled, codes), truth) == []


@given(st.lists(grades, min_size=LEAST, max_size=12) | of_one_mind.filter(lambda ballots: len(ballots) >= LEAST))
@example([(5, 0)] * 5)
@example([(1, 0)] * 4 + [(5, 16)])
def test_one_mind_or_all_but_one_is_told_as_a_range(ballots: Ballots) -> None:
    found = tally(counted(ballots), least=LEAST)
    good = sum(grade <= 3 for grade, _ in ballots)
    if min(good, len(ballots) - good) <= 1:
        assert found.good_most - found.good_least == 1
        assert (found.grades, found.reasons) == (None, None)
        # Whoever differs in the one ballot that is left open would have published the same.
        other = [(5 if grade <= 3 else 1, bits) for grade, bits in ballots[-1:]]
        if good in {0, len(ballots)}:
            assert tally(counted(ballots[:-1] + other), least=LEAST) == found
    else:
        assert found.grades is not None
        assert (sum(found.grades), found.good_least) == (len(ballots), good)


def test_the_line_is_compared_with_what_is_published() -> None:
    assert tally(counted([(5, 0)] * 5), least=LEAST).below(85)
    assert not tally(counted([(1, 0)] * 4 + [(5, 0)]), least=LEAST).below(85)  # 80 %, and nobody is told that it is
    assert tally(counted([(1, 0)] * 8 + [(5, 0)] * 2), least=LEAST).below(85)
    assert not tally(counted([(1, 0)] * 18 + [(5, 0)] * 2), least=LEAST).below(85)


def test_a_reason_is_told_where_enough_named_it_and_all_is_told_as_all_but_one() -> None:
    ballots = [(1, 0b1)] * 5 + [(5, 0b11)] * 4
    assert tally(counted(ballots), least=LEAST).reasons == {"overall": 8}


def test_the_differences_would_find_what_a_careless_sum_tells() -> None:
    """The controls: a sum with ballots that went up, and one that is exact over a range, are found."""
    found, codes = places(dict.fromkeys(VILLAGES, 25))
    village = next(place.cell_id for place in found if codes[place.cell_id] == VILLAGES[1])
    cast: dict[UUID, Ballots] = {place.cell_id: [(1, 0)] * 4 + [(5, 0)] * 4 for place in found}
    other = next(place.cell_id for place in found if codes[place.cell_id] == VILLAGES[2])
    few: list[Ballots] = [[(5, 0)] * 3, [(5, 0)] * 6]
    for careless in few:
        mixed = [(1, 0)] * 4 + [(5, 0)] * 4
        whole = tally(counted(mixed + careless), least=LEAST)
        tables = [
            Shown(frozenset({other}), tally(counted(mixed), least=LEAST)),
            Shown(frozenset({other, village}), whole),
        ]
        assert told_by_differences(tables, {other: mixed, village: careless}) != []
    assert told_by_differences(shown(settle(found, counted_each(cast), least=LEAST), codes), cast) == []
