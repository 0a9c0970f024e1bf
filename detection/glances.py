"""How objects look at a glance: colours by body part, cheap enough for every frame.

For telling apart who walks past whom within one recording, a moment later; colours of the light, of
the camera and of what is in front are in it, so it says nothing of who somebody is, and is not
stored. Own making: histograms of brightness and two opponent colours, upper and lower half of the
body apart, values shared between neighbouring bins so that a little more light changes little.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.types import Detections
from video.types import Pixels

Glances = NDArray[np.float32]

_ROWS, _COLUMNS = 24, 8
_PARTS: Final = 2
_CHANNELS: Final = 3
_BINS: Final = 16
GLANCE_LENGTH: Final = _PARTS * _CHANNELS * _BINS
# Of a box, the middle: at its edges is mostly background.
_ACROSS: Final = 0.2 + 0.6 * (np.arange(_COLUMNS) + 0.5) / _COLUMNS
_DOWN: Final = 0.08 + 0.84 * (np.arange(_ROWS) + 0.5) / _ROWS
# Opponent colours of what people wear lie in the middle of their range.
_OPPONENT_RANGE: Final = 160.0
# Where the histogram of each sampled pixel's part starts: (rows, 1, channels).
_FIRST_BIN: Final = (
    (np.arange(_ROWS) * _PARTS // _ROWS)[:, None, None] * _CHANNELS + np.arange(_CHANNELS)
) * _BINS


def glances(picture: Pixels, found: Detections) -> Glances:
    """What each detection looks like in its BGR picture, `(n, GLANCE_LENGTH) float32` of length 1.

    The scalar product of two is their Bhattacharyya coefficient: 1 is the same, people who wear
    something else are mostly below 0.9 (docs/measured.md).
    """
    count = len(found)
    if not count:
        return np.zeros((0, GLANCE_LENGTH), np.float32)
    values = _opponents(_sampled(picture, found.boxes)) * _BINS - 0.5
    values = np.clip(values, 0, _BINS - 1.001)
    low = values.astype(np.intp)
    upper = (values - low).ravel()
    first = (np.arange(count) * GLANCE_LENGTH)[:, None, None, None] + _FIRST_BIN
    place = (first + low).ravel()
    size = count * GLANCE_LENGTH
    counts = np.bincount(place, 1 - upper, size) + np.bincount(place + 1, upper, size)
    roots = np.sqrt(counts.reshape(count, GLANCE_LENGTH))
    # Every box gives the same number of samples, so no length is zero.
    result: Glances = (roots / np.linalg.norm(roots, axis=1, keepdims=True)).astype(np.float32)
    return result


def _sampled(picture: Pixels, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pixels on a grid over each box, `(n, rows, columns, 3)`; beyond the edge, those at it."""
    height, width = picture.shape[:2]
    sides = boxes[:, 2:] - boxes[:, :2]
    across = np.clip(boxes[:, 0:1] + sides[:, 0:1] * _ACROSS, 0, width - 1).astype(np.intp)
    down = np.clip(boxes[:, 1:2] + sides[:, 1:2] * _DOWN, 0, height - 1).astype(np.intp)
    pixels: NDArray[np.float32] = picture[down[:, :, None], across[:, None, :]].astype(np.float32)
    return pixels


def _opponents(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Brightness, red against green and yellow against blue, each about 0 to 1."""
    blue, green, red = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return np.stack(
        [
            (blue + green + red) / (3 * 256),
            (red - green) / _OPPONENT_RANGE + 0.5,
            ((red + green) / 2 - blue) / _OPPONENT_RANGE + 0.5,
        ],
        axis=-1,
    )
