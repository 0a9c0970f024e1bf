"""Where the tracks of a source are in any of its frames, from the points that were stored."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.types import PlacedPoints

# Beyond that nobody knows where the thing was: no box is better than an invented one.
_BRIDGED_NS: Final = 1_000_000_000
_SPAN: Final = 64
_FRAMES: Final = 1 << 32
"""More frames than a recording has."""


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
        self._ids, start, count = np.unique(tracks, return_index=True, return_counts=True)
        self._first = self._frame[start]
        self._last = self._frame[start + count - 1]
        # Track and frame in one number, so that all tracks are looked up in one step.
        self._key = np.repeat(np.arange(len(count)), count) * _FRAMES + self._frame

        self._window: tuple[int, _Window] = (-1, _NO_WINDOW)

    def at(self, number: int) -> Boxes:
        """The boxes of a frame."""
        # Frames are asked for one after the other: many at once cost hardly more than one.
        if self._window[0] != number // _SPAN:
            self._window = (number // _SPAN, self._look_up(number // _SPAN * _SPAN))
        window = self._window[1]
        there = window.there[:, number % _SPAN]
        if not there.any():
            return NO_BOXES
        return Boxes(
            window.ids[there],
            window.boxes[there, number % _SPAN],
            window.classes[there, number % _SPAN],
        )

    def _look_up(self, start: int) -> "_Window":
        """All tracks over the frames from `start` on."""
        numbers = np.arange(start, start + _SPAN)
        present = np.flatnonzero((self._first < start + _SPAN) & (start <= self._last))
        if not len(present):
            return _NO_WINDOW
        inside = (self._first[present, None] <= numbers) & (numbers <= self._last[present, None])
        keys = present[:, None] * _FRAMES + numbers
        rows = np.searchsorted(self._key, keys, side="right") - 1
        # Outside of a track its neighbour would be found; any row of it will do there.
        rows = np.where(inside, rows, np.searchsorted(self._key, present * _FRAMES)[:, None])
        before = self._frame[rows]
        exact = (before == numbers) | ~inside
        # The last point of a track has none after it; it is exact and needs none.
        after = np.where(exact, rows, rows + 1)
        there = inside & (self._time[after] - self._time[rows] <= _BRIDGED_NS)
        steps = np.where(exact, 1, self._frame[after] - before)
        share = np.where(exact, 0, (numbers - before) / steps)[:, :, None].astype(np.float32)
        boxes = self._boxes[rows] * (1 - share) + self._boxes[after] * share
        return _Window(self._ids[present], there, boxes, self._class[rows])


@dataclass(frozen=True, slots=True)
class _Window:
    """The tracks `ids (t,)` over `_SPAN` frames: `there (t, f)`, `boxes (t, f, 4)`,
    `classes (t, f)`."""

    ids: NDArray[np.int64]
    there: NDArray[np.bool_]
    boxes: NDArray[np.float32]
    classes: NDArray[np.int16]


_NO_WINDOW: Final = _Window(
    NO_BOXES.track_ids,
    np.empty((0, _SPAN), np.bool_),
    np.empty((0, _SPAN, 4), np.float32),
    np.empty((0, _SPAN), np.int16),
)
