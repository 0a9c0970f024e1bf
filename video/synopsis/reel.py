"""The frames of many tubes end to end, so that all are asked for their moments in one go."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video.synopsis.types import TubeFrames


@dataclass(frozen=True, slots=True)
class Reel:
    """Tubes by their number in it. `first`, `last (t,)` rows of each tube, `last` included;
    `from_ns`, `to_ns (t,)` its stage times; `boxes (n, 4) int32`, `pixels (n,) int32` by row."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    from_ns: NDArray[np.int64]
    to_ns: NDArray[np.int64]
    boxes: NDArray[np.int32]
    pixels: NDArray[np.int32]
    _base: NDArray[np.int64]
    # Times that increase over all rows: each tube begins after the one before it has ended.
    _keys: NDArray[np.int64]

    @classmethod
    def of(cls, tubes: Sequence[TubeFrames]) -> "Reel":
        """A reel of at least one tube."""
        counts = np.array([len(tube) for tube in tubes], np.int64)
        last = np.cumsum(counts) - 1
        first = last - counts + 1
        times = np.concatenate([tube.time_ns for tube in tubes])
        from_ns, to_ns = times[first], times[last]
        # Wall nanoseconds times tubes do not fit a number; what tubes last does.
        spans = to_ns - from_ns + 1
        base = np.cumsum(spans) - spans
        return cls(
            first,
            last,
            from_ns,
            to_ns,
            np.concatenate([tube.boxes for tube in tubes]),
            np.concatenate([tube.pixels for tube in tubes]),
            base,
            times + np.repeat(base - from_ns, counts),
        )

    def nearest(self, tubes: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each tube whose time is nearest, of two as near the earlier one."""
        inside = np.clip(times, self.from_ns[tubes], self.to_ns[tubes])
        wanted = inside - self.from_ns[tubes] + self._base[tubes]
        right = np.searchsorted(self._keys, wanted)
        left = np.maximum(right - 1, self.first[tubes])
        closer = wanted - self._keys[left] <= self._keys[right] - wanted
        return np.asarray(np.where(closer, left, right), np.int64)


def counted(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of so many rows each: whose each row is, and the how-manieth of those."""
    owner = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    return owner, np.arange(len(owner), dtype=np.int64) - np.repeat(
        np.cumsum(counts) - counts, counts
    )
