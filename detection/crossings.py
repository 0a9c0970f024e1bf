"""Where tracks leave a picture and come in: at which edge, when, and how fast; arithmetic only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Edge = Literal["left", "right", "top", "bottom"]
_LOOKED_S: Final = 1.5
"""So much of the end of a track tells how fast it goes."""
_FEWEST_POINTS: Final = 3
_REACH: Final = 0.4
"""A box ends at an edge if it comes this near, in heights of the box: trackers let go early."""
_SLOWEST: Final = 0.12
"""Heights a second: below, somebody stands at the edge, and when they leave says nothing."""
_AT_ENDS_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class TrackPath:
    """One track: `times_s (n,) float64` rising, `boxes (n, 4) float64` xyxy in pixels, `vector
    (d,) float32` of its looks, empty where it has none."""

    track_id: int
    times_s: NDArray[np.float64]
    boxes: NDArray[np.float64]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Crossing:
    """One track at an edge of the picture: the moment it is wholly outside, gone or not yet come.

    `speed` is across the edge, in heights of its box a second, so that cameras can be compared.
    """

    track_id: int
    leaves: bool
    edge: Edge
    at_s: float
    speed: float
    vector: NDArray[np.float32]


def crossings(
    paths: Sequence[TrackPath], size: tuple[int, int], span_s: tuple[float, float]
) -> tuple[Crossing, ...]:
    """Every end of a track at an edge of pictures of `size` (width, height); what begins or ends
    with the recording, which spans `span_s`, is left out."""
    found = []
    for path in paths:
        for leaves in (False, True):
            end_s = float(path.times_s[-1 if leaves else 0])
            cut = end_s > span_s[1] - _AT_ENDS_S if leaves else end_s < span_s[0] + _AT_ENDS_S
            one = None if cut else _crossing(path, size, end_s, leaves=leaves)
            if one is not None:
                found.append(one)
    return tuple(found)


def _crossing(
    path: TrackPath, size: tuple[int, int], end_s: float, *, leaves: bool
) -> Crossing | None:
    near = np.abs(path.times_s - end_s) <= _LOOKED_S
    if near.sum() < _FEWEST_POINTS:
        return None
    since, boxes = path.times_s[near] - end_s, path.boxes[near]
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    last = boxes[-1 if leaves else 0]
    width, tall = size
    # The far side of the box is the one that the edge does not cut: outer, inner, edge, outwards.
    sides: tuple[tuple[Edge, int, int, float, int], ...] = (
        ("left", 0, 2, 0.0, -1), ("right", 2, 0, float(width), 1),
        ("top", 1, 3, 0.0, -1), ("bottom", 3, 1, float(tall), 1),
    )  # fmt: skip
    best: Crossing | None = None
    for edge, outer, inner, limit, out in sides:
        if height <= 0 or abs(limit - last[outer]) > _REACH * height:
            continue
        slope, start = np.polyfit(since, boxes[:, inner], 1)
        speed = float(slope) * out * (1 if leaves else -1) / height
        if speed < _SLOWEST or (best is not None and speed <= best.speed):
            continue
        rest_s = (limit - float(start)) * out / height / speed
        at_s = end_s + (rest_s if leaves else -rest_s)
        best = Crossing(path.track_id, leaves, edge, at_s, speed, path.vector)
    return best
