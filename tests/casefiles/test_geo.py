"""Distances, directions and view cones, against known lengths and against themselves."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import (
    ASSUMED_RANGE_M,
    GeoPoint,
    bearing_deg,
    distance_m,
    moved,
    offset_m,
    view_polygon,
)

_PLACES = st.builds(GeoPoint, st.floats(-80, 80), st.floats(-180, 180))
_STEPS = st.floats(-5000, 5000)


def test_a_degree_along_the_equator_and_a_meridian_are_as_long_as_they_are() -> None:
    # WGS84: 111 319.5 m along the equator; the sphere of mean radius says 111 195 m.
    here = GeoPoint(0, 0)
    assert offset_m(here, GeoPoint(0, 1))[0] == pytest.approx(111_319.5, rel=1e-6)
    assert distance_m(here, GeoPoint(0, 1)) == pytest.approx(111_195, rel=1e-4)
    # A minute of latitude at 45° is 1852.2 m: how the nautical mile came to be.
    assert offset_m(GeoPoint(45, 0), GeoPoint(45 + 1 / 60, 0))[1] == pytest.approx(1852.2, rel=2e-4)


@given(_PLACES, _STEPS, _STEPS)
def test_moving_and_measuring_are_inverse(place: GeoPoint, east_m: float, north_m: float) -> None:
    there = moved(place, east_m=east_m, north_m=north_m)
    assert offset_m(place, there) == pytest.approx((east_m, north_m), abs=1e-3)


@given(_PLACES, _STEPS, _STEPS)
def test_distance_agrees_with_the_way_moved(place: GeoPoint, east_m: float, north_m: float) -> None:
    there = moved(place, east_m=east_m, north_m=north_m)
    assert distance_m(place, there) == pytest.approx(math.hypot(east_m, north_m), rel=8e-3, abs=1)
    assert distance_m(there, place) == pytest.approx(distance_m(place, there), abs=1e-6)


def test_moving_over_the_antimeridian_and_the_pole_stays_on_the_earth() -> None:
    over = moved(GeoPoint(10, 179.9999), east_m=1000, north_m=0)
    assert -180 <= over.lon < -179.9
    assert distance_m(GeoPoint(10, 179.9999), over) == pytest.approx(1000, rel=0.01)
    assert moved(GeoPoint(89.999, 0), east_m=0, north_m=5000).lat == 90


@pytest.mark.parametrize(("heading", "sign"), [(0, (0, 1)), (90, (1, 0)), (225, (-1, -1))])
def test_bearing_and_cone_point_the_same_way(heading: float, sign: tuple[int, int]) -> None:
    here = GeoPoint(40, -30)
    corners = view_polygon(here, heading, 20, 100)
    middle = corners[1 + (len(corners) - 2) // 2]
    there = GeoPoint(middle[1], middle[0])
    assert bearing_deg(here, there) == pytest.approx(heading, abs=3)
    east_m, north_m = offset_m(here, there)
    assert (round(east_m / 90), round(north_m / 90)) == sign


def test_cone_begins_at_the_camera_and_reaches_its_range() -> None:
    here = GeoPoint(40, -30)
    first, *arc = view_polygon(here, 352, 24, 55)
    assert first == pytest.approx((-30, 40))
    for lon, lat in arc:
        assert math.hypot(*offset_m(here, GeoPoint(lat, lon))) == pytest.approx(55, abs=0.01)
    left, right = (GeoPoint(lat, lon) for lon, lat in (arc[0], arc[-1]))
    assert bearing_deg(here, left) == pytest.approx(340, abs=0.01)
    assert bearing_deg(here, right) == pytest.approx(4, abs=0.01)


@pytest.mark.parametrize("look", [(None, 60, None), (90, 360, None)])
def test_camera_without_direction_sees_a_circle(
    look: tuple[float | None, float | None, float | None],
) -> None:
    here = GeoPoint(40, -30)
    corners = view_polygon(here, *look)
    assert (here.lon, here.lat) not in corners
    reach = {round(math.hypot(*offset_m(here, GeoPoint(lat, lon)))) for lon, lat in corners}
    assert reach == {ASSUMED_RANGE_M}
