"""What lies under the pointer: pure functions over points, boxes and polygons."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

import numpy as np
from numpy.typing import NDArray

from ui.tools.picture_map import Point, Polygon


def box_at(boxes: NDArray[np.float32], point: Point, *, slack: float = 0.0) -> int | None:
    """The box `(n, 4)` xyxy that a point lies in, grown by `slack`; of several the smallest."""
    if not len(boxes):
        return None
    x, y = point
    left, top, right, bottom = boxes.T.astype(np.float64)
    inside = (left - slack <= x) & (x <= right + slack) & (top - slack <= y) & (y <= bottom + slack)
    if not inside.any():
        return None
    # A small thing in front of a large one could not be reached otherwise.
    area = np.where(inside, (right - left) * (bottom - top), np.inf)
    return int(np.argmin(area))


def corner_at(corners: Sequence[Point], point: Point, *, reach: float) -> int | None:
    """The nearest corner within `reach` of a point."""
    distances = [hypot(x - point[0], y - point[1]) for x, y in corners]
    nearest = min(range(len(distances)), key=distances.__getitem__, default=None)
    return nearest if nearest is not None and distances[nearest] <= reach else None


def contains(polygon: Sequence[Point], point: Point) -> bool:
    """Whether a point lies inside a polygon (even-odd rule; its edge may go either way)."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def area(polygon: Sequence[Point]) -> float:
    """The area that a polygon encloses, 0 for fewer than three corners."""
    pairs = zip(polygon, [*polygon[1:], *polygon[:1]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def edges_cross(corners: Sequence[Point], *, closed: bool) -> bool:
    """Whether edges of an outline cross or touch each other elsewhere than at their own corner;
    `closed`: it goes back to its first corner."""
    ends = [*corners, *corners[:1]] if closed else list(corners)
    edges = list(pairwise(ends))
    for at, one in enumerate(edges):
        for other_at, other in enumerate(edges[at + 1 :], at + 1):
            follows = other_at == at + 1 or (closed and at == 0 and other_at == len(edges) - 1)
            if not follows and _meet(one, other):
                return True
    return False


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two segments have a point in common."""
    (a, b), (c, d) = one, other
    sides = [_side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)]
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    touching = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(
        side == 0
        and min(p[0], q[0]) <= r[0] <= max(p[0], q[0])
        and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])
        for side, (p, q, r) in zip(sides, touching, strict=True)
    )


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def with_corner_at(polygon: Polygon, corner: int, point: Point) -> Polygon:
    """The polygon with one corner moved to a point."""
    return (*polygon[:corner], point, *polygon[corner + 1 :])
