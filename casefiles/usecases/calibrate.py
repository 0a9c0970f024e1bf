"""Finds how a camera sees the ground from what somebody gives, and keeps it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.calibration_types import Calibration, GivenPairs, PointPair, metres_from
from casefiles.case import Case
from casefiles.edit_kinds import SetCalibration, TakeBackCalibration
from casefiles.errors import BadCalibration
from casefiles.geo import GeoPoint, distance_m
from casefiles.types import Camera, Placement
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from video.errors import BadPairs
from video.ground import GroundPlane
from video.ground_fit import CLICK_PX, GroundFit, fit_ground

_MAP_SD_M: Final = 0.3
"""So well a place is known that somebody marks on an aerial picture or map."""
_FARTHEST_M: Final = 20_000.0
"""No camera shows ground so far from where it stands."""


@dataclass(frozen=True, slots=True)
class FoundCalibration:
    """A calibration that is not stored yet, and how its pairs fit; None where it was given."""

    calibration: Calibration
    fit: GroundFit | None
    notes: tuple[str, ...] = ()


def find_calibration(
    camera: Camera,
    sizes: Collection[tuple[int, int]],
    given: GivenPairs,
    *,
    wall_ns: int | None = None,
    click_px: float = CLICK_PX,
) -> FoundCalibration:
    """The calibration of a camera, as it stood at a wall time or (None) stands by its newest
    placement; `sizes` are those of the pictures that it has in the case. Quick: a dialog may ask
    again with every point.

    Raises:
        BadPairs: no ground can be found from the pairs.
        BadCalibration: picture size, place or homography cannot be.
    """
    placement = placement_at(camera, wall_ns)
    size = _size(camera, sizes, given)
    since = None if placement is None else placement.from_ns
    if given.homography:
        plane = _known(given, size)
        if given.origin is not None and plane.is_mirrored:
            raise BadCalibration(
                "the axes of the ground are mirrored: y is to the right of x",
                "Give axes that turn as east and north do.",
            )
        made = _made(camera, size, plane, given.origin, given.y_axis_deg, since)
        notes = ("given, not measured here: how far off it is nobody knows",)
        return FoundCalibration(made, None, notes + _unplaced(made))
    if not given.pairs:
        raise BadCalibration("there are no pairs", "Give four or more.")
    on_earth = given.pairs[0].lonlat is not None
    origin, turn = given.origin, given.y_axis_deg
    if on_earth:
        origin, turn = _first_place(given.pairs), 0.0
        if placement is not None:
            _check_near(given.pairs, placement.point)
    image = np.array([one.image for one in given.pairs], np.float64)
    fit = fit_ground(
        image, _ground(given.pairs, origin),
        click_px=click_px, ground_sd_m=_MAP_SD_M if on_earth else 0.0, size=size,
    )  # fmt: skip
    if origin is not None and fit.plane.is_mirrored:
        raise BadPairs(
            "a camera would see the places as in a mirror",
            "Longitude and latitude (or x and y) are swapped, or points belong to other places.",
        )
    made = _made(camera, size, fit.plane, origin, turn, since, given.pairs, fit)
    return FoundCalibration(made, fit, fit.notes + _unplaced(made))


def keep_calibration(
    case: Case,
    camera_id: str,
    given: GivenPairs,
    *,
    wall_ns: int | None = None,
    click_px: float = CLICK_PX,
) -> tuple[FoundCalibration, Calibration]:
    """Finds the calibration of a camera of a case and keeps it: what was found, and what is now in
    force, with its id.

    Raises:
        UnknownCamera: there is none. Else as for `find_calibration`; nothing was kept.
    """
    camera = case.camera(camera_id)
    found = find_calibration(
        camera, picture_sizes(view_case(case), camera_id), given, wall_ns=wall_ns,
        click_px=click_px,
    )  # fmt: skip
    inverse = case.post(lambda: SetCalibration(found.calibration)).result()
    if not isinstance(inverse, TakeBackCalibration):
        raise TypeError(f"{inverse} does not take a calibration back")
    kept = view_case(case).calibrations
    return found, next(one for one in kept if one.calibration_id == inverse.calibration_id)


def picture_sizes(view: CaseView, camera_id: str) -> frozenset[tuple[int, int]]:
    """Of the recordings that a case has of a camera."""
    return frozenset((one.width, one.height) for one in view.sources if one.camera_id == camera_id)


def placement_at(camera: Camera, wall_ns: int | None) -> Placement | None:
    """Where a camera stood then, or (None) its newest placement; None where it stood nowhere."""
    held = [
        place
        for place in camera.placements
        if wall_ns is None
        or (
            (place.from_ns is None or place.from_ns <= wall_ns)
            and (place.to_ns is None or wall_ns < place.to_ns)
        )
    ]
    if not held and camera.placements:
        raise BadCalibration(
            f"camera {camera.camera_id} stood nowhere at that time", "Add its placement first."
        )
    return held[-1] if held else None


def _size(camera: Camera, sizes: Collection[tuple[int, int]], given: GivenPairs) -> tuple[int, int]:
    listed = " and ".join(f"{width} × {height}" for width, height in sorted(sizes))
    if given.size is not None:
        if sizes and given.size not in sizes:
            raise BadCalibration(
                f"the points lie in pictures of {given.size[0]} × {given.size[1]}, and those of "
                f"camera {camera.camera_id} are {listed}",
                "Mark them in its own pictures.",
            )
        return given.size
    if len(sizes) == 1:
        return next(iter(sizes))
    raise BadCalibration(
        f"nobody says in pictures of which size the points lie: camera {camera.camera_id} has "
        f"{f'recordings of {listed}' if sizes else 'no recording'}",
        'Write {"size": [width, height], "pairs": […]}.',
    )


def _ground(pairs: tuple[PointPair, ...], origin: GeoPoint | None) -> NDArray[np.float64]:
    made = []
    for one in pairs:
        if one.ground_m is not None:
            made.append(one.ground_m)
        elif one.lonlat is not None and origin is not None:
            made.append(metres_from(origin, one.lonlat))
        else:
            raise BadCalibration("a pair has no place on the ground", "Give it one.")
    return np.array(made, np.float64)


def _first_place(pairs: tuple[PointPair, ...]) -> GeoPoint:
    """The first place: pairs lie within some hundred metres of it."""
    places = [one.lonlat for one in pairs if one.lonlat is not None]
    return GeoPoint(places[0][1], places[0][0])


def _check_near(pairs: tuple[PointPair, ...], stands: GeoPoint) -> None:
    for number, one in enumerate(pairs, 1):
        if one.lonlat is None:
            continue
        lon, lat = one.lonlat
        away = distance_m(stands, GeoPoint(lat, lon))
        if away <= _FARTHEST_M:
            continue
        swapped = abs(lon) <= 90 and distance_m(stands, GeoPoint(lon, lat)) <= _FARTHEST_M
        raise BadCalibration(
            f"pair {number} lies {away / 1000:.0f} km from the camera",
            "Longitude and latitude are swapped: write [longitude, latitude]."
            if swapped
            else "Check the place, and where the camera is said to stand.",
        )


def _known(given: GivenPairs, size: tuple[int, int]) -> GroundPlane:
    matrix = np.array(given.homography, np.float64).reshape(3, 3)
    if np.linalg.matrix_rank(matrix) < 3:
        raise BadCalibration(
            "the homography has no inverse", "Check its nine numbers, and that rows are rows."
        )
    # What is at the lower edge of the picture is in front of the camera.
    side = float(matrix[2] @ [size[0] / 2, size[1], 1.0])
    if side == 0:
        raise BadCalibration("the horizon runs through the lower edge of the picture",
                             "Check the homography.")  # fmt: skip
    inverse = np.linalg.inv(matrix * np.sign(side))
    return GroundPlane(np.asarray(inverse / np.abs(inverse).max(), np.float64), np.zeros((9, 9)))


def _made(
    camera: Camera,
    size: tuple[int, int],
    plane: GroundPlane,
    origin: GeoPoint | None,
    y_axis_deg: float,
    since: int | None,
    pairs: tuple[PointPair, ...] = (),
    fit: GroundFit | None = None,
) -> Calibration:
    error = None
    if fit is not None and fit.noise_px is not None:
        error = float(np.nanmedian(fit.left_out_m[fit.used]))
    return Calibration(
        camera.camera_id, size, tuple(plane.to_image.ravel().tolist()),
        tuple(plane.covariance.ravel().tolist()), pairs, () if fit is None else fit.outliers,
        None if fit is None else fit.noise_px, error, origin, y_axis_deg, since,
    )  # fmt: skip


def _unplaced(made: Calibration) -> tuple[str, ...]:
    if made.origin is not None:
        return ()
    return (
        "speeds can be told, places on the map cannot: nobody says where the metres begin; "
        'give "origin" and "y_axis_deg", or pairs with "lonlat"',
    )
