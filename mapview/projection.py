"""WGS84 degrees ↔ spherical Web Mercator metres (EPSG:3857), an exact inverse; nothing of a screen.

J. P. Snyder, "Map Projections: A Working Manual" (USGS Professional Paper 1395, 1987), page 41;
IOGP Guidance Note 7-2, method 1024 "Popular Visualisation Pseudo-Mercator".
"""

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from casefiles.geo import GeoPoint

RADIUS_M: Final = 6_378_137.0
HALF_WORLD_M: Final = math.pi * RADIUS_M
MOST_LATITUDE: Final = math.degrees(math.atan(math.sinh(math.pi)))
"""Where the square world ends, about 85.05°; what lies beyond is put onto its edge."""


def to_mercator(lonlat: ArrayLike) -> NDArray[np.float64]:
    """Degrees (lon, lat) `(n, 2)` → metres (x east, y north) `(n, 2)`."""
    degrees = np.asarray(lonlat, np.float64).reshape(-1, 2)
    lat = np.radians(np.clip(degrees[:, 1], -MOST_LATITUDE, MOST_LATITUDE))
    # asinh(tan) is the usual ln(tan + sec), and keeps its digits near the equator.
    return np.column_stack((np.radians(degrees[:, 0]), np.arcsinh(np.tan(lat)))) * RADIUS_M


def to_degrees(metres: ArrayLike) -> NDArray[np.float64]:
    """Metres `(n, 2)` → degrees (lon, lat) `(n, 2)`: the inverse of `to_mercator`."""
    unit = np.asarray(metres, np.float64).reshape(-1, 2) / RADIUS_M
    return np.column_stack((np.degrees(unit[:, 0]), np.degrees(np.arctan(np.sinh(unit[:, 1])))))


def project(point: GeoPoint) -> tuple[float, float]:
    """A place as metres (x, y)."""
    (x, y), *_ = to_mercator([(point.lon, point.lat)]).tolist()
    return x, y


def unproject(x: float, y: float) -> GeoPoint:
    """Metres as a place; what lies outside the world is put onto its edge."""
    inside = [max(-HALF_WORLD_M, min(HALF_WORLD_M, value)) for value in (x, y)]
    (lon, lat), *_ = to_degrees([inside]).tolist()
    return GeoPoint(max(-90.0, min(90.0, lat)), max(-180.0, min(180.0, lon)))


def ground_scale(y: float) -> float:
    """Metres on the ground for one metre of the map at that height: cos(latitude)."""
    return 1.0 / math.cosh(y / RADIUS_M)
