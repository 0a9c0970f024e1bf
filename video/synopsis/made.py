"""An empty picture as it is made, and how a part of one is put into another."""

from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from video.types import Pixels, TimeNs


def _no_boxes() -> NDArray[np.float32]:
    return np.empty((0, 4), np.float32)


@dataclass(frozen=True, slots=True)
class MadePlate:
    """An empty picture, good from `time_ns` until the next one.

    `picture (h, w, 3) uint8 BGR`; `noise (h/4, w/4) float32`, by how many grey levels a pixel
    strays by itself (about its standard deviation, at least 1); `unsure (h, w) bool`, where nothing
    but tracked things was ever seen, so that the picture there may show one of them; `boxes (n, 4)`
    of what was tracked in the frames it was made from.
    """

    time_ns: TimeNs
    picture: Pixels
    noise: NDArray[np.float32]
    unsure: NDArray[np.bool_]
    boxes: NDArray[np.float32] = field(default_factory=_no_boxes)


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of a plate: `where (h, w) bool`."""

    where: NDArray[np.bool_]
    source: MadePlate


def patched(plate: MadePlate, patch: Patch) -> MadePlate:
    """The plate with a part of another in it, in its own light; sure where the part is."""
    picture = plate.picture.copy()
    unsure = plate.unsure & ~patch.where
    where = patch.where.astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(where)
    for label in range(1, len(stats)):
        left, top, wide, high = stats[label, :4].tolist()
        reach = 6 + max(wide, high) // 8
        rows = slice(max(0, top - reach), top + high + reach)
        columns = slice(max(0, left - reach), left + wide + reach)
        part = labels[rows, columns] == label
        around = ~plate.unsure[rows, columns] & ~patch.source.unsure[rows, columns]
        around &= where[rows, columns] == 0
        tone = in_light_of(
            patch.source.picture[rows, columns], plate.picture[rows, columns], around
        )
        # Soft at its edge, so that a small difference of light makes no line.
        soft = cv2.GaussianBlur(cv2.dilate(part.astype(np.float32), np.ones((5, 5))), (0, 0), 1.5)
        share = np.where(unsure[rows, columns] & ~part, 0, np.maximum(soft, part))[..., None]
        mixed = picture[rows, columns] * (1 - share) + tone * share
        picture[rows, columns] = np.rint(mixed).astype(np.uint8)
    return replace(plate, picture=picture, unsure=unsure)


def in_light_of(picture: Pixels, other: Pixels, where: NDArray[np.bool_]) -> Pixels:
    """`picture` as bright and as coloured as `other`, by what both show `where (h, w)`."""
    if np.count_nonzero(where) < 24:
        return picture
    have = np.median(picture[where], axis=0) + 4
    want = np.median(other[where], axis=0) + 4
    gain = np.clip(want / have, 0.5, 2)
    return np.asarray(np.clip(np.rint(picture * gain), 0, 255), np.uint8)
