"""How sure a share of few or many cases is, and whether two shares differ by more than chance.

Wilson's interval, and Newcombe's for the difference of two shares, which is made of two of Wilson's (Newcombe 1998,
«Interval estimation for the difference between independent proportions», method 10).
"""

from enum import StrEnum
from math import hypot, sqrt

SHOWN = 1.959964
"""The interval that is printed holds the true share 95 times in 100."""
COMPARED = 2.575829
"""A difference is called one at 99 in 100, since a report draws many comparisons at once; our own value."""
LEAST = 30
"""Of fewer cases than this no comparison is drawn; our own value."""


class Compared(StrEnum):
    """What a share is beside another."""

    TOO_FEW = "too_few"
    ALIKE = "alike"
    HIGHER = "higher"
    LOWER = "lower"


def interval(numerator: int, denominator: int, *, z: float = SHOWN) -> tuple[float, float]:
    """Between which shares (0 to 1) the true one lies; anywhere if there is nothing to go by."""
    if denominator == 0:
        return 0.0, 1.0
    share, z2 = numerator / denominator, z * z
    middle = share + z2 / (2 * denominator)
    half = z * sqrt(share * (1 - share) / denominator + z2 / (4 * denominator * denominator))
    whole = 1 + z2 / denominator
    low = 0.0 if numerator == 0 else (middle - half) / whole
    high = 1.0 if numerator == denominator else (middle + half) / whole
    return low, high


def difference(one: tuple[int, int], other: tuple[int, int], *, z: float = SHOWN) -> tuple[float, float]:
    """Between which values the first share less the second lies; each a numerator and a denominator above nought."""
    (low_1, high_1), (low_2, high_2) = interval(*one, z=z), interval(*other, z=z)
    share_1, share_2 = one[0] / one[1], other[0] / other[1]
    between = share_1 - share_2
    return between - hypot(share_1 - low_1, high_2 - share_2), between + hypot(high_1 - share_1, share_2 - low_2)


def compare(one: tuple[int, int], other: tuple[int, int]) -> Compared:
    """What the first share is beside the second, with chance and size in mind."""
    if min(one[1], other[1]) < LEAST:
        return Compared.TOO_FEW
    low, high = difference(one, other, z=COMPARED)
    if low > 0:
        return Compared.HIGHER
    return Compared.LOWER if high < 0 else Compared.ALIKE
