"""How pictures show an area of the map: which cameras look into it, and where it lies in the
pictures of those that are calibrated."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration, Point
from casefiles.queries.places import looks_into, shared_part
from casefiles.store.search_rows import Searchable
from casefiles.types import Camera, CameraId, Placement, SourceId
from casefiles.usecases.calibrated_places import (
    FARTHEST_SD_M,
    FOOT_SHARE,
    LEAST_PX,
    calibration_of,
)
from video.ground import GroundPlane

_TALL_M: Final = 1.7
"""Feet are marked as well as on something so tall."""


@dataclass(frozen=True, slots=True)
class Look:
    """A camera looks into an area from a wall time up to another (None: open): where the area lies
    in its pictures, in source pixels; None where it is not calibrated."""

    from_ns: int | None
    to_ns: int | None
    area: tuple[Point, ...] | None = None
    sd_m: float | None = None
    """How sure feet in the middle of it are placed, one standard deviation in metres."""


def looks_at(
    polygon: Sequence[Point],
    sources: Iterable[Searchable],
    cameras: Mapping[CameraId, Camera],
    calibrations: Collection[Calibration],
    timed: Collection[SourceId],
) -> dict[SourceId, tuple[Look, ...]]:
    """The looks of each source into an area of (longitude, latitude) corners, one for each
    placement of its camera that sees it; none where none does, or its camera stands nowhere.

    Of recordings that are not `timed` nobody knows by which placement they were made: where one
    of several is calibrated, that tells nothing.
    """
    known: dict[tuple[CameraId, tuple[int, int], bool], tuple[Look, ...]] = {}
    made: dict[SourceId, tuple[Look, ...]] = {}
    for source in sources:
        camera = None if source.camera_id is None else cameras.get(source.camera_id)
        if camera is None:
            made[source.source_id] = ()
            continue
        sure = source.source_id in timed or len(camera.placements) == 1
        key = (camera.camera_id, source.size, sure)
        if key not in known:
            seen = (
                _look(
                    polygon, place, source.size,
                    calibration_of(calibrations, camera.camera_id, place, source.size)
                    if sure else None,
                )
                for place in camera.placements
            )  # fmt: skip
            known[key] = tuple(one for one in seen if one is not None)
        made[source.source_id] = known[key]
    return made


def _look(
    polygon: Sequence[Point],
    place: Placement,
    size: tuple[int, int],
    calibration: Calibration | None,
) -> Look | None:
    if calibration is None or calibration.origin is None:
        if not looks_into(place, polygon):
            return None
        return Look(place.from_ns, place.to_ns)
    found = in_picture(polygon, calibration, size)
    if not found:
        return None
    middle = np.mean(np.array(found) * np.array(calibration.size) / size, axis=0)
    sd_m = float(_sureness(calibration.plane, middle[None])[0])
    return Look(place.from_ns, place.to_ns, found, sd_m if np.isfinite(sd_m) else None)


def in_picture(
    polygon: Sequence[Point], calibration: Calibration, size: tuple[int, int]
) -> tuple[Point, ...]:
    """Where an area of (longitude, latitude) corners lies in pictures of `size`, in pixels, by the
    rule of even and odd: the part of it that a picture shows, up to where a place is none any
    more. Empty where it shows nothing of it."""
    ground = calibration.ground(np.array(polygon, np.float64))
    if ground is None:
        return ()
    plane = calibration.plane
    # A place is no surer than a pixel under the feet: beyond this it is called none.
    seen = plane.seen(calibration.size, FARTHEST_SD_M / LEAST_PX)
    part = shared_part(_points(ground), _points(seen))
    if not part:
        return ()
    scale = np.array(size, np.float64) / calibration.size
    return _points(plane.pictured(np.array(part, np.float64)) * scale)


def _sureness(plane: GroundPlane, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """How sure feet at points `(n, 2)` are placed, `(n,)` metres."""
    # Across the line of sight a metre is as long in the picture as a metre upright is, or longer.
    half = np.array([0.5, 0.0])
    beside = np.hypot(*(plane.places(points + half) - plane.places(points - half)).T)
    noise = np.maximum(LEAST_PX, FOOT_SHARE * _TALL_M / np.maximum(beside, 1e-6))
    return plane.sd_m(points, noise)


def _points(corners: NDArray[np.float64]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in corners)
