"""Where the tracks of a source are in any of its frames, from the points that were stored."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.types import PlacedPoints

# Beyond that nobody knows where the thing was: no box is better than an invented one.
_BRIDGED_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes of one frame: `track_ids (n,) int64`, `boxes (n, 4) float32` xyxy in source pixels,
    `class_ids (n,) int16`."""

    track_ids: NDArray[np.int64]
    boxes: NDArray[np.float32]
    class_ids: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.track_ids)


NO_BOXES: Final = Boxes(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.int16))


class TrackBoxes:
    """Looks up boxes by frame number; building it sorts all points: not on the GUI thread.

    At a frame that was analysed a track has the box stored there. Between two points of a track
    that are at most a second apart its box lies on the straight line between them, by frame
    number; across longer breaks, before the first point and after the last it has none.
    """

    def __init__(self, points: PlacedPoints) -> None:
        order = np.lexsort((points.at.frame, points.track_id))
        self._frame = points.at.frame[order].astype(np.int64)
        self._time = points.at.time_ns[order]
        self._boxes = points.at.boxes[order]
        self._class = points.at.class_ids[order]
        tracks = points.track_id[order]
        self._ids, self._start = np.unique(tracks, return_index=True)
        self._end = np.append(self._start[1:], len(tracks))
        self._first = self._frame[self._start]
        self._last = self._frame[self._end - 1]

    def at(self, number: int) -> Boxes:
        """The boxes of a frame."""
        present = np.flatnonzero((self._first <= number) & (number <= self._last))
        rows = [self._row(int(track), number) for track in present]
        kept = [(track, row) for track, row in zip(present, rows, strict=True) if row is not None]
        if not kept:
            return NO_BOXES
        boxes = np.array([self._box(row, number) for _, row in kept], np.float32)
        at = np.array([row for _, row in kept])
        return Boxes(self._ids[[track for track, _ in kept]], boxes, self._class[at])

    def _row(self, track: int, number: int) -> int | None:
        """The point at or before a frame; None in a break that is too long."""
        start, end = int(self._start[track]), int(self._end[track])
        row = start + int(np.searchsorted(self._frame[start:end], number, side="right")) - 1
        bridged = self._frame[row] == number or self._time[row + 1] - self._time[row] <= _BRIDGED_NS
        return row if bridged else None

    def _box(self, row: int, number: int) -> NDArray[np.float32]:
        before = int(self._frame[row])
        here: NDArray[np.float32] = self._boxes[row]
        if before == number:
            return here
        share = (number - before) / (int(self._frame[row + 1]) - before)
        box: NDArray[np.float32] = here * (1 - share) + self._boxes[row + 1] * share
        return box
