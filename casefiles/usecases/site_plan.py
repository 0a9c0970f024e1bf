"""Finds where the picture of a site plan lies on the earth, from pairs of points."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from casefiles.calibration_types import Calibration, GivenPairs, Point, PointPair, metres_from
from casefiles.errors import BadCalibration
from casefiles.geo import GeoPoint, distance_m
from casefiles.map_types import SitePlan
from casefiles.types import CameraId
from video.errors import BadPairs
from video.plan_fit import CLICK_PX, PlanFit, fit_plan

_FARTHEST_M: Final = 50_000.0
"""A plan that reaches farther is a map: the earth is not flat enough for it."""


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """A plan that is laid on the earth but not kept yet, and how its pairs fit."""

    plan: SitePlan
    fit: PlanFit
    notes: tuple[str, ...] = ()


def find_plan(
    picture_sha256: str,
    size: tuple[int, int],
    given: GivenPairs,
    *,
    click_px: float = CLICK_PX,
) -> FoundPlan:
    """The place of a plan whose picture has that size (width, height) and hash. Quick: a dialog may
    ask again with every point, with `GivenPairs(pairs)` whose pairs have `lonlat`. Kept by
    `ChangeLayer(replace(layer, plan=found.plan))`, or `AddLayer(MapLayer("plan", name,
    plan=found.plan), picture)` for a new one.

    Raises:
        BadPairs: no place can be found from the pairs.
        BadCalibration: they are not of this picture, or on axes that nobody placed on the earth.
    """
    _check_picture(size, given)
    places = _places(given)
    if not places:
        raise BadPairs("there are no pairs", "Give two or more; five show which one is wrong.")
    origin = GeoPoint(places[0][1], places[0][0])
    for number, (lon, lat) in enumerate(places, 1):
        away = distance_m(origin, GeoPoint(lat, lon))
        if away > _FARTHEST_M:
            raise BadPairs(
                f"pair {number} lies {away / 1000:.0f} km from pair 1",
                "Check both places: [longitude, latitude], in this order.",
            )
    fit = fit_plan(
        np.array([one.image for one in given.pairs], np.float64),
        np.array([metres_from(origin, place) for place in places], np.float64),
        click_px=click_px,
    )
    error = None if fit.noise_m is None else float(np.nanmedian(fit.left_out_m[fit.used]))
    pairs = tuple(
        PointPair(one.image, lonlat=place) for one, place in zip(given.pairs, places, strict=True)
    )
    matrix = tuple(float(value) for value in fit.to_ground.ravel())
    plan = SitePlan(picture_sha256, size, pairs, matrix, origin, fit.outliers, error)
    return FoundPlan(plan, fit, fit.notes)


def _check_picture(size: tuple[int, int], given: GivenPairs) -> None:
    if given.homography:
        raise BadCalibration(
            "a homography does not say where a plan lies", "Give pairs of points of the plan."
        )
    if given.size is not None and given.size != size:
        raise BadCalibration(
            f"the points lie in a picture of {given.size[0]} × {given.size[1]}, and this one is "
            f"{size[0]} × {size[1]}",
            "Give the picture they were marked in.",
        )
    for number, one in enumerate(given.pairs, 1):
        (x, y), (width, height) = one.image, size
        if not (0 <= x <= width and 0 <= y <= height):
            raise BadPairs(
                f"pair {number} lies at {x:g}, {y:g}, beside the picture of {width} × {height}",
                "Image points are [x, y] in pixels from the upper left.",
            )


def _places(given: GivenPairs) -> Sequence[Point]:
    """Longitude and latitude of each pair."""
    found = [one.lonlat for one in given.pairs if one.lonlat is not None]
    if len(found) == len(given.pairs):
        return found
    metres = [one.ground_m for one in given.pairs if one.ground_m is not None]
    if given.origin is None or len(metres) != len(given.pairs):
        raise BadCalibration(
            "nobody says where on the earth the pairs lie",
            'Give them as "lonlat": [longitude, latitude], or "origin" and "y_axis_deg" too.',
        )
    # What a calibration does with metres on axes of one's own.
    axes = Calibration(
        CameraId(""), (1, 1), (), (), origin=given.origin, y_axis_deg=given.y_axis_deg
    )
    placed = axes.lonlat(np.array(metres, np.float64))
    return [] if placed is None else [(float(lon), float(lat)) for lon, lat in placed]
