"""Lengths and areas agree with the ellipsoid, and are written as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint, moved
from mapview.measure import area_m2, area_text, leg_m, length_m, length_text


def test_a_minute_of_latitude_is_as_long_as_the_ellipsoid_says() -> None:
    """Geodetic tables (WGS84): 110,574.4 m at the equator and 111,412.2 m at 60° for one degree."""
    assert leg_m((10, 0), (10, 1 / 60)) == pytest.approx(110_574.4 / 60, rel=1e-4)
    assert leg_m((10, 60), (10, 60 + 1 / 60)) == pytest.approx(111_412.2 / 60, rel=1e-4)
    assert leg_m((10, 60), (10 + 1 / 60, 60)) == pytest.approx(55_800.2 / 60, rel=1e-4)


def test_a_leg_across_the_date_line_goes_the_short_way() -> None:
    assert leg_m((179.99, 10), (-179.99, 10)) == pytest.approx(leg_m((0, 10), (0.02, 10)))


def test_a_long_leg_goes_on_where_the_short_formula_ends() -> None:
    near, far = leg_m((0, 45), (0.63, 45)), leg_m((0, 45), (0.64, 45))
    assert near < 50_000 < far
    assert far / near == pytest.approx(0.64 / 0.63, rel=0.006)


@given(lat=st.floats(-75, 75), lon=st.floats(-179, 179), side=st.floats(1, 5000))
def test_a_square_on_the_ground_has_the_area_of_its_sides(
    lat: float, lon: float, side: float
) -> None:
    origin = GeoPoint(lat, lon)
    corners = [
        (point.lon, point.lat)
        for east, north in ((0, 0), (side, 0), (side, side), (0, side))
        for point in (moved(origin, east_m=east, north_m=north),)
    ]
    # Sides run along meridians that draw nearer to each other: the far one is shorter.
    assert area_m2(corners) == pytest.approx(side * side, rel=0.003)
    assert area_m2(corners[::-1]) == pytest.approx(area_m2(corners))
    assert length_m([*corners, corners[0]]) == pytest.approx(4 * side, rel=0.003)


def test_a_quarter_of_the_northern_half_of_the_earth() -> None:
    """510,065,622 km² is the surface of WGS84; edges along parallels are what the formula draws."""
    ring = [(0, 0), (30, 0), (60, 0), (90, 0), (90, 90), (60, 90), (30, 90), (0, 90)]
    assert area_m2(ring) == pytest.approx(510_065_622e6 / 8, rel=1e-6)


@pytest.mark.parametrize(
    ("metres", "text"),
    [
        (9.144, "9.1 m (30 ft)"),
        (304.8, "305 m (1000 ft)"),
        (1609.344, "1.61 km (1.00 mi)"),
        (0.0, "0.0 m (0 ft)"),
    ],
)
def test_lengths_are_written_in_metres_and_feet(metres: float, text: str) -> None:
    assert length_text(metres) == text


@pytest.mark.parametrize(
    ("square_m", "text"),
    [
        (100.0, "100 m² (1076 sq ft)"),
        (20_234.282, "2.02 ha (5.0 acres)"),
        (2_589_988.1, "2.59 km² (640.0 acres)"),
    ],
)
def test_areas_are_written_in_both_units(square_m: float, text: str) -> None:
    assert area_text(square_m) == text


def test_fewer_than_three_corners_have_no_area() -> None:
    assert area_m2([(0, 0), (1, 1)]) == 0
