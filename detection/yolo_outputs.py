"""Raw YOLOX tensors as boxes and scores: pure, knows no picture and no session."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_STRIDES: Final = (8, 16, 32)


def places(width: int, height: int) -> int:
    """How many rows the network gives for an input of `width` × `height`."""
    return len(_cells(width, height)[0])


def decode(
    raw: NDArray[np.float32], *, width: int, height: int, floor: float
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Boxes `(n, 4)` in input pixels, scores `(n,)` and model classes `(n,)` from `floor` up.

    `raw` is `(places, 5 + classes)`: centre x and y in cells from the cell's corner, logarithms of
    width and height in cells, objectness and class probabilities (both in 0..1 already). A place
    counts for its best class alone, with objectness times class as score.

    Ge, Liu, Wang, Li, Sun, 2021, YOLOX: Exceeding YOLO Series in 2021; as in its post-processing.
    """
    # A score is never above its objectness: what is below the floor already needs no decoding.
    rows = np.flatnonzero(raw[:, 4] >= floor)
    kinds = raw[rows, 5:]
    classes = kinds.argmax(axis=1)
    scores = raw[rows, 4] * kinds[np.arange(len(rows)), classes]
    certain = scores >= floor
    rows, classes, scores = rows[certain], classes[certain], scores[certain]
    corners, strides = _cells(width, height)
    centres = (raw[rows, :2] + corners[rows]) * strides[rows]
    halves = np.exp(raw[rows, 2:4]) * strides[rows] / 2
    return np.concatenate((centres - halves, centres + halves), axis=1), scores, classes


@lru_cache(maxsize=4)
def _cells(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Column and row `(n, 2)` and stride `(n, 1)` of every place: finest grid first, row by row."""
    corners, strides = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        corners.append(np.stack((columns, rows), axis=-1).reshape(-1, 2))
        strides.append(np.full((rows.size, 1), stride))
    return (
        np.concatenate(corners).astype(np.float32),
        np.concatenate(strides).astype(np.float32),
    )
