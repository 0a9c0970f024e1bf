"""Which frame of a source is on screen at a wall time, or why none is; arithmetic only."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ui.playback.values import TileState
from video.clock import ClockOffset
from video.packet_index import duration_ns, picture_length_ns, times_ns
from video.probe import find_gaps
from video.types import PacketIndex, TimeNs


class Moments:
    """Looks up the frames of one source by true time."""

    def __init__(self, index: PacketIndex, clock: ClockOffset) -> None:
        self._to_media = clock.to_media
        self._to_wall = clock.to_wall_ns
        self.times: NDArray[np.int64] = times_ns(index)
        self.length_ns = picture_length_ns(index)
        self._end_ns = duration_ns(index)
        self._keys = np.flatnonzero(index.keyframes)
        self._gaps = np.array([gap.from_ns for gap in find_gaps(index)], np.int64)

    def __len__(self) -> int:
        return len(self.times)

    @property
    def first_ns(self) -> int:
        """True time of the first frame."""
        return self.wall(0)

    @property
    def last_ns(self) -> int:
        """True time of the last frame."""
        return self.wall(len(self) - 1)

    def wall(self, number: int) -> int:
        """True time of a frame."""
        return self._to_wall(TimeNs(int(self.times[number])))

    def media(self, wall_ns: int) -> TimeNs:
        """Media time at a true time; may lie outside the footage."""
        return self._to_media(wall_ns)

    def number(self, wall_ns: int) -> int:
        """The newest frame at or before a true time; -1 before the first."""
        return int(np.searchsorted(self.times, self.media(wall_ns), side="right")) - 1

    def at(self, wall_ns: int) -> tuple[TileState, int]:
        """What there is at a true time, and the newest frame at or before it.

        A frame lasts until the next one; before a gap, and at the end, for the usual time.
        """
        media = self.media(wall_ns)
        number = int(np.searchsorted(self.times, media, side="right")) - 1
        if number < 0:
            return "before", number
        if media >= max(self._end_ns, 1):
            return "after", number
        started = int(self.times[number])
        if media >= started + self.length_ns and self._leads_to_gap(started):
            return "gap", number
        return "frame", number

    def missing(self, number: int) -> tuple[int, int]:
        """True time from and to which there is no footage after a frame that a gap follows."""
        return self.wall(number) + self.length_ns, self.wall(number + 1)

    def key_before(self, number: int) -> int:
        """The nearest frame at or before `number` that decoding can start at."""
        at = int(np.searchsorted(self._keys, number, side="right")) - 1
        return int(self._keys[at]) if at >= 0 else 0

    def key_after(self, number: int) -> int | None:
        """The first keyframe behind `number`; None where there is none."""
        at = int(np.searchsorted(self._keys, number, side="right"))
        return int(self._keys[at]) if at < len(self._keys) else None

    def _leads_to_gap(self, started: int) -> bool:
        at = int(np.searchsorted(self._gaps, started))
        return at < len(self._gaps) and int(self._gaps[at]) == started


# Without slots: the table of times is kept on it.
@dataclass(frozen=True, eq=False)
class PlaySource:
    """A recording to play: the file to decode, its packet index, and its way to true time."""

    source_id: int
    path: Path
    index: PacketIndex
    clock: ClockOffset
    cut: str = ""
    """Why the index ends before the recording does; empty where it does not."""
    sound: bool = False
    """Whether it has sound that can be played."""

    @cached_property
    def moments(self) -> Moments:
        """Where its frames are; for long recordings ask first off the GUI thread (60 ms a day)."""
        return Moments(self.index, self.clock)
