"""Which box of one set belongs to which of another: overlaps, direction and best assignment.

Pure functions over arrays; it keeps nothing between frames.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from detection.kalman import Floats
from detection.labels import groups
from detection.types import Detections

# Below this share of a height, a displacement is mostly detector jitter: its direction counts less.
_CLEAR_MOVE: Final = 0.2
# Two boxes of one group of classes, this much on top of each other, are one object.
_ONE_OBJECT: Final = 0.7
# Only so that two empty boxes do not divide by zero.
_LEAST_AREA: Final = 1e-9


def overlaps(first: Floats, second: Floats) -> Floats:
    """Intersection over union of every box `(n, 4)` with every box `(m, 4)`, as `(n, m)`.

    Boxes are left, top, right, bottom. Empty boxes overlap nothing.
    """
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.maximum(high - low, 0)
    shared = sides[..., 0] * sides[..., 1]
    union = _area(first)[:, None] + _area(second)[None, :] - shared
    share: Floats = shared / np.maximum(union, _LEAST_AREA)
    return share


def along(rates: Floats, behind: Floats, heights: Floats, centres: Floats) -> Floats:
    """How far each centre `(m, 2)` lies ahead (1) or back (−1) on the way of each track, `(n, m)`.

    `rates (n, 2)` are velocities, `behind (n, 2)` where each track was a moment ago and
    `heights (n,)` its size. The idea of a direction term is from Cao et al. 2023, "Observation-
    Centric SORT"; theirs is the angle alone, here short displacements, whose angle is noise,
    weigh less.
    """
    speed = np.hypot(rates[:, 0], rates[:, 1])
    # A track that stands still has no direction: zero, not a division by zero.
    unit = rates / np.maximum(speed, 1e-9)[:, None]
    ahead = ((centres[None] - behind[:, None]) * unit[:, None]).sum(axis=2)
    share: Floats = np.clip(ahead / (_CLEAR_MOVE * heights[:, None]), -1, 1)
    return share


def assign(worth: Floats, allowed: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs (rows, columns), each used once, that are allowed and worth most together.

    `worth (n, m)` must lie between −1 and 2. More pairs come before better ones: leaving an
    object without its detection is what breaks tracks.
    """
    if not allowed.any():
        nothing = np.zeros(0, np.intp)
        return nothing, nothing
    rows, columns = linear_sum_assignment(np.where(allowed, worth + 2, 0), maximize=True)
    good = allowed[rows, columns]
    return rows[good], columns[good]


def covered(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of each box `(n, 4)` lies in the one other box that takes most of it, `(n,)`."""
    if len(boxes) < 2:
        return np.zeros(len(boxes), np.float32)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    np.fill_diagonal(shared, 0)
    own = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1)
    most: NDArray[np.float32] = np.clip(shared.max(axis=1) / own, 0, 1)
    return most


def one_of_each(found: Detections) -> Detections:
    """Without detections that lie on a surer one of another class of their group: a detector
    names a van both car and truck. Two of the same class stay, as the detector meant them."""
    kinds = groups(found.class_ids)
    if len(found) < 2 or (kinds == found.class_ids).all():
        # The group of vehicles goes by the number of one of them: no other is here.
        return found
    boxes = found.boxes.astype(np.float64)
    rivals = (kinds[:, None] == kinds) & (found.class_ids[:, None] != found.class_ids)
    rivals &= overlaps(boxes, boxes) > _ONE_OBJECT
    # Of equally sure ones the first stays.
    order = np.argsort(-found.scores, kind="stable")
    rank = np.empty(len(order), np.intp)
    rank[order] = np.arange(len(order))
    surer = rank[None, :] < rank[:, None]
    return found.where(~(rivals & surer).any(axis=1))


def _area(boxes: Floats) -> Floats:
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return sides[:, 0] * sides[:, 1]
