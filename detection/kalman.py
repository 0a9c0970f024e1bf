"""Where boxes are going: a constant-velocity Kalman filter over many boxes at once.

Pure functions over arrays; it knows nothing of detections, scores or tracks.

Each of the four coordinates of a box (centre x, centre y, width, height, in source pixels) is
filtered on its own, so the covariance of a coordinate is the three numbers of a symmetric 2 × 2
matrix and no 8 × 8 matrix is ever inverted. Time is real seconds, never frames: process noise is
that of white acceleration integrated over the step (Bar-Shalom, Li and Kirubarajan 2001,
"Estimation with Applications to Tracking and Navigation", section 6.2), so uneven steps are exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Motion:
    """What is believed of `n` boxes; every array is `(n, 4)`: centre x, centre y, width, height.

    `value` in pixels and `rate` in pixels per second; `value_var`, `rate_var` and their
    covariance `cross` say how sure that is.
    """

    value: Floats
    rate: Floats
    value_var: Floats
    cross: Floats
    rate_var: Floats


def begin(measured: Floats, noise_var: Floats, rate_var: Floats) -> Motion:
    """The belief after one measurement each: standing still, with the given variances `(n, 4)`."""
    nothing = np.zeros_like(measured)
    return Motion(measured, nothing, noise_var, nothing, rate_var)


def predict(motion: Motion, seconds: float, acceleration_var: Floats) -> Motion:
    """The belief `seconds` later; `acceleration_var` `(n, 4)` in pixels² per second³.

    Two steps in a row give exactly what one step of their sum gives.
    """
    return Motion(
        motion.value + motion.rate * seconds,
        motion.rate,
        motion.value_var
        + 2 * seconds * motion.cross
        + seconds**2 * motion.rate_var
        + acceleration_var * (seconds**3 / 3),
        motion.cross + seconds * motion.rate_var + acceleration_var * (seconds**2 / 2),
        motion.rate_var + acceleration_var * seconds,
    )


def update(motion: Motion, measured: Floats, noise_var: Floats) -> Motion:
    """The belief after one more measurement of each box, `(n, 4)`, with variances `noise_var`."""
    total = motion.value_var + noise_var
    gain = motion.value_var / total
    rate_gain = motion.cross / total
    surprise = measured - motion.value
    return Motion(
        motion.value + gain * surprise,
        motion.rate + rate_gain * surprise,
        (1 - gain) * motion.value_var,
        (1 - gain) * motion.cross,
        motion.rate_var - rate_gain * motion.cross,
    )


def centre_size(boxes: Floats) -> Floats:
    """Left, top, right, bottom `(n, 4)` as centre x, centre y, width, height."""
    low, high = boxes[:, :2], boxes[:, 2:]
    return np.concatenate([(low + high) / 2, high - low], axis=1)


def corners(values: Floats) -> Floats:
    """Centre x, centre y, width, height `(n, 4)` as left, top, right, bottom."""
    middle, half = values[:, :2], values[:, 2:] / 2
    return np.concatenate([middle - half, middle + half], axis=1)
