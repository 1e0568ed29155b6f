"""The three datums agree with two conversions that others wrote, and lead back to where they came from."""

import math
import warnings
from collections.abc import Iterator

import eviltransform
import prcoords
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tasks.places.datums import Datum, Point, convert
from services.tasks.places.forms import Placed
from services.tasks.places.model import WhereMalformed, middle_of

WITHIN = st.builds(Point, st.floats(3.5, 53.5), st.floats(73.7, 135.0))
OUTSIDE = (Point(51.5, -0.12), Point(-33.9, 151.2), Point(0.0, 0.0), Point(55.9, 100.0))


def metres(one: Point, other: Point) -> float:
    """About how far two near points are from each other."""
    north = (one.latitude - other.latitude) * 111_320
    east = (one.longitude - other.longitude) * 111_320 * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)


def ways() -> Iterator[tuple[Datum, Datum]]:
    """From every datum into every other."""
    return ((one, other) for one in Datum for other in Datum if one is not other)


@given(WITHIN)
@settings(max_examples=300)
def test_gcj02_is_what_two_others_make_of_it(point: Point) -> None:
    found = convert(point, out_of=Datum.WGS84, into=Datum.GCJ02)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rectified = prcoords.wgs_gcj((point.latitude, point.longitude))
    assert metres(found, Point(*rectified)) < 0.01
    # This one reckons on another ellipsoid of the same name, a few centimetres away.
    assert metres(found, Point(*eviltransform.wgs2gcj(point.latitude, point.longitude))) < 1


@given(WITHIN)
@settings(max_examples=300)
def test_bd09_is_what_another_makes_of_it(point: Point) -> None:
    found = convert(point, out_of=Datum.GCJ02, into=Datum.BD09)
    assert metres(found, Point(*prcoords.gcj_bd((point.latitude, point.longitude)))) < 0.01


@pytest.mark.parametrize(("out_of", "into"), list(ways()))
@given(point=WITHIN)
@settings(max_examples=200)
def test_there_and_back_is_where_it_began(out_of: Datum, into: Datum, point: Point) -> None:
    there = convert(point, out_of=out_of, into=into)
    assert metres(convert(there, out_of=into, into=out_of), point) < 0.001


@pytest.mark.parametrize("point", OUTSIDE)
def test_outside_of_china_gcj02_is_wgs84(point: Point) -> None:
    assert convert(point, out_of=Datum.WGS84, into=Datum.GCJ02) == point
    assert convert(point, out_of=Datum.GCJ02, into=Datum.WGS84) == point


def test_in_changde_the_two_lie_some_hundred_metres_apart() -> None:
    point = Point(29.04, 111.69)
    assert 300 < metres(point, convert(point, out_of=Datum.WGS84, into=Datum.GCJ02)) < 800


@pytest.mark.parametrize(
    "said",
    [
        {"latitude": 29.0},
        {"latitude": 29.0, "longitude": 111.7},
        {"latitude": 29.0, "datum": "wgs84"},
        {"longitude": 111.7, "datum": "gcj02"},
        {"datum": "gcj02", "address": "村口"},
    ],
)
def test_half_a_point_or_one_of_no_datum_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(WhereMalformed):
        Placed.model_validate(said).where()


def test_a_place_is_kept_in_wgs84_and_in_a_cell() -> None:
    shown = convert(Point(29.0404, 111.6906), out_of=Datum.WGS84, into=Datum.BD09)
    where = Placed(latitude=shown.latitude, longitude=shown.longitude, datum=Datum.BD09).where()
    assert where is not None
    assert where.point is not None
    assert metres(where.point, Point(29.0404, 111.6906)) < 0.001
    assert where.cell == (29040, 111690)
    assert middle_of(*where.cell) == Point(29.0405, 111.6905)
    assert Placed().where() is None


def test_west_and_south_have_cells_of_their_own() -> None:
    where = Placed(latitude=-0.0001, longitude=-0.0001, datum=Datum.WGS84).where()
    assert where is not None
    assert where.cell == (-1, -1)
