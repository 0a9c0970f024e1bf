"""Raw SSD tensors as boxes and scores, for inputs of any size: pure, knows no session.

Liu et al., 2016, SSD: Single Shot MultiBox Detector; the anchors are those of the TensorFlow Object
Detection API (Huang et al., 2017, Speed/Accuracy Trade-Offs for Modern Convolutional Detectors).

We depart from both in where an anchor stands. The network was trained at 300×300, where the anchors
of a grid divide the picture evenly. A convolution, however, sees around each of its cells a part
of the picture whose centre follows from strides and padding alone, and padding depends on whether
each extent on the way is even. At 300 the two differ by 5.5 pixels (finer two grids) on average,
and the network learned to answer for that. At other sizes evenly divided anchors would be off by
up to 10 pixels: every anchor therefore stands where its cell looks, less what was learned.
(Person AP50 on 40 frames of PETS 2009 S2.L1, input 432×320: 0.63 evenly divided, 0.90 so; even at
300×300 0.72 became 0.77. Measured offset of the boxes found: below half a pixel.)
"""

from functools import lru_cache
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TRAINED_AT: Final = 300
_GRIDS: Final = 6
# Halvings of the picture before the finest grid (cells of 16 pixels); one more for each other.
_HALVINGS: Final = 4
_SCALES: Final = (0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0)
_CENTRE_SCALE: Final = 10.0
_EXTENT_SCALE: Final = 5.0


def places(width: int, height: int) -> int:
    """How many anchors an input of `width` × `height` has: 1917 at 300×300."""
    return len(_anchors(width, height))


def decode(
    encodings: NDArray[np.float32],
    scores: NDArray[np.float32],
    *,
    width: int,
    height: int,
    floor: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Boxes `(n, 4)` in input pixels, scores `(n,)` and columns `(n,)` of `scores` from `floor` up.

    `encodings` is `(places, 4)` as ty, tx, th, tw, `scores` `(places, columns)`. An anchor counts
    once for each column that reaches the floor: the classes were trained independently.
    """
    rows, columns = np.nonzero(scores >= floor)
    anchors = _anchors(width, height)[rows]
    wanted = encodings[rows]
    centres = wanted[:, 1::-1] / _CENTRE_SCALE * anchors[:, 2:] + anchors[:, :2]
    halves = np.exp(wanted[:, :1:-1] / _EXTENT_SCALE) * anchors[:, 2:] / 2
    boxes = np.concatenate((centres - halves, centres + halves), axis=1)
    return boxes, scores[rows, columns], columns


@lru_cache(maxsize=16)
def _anchors(width: int, height: int) -> NDArray[np.float32]:
    """Centre x, centre y, width, height of every anchor in input pixels, `(n, 4)`.

    Finest grid first, row by row; extents are those that the network knows, whatever the size.
    """
    learned = _learned_offsets()
    grids = []
    for grid, (columns, rows) in enumerate(zip(_looks_at(width), _looks_at(height), strict=True)):
        centre_y, centre_x = np.meshgrid(
            rows - learned[grid], columns - learned[grid], indexing="ij"
        )
        shapes = np.array(_shapes(grid))
        anchors = np.empty((*centre_x.shape, len(shapes), 4))
        anchors[..., 0], anchors[..., 1] = centre_x[..., None], centre_y[..., None]
        anchors[..., 2:] = shapes
        grids.append(anchors.reshape(-1, 4))
    return np.concatenate(grids).astype(np.float32)


def _shapes(grid: int) -> list[tuple[float, float]]:
    """Width and height in pixels of the anchors in each cell of a grid."""
    scale, next_scale = _SCALES[grid], _SCALES[grid + 1]
    if grid == 0:
        kinds = [(0.1, 1.0), (scale, 2.0), (scale, 1 / 2)]
    else:
        kinds = [(scale, aspect) for aspect in (1.0, 2.0, 1 / 2, 3.0, 1 / 3)]
        kinds.append((sqrt(scale * next_scale), 1.0))
    return [
        (_TRAINED_AT * size * sqrt(aspect), _TRAINED_AT * size / sqrt(aspect))
        for size, aspect in kinds
    ]


def _looks_at(extent: int) -> list[NDArray[np.float64]]:
    """For each grid the centres, along one axis, of what its cells see; in input pixels.

    Follows the 3-wide convolutions of stride 2, which pad as TensorFlow's "SAME" does: one pixel
    on both sides of an odd extent, only at the far side of an even one.
    """
    first, pitch = 0.5, 1
    centres = []
    for halving in range(_HALVINGS + _GRIDS - 1):
        if extent % 2 == 0:
            first += pitch
        pitch *= 2
        extent = (extent + 1) // 2
        if halving >= _HALVINGS - 1:
            centres.append(first + pitch * np.arange(extent, dtype=np.float64))
    return centres


@lru_cache(maxsize=1)
def _learned_offsets() -> tuple[float, ...]:
    """By how much, on average, the cells of each grid looked beyond their anchors in training."""
    offsets = []
    for seen in _looks_at(_TRAINED_AT):
        evenly_divided = (np.arange(len(seen)) + 0.5) / len(seen) * _TRAINED_AT
        offsets.append(float((seen - evenly_divided).mean()))
    return tuple(offsets)
