"""Pictures as network inputs, and boxes back again: pure, knows no model.

Every function that places a picture says so with a `Placement`, whose inverse is exact: it uses the
scale that the rounding to whole input pixels really gave, each axis by itself.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detection.types import Detections
from video.types import Pixels

# One thread per worker: a pool of its own inside OpenCV would take the other workers' cores.
cv2.setNumThreads(1)

_MOST_ELONGATED: Final = 8.0


@dataclass(frozen=True, slots=True)
class Placement:
    """A source picture of `width` × `height` scaled into the top-left of a network input."""

    width: int
    height: int
    scaled_width: int
    scaled_height: int

    def to_input(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes `(n, 4)` from source pixels to input pixels."""
        placed: NDArray[np.float32] = boxes * self._scale()
        return placed

    def to_source(self, boxes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Boxes `(n, 4)` from input pixels to source pixels; they may reach beyond the picture."""
        found: NDArray[np.float32] = boxes / self._scale()
        return found

    def detections(
        self,
        boxes: NDArray[np.float32],
        scores: NDArray[np.float32],
        class_ids: NDArray[np.int16],
    ) -> Detections:
        """What was found at `boxes` of the input, in source pixels; boxes are cut at the edges of
        the picture, and those outside of it are left out."""
        ends = np.array([self.width, self.height, self.width, self.height], np.float32)
        inside = np.clip(self.to_source(boxes), 0, ends)
        seen = (inside[:, 0] < inside[:, 2]) & (inside[:, 1] < inside[:, 3])
        return Detections(inside, scores, class_ids).where(seen)

    def _scale(self) -> NDArray[np.float32]:
        across, down = self.scaled_width / self.width, self.scaled_height / self.height
        return np.array([across, down, across, down], np.float32)


def fit_budget(width: int, height: int, *, pixels: int, step: int) -> tuple[int, int]:
    """The input width and height for a source: its shape, about `pixels` in area.

    Both are multiples of `step`, at least one step. A source longer than 8:1 is squeezed to that,
    so that even one row of pixels gives an input which a network can shrink five times.
    """
    shape = min(max(width / height, 1 / _MOST_ELONGATED), _MOST_ELONGATED)
    return (
        max(round(sqrt(pixels * shape) / step), 1) * step,
        max(round(sqrt(pixels / shape) / step), 1) * step,
    )


def stretch(picture: Pixels, *, width: int, height: int) -> tuple[Pixels, Placement]:
    """A BGR picture scaled to exactly `(height, width, 3)`, each axis by itself."""
    return _resize(picture, width, height), Placement(
        picture.shape[1], picture.shape[0], width, height
    )


def letterbox(picture: Pixels, *, width: int, height: int, fill: int) -> tuple[Pixels, Placement]:
    """A BGR picture scaled with its shape kept, top-left in `(height, width, 3)` of grey `fill`.

    The side that is scaled to a fraction of a pixel keeps one.
    """
    source_height, source_width = picture.shape[:2]
    scale = min(width / source_width, height / source_height)
    scaled_width = min(max(round(source_width * scale), 1), width)
    scaled_height = min(max(round(source_height * scale), 1), height)
    canvas = np.full((height, width, 3), fill, np.uint8)
    canvas[:scaled_height, :scaled_width] = _resize(picture, scaled_width, scaled_height)
    return canvas, Placement(source_width, source_height, scaled_width, scaled_height)


def planes(
    picture: Pixels, *, scale: float = 1.0, offset: float = 0.0, rgb: bool
) -> NDArray[np.float32]:
    """A BGR picture as `(1, 3, h, w) float32`, every value v as v · scale + offset.

    The planes are red, green, blue if `rgb`, else blue, green, red.
    """
    height, width = picture.shape[:2]
    # Looked up, not computed: 0.2 ms at 432×320, against 1.3 ms for array arithmetic.
    table = (np.arange(256, dtype=np.float64) * scale + offset).astype(np.float32)
    result = np.empty((1, 3, height, width), np.float32)
    for channel, plane in enumerate(cv2.split(picture)):
        cv2.LUT(plane, table, dst=result[0, 2 - channel if rgb else channel])
    return result


def shrink(picture: Pixels, *, width: int, height: int) -> Pixels:
    """A BGR picture scaled to exactly `(height, width, 3)`, every pixel of it counted."""
    scaled = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)


def _resize(picture: Pixels, width: int, height: int) -> Pixels:
    # Averaging over areas costs 12 ms on a 1080p source (0.4 ms so) and found nothing more.
    scaled = cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    return scaled.astype(np.uint8, copy=False)


def require_bgr(picture: Pixels) -> None:
    """Nothing, if a detector can take the picture.

    Raises:
        ValueError: not `(h, w, 3) uint8`, or no pixels.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(
            f"a detector takes BGR pictures (height, width, 3) uint8, "
            f"not {picture.shape} {picture.dtype}"
        )
    if picture.size == 0:
        raise ValueError("a detector takes pictures of at least one pixel")
