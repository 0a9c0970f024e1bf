"""Lists in which latitude and longitude are in each other's place: all of them, or single rows."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from casefiles.exchange.camera_files import RowRemark
from casefiles.geo import GeoPoint, distance_m

_FAR_M: Final = 1_000_000.0
"""Who lies this far from the others, and among them with latitude and longitude swapped…"""
_NEAR_M: Final = 100_000.0
"""…which is this near, was written the wrong way round."""
_FEWEST: Final = 3
"""How many others it takes to say so."""
_SWAP_HINT: Final = "Say whether latitude and longitude are swapped: --swap or --no-swap."


def is_swapped(place: GeoPoint, known: Sequence[GeoPoint]) -> bool:
    """Whether a place lies far from all that is known, and among it with latitude and longitude
    swapped."""
    turned = point_of(place.lon, place.lat)
    if not known or turned is None:
        return False
    middle = _middle(known)
    return distance_m(middle, place) > _FAR_M and distance_m(middle, turned) < _NEAR_M


def point_of(lat: float, lon: float) -> GeoPoint | None:
    """The place, or None where there is none like that on the earth."""
    return GeoPoint(lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _middle(points: Sequence[GeoPoint]) -> GeoPoint:
    return GeoPoint(median(one.lat for one in points), median(one.lon for one in points))


def all_swapped(
    places: Mapping[str, tuple[float, float]], known: Sequence[GeoPoint]
) -> RowRemark | None:
    """Said where the file makes more sense with latitude and longitude swapped."""
    written = [point for place in places.values() if (point := point_of(*place)) is not None]
    turned = [point for lat, lon in places.values() if (point := point_of(lon, lat)) is not None]
    if known and turned:
        middle = _middle(known)
        away = distance_m(middle, _middle(turned))
        if away < _NEAR_M and (not written or distance_m(middle, _middle(written)) > _FAR_M):
            return RowRemark(
                "", "latitudes and longitudes seem to be swapped: swapped, its cameras stand among "
                "those of the case, as written far away", _SWAP_HINT,
            )  # fmt: skip
    # As written most lie nowhere on the earth; a single row may as well be mistyped.
    if (
        len(places) > 1
        and len(turned) > len(written)
        and len(places) - len(written) > len(places) // 2
    ):
        return RowRemark(
            "", "latitudes and longitudes seem to be swapped: as written, "
            f"{len(places) - len(written)} of {len(places)} rows lie nowhere on the earth",
            _SWAP_HINT,
        )  # fmt: skip
    return None


def strays_among(
    places: Mapping[str, tuple[float, float]], known: Sequence[GeoPoint]
) -> dict[str, RowRemark]:
    """Rows that lie far from all others, and among them when swapped."""
    written = {where: point for where, place in places.items()
               if (point := point_of(*place)) is not None}  # fmt: skip
    if len(written) + len(known) <= _FEWEST:
        return {}
    middle = _middle([*written.values(), *known])
    found: dict[str, RowRemark] = {}
    for where, point in written.items():
        if is_swapped(point, [middle]):
            away = distance_m(middle, point)
            found[where] = RowRemark(
                where, f"latitude {point.lat} and longitude {point.lon} seem to be swapped: the "
                f"place lies {away / 1000:.0f} km from the others", "Mend the row.",
            )  # fmt: skip
    return found
