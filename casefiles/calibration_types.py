"""How a camera sees the ground, as it is kept in a case, and what it was found from."""

from dataclasses import dataclass
from typing import Final, NewType

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint, moved, offset_m
from casefiles.types import CameraId
from video.ground import GroundPlane

CalibrationId = NewType("CalibrationId", int)
NEW_CALIBRATION: Final = CalibrationId(0)
"""The id of a calibration that is not stored yet."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PointPair:
    """One point in the picture, pixels from the upper left, and where it is on the ground: metres
    on axes of one's own, or longitude and latitude."""

    image: Point
    ground_m: Point | None = None
    lonlat: Point | None = None


@dataclass(frozen=True, slots=True)
class GivenPairs:
    """What somebody gave to calibrate a camera by: pairs, or a homography known from elsewhere."""

    pairs: tuple[PointPair, ...] = ()
    size: tuple[int, int] | None = None
    """Of the picture the points lie in, width and height."""
    origin: GeoPoint | None = None
    """Where (0, 0) of `ground_m` lies; None: nobody knows."""
    y_axis_deg: float = 0.0
    """Which way its y axis goes, clockwise from north; its x axis is 90° to the right of it."""
    homography: tuple[float, ...] = ()
    """Nine numbers, row by row, picture to ground in metres; empty where there are pairs."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a camera, standing as in one of its placements, sees the ground in pictures of a size."""

    camera_id: CameraId
    size: tuple[int, int]
    to_image: tuple[float, ...]
    """`GroundPlane.to_image`, row by row."""
    covariance: tuple[float, ...]
    """`GroundPlane.covariance`, row by row: 81 numbers."""
    pairs: tuple[PointPair, ...] = ()
    outliers: tuple[int, ...] = ()
    """Which of the pairs were left out as wrong, from 0."""
    noise_px: float | None = None
    """How well the pairs used agree; None where that is not known."""
    error_m: float | None = None
    """How far off a pair is by the ground found without it, the median; None as above."""
    origin: GeoPoint | None = None
    y_axis_deg: float = 0.0
    placement_from_ns: int | None = None
    """Since when the placement holds that it belongs to; None: from the beginning."""
    calibration_id: CalibrationId = NEW_CALIBRATION
    set_ns: int = 0
    set_by: str = ""
    program_version: str = ""

    @property
    def plane(self) -> GroundPlane:
        """What tells places from points of the picture."""
        return GroundPlane(
            np.array(self.to_image, np.float64).reshape(3, 3),
            np.array(self.covariance, np.float64).reshape(9, 9),
        )

    def lonlat(self, ground: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Places `(n, 2)` in metres as longitude and latitude `(n, 2)`; None where nobody said
        where the metres begin."""
        if self.origin is None:
            return None
        turn = np.radians(self.y_axis_deg)
        east = ground[:, 0] * np.cos(turn) + ground[:, 1] * np.sin(turn)
        north = ground[:, 1] * np.cos(turn) - ground[:, 0] * np.sin(turn)
        # A degree is as long as at the origin: within a kilometre that is right to a centimetre.
        one = moved(self.origin, east_m=1.0, north_m=1.0)
        lon_m = (one.lon - self.origin.lon + 180.0) % 360.0 - 180.0
        lons = (self.origin.lon + east * lon_m + 180.0) % 360.0 - 180.0
        lats = self.origin.lat + north * (one.lat - self.origin.lat)
        return np.stack([lons, np.clip(lats, -90.0, 90.0)], axis=1)

    def ground(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Longitudes and latitudes `(n, 2)` as metres on its axes `(n, 2)`: the inverse of
        `lonlat`."""
        if self.origin is None:
            return None
        one = moved(self.origin, east_m=1.0, north_m=1.0)
        lon_m = (one.lon - self.origin.lon + 180.0) % 360.0 - 180.0
        east = ((lonlat[:, 0] - self.origin.lon + 180.0) % 360.0 - 180.0) / lon_m
        north = (lonlat[:, 1] - self.origin.lat) / (one.lat - self.origin.lat)
        turn = np.radians(self.y_axis_deg)
        x = east * np.cos(turn) - north * np.sin(turn)
        y = east * np.sin(turn) + north * np.cos(turn)
        return np.stack([x, y], axis=1)

    def fits(self, size: tuple[int, int]) -> bool:
        """Whether pictures of that size can be these, made smaller or larger as a whole."""
        (width, height), (own_width, own_height) = size, self.size
        return abs(width * own_height - height * own_width) <= 0.01 * width * own_height


def metres_from(origin: GeoPoint, lonlat: Point) -> Point:
    """Where a place lies, metres east and north of another."""
    return offset_m(origin, GeoPoint(lonlat[1], lonlat[0]))
