"""What a zone and a placement must be before they are stored."""

import math
from collections.abc import Sequence
from typing import Final

import shapely

from casefiles.errors import BadPlacement, BadZone
from casefiles.geo import GeoPoint
from casefiles.types import Placement
from casefiles.view_types import Zone

_MOST_CORNERS: Final = 2000
"""More than a hand draws; keeps an audit row and a search small."""


def check_zone(zone: Zone) -> None:
    """Makes sure that a zone encloses something and lies somewhere.

    Raises:
        BadZone: too many corners, corners that are no numbers or not on the earth, edges that
            cross, no area, or two places at once.
    """
    if zone.source_id is not None and zone.camera_id is not None:
        raise BadZone(
            "the zone names a source and a camera", "Give one of them, or neither for the map."
        )
    corners = zone.polygon
    if len(corners) > _MOST_CORNERS:
        raise BadZone(
            f"a zone has at most {_MOST_CORNERS} corners, not {len(corners)}", "Draw it coarser."
        )
    if not all(math.isfinite(value) for corner in corners for value in corner):
        raise BadZone("a corner of the zone is not a pair of numbers", "Mend the corners.")
    if zone.source_id is None and zone.camera_id is None:
        _check_on_earth(corners)
    if shapely.MultiPoint(corners).convex_hull.area <= 0:
        raise BadZone("the zone has no area", "Its corners lie on a line; move one aside.")
    shape = shapely.Polygon(corners)
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise BadZone(
            f"the edges of the zone cross or touch themselves ({why})",
            "Give the corners in order, around the area.",
        )


def _check_on_earth(corners: Sequence[tuple[float, float]]) -> None:
    for lon, lat in corners:
        try:
            GeoPoint(lat, lon)
        except ValueError as error:
            raise BadZone(
                f"a corner of the zone is not on the earth: {error}",
                "Corners on the map are [longitude, latitude]; name a source or camera for pixels.",
            ) from error


def check_placements(placements: Sequence[Placement]) -> None:
    """Makes sure that a camera stands somewhere sensible.

    Raises:
        BadPlacement: no placement, or a figure or time that cannot be.
    """
    if not placements:
        raise BadPlacement("a camera needs a place to stand", "Give at least one placement.")
    for place in placements:
        for what, value, most in (
            ("heading", place.heading_deg, 360.0),
            ("view angle", place.fov_deg, 360.0),
            ("range", place.range_m, 100_000.0),
        ):
            # Written so that NaN fails too.
            if value is not None and not 0 <= value <= most:
                raise BadPlacement(f"the {what} {value:g} is outside 0..{most:g}", "Mend it.")
        start, end = place.from_ns, place.to_ns
        if start is not None and end is not None and end <= start:
            raise BadPlacement("a placement ends before it begins", "Mend its times.")
