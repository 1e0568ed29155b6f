"""WGS-84, GCJ-02 and BD-09: the same point in the three datums that phones and maps in China speak.

Maps inside China show GCJ-02, which lies some hundred metres beside WGS-84 in a way that was published only as a
program; BD-09 is GCJ-02 moved once more. There is no formula back: the way back is found by trying until it fits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

_AXIS = 6378245.0  # metres, of Krasovsky's ellipsoid, on which GCJ-02 is reckoned
_ECCENTRICITY = 0.00669342162296594323
_NEAR_ENOUGH = 1e-10  # degrees: a hundredth of a millimetre
_MOST_TRIES = 30


class Datum(StrEnum):
    """In which a latitude and a longitude are said."""

    WGS84 = "wgs84"  # satellites, Open311, and all that is kept here
    GCJ02 = "gcj02"  # maps inside China; what a mini-program is given when it asks for it
    BD09 = "bd09"  # Baidu's maps


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees north and east."""

    latitude: float
    longitude: float


def convert(point: Point, *, out_of: Datum, into: Datum) -> Point:
    """The point as the other datum has it. Outside of China GCJ-02 is WGS-84."""
    if out_of is into:
        return point
    if out_of is Datum.BD09:
        point = _backwards(point, _bd09)
    middle = out_of if out_of is not Datum.BD09 else Datum.GCJ02  # GCJ-02 stands between the other two
    if middle is Datum.WGS84 and into is not Datum.WGS84:
        point = _gcj02(point) if _in_china(point) else point
    elif middle is Datum.GCJ02 and into is Datum.WGS84:
        point = _backwards(point, _gcj02) if _in_china(point) else point
    return _bd09(point) if into is Datum.BD09 else point


def _in_china(point: Point) -> bool:
    """Within the box in which the published program moves points; it is larger than the country."""
    return 0.8293 <= point.latitude <= 55.8271 and 72.004 <= point.longitude <= 137.8347


def _gcj02(point: Point) -> Point:
    """A point of WGS-84 where GCJ-02 has it."""
    x, y = point.longitude - 105.0, point.latitude - 35.0
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    across = point.latitude / 180.0 * pi
    bent = 1.0 - _ECCENTRICITY * sin(across) ** 2
    degree_north = _AXIS * (1.0 - _ECCENTRICITY) / (bent * sqrt(bent)) * pi / 180.0  # metres
    degree_east = _AXIS / sqrt(bent) * cos(across) * pi / 180.0
    return Point(point.latitude + north / degree_north, point.longitude + east / degree_east)


def _bd09(point: Point) -> Point:
    """A point of GCJ-02 where BD-09 has it."""
    x, y, wave = point.longitude, point.latitude, pi * 3000.0 / 180.0
    radius = hypot(x, y) + 0.00002 * sin(y * wave)
    angle = atan2(y, x) + 0.000003 * cos(x * wave)
    return Point(radius * sin(angle) + 0.006, radius * cos(angle) + 0.0065)


def _backwards(point: Point, there: Callable[[Point], Point]) -> Point:
    """The point that is moved to this one, found by trying until what is left of the way is nothing."""
    guess = point
    for _ in range(_MOST_TRIES):
        found = there(guess)
        north, east = point.latitude - found.latitude, point.longitude - found.longitude
        guess = Point(guess.latitude + north, guess.longitude + east)
        if abs(north) < _NEAR_ENOUGH and abs(east) < _NEAR_ENOUGH:
            break
    return guess
