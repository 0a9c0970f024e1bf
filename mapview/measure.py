"""Lengths and areas on the earth, and how they are written; no Qt here."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from casefiles.geo import GeoPoint, distance_m, offset_m

_FOOT_M: Final = 0.3048
"""The international foot (1959)."""
_MILE_FT: Final = 5280.0
_ACRE_M2: Final = 4046.856_422_4
_LONG_M: Final = 50_000.0
_ECCENTRICITY_2: Final = 0.006_694_379_990_14
_AUTHALIC_M: Final = 6_371_007.181
"""WGS84: first eccentricity squared, radius of the sphere of equal area."""

LonLat = tuple[float, float]


def length_m(points: Sequence[LonLat]) -> float:
    """The way along (lon, lat) places, in metres.

    Legs up to 50 km on the ellipsoid by the mid-latitude formula of Gauss (better than 0.01 %),
    longer ones on a sphere (within 0.6 %).
    """
    return math.fsum(leg_m(one, other) for one, other in pairwise(points))


def leg_m(one: LonLat, other: LonLat) -> float:
    """From one (lon, lat) place to another, in metres."""
    start, end = GeoPoint(one[1], one[0]), GeoPoint(other[1], other[0])
    far_m = distance_m(start, end)
    if far_m > _LONG_M:
        return far_m
    # `offset_m` takes its degrees where it begins: half way they hold for the whole leg.
    turn = (end.lon - start.lon + 180.0) % 360.0 - 180.0
    middle_lon = (start.lon + turn / 2 + 180.0) % 360.0 - 180.0
    middle = GeoPoint((start.lat + end.lat) / 2, middle_lon)
    east, north = offset_m(middle, end)
    back_east, back_north = offset_m(middle, start)
    return math.hypot(east - back_east, north - back_north)


def area_m2(corners: Sequence[LonLat]) -> float:
    """The area that (lon, lat) corners enclose, in square metres, on the ellipsoid's sphere of
    equal area; of an outline that crosses itself, the difference of its parts.

    R. G. Chamberlain, W. H. Duquette, "Some Algorithms for Polygons on a Sphere" (JPL 07-03,
    2007); authalic latitude: J. P. Snyder, "Map Projections" (USGS 1395, 1987), page 16.
    """
    if len(corners) < 3:
        return 0.0
    sines = [_authalic_sine(lat) for _, lat in corners]
    total = 0.0
    for index, (lon, _) in enumerate(corners):
        after = (index + 1) % len(corners)
        turn = (corners[after][0] - lon + 180.0) % 360.0 - 180.0
        # Heights above the first corner: small areas keep their digits.
        total += math.radians(turn) * (sines[index] + sines[after] - 2 * sines[0]) / 2
    return abs(total) * _AUTHALIC_M**2


def length_text(metres: float) -> str:
    """A length in metres or kilometres, and in feet or miles."""
    feet = metres / _FOOT_M
    metric = f"{metres / 1000:.2f} km" if metres >= 1000 else _metres(metres)
    other = f"{feet / _MILE_FT:.2f} mi" if feet >= _MILE_FT else f"{feet:.0f} ft"
    return f"{metric} ({other})"


def area_text(square_m: float) -> str:
    """An area in square metres, hectares or square kilometres, and in square feet or acres."""
    if square_m >= 1e6:
        metric = f"{square_m / 1e6:.2f} km²"
    elif square_m >= 1e4:
        metric = f"{square_m / 1e4:.2f} ha"
    else:
        metric = f"{square_m:.0f} m²"
    acres = square_m / _ACRE_M2
    other = f"{acres:.1f} acres" if acres >= 1 else f"{square_m / _FOOT_M**2:.0f} sq ft"
    return f"{metric} ({other})"


def _metres(metres: float) -> str:
    return f"{metres:.1f} m" if metres < 100 else f"{metres:.0f} m"


def _authalic_sine(lat: float) -> float:
    root = math.sqrt(_ECCENTRICITY_2)
    whole = _q(1.0, root)
    return _q(math.sin(math.radians(lat)), root) / whole


def _q(sine: float, root: float) -> float:
    bend = root * sine
    return (1 - root * root) * (sine / (1 - bend * bend) + math.atanh(bend) / root)
