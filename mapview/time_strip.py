"""The time bar of the map as values: which span it shows, where dates lie on it, how much footage
there is at each; nothing of a screen but pixels along it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LEAST_NS: Final = 10_000_000_000
"""Nothing shorter than ten seconds is shown: cameras do not come and go faster."""
_MARGIN: Final = 0.03
_DAY_NS: Final = 86_400_000_000_000

Spans = NDArray[np.int64]
"""From-to in wall nanoseconds, `(n, 2)`."""


@dataclass(frozen=True)
class TimeStrip:
    """A span of wall time on so many pixels, with the dates at which cameras come, go or move and
    the spans of footage; `whole` is what there is to show, None where nothing is dated."""

    changes: tuple[int, ...] = ()
    footage: Spans = field(default_factory=lambda: np.empty((0, 2), np.int64))
    whole: tuple[int, int] | None = None
    from_ns: int = 0
    to_ns: int = _LEAST_NS
    width: int = 1

    @classmethod
    def of(cls, changes: Sequence[int], footage: Iterable[tuple[int, int]]) -> "TimeStrip":
        """All there is, on one pixel; `resized` gives it more."""
        spans = np.array([*footage], np.int64).reshape(-1, 2)
        times = [*changes, *spans.ravel().tolist()]
        if not times:
            return cls()
        first, last = min(times), max(times)
        # A single date, or a minute of footage, is shown with what lies around it.
        spare = max(round((last - first) * _MARGIN), _LEAST_NS // 2)
        if first == last:
            spare = _DAY_NS
        whole = (first - spare, last + spare)
        return cls(tuple(sorted(changes)), spans, whole, *whole)

    def resized(self, width: int) -> "TimeStrip":
        """The same span on so many pixels."""
        return replace(self, width=max(1, width))

    def x_of(self, wall_ns: int) -> float:
        """The pixel of a wall time; beyond the strip where it is not on it."""
        return (wall_ns - self.from_ns) / (self.to_ns - self.from_ns) * self.width

    def time_at(self, x: float) -> int:
        """The wall time of a pixel, held on the strip."""
        share = min(1.0, max(0.0, x / self.width))
        return self.from_ns + round(share * (self.to_ns - self.from_ns))

    def zoomed(self, factor: float, x: float) -> "TimeStrip":
        """Nearer by a factor (below 1: farther); what is under the pixel stays, within `whole`."""
        if self.whole is None:
            return self
        first, last = self.whole
        length = min(last - first, max(_LEAST_NS, round((self.to_ns - self.from_ns) / factor)))
        held = self.time_at(x)
        begin = held - round(min(1.0, max(0.0, x / self.width)) * length)
        begin = max(first, min(begin, last - length))
        return replace(self, from_ns=begin, to_ns=begin + length)

    def holding(self, wall_ns: int) -> "TimeStrip":
        """Shifted so that a time is on it; it is itself where that is so, or where the time lies
        beyond all there is."""
        if self.from_ns <= wall_ns <= self.to_ns or self.whole is None:
            return self
        length = self.to_ns - self.from_ns
        first, last = self.whole
        begin = max(first, min(wall_ns - length // 2, last - length))
        return replace(self, from_ns=begin, to_ns=begin + length)

    def densities(self) -> NDArray[np.int64]:
        """How many recordings run at each pixel, `(width,)`."""
        length = self.to_ns - self.from_ns
        on = self.footage[(self.footage[:, 1] > self.from_ns) & (self.footage[:, 0] < self.to_ns)]
        # As floats of the difference: nanoseconds since 1970 times pixels do not fit into int64.
        places = (on - self.from_ns).astype(np.float64) * (self.width / length)
        begins = np.clip(np.floor(places[:, 0]), 0, self.width - 1).astype(np.int64)
        # At least its first pixel: a minute within a year is to be seen.
        ends = np.clip(np.ceil(places[:, 1]), begins + 1, self.width).astype(np.int64)
        steps = np.bincount(begins, minlength=self.width + 1) - np.bincount(
            ends, minlength=self.width + 1
        )
        return np.cumsum(steps)[: self.width].astype(np.int64)

    def has_footage(self, wall_ns: int) -> bool:
        """Whether a recording runs at a wall time."""
        return bool(((self.footage[:, 0] <= wall_ns) & (wall_ns < self.footage[:, 1])).any())

    def change_after(self, wall_ns: int) -> int | None:
        """The next date at which a camera comes, goes or moves."""
        return next((one for one in self.changes if one > wall_ns), None)

    def change_before(self, wall_ns: int) -> int | None:
        """The date before that."""
        return next((one for one in reversed(self.changes) if one < wall_ns), None)
