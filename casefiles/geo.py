"""Places on the earth: WGS84 degrees, checked on creation; distances and what a camera sees."""

import math
from dataclasses import dataclass
from typing import Final

ASSUMED_FOV_DEG: Final = 60.0
ASSUMED_RANGE_M: Final = 40.0
"""Taken where a camera's angle or reach is not known; whoever shows it says so."""

_AXIS_M: Final = 6_378_137.0
_ECCENTRICITY_2: Final = 0.006_694_379_990_14
_MEAN_RADIUS_M: Final = 6_371_008.8
"""WGS84 (NGA.STND.0036, 2014): semi-major axis, first eccentricity squared, mean radius."""
_STEP_DEG: Final = 5.0
_LAST_LATITUDE: Final = 89.9
"""A degree of longitude has no length at the poles."""


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A WGS84 position in degrees; latitude −90..90, longitude −180..180."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        # Written so that NaN fails too.
        if not -90 <= self.lat <= 90:
            raise ValueError(f"latitude {self.lat} is outside -90..90")
        if not -180 <= self.lon <= 180:
            raise ValueError(f"longitude {self.lon} is outside -180..180")


def distance_m(one: GeoPoint, other: GeoPoint) -> float:
    """Metres between two places over a sphere of mean radius; within 0.6 % of the ellipsoid.

    Haversine: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    across = math.sin((other_lat - lat) / 2) ** 2
    along = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    chord = across + math.cos(lat) * math.cos(other_lat) * along
    return 2 * _MEAN_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def moved(point: GeoPoint, *, east_m: float, north_m: float) -> GeoPoint:
    """The place so many metres away: flat around `point`, right to 0.1 % within 10 km."""
    lon_m, lat_m = _metres_per_degree(point.lat)
    lat = max(-90.0, min(90.0, point.lat + north_m / lat_m))
    return GeoPoint(lat, (point.lon + east_m / lon_m + 180.0) % 360.0 - 180.0)


def offset_m(origin: GeoPoint, point: GeoPoint) -> tuple[float, float]:
    """How far `point` lies east and north of `origin` in metres: the inverse of `moved`."""
    lon_m, lat_m = _metres_per_degree(origin.lat)
    turn = (point.lon - origin.lon + 180.0) % 360.0 - 180.0
    return turn * lon_m, (point.lat - origin.lat) * lat_m


def bearing_deg(origin: GeoPoint, point: GeoPoint) -> float:
    """The direction from one place to another, clockwise from north, 0 to below 360."""
    east_m, north_m = offset_m(origin, point)
    return math.degrees(math.atan2(east_m, north_m)) % 360.0


def view_polygon(
    point: GeoPoint,
    heading_deg: float | None = None,
    fov_deg: float | None = None,
    range_m: float | None = None,
) -> tuple[tuple[float, float], ...]:
    """The outline (lon, lat) of what a camera can see: a sector, not closed, camera first.

    A circle where the heading is not known (or the camera sees all around); angle and reach are
    the assumed ones where they are not known. Walls are not considered.
    """
    reach_m = ASSUMED_RANGE_M if range_m is None else range_m
    fov = ASSUMED_FOV_DEG if fov_deg is None else fov_deg
    around = heading_deg is None or fov >= 360
    first, turn = (0.0, 360.0) if heading_deg is None or around else (heading_deg - fov / 2, fov)
    steps = max(2, math.ceil(turn / _STEP_DEG))
    arc = [
        moved(point, east_m=reach_m * math.sin(angle), north_m=reach_m * math.cos(angle))
        for step in range(steps if around else steps + 1)
        for angle in (math.radians(first + turn * step / steps),)
    ]
    corners = arc if around else [point, *arc]
    return tuple((corner.lon, corner.lat) for corner in corners)


def _metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude (radii of curvature of the ellipsoid)."""
    sine = math.sin(math.radians(max(-_LAST_LATITUDE, min(_LAST_LATITUDE, lat))))
    bend = 1 - _ECCENTRICITY_2 * sine * sine
    prime = _AXIS_M / math.sqrt(bend)
    meridian = prime * (1 - _ECCENTRICITY_2) / bend
    degree = math.pi / 180
    return degree * prime * math.sqrt(1 - sine * sine), degree * meridian
