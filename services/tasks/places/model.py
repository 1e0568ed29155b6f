"""A place as it is kept, and the cell of about a hundred metres that is all the public is shown of it."""

from dataclasses import dataclass
from math import floor

from chassis.problems import Invalid
from services.tasks.places.datums import Point

PER_DEGREE = 1000
"""Cells in a degree: each is 111 m from south to north, and in China 60 to 105 m from west to east."""


class WhereMalformed(Invalid):
    """A point is a latitude, a longitude and the datum in which both are said."""

    title_zh = "位置不完整：请同时填写纬度、经度和坐标系（gcj02、wgs84 或 bd09），或只写地址。"


@dataclass(frozen=True, slots=True)
class Where:
    """A point in WGS-84, words for it, or both."""

    point: Point | None
    address: str | None

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell in which the point lies: latitude and longitude in whole thousandths of a degree."""
        if self.point is None:
            return None
        return floor(self.point.latitude * PER_DEGREE), floor(self.point.longitude * PER_DEGREE)


def middle_of(cell_y: int, cell_x: int) -> Point:
    """The middle of a cell, in WGS-84: every point in it is shown as this one."""
    return Point(round((cell_y + 0.5) / PER_DEGREE, 4), round((cell_x + 0.5) / PER_DEGREE, 4))
