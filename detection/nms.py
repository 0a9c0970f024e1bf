"""Suppression of repeated detections of one object: pure array code, class by class."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.types import Detections

_MOST_CANDIDATES: Final = 1000
# What COCO's evaluation looks at (Lin et al., 2014). The shipped detector gives 145 boxes a frame
# above the floor on a busy street; those beyond the hundredth are noise that fills the case.
MOST_PER_PICTURE: Final = 100


def suppress(candidates: Detections, *, most_overlap: float) -> Detections:
    """The detections that no better one of their class overlaps by more than `most_overlap`.

    At most 100, best score first. Equal scores are ordered by class, then by the box from its left
    edge on, so that the result does not depend on the order of the candidates.

    Greedy non-maximum suppression over intersection by union (Neubeck, Van Gool, 2006, Efficient
    Non-Maximum Suppression), with one departure: only the 1000 best candidates are looked at, to
    bound the table of pairs; a picture with more people above the floor is beyond these detectors.
    """
    order = np.lexsort((*candidates.boxes.T[::-1], candidates.class_ids, -candidates.scores))
    best = candidates.where(order[:_MOST_CANDIDATES])
    same_class = best.class_ids[:, None] == best.class_ids[None, :]
    repeated_by = np.triu(same_class & _overlap_more(best.boxes, most_overlap), 1)
    standing = np.ones(len(best), np.bool_)
    for at in np.flatnonzero(repeated_by.any(axis=1)):
        if standing[at]:
            standing[repeated_by[at]] = False
    return best.where(np.flatnonzero(standing)[:MOST_PER_PICTURE])


def _overlap_more(boxes: NDArray[np.float32], bound: float) -> NDArray[np.bool_]:
    """Which pairs have an intersection by union above `bound`, `(n, n)`.

    Compared without dividing: boxes without area then overlap nothing.
    """
    left, top, right, bottom = boxes.T
    width = np.minimum.outer(right, right) - np.maximum.outer(left, left)
    height = np.minimum.outer(bottom, bottom) - np.maximum.outer(top, top)
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    area = (right - left) * (bottom - top)
    above: NDArray[np.bool_] = shared > bound * (np.add.outer(area, area) - shared)
    return above
