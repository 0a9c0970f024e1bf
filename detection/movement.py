"""How tracks moved, from their boxes alone: which way, how far, how fast, how tall.

All lengths are in the track's own heights, so that near and far are told alike: a person is about
1.7 m, so walking pace is about 0.8 heights a second. Depth is not seen, only growth: what is f
pixels tall at a distance of one height is h pixels tall at f/h heights, so growing from a to b has
brought it ln(b/a) · f/h nearer. The focal length f is not known; that of a lens of 53 degrees
(f = picture width) is taken, which is right to a factor of two for most fixed cameras, enough to
tell which way something goes. Speed is that on the picture: of what comes straight towards the
camera it says too little.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S

_BIN_NS: Final = NS_PER_S // 2
"""Boxes are averaged over so long: a box that trembles has not walked."""
_STANDS: Final = 0.15
"""Heights a second; slower is standing. Boxes of standing people tremble at up to 0.1."""
_EDGE_PX: Final = 2.0
_TINY: Final = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Movements:
    """Columns `(n,)`, one row a track by id. `across` is net displacement to the right, `towards`
    to the camera, `net` and `path` are lengths on the picture, all in own heights; `speed` is the
    median in heights a second, `standing` the share 0..1 of its time in which it stood, `height_px`
    the median height. NaN where there was too little to measure."""

    track_id: NDArray[np.int64]
    across: Floats
    towards: Floats
    net: Floats
    path: Floats
    speed: Floats
    standing: Floats
    height_px: Floats


def movements(
    track_id: NDArray[np.int64],
    time_ns: NDArray[np.int64],
    boxes: NDArray[np.float32],
    *,
    size: tuple[int, int],
) -> Movements:
    """The movement of every track among points `(n,)`, in whatever order; `boxes (n, 4)` in pixels
    of a picture of `size` (width, height). The same points give the same bits."""
    order = np.lexsort((time_ns, track_id))
    track_id, time_ns = track_id[order], time_ns[order]
    exact = boxes[order].astype(np.float64)
    ids, first = np.unique(track_id, return_index=True)
    ends = np.append(first, len(track_id))[1:]
    rows = [
        _one(time_ns[start:end], exact[start:end], size)
        for start, end in zip(first.tolist(), ends.tolist(), strict=True)
    ]
    columns = np.array(rows, np.float32).reshape(-1, 7).T
    return Movements(ids.astype(np.int64), *np.ascontiguousarray(columns))


def _one(
    time_ns: NDArray[np.int64], boxes: NDArray[np.float64], size: tuple[int, int]
) -> tuple[float, ...]:
    """Across, towards, net, path, speed, standing, height of one track, its points by time."""
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    height = float(np.median(heights))
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    bins = (time_ns - time_ns[0]) // _BIN_NS
    starts = np.flatnonzero(np.diff(bins, prepend=-1))
    if len(starts) < 2:
        return (np.nan,) * 6 + (height,)
    counts = np.diff(np.append(starts, len(bins)))
    at = np.add.reduceat(feet, starts) / counts[:, None]
    tall = np.add.reduceat(heights, starts) / counts
    # From the first moment on: nanoseconds since 1970 would not fit a float.
    seconds = np.add.reduceat(time_ns - time_ns[0], starts) / counts / NS_PER_S
    steps = np.linalg.norm(np.diff(at, axis=0), axis=1) / ((tall[1:] + tall[:-1]) / 2)
    took = np.maximum(np.diff(seconds), _TINY)
    speeds = steps / took
    across, down = ((at[-1] - at[0]) / height).tolist()
    return (
        across,
        _towards(bins, boxes, heights, size),
        float(np.hypot(across, down)),
        float(steps.sum()),
        float(np.median(speeds)),
        float(took[speeds < _STANDS].sum() / took.sum()),
        height,
    )


def _towards(
    bins: NDArray[np.int64],
    boxes: NDArray[np.float64],
    heights: NDArray[np.float64],
    size: tuple[int, int],
) -> float:
    """How many heights nearer it came; 0 where it is never seen whole at two times."""
    whole = (boxes[:, 1] >= _EDGE_PX) & (boxes[:, 3] <= size[1] - _EDGE_PX)
    seen = bins[whole]
    if not len(seen) or seen[0] == seen[-1]:
        return 0.0
    # A second at each end, where there is one: people bend and boxes tremble.
    wide = min(2, int(seen[-1] - seen[0] + 1) // 2)
    before = float(np.median(heights[whole][seen < seen[0] + wide]))
    after = float(np.median(heights[whole][seen > seen[-1] - wide]))
    return float(np.log(after / before)) * size[0] / float(np.median(heights))
