"""Where things stood by the calibration of their camera, how sure that is, and what ground the
camera shows."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration
from casefiles.types import CameraId, Placement

FOOT_SHARE: Final = 0.03
"""The lower edge of a box is off the feet by about so much of its height, one standard deviation;
its middle is no surer."""
LEAST_PX: Final = 1.0
_EDGE_PX: Final = 1.5
FARTHEST_SD_M: Final = 10.0
"""A place less sure than that is none."""


def calibration_of(
    calibrations: Iterable[Calibration],
    camera_id: CameraId,
    placement: Placement,
    size: tuple[int, int],
) -> Calibration | None:
    """The calibration in force of a camera, standing so, in pictures of a size (width, height); one
    of pictures of the same shape does too, smaller or larger as a whole."""
    fitting = [
        one
        for one in calibrations
        if one.camera_id == camera_id
        and one.placement_from_ns == placement.from_ns
        and one.fits(size)
    ]
    # The own size first, then the newest.
    fitting.sort(key=lambda one: (one.size == size, one.calibration_id))
    return fitting[-1] if fitting else None


def feet_of(
    calibration: Calibration, size: tuple[int, int], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The feet `(n, 2)` of boxes `(n, 4)` xyxy, in pixels of the calibration, and how well they are
    known, `(n,)` pixels."""
    scale = np.array(calibration.size, np.float64) / size
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1) * scale
    tall = (boxes[:, 3] - boxes[:, 1]) * scale[1]
    return feet, np.maximum(LEAST_PX, FOOT_SHARE * tall)


def whole(size: tuple[int, int], boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes `(n, 4)` the edges of a picture of `size` do not cut: of the others nobody knows
    where their feet are."""
    width, height = size
    inside: NDArray[np.bool_] = (
        (boxes[:, 0] > _EDGE_PX)
        & (boxes[:, 2] < width - _EDGE_PX)
        & (boxes[:, 3] < height - _EDGE_PX)
    )
    return inside


def calibrated_places(
    calibration: Calibration, size: tuple[int, int], boxes: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Longitude and latitude `(n, 2)` where the feet of boxes `(n, 4)` stood, in pixels of pictures
    of `size`, and how sure that is, `(n,)` metres; NaN above the horizon, and where it is not sure
    at all. None where the calibration does not say where on earth its metres begin."""
    feet, noise = feet_of(calibration, size, boxes)
    plane = calibration.plane
    places = calibration.lonlat(plane.places(feet))
    if places is None:
        return None
    sd = plane.sd_m(feet, noise)
    unsure = ~(sd <= FARTHEST_SD_M)
    places[unsure], sd[unsure] = np.nan, np.nan
    return places, sd


def seen_ground(calibration: Calibration) -> tuple[tuple[float, float], ...]:
    """The outline (longitude, latitude) of the ground that a camera shows, not closed; empty where
    it shows none, or nobody knows where on earth."""
    places = calibration.lonlat(calibration.plane.seen(calibration.size))
    return () if places is None else tuple((float(lon), float(lat)) for lon, lat in places)
