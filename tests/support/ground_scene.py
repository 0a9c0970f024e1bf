"""A camera 5 m above flat ground whose picture is known exactly."""

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import GivenPairs, PointPair
from casefiles.geo import GeoPoint, moved
from casefiles.types import Camera, CameraId, Placement

HERE = GeoPoint(40.0, -80.0)
SIZE = (640, 480)
CAMERA = Camera(CameraId("gate"), "Gate", (Placement(HERE, 90.0),))
# 5 m up, looks north, 15° down; 500 pixels of focal length.
_DOWN = np.radians(15)
LENS = np.array([[500, 0, 320], [0, 500, 240], [0, 0, 1]], np.float64)
TURN = np.array([
    [1, 0, 0], [0, -np.sin(_DOWN), -np.cos(_DOWN)], [0, np.cos(_DOWN), -np.sin(_DOWN)]
])  # fmt: skip
TO_IMAGE = LENS @ np.column_stack([TURN[:, 0], TURN[:, 1], TURN @ [0, 0, -5]])
GROUND = [
    (-3.0, 9.0),
    (3.0, 9.0),
    (-8.0, 25.0),
    (8.0, 25.0),
    (0.0, 15.0),
    (4.0, 18.0),
    (-5.0, 14.0),
]


def pixel(ground: tuple[float, float]) -> tuple[float, float]:
    x, y, w = TO_IMAGE @ [*ground, 1]
    return float(x / w), float(y / w)


def lonlat(ground: tuple[float, float]) -> tuple[float, float]:
    place = moved(HERE, east_m=ground[0], north_m=ground[1])
    return place.lon, place.lat


def metres() -> GivenPairs:
    return GivenPairs(tuple(PointPair(pixel(one), ground_m=one) for one in GROUND))


def on_earth() -> GivenPairs:
    return GivenPairs(tuple(PointPair(pixel(one), lonlat=lonlat(one)) for one in GROUND))


def boxes_at(*ground: tuple[float, float]) -> NDArray[np.float64]:
    feet = [pixel(one) for one in ground]
    return np.array([[x - 8, y - 40, x + 8, y] for x, y in feet])
