"""Pure array maths on boxes and points in source pixels: origin top-left, x right, y down.

Boxes are `(n, 4)` as left, top, right, bottom, half-open: a box covers right − left pixels. Knows
nothing of what a box holds.
"""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]
"""`(n, 4)` left, top, right, bottom."""
Points = NDArray[np.float32]
"""`(n, 2)` x, y."""


def areas(boxes: Boxes) -> NDArray[np.float32]:
    """Area of each box, `(n,)`; 0 for a box turned inside out."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    product: NDArray[np.float32] = sides[:, 0] * sides[:, 1]
    return product


def iou_matrix(first: Boxes, second: Boxes) -> NDArray[np.float32]:
    """Intersection over union of every pair, `(len(first), len(second))` in 0..1.

    Two boxes of no area have 0.
    """
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    far = np.minimum(first[:, None, 2:], second[None, :, 2:])
    sides = np.maximum(far - corner, 0)
    shared = sides[..., 0] * sides[..., 1]
    union = areas(first)[:, None] + areas(second)[None, :] - shared
    iou: NDArray[np.float32] = np.zeros_like(shared)
    np.divide(shared, union, out=iou, where=union > 0)
    return iou


def clip_boxes(boxes: Boxes, width: float, height: float) -> Boxes:
    """The boxes cut at the edges of a picture; one that lies outside keeps no area."""
    limits = np.array([width, height, width, height], np.float32)
    clipped: Boxes = np.clip(boxes, np.float32(0), limits)
    return clipped


def centres(boxes: Boxes) -> Points:
    """The middle of each box, `(n, 2)`."""
    middle: Points = (boxes[:, :2] + boxes[:, 2:]) * np.float32(0.5)
    return middle


def foot_points(boxes: Boxes) -> Points:
    """The middle of each bottom edge, `(n, 2)`: where a standing object touches the ground."""
    return np.stack([(boxes[:, 0] + boxes[:, 2]) * np.float32(0.5), boxes[:, 3]], axis=1)


def points_in_polygon(
    points: NDArray[np.float32] | NDArray[np.float64],
    polygon: NDArray[np.float32] | NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Which points, `(n, 2)`, lie inside a polygon of `(m, 2)` corners; `(n,)`.

    The polygon is closed by itself; where it crosses itself the even-odd rule holds. Edges are
    half-open like boxes: of polygons that share an edge, exactly one holds a point on it.
    Fewer than three corners hold nothing.

    Crossing count after Shimrat (1962), "Algorithm 112: position of point relative to polygon",
    with the half-open rule of Franklin (PNPOLY).
    """
    x, y = points[:, 0, None].astype(np.float64), points[:, 1, None].astype(np.float64)
    start = polygon.astype(np.float64)
    if len(start) < 3:
        return np.zeros(len(points), np.bool_)
    end = np.roll(start, -1, axis=0)
    x1, y1, x2, y2 = start[:, 0], start[:, 1], end[:, 0], end[:, 1]
    spans = (y1 > y) != (y2 > y)
    # Where both ends are level nothing is spanned; 1 only avoids dividing by zero there.
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    # Computed from the upper end whichever way the edge is drawn, so that two polygons sharing
    # it round alike.
    upper_x, upper_y = np.where(y1 < y2, x1, x2), np.minimum(y1, y2)
    crossing = upper_x + (y - upper_y) * ((x2 - x1) / rise)
    inside: NDArray[np.bool_] = (spans & (x < crossing)).sum(axis=1) % 2 == 1
    return inside
