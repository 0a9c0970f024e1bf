"""Degrees ↔ Web Mercator: known points, and back again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.geo import GeoPoint
from mapview.projection import (
    HALF_WORLD_M,
    MOST_LATITUDE,
    ground_scale,
    project,
    to_degrees,
    to_mercator,
    unproject,
)

_LON = st.floats(-180, 180)
_LAT = st.floats(-MOST_LATITUDE, MOST_LATITUDE)


@given(st.lists(st.tuples(_LON, _LAT), min_size=1))
def test_degrees_come_back(places: list[tuple[float, float]]) -> None:
    assert to_degrees(to_mercator(places)) == pytest.approx(np.array(places), abs=1e-9)


@given(_LAT, _LON)
def test_a_point_comes_back(lat: float, lon: float) -> None:
    back = unproject(*project(GeoPoint(lat, lon)))
    assert (back.lat, back.lon) == pytest.approx((lat, lon), abs=1e-9)


def test_known_points_of_epsg_3857() -> None:
    # IOGP Guidance Note 7-2, example of method 1024: 24°22'54.433"N, 100°20'00.000"W.
    lat, lon = 24 + 22 / 60 + 54.433 / 3600, -(100 + 20 / 60)
    assert project(GeoPoint(lat, lon)) == pytest.approx((-11_169_055.58, 2_800_000.00), abs=0.01)
    assert project(GeoPoint(0, 180)) == pytest.approx((HALF_WORLD_M, 0), abs=1e-6)
    assert project(GeoPoint(MOST_LATITUDE, 0))[1] == pytest.approx(HALF_WORLD_M)


def test_poles_and_what_lies_outside_are_put_onto_the_edge() -> None:
    assert project(GeoPoint(90, 0))[1] == pytest.approx(HALF_WORLD_M)
    assert project(GeoPoint(-90, 0))[1] == pytest.approx(-HALF_WORLD_M)
    corner = unproject(1e9, -1e9)
    assert (corner.lat, corner.lon) == pytest.approx((-MOST_LATITUDE, 180))


@given(st.floats(-85, 85))
def test_metres_of_the_map_shrink_with_the_cosine_of_the_latitude(lat: float) -> None:
    assert ground_scale(project(GeoPoint(lat, 0))[1]) == pytest.approx(math.cos(math.radians(lat)))
