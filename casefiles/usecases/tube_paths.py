"""Where tracked things are at any media time, between the points that are stored of them."""

import numpy as np
from numpy.typing import NDArray

from video.synopsis.types import ABSENT_NS


class TrackBoxes:
    """The tracks of a recording as boxes over media time.

    Between two points of a track its box moves in a straight line; where they lie further apart
    than `ABSENT_NS` it is not there in between.
    """

    def __init__(
        self, track_id: NDArray[np.int64], time_ns: NDArray[np.int64], boxes: NDArray[np.float32]
    ) -> None:
        """Points as columns of equal length n in any order: `boxes (n, 4)` xyxy."""
        order = np.lexsort((time_ns, track_id))
        self._track = np.asarray(track_id, np.int64)[order]
        self._time = np.asarray(time_ns, np.int64)[order]
        self._box = np.asarray(boxes, np.float64).reshape(-1, 4)[order]
        joined = np.zeros(len(self._track), bool)
        joined[:-1] = (self._track[1:] == self._track[:-1]) & (np.diff(self._time) <= ABSENT_NS)
        # Every point begins a stretch up to the next one, or one of no length where none follows.
        self._next = np.arange(len(joined)) + joined
        self._by_start = np.argsort(self._time, kind="stable")
        self._starts = self._time[self._by_start]

    def tracks(self) -> NDArray[np.int64]:
        """The ids of all tracks, increasing, `(k,)`."""
        return np.unique(self._track)

    def times_of(self, track: int) -> NDArray[np.int64]:
        """The times of the points of a track, increasing, `(n,)`."""
        first, last = np.searchsorted(self._track, [track, track + 1])
        return self._time[first:last]

    def any_at(self, times_ns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Of increasing media times `(m,)` whether something is there then, `(m,) bool`."""
        change = np.zeros(len(times_ns) + 1, np.int64)
        np.add.at(change, np.searchsorted(times_ns, self._time), 1)
        np.add.at(change, np.searchsorted(times_ns, self._time[self._next], "right"), -1)
        return np.asarray(np.cumsum(change)[:-1] > 0, np.bool_)

    def at(self, time_ns: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """What is there at a media time: ids `(k,)`, increasing, and boxes `(k, 4)`."""
        first, last = np.searchsorted(self._starts, [time_ns - ABSENT_NS, time_ns + 1])
        rows = self._by_start[first:last]
        ends = self._time[self._next[rows]]
        # Where one stretch ends and the next begins, the next alone counts.
        rows = rows[(ends > time_ns) | ((ends == time_ns) & (self._time[rows] == time_ns))]
        rows = rows[np.argsort(self._track[rows], kind="stable")]
        after = self._next[rows]
        length = np.maximum(self._time[after] - self._time[rows], 1)
        share = ((time_ns - self._time[rows]) / length)[:, None]
        return self._track[rows], self._box[rows] + share * (self._box[after] - self._box[rows])
