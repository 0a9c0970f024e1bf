"""How often a tracked thing is cut out of its recording."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.clock import NS_PER_S

_STILL: Final = 0.08
"""A box whose corners all stay within so much of its height stands still."""
_SLOW: Final = 0.03
"""And one that went no further since it was cut out last is slow."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """When a track was cut out last, where it was, and how often it was before."""

    time_ns: int
    box: NDArray[np.float32]
    before: int


class Pace:
    """How often each track is cut out: what hardly moves looks the same a moment later."""

    def __init__(self, slow_fps: int, still_fps: int, still_after_s: int) -> None:
        """How often a second of media time what is slow is cut out, and what has stood still for
        so many seconds; everything else each time it is asked for."""
        self._slow_ns = NS_PER_S // slow_fps
        self._still_ns = NS_PER_S // still_fps
        self._still_after_ns = still_after_s * NS_PER_S
        self._anchor: dict[int, tuple[int, NDArray[np.float32]]] = {}
        self._taken: dict[int, _Taken] = {}

    def may_skip(self, track: int, time_ns: int, box: NDArray[np.float32]) -> bool:
        """Whether the frame can be left out; else it counts as taken."""
        high = float(box[3] - box[1])
        since, anchor = self._anchor.get(track, (time_ns, box))
        near = max(float(anchor[3] - anchor[1]) * _STILL, 2.0)
        if track not in self._anchor or _apart(box, anchor) > near:
            since = time_ns
            self._anchor[track] = (time_ns, box)
        last = self._taken.get(track)
        if last is not None and last.before:
            if time_ns - since > self._still_after_ns:
                pause_ns = self._still_ns
            elif _apart(box, last.box) <= max(high * _SLOW, 1.0):
                pause_ns = self._slow_ns
            else:
                pause_ns = 0
            # What comes a little early comes in its turn: frames are not quite evenly spaced.
            if time_ns - last.time_ns < pause_ns * 9 // 10:
                return True
        self._taken[track] = _Taken(time_ns, box, 0 if last is None else last.before + 1)
        return False


def _apart(box: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How far the corners of two boxes are apart at most, in pixels."""
    return float(np.abs(box - other).max())
