"""Cameras calibrated elsewhere, as OpenCV writes them: K, R, t in metres, the ground at z = 0.

A point X of the world is seen at K·(R·X + t) (OpenCV, "Camera Calibration and 3D Reconstruction").
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.errors import BadCalibration

Array = NDArray[np.float64]
MOST_BENT_PX: Final = 2.0
"""A lens that bends no point of the picture by more is as good as straight: so well clicks are."""
_SQUARE: Final = 0.01
_LOWEST_M: Final = 0.2
_HIGHEST_M: Final = 1000.0
"""No mast is so high; a few metres written as millimetres are."""


def homography_of_known(
    lens: Sequence[float],
    turn: Sequence[float],
    shift: Sequence[float],
    distortion: Sequence[float] = (),
    size: tuple[int, int] | None = None,
) -> tuple[float, ...]:
    """Nine numbers, picture to ground in metres, row by row, of K (nine numbers), R (nine, or the
    three of a Rodrigues vector), t (three) and OpenCV's k1, k2, p1, p2, k3, … where it was not
    taken out of the picture.

    Raises:
        BadCalibration: they are no camera above the ground, or its lens bends too much.
    """
    k = np.array(lens, np.float64).reshape(3, 3)
    r = _turn(turn)
    t = np.array(shift, np.float64)
    if np.abs([k[1, 0], k[2, 0], k[2, 1], k[2, 2] - 1]).max() > 1e-9 or min(k[0, 0], k[1, 1]) <= 0:
        raise BadCalibration("K is no lens", "Write [[fx, 0, cx], [0, fy, cy], [0, 0, 1]].")
    if np.abs(r @ r.T - np.eye(3)).max() > _SQUARE or np.linalg.det(r) < 0:
        raise BadCalibration(
            "R does not turn", "Its rows must be as long as 1 and at right angles."
        )
    stands = -r.T @ t
    if abs(stands[2]) < _LOWEST_M:
        raise BadCalibration(
            f"the camera would stand {stands[2]:.2f} m above the ground, which is z = 0",
            "Give t in metres, as K·(R·X + t) takes it: not the place of the camera, which is "
            "-R'·t.",
        )
    if stands[2] > _HIGHEST_M:
        raise BadCalibration(
            f"the camera would stand {stands[2]:.0f} m above the ground",
            "t is in metres: divide by 1000 where it is in millimetres.",
        )
    if stands[2] < 0:
        raise BadCalibration(
            "the z axis of the ground points down", "Turn the world so that z points up."
        )
    if len(distortion) and np.any(distortion):
        _check_bend(k, np.array(distortion, np.float64), size)
    back = np.linalg.inv(k @ np.column_stack([r[:, 0], r[:, 1], t]))
    return tuple(float(one) for one in (back / np.abs(back).max()).ravel())


def _turn(values: Sequence[float]) -> Array:
    """The matrix, or that of a vector (O. Rodrigues, 1840): its direction is the axis, its length
    the angle."""
    if len(values) != 3:
        return np.array(values, np.float64).reshape(3, 3)
    vector = np.array(values, np.float64)
    angle = float(np.linalg.norm(vector))
    if not angle:
        return np.eye(3)
    x, y, z = vector / angle
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    made: Array = np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) * across @ across
    return made


def _check_bend(k: Array, distortion: Array, size: tuple[int, int] | None) -> None:
    k1, k2, p1, p2, *further = distortion
    if any(further[1:]):
        raise BadCalibration(
            "a lens of more than k1, k2, p1, p2, k3 is not read",
            "Take the distortion out of the recording, and leave it out here.",
        )
    width, height = size if size is not None else (2 * k[0, 2], 2 * k[1, 2])
    across, down = np.meshgrid(np.linspace(0, width, 9), np.linspace(0, height, 9))
    x, y = (across - k[0, 2]) / k[0, 0], (down - k[1, 2]) / k[1, 1]
    far = x * x + y * y
    bent = far * (k1 + far * (k2 + far * (further[0] if further else 0.0)))
    off_x = (x * bent + 2 * p1 * x * y + p2 * (far + 2 * x * x)) * k[0, 0]
    off_y = (y * bent + p1 * (far + 2 * y * y) + 2 * p2 * x * y) * k[1, 1]
    most = float(np.hypot(off_x, off_y).max())
    if not most <= MOST_BENT_PX:
        raise BadCalibration(
            f"the lens bends its picture by up to {most:.0f} pixels, and the ground is taken as "
            "seen without distortion",
            "Take the distortion out of the recording first; then leave it out here. Or mark "
            "pairs where it matters.",
        )
