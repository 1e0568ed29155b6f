"""The demonstration's proportions: the bulletin's sums reproduce, and dealing loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.bulletin import BulletinChannel
from profiles.demo import proportions
from profiles.demo.proportions import deal

WEIGHTS = st.lists(st.integers(0, 50_000), min_size=1, max_size=8).filter(any)


def test_every_sum_of_the_bulletin_reproduces() -> None:
    assert sum(count for _, count in proportions.CHANNELS) == proportions.TOTAL
    assert sum(count for _, count in proportions.TYPES) == proportions.TOTAL
    assert proportions.ANSWERED_ONLINE + proportions.DISPATCHED == proportions.TOTAL
    assert sum(proportions.DISPATCHED_PARTS) == proportions.DISPATCHED


def test_every_share_of_the_bulletin_reproduces() -> None:
    shares = [round(100 * count / proportions.TOTAL, 2) for _, count in proportions.CHANNELS]
    assert shares == [90.67, 7.09, 0.44, 0.68, 0.83, 0.30]


def test_each_heading_of_the_bulletin_is_played_by_one_channel() -> None:
    headings = [channel.bulletin for channel, _ in proportions.CHANNELS]
    assert sorted(filter(None, headings)) == sorted(BulletinChannel)


def test_the_full_month_is_dealt_as_it_was_counted() -> None:
    counts = [count for _, count in proportions.CHANNELS]
    assert deal(proportions.TOTAL, counts) == counts


def test_fifteen_hundred_cases_are_dealt_by_largest_remainder() -> None:
    assert deal(1_500, [count for _, count in proportions.CHANNELS]) == [1360, 106, 7, 10, 12, 5]
    assert deal(1_500, [count for _, count in proportions.TYPES]) == [767, 23, 25, 587, 98]


@given(st.integers(0, 100_000), WEIGHTS)
def test_a_deal_loses_nothing_and_is_nowhere_off_by_one(total: int, weights: list[int]) -> None:
    parts = deal(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_a_deal_without_sound_weights_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        deal(total, weights)
