"""Which lines may be told in public: none from which a reader could tell what a single household got."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

OTHERS = "其他（户数较少的项目合并公布）"


@dataclass(frozen=True, slots=True)
class AidLine:
    """What went to households under one title, and to which."""

    title: str
    amount: int
    households: frozenset[UUID]


def told(lines: Sequence[AidLine], *, least: int) -> tuple[list[AidLine], bool]:
    """The lines as the public reads them, and whether something had to be kept back.

    Lines with fewer than `least` households are put together; if they are too few even so, the smallest of the others
    joins them, so that nothing can be told by taking one from another. If all are too few, nothing is told.
    """
    by_size = sorted(lines, key=lambda one: (len(one.households), one.title))
    small = [one for one in by_size if len(one.households) < least]
    large = [one for one in by_size if len(one.households) >= least]
    if not small:
        return _in_order(large), False
    joined = small
    while len(_together(joined)) < least and large:
        joined = [*joined, large.pop(0)]
    if len(_together(joined)) < least:
        return _in_order(large), True
    others = AidLine(OTHERS, sum(one.amount for one in joined), _together(joined))
    return [*_in_order(large), others], False


def _together(lines: Sequence[AidLine]) -> frozenset[UUID]:
    return frozenset().union(*(one.households for one in lines))


def _in_order(lines: Sequence[AidLine]) -> list[AidLine]:
    return sorted(lines, key=lambda one: one.title)
