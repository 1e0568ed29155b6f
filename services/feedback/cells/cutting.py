"""Cutting cells before anybody votes: from how many people are expected where, to cells that are each large enough.

A cell's voters are the people served in its unit who have no smaller cell of their own: those of a village in the
village's, else in their township's, else in the county's. So the cells of a group are a partition of the county.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from chassis.divisions import is_district, township_of


class CellLevel(StrEnum):
    """How large an area a cell's unit is."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    DISTRICT = "district"

    @classmethod
    def of(cls, code: str) -> "CellLevel":
        """The level of a division code."""
        if is_district(code):
            return cls.DISTRICT
        return cls.TOWNSHIP if township_of(code) == code else cls.VILLAGE


@dataclass(frozen=True, slots=True)
class Cut:
    """A cell to be: its unit, how many people are expected to have no smaller one, and the unit it goes up to."""

    division_code: str
    expected: int
    parent_code: str | None  # none for the county's


def cut(expected: Mapping[str, int], *, district: str, least: int) -> list[Cut] | None:
    """The cells for the people expected in each village of a county, from the county down, in the order of codes.

    Every cell is expected to have `least` voters of its own. Where too few are left for the county's own, the smallest
    cell below that would go up to it is given up, and its people vote in the county's. `None` if all of them together
    are too few: the period has to be longer, or the group wider.
    """
    if sum(expected.values()) < least:
        return None
    cells = {code: many for code, many in expected.items() if CellLevel.of(code) is CellLevel.VILLAGE and many >= least}
    left: dict[str, int] = {}
    for code, many in expected.items():
        if code not in cells:
            left[township_of(code)] = left.get(township_of(code), 0) + many
    cells |= {code: many for code, many in left.items() if many >= least and code != district}
    rest = sum(many for code, many in left.items() if code not in cells)
    while rest < least:
        topmost = [code for code in cells if CellLevel.of(code) is CellLevel.TOWNSHIP or township_of(code) not in cells]
        smallest = min(topmost, key=lambda code: (cells[code], code))
        rest += cells.pop(smallest)
    return [
        Cut(district, rest, None),
        *(Cut(code, cells[code], _above(code, cells, district)) for code in sorted(cells)),
    ]


def _above(code: str, cells: Mapping[str, int], district: str) -> str:
    township = township_of(code)
    return township if township != code and township in cells else district
