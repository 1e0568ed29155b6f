"""Intervals of shares come out as published, and no comparison is drawn of a few cases or of chance."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.feedback.reports.shares import COMPARED, LEAST, Compared, compare, difference, interval

# Newcombe, «Two-sided confidence intervals for the single proportion», Statistics in Medicine 17 (1998), table I,
# method 3: the score method of Wilson.
WILSON = [
    ((81, 263), (0.2553, 0.3662)),
    ((15, 148), (0.0624, 0.1605)),
    ((0, 20), (0.0000, 0.1611)),
    ((1, 29), (0.0061, 0.1718)),
]
# Newcombe, «Interval estimation for the difference between independent proportions», the same volume, table II,
# method 10.
DIFFERENCES = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
]


@pytest.mark.parametrize(("share", "published"), WILSON)
def test_wilsons_interval_as_published(share: tuple[int, int], published: tuple[float, float]) -> None:
    assert [round(end, 4) for end in interval(*share)] == list(published)


@pytest.mark.parametrize(("one", "other", "published"), DIFFERENCES)
def test_newcombes_difference_as_published(
    one: tuple[int, int], other: tuple[int, int], published: tuple[float, float]
) -> None:
    assert [round(end, 4) for end in difference(one, other)] == list(published)


@given(st.integers(1, 5000).flatmap(lambda below: st.tuples(st.integers(0, below), st.just(below))))
def test_an_interval_holds_its_share_and_narrows_with_more_cases(share: tuple[int, int]) -> None:
    above, below = share
    low, high = interval(above, below)
    assert 0 <= low <= above / below <= high <= 1
    wider = interval(above, below, z=COMPARED)
    assert wider[0] <= low <= high <= wider[1]
    tenfold = interval(10 * above, 10 * below)
    assert tenfold[1] - tenfold[0] < high - low
    assert interval(0, 0) == (0.0, 1.0)


def test_a_difference_is_named_where_it_is_one_and_not_of_a_few_cases() -> None:
    assert compare((90, 100), (60, 100)) is Compared.HIGHER
    assert compare((60, 100), (90, 100)) is Compared.LOWER
    assert compare((90, 100), (85, 100)) is Compared.ALIKE
    assert compare((LEAST - 1, LEAST - 1), (0, 1000)) is Compared.TOO_FEW
    assert compare((0, 1000), (0, LEAST - 1)) is Compared.TOO_FEW


def test_equal_units_are_seldom_called_different() -> None:
    dice = Random(4)

    def drawn(size: int) -> tuple[int, int]:
        return sum(dice.random() < 0.85 for _ in range(size)), size

    called = sum(compare(drawn(60), drawn(400)) not in {Compared.ALIKE, Compared.TOO_FEW} for _ in range(400))
    assert called <= 12  # 1 in 100 would be 4
