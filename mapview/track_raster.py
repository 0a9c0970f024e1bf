"""Many lines as pixels at once: how often each is crossed, and by which colour last.

A painter takes a call a line; 100,000 points of tracks are drawn here by counting instead. A line
is sampled a pixel apart along its longer side (J. E. Bresenham, "Algorithm for computer control of
a digital plotter", 1965, without its integers), after it was cut at the picture's edges (Y.-D.
Liang and B. A. Barsky, "A New Concept and Method for Line Clipping", 1984).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mapview.viewport import Viewport

_AT_ONCE: Final = 2_000_000
"""Samples that are held at a time: memory stays bounded whatever is drawn."""


@dataclass(frozen=True, eq=False)
class WorldLines:
    """Lines in one array: `points (n, 2)` world metres, `starts (m,)` where each begins, the first
    0; `hue (n,) uint8` which colour."""

    points: NDArray[np.float64]
    starts: NDArray[np.int64]
    hue: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True, eq=False)
class Raster:
    """`counts (height, width) int32` how often each pixel is crossed, `hue (height, width) uint8`
    the colour of whoever crossed it last; 0 where nobody did."""

    counts: NDArray[np.int32]
    hue: NDArray[np.uint8]


def draw(lines: WorldLines, view: Viewport, ratio: float = 1.0) -> Raster:
    """The lines on a picture of the view, `ratio` pixels for a logical one. A line of a single
    point is a pixel."""
    width, height = round(view.width * ratio), round(view.height * ratio)
    counts = np.zeros(width * height, np.int32)
    hue = np.zeros(width * height, np.uint8)
    if len(lines):
        pixels = view.to_screen(lines.points) * ratio
        begin, step, which = _segments(pixels, lines.starts)
        begin, step, which = _clipped(begin, step, which, width, height)
        samples = np.ceil(np.abs(step).max(axis=1, initial=0.0)).astype(np.int64) + 1
        ends = np.cumsum(samples)
        first = 0
        while first < len(samples):
            done = ends[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(ends, done + _AT_ONCE, side="right")))
            part = slice(first, last)
            where = _sampled(begin[part], step[part], samples[part], width, height)
            np.add(counts, np.bincount(where, minlength=len(counts)), out=counts, casting="unsafe")
            hue[where] = np.repeat(lines.hue[which[part]], samples[part])
            first = last
    return Raster(counts.reshape(height, width), hue.reshape(height, width))


def _segments(
    pixels: NDArray[np.float64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Begin and step of every segment, and the point it begins with; a point has no length."""
    ends = np.append(starts[1:], len(pixels)) - 1
    joined = np.ones(len(pixels), np.bool_)
    joined[ends] = False
    alone = starts[starts == ends]
    from_ = np.concatenate([np.flatnonzero(joined), alone])
    to = np.concatenate([np.flatnonzero(joined) + 1, alone])
    return pixels[from_], pixels[to] - pixels[from_], from_


def _clipped(
    begin: NDArray[np.float64],
    step: NDArray[np.float64],
    which: NDArray[np.int64],
    width: int,
    height: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """The parts of the segments that lie on the picture."""
    low, high = np.zeros(len(begin)), np.ones(len(begin))
    for axis, limit in ((0, width), (1, height)):
        way, at = step[:, axis], begin[:, axis]
        still = way == 0
        safe = np.where(still, 1.0, way)
        one, other = (0.0 - at) / safe, (limit - 1e-6 - at) / safe
        low = np.maximum(low, np.where(still, 0.0, np.minimum(one, other)))
        high = np.minimum(high, np.where(still, 1.0, np.maximum(one, other)))
        # What runs along this axis not at all is in or out as a whole.
        high[still & ((at < 0) | (at >= limit))] = -1.0
    kept = low <= high
    low, high = low[kept, None], high[kept, None]
    return begin[kept] + step[kept] * low, step[kept] * (high - low), which[kept]


def _sampled(
    begin: NDArray[np.float64],
    step: NDArray[np.float64],
    samples: NDArray[np.int64],
    width: int,
    height: int,
) -> NDArray[np.int64]:
    """The pixels of the segments, as indices into the picture read row by row."""
    nth = np.arange(int(samples.sum())) - np.repeat(np.cumsum(samples) - samples, samples)
    each = step / np.maximum(samples - 1, 1)[:, None]
    along = (
        np.repeat(begin[:, at], samples) + np.repeat(each[:, at], samples) * nth for at in (0, 1)
    )
    # What was clipped lies on the picture but for the last bit.
    x, y = (one.astype(np.int64) for one in along)
    np.minimum(np.maximum(x, 0, out=x), width - 1, out=x)
    np.minimum(np.maximum(y, 0, out=y), height - 1, out=y)
    where: NDArray[np.int64] = y * width + x
    return where
