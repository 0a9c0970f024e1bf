"""How calibrations are set, taken back and put in force again; what is checked before."""

from dataclasses import replace
from typing import Final

import numpy as np

from casefiles import audit
from casefiles.calibration_types import NEW_CALIBRATION, Calibration, CalibrationId
from casefiles.checks import known_camera
from casefiles.edit_kinds import Edit, SetCalibration, TakeBackCalibration
from casefiles.errors import BadCalibration
from casefiles.store import calibrations
from casefiles.store.engine import Cursor
from resources.version import PROGRAM_VERSION
from video.clock import now_ns

_LARGEST: Final = 1 << 16


def apply(cursor: Cursor, edit: SetCalibration | TakeBackCalibration, *, by: str) -> Edit:
    """Makes the edit in the caller's transaction and gives the edit that takes it back.

    Raises:
        BadCalibration, UnknownCalibration, UnknownCamera: it cannot be made; nothing was changed.
    """
    match edit:
        case SetCalibration(made):
            return _set(cursor, made, by)
        case TakeBackCalibration(calibration_id):
            made = calibrations.one(cursor, calibration_id, standing=True)
            calibrations.mark_taken_back(cursor, calibration_id, now_ns())
            return SetCalibration(made)


def entry(event: str, calibration_id: CalibrationId, made: Calibration) -> audit.Entry:
    """The audit row of one that was set or taken back."""
    return audit.Entry(
        event,
        "done",
        object=f"calibration:{calibration_id}",
        facts={
            "pairs": len(made.pairs),
            "outliers": list(made.outliers),
            "size": list(made.size),
            "error_mm": None if made.error_m is None else round(made.error_m * 1000),
        },
        private={"camera": made.camera_id},
        vouches=("calibrations",),
    )


def _set(cursor: Cursor, made: Calibration, by: str) -> Edit:
    if made.calibration_id != NEW_CALIBRATION:
        calibrations.one(cursor, made.calibration_id, standing=False)
        calibrations.mark_taken_back(cursor, made.calibration_id, None)
        return TakeBackCalibration(made.calibration_id)
    _check(cursor, made)
    new = replace(
        made, calibration_id=calibrations.next_id(cursor), set_ns=now_ns(), set_by=by,
        program_version=PROGRAM_VERSION,
    )  # fmt: skip
    calibrations.insert(cursor, new)
    return TakeBackCalibration(new.calibration_id)


def _check(cursor: Cursor, made: Calibration) -> None:
    camera = known_camera(cursor, made.camera_id)
    since = {place.from_ns for place in camera.placements}
    if since and made.placement_from_ns not in since:
        raise BadCalibration(
            f"camera {made.camera_id} has no placement since then any more",
            "Its placements were changed meanwhile; calibrate it again.",
        )
    if not all(0 < side <= _LARGEST for side in made.size):
        raise BadCalibration(f"no picture is {made.size[0]} × {made.size[1]}", "Give its size.")
    numbers = (*made.to_image, *made.covariance)
    if len(made.to_image) != 9 or len(made.covariance) != 81 or not np.isfinite(numbers).all():
        raise BadCalibration("the homography is not made of numbers", "Calibrate again.")
    if np.linalg.matrix_rank(np.array(made.to_image).reshape(3, 3)) < 3:
        raise BadCalibration(
            "the homography has no inverse: it shows all ground on one line", "Calibrate again."
        )
