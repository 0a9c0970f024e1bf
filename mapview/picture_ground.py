"""The ground of a picture, ready to be drawn: grid of metres and horizon over the picture, and
the picture itself laid onto the map. Arrays only; nothing of a screen here.

Lines of the ground are lines in the picture, and a convex piece of ground before the horizon is a
convex piece of the picture (R. Hartley and A. Zisserman, "Multiple View Geometry in Computer
Vision", 2003, 2.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mapview.projection import to_mercator
from mapview.viewport import Bounds, bounds_of
from video.ground import COARSEST_M, GroundPlane

Array = NDArray[np.float64]
Segment = tuple[tuple[float, float], tuple[float, float]]
_FINE_M: Final = 0.12
"""Where a pixel stands for more ground than that, the lines of a grid run into each other."""
_LINES: Final = 18
"""About so many lines either way."""
_LAID_PX: Final = 800
"""The longer side of a picture that is laid onto the map."""
_REACH_M: Final = 100.0
_FLAT: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class LaidPicture:
    """A picture as it lies on the map: `pixels (h, w, 4) uint8` RGBA, north up, clear where it
    shows no ground; `bounds` in world metres."""

    pixels: NDArray[np.uint8]
    bounds: Bounds


def metre_grid(plane: GroundPlane, size: tuple[int, int]) -> tuple[float, tuple[Segment, ...]]:
    """Every how many metres a line runs, and the lines as the picture shows them, both ways along
    the axes of the ground; none where no ground is seen."""
    outline = plane.seen(size, _FINE_M)
    if len(outline) < 3:
        outline = plane.seen(size)
    if len(outline) < 3:
        return 0.0, ()
    step = _round_step(float(np.ptp(outline, axis=0).max()) / _LINES)
    ends = [
        end
        for axis in (0, 1)
        for at in _multiples(outline[:, axis], step)
        for end in _across(outline, axis, at)
    ]
    if not ends:
        return step, ()
    seen = plane.pictured(np.array(ends)).reshape(-1, 2, 2).tolist()
    return step, tuple(((one[0], one[1]), (other[0], other[1])) for one, other in seen)


def horizon_in(plane: GroundPlane, size: tuple[int, int]) -> Segment | None:
    """The horizon from one edge of the picture to another; None where it is not in it."""
    line = plane.horizon()
    if line is None:
        return None
    a, b, c = line
    width, height = size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    side = corners @ (a, b) + c
    ends = []
    for at in range(4):
        here, there = side[at], side[(at + 1) % 4]
        if (here >= 0) != (there >= 0):
            share = here / (here - there)
            x, y = (corners[at] + share * (corners[(at + 1) % 4] - corners[at])).tolist()
            ends.append((x, y))
    return (ends[0], ends[1]) if len(ends) == 2 else None


def to_world(to_ground: Array, lonlat: Callable[[Array], Array | None]) -> Array | None:
    """The matrix `(3, 3)` from picture (x, y, 1) to world metres, where `lonlat` tells places
    `(n, 2)` of the ground as degrees; None where it cannot. The map is taken as flat around the
    origin: within a kilometre that is right to some centimetres."""
    known = lonlat(np.array([[0, 0], [_REACH_M, 0], [0, _REACH_M]], np.float64))
    if known is None:
        return None
    origin, along, up = to_mercator(known)
    affine = np.eye(3)
    affine[:2, 0] = (along - origin) / _REACH_M
    affine[:2, 1] = (up - origin) / _REACH_M
    affine[:2, 2] = origin
    made: Array = affine @ to_ground
    return made


def laid(
    picture: NDArray[np.uint8], matrix: Array, outline: Array, longest_px: int = _LAID_PX
) -> LaidPicture | None:
    """A picture `(h, w, 3) uint8` BGR as it lies within a convex `outline (n, 2)` of world metres,
    by the `matrix` of `to_world`; None where the outline holds no ground."""
    bounds = bounds_of(outline)
    if bounds is None or len(outline) < 3:
        return None
    left, bottom, right, top = bounds
    wide, high = right - left, top - bottom
    if min(wide, high) <= 0 or abs(np.linalg.det(matrix)) <= _FLAT * np.abs(matrix).max():
        return None
    scale = max(wide, high) / longest_px
    columns, rows = max(1, round(wide / scale)), max(1, round(high / scale))
    x = left + (np.arange(columns) + 0.5) * wide / columns
    y = top - (np.arange(rows) + 0.5) * high / rows
    grid_x, grid_y = np.meshgrid(x, y)
    held = _inside(outline, grid_x, grid_y)
    # World metres are millions: around the middle of the outline the digits last.
    middle = outline.mean(axis=0)
    shifted = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]]) @ matrix
    back = np.linalg.inv(shifted)
    flat = np.stack([grid_x[held] - middle[0], grid_y[held] - middle[1], np.ones(held.sum())])
    made = back @ flat
    with np.errstate(divide="ignore", invalid="ignore"):
        px, py = made[0] / made[2], made[1] / made[2]
    height, width = picture.shape[:2]
    known = (px >= 0) & (px < width) & (py >= 0) & (py < height)
    pixels = np.zeros((rows, columns, 4), np.uint8)
    places = np.flatnonzero(held.ravel())[known]
    pixels.reshape(-1, 4)[places, :3] = _between(picture, px[known], py[known])[:, ::-1]
    pixels.reshape(-1, 4)[places, 3] = 255
    return LaidPicture(pixels, bounds)


def seen_outline(
    plane: GroundPlane, size: tuple[int, int], coarsest_m: float = COARSEST_M
) -> Array:
    """The corners `(n, 2)` of the picture's part that shows ground, in pixels."""
    ground = plane.seen(size, coarsest_m)
    return plane.pictured(ground) if len(ground) else ground


def _between(picture: NDArray[np.uint8], px: Array, py: Array) -> NDArray[np.uint8]:
    """Colours `(n, 3)` between the four pixels around each point: bilinear."""
    height, width = picture.shape[:2]
    x, y = np.clip(px - 0.5, 0, width - 1), np.clip(py - 0.5, 0, height - 1)
    left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    right, low = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    across = (x - left).astype(np.float32)[:, None]
    down = (y - top).astype(np.float32)[:, None]
    above = picture[top, left] * (1 - across) + picture[top, right] * across
    below = picture[low, left] * (1 - across) + picture[low, right] * across
    made: NDArray[np.uint8] = np.rint(above * (1 - down) + below * down).astype(np.uint8)
    return made


def _inside(outline: Array, x: Array, y: Array) -> NDArray[np.bool_]:
    """Which points a convex outline holds, whichever way round it runs."""
    ahead = np.roll(outline, -1, axis=0)
    turn = float(np.sum(outline[:, 0] * ahead[:, 1] - ahead[:, 0] * outline[:, 1]
                        - outline[0, 0] * (ahead[:, 1] - outline[:, 1])
                        + outline[0, 1] * (ahead[:, 0] - outline[:, 0])))  # fmt: skip
    way = 1.0 if turn >= 0 else -1.0
    held = np.ones(x.shape, np.bool_)
    for (ax, ay), (bx, by) in zip(outline, ahead, strict=True):
        held &= way * ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) >= 0
    return held


def _across(outline: Array, axis: int, at: float) -> list[Array]:
    """Where the line with that coordinate enters and leaves a convex outline: two ends, or none."""
    ends: list[Array] = []
    for one, other in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        here, there = one[axis] - at, other[axis] - at
        if (here >= 0) != (there >= 0):
            ends.append(one + here / (here - there) * (other - one))
    return ends if len(ends) == 2 else []


def _multiples(values: Array, step: float) -> list[float]:
    first, last = ceil(float(values.min()) / step), floor(float(values.max()) / step)
    return [number * step for number in range(first, last + 1)]


def _round_step(least: float) -> float:
    """The next of 0.1, 0.2, 0.5, 1, 2, 5, 10 … metres."""
    step = 0.1
    for factor in (2, 2.5, 2) * 6:
        if step >= least:
            break
        step *= factor
    return round(step, 6)
