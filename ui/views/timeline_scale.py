"""Pixels and wall time of the timeline: which range is shown, and where a moment lies in it.

Wall nanoseconds do not fit a double, so everything counts from the left edge; no Qt here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.view_types import Lane
from video.clock import NS_PER_S

FINEST_NS_PER_PX: Final = 20_000
"""Zoomed in as far as it goes: one frame of a usual camera is wider than the window."""
_MARGIN: Final = 0.05
_LEAST_MARGIN_NS: Final = NS_PER_S


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range beyond which the timeline neither zooms nor pans; `to_ns` > `from_ns`."""

    from_ns: int
    to_ns: int

    @property
    def length_ns(self) -> int:
        return self.to_ns - self.from_ns


def bounds_of(lanes: Iterable[Lane], moments: Iterable[int] = ()) -> Bounds | None:
    """All footage, events and further moments, with a margin; None where there is nothing."""
    starts, ends = list(moments), list(moments)
    for lane in lanes:
        if lane.events is not None and len(lane.events):
            starts.append(int(lane.events.from_ns[0]))
            ends.append(int(lane.events.to_ns.max()))
        if len(lane.spans):
            starts.append(int(lane.spans[:, 0].min()))
            ends.append(int(lane.spans[:, 1].max()))
    return with_margin(min(starts), max(ends)) if starts else None


def with_margin(from_ns: int, to_ns: int) -> Bounds:
    """The range with air on both sides."""
    margin = max(_LEAST_MARGIN_NS, int((to_ns - from_ns) * _MARGIN))
    return Bounds(from_ns - margin, to_ns + margin)


@dataclass(frozen=True, slots=True)
class TimeScale:
    """`width` pixels show the wall time from `from_ns` up to `to_ns`; x is 0 at the left edge."""

    from_ns: int
    to_ns: int
    width: int

    def __post_init__(self) -> None:
        if self.to_ns <= self.from_ns or self.width < 1:
            raise ValueError("a scale shows some time on some pixels")

    @property
    def length_ns(self) -> int:
        return self.to_ns - self.from_ns

    @property
    def ns_per_px(self) -> float:
        return self.length_ns / self.width

    def x_of(self, wall_ns: int) -> float:
        """Where a moment lies; outside of 0..width where it is not shown."""
        return (wall_ns - self.from_ns) * self.width / self.length_ns

    def xs_of(self, wall_ns: NDArray[np.int64]) -> NDArray[np.float64]:
        """`x_of` of each moment, same shape."""
        return (wall_ns - self.from_ns).astype(np.float64) * (self.width / self.length_ns)

    def time_at(self, x: float) -> int:
        """The moment at a pixel, to the nanosecond."""
        return self.from_ns + round(x * self.length_ns / self.width)

    def shows(self, wall_ns: int) -> bool:
        """Whether a moment lies in the shown range."""
        return self.from_ns <= wall_ns < self.to_ns

    def edges(self, columns: int) -> NDArray[np.int64]:
        """Moments `(columns + 1,)` that cut the shown range into columns; exact integers."""
        # Whole and remainder apart: index × length would overflow after a month of footage.
        whole, rest = divmod(self.length_ns, columns)
        index = np.arange(columns + 1, dtype=np.int64)
        return self.from_ns + index * whole + index * rest // columns

    def zoomed(self, factor: float, x: float) -> "TimeScale":
        """`factor` > 1 shows less; the moment at pixel `x` stays there."""
        length = max(round(self.length_ns / factor), 1)
        start = self.time_at(x) - round(x / self.width * length)
        return TimeScale(start, start + length, self.width)

    def panned(self, pixels: float) -> "TimeScale":
        """Shows what lies `pixels` further right."""
        shift = round(pixels * self.length_ns / self.width)
        return TimeScale(self.from_ns + shift, self.to_ns + shift, self.width)

    def starting(self, from_ns: int) -> "TimeScale":
        """The same length from another moment on."""
        return TimeScale(from_ns, from_ns + self.length_ns, self.width)

    def resized(self, width: int) -> "TimeScale":
        """The same range on another number of pixels."""
        return TimeScale(self.from_ns, self.to_ns, max(width, 1))

    def within(self, bounds: Bounds) -> "TimeScale":
        """The nearest scale inside the bounds, and not finer than the finest."""
        finest = FINEST_NS_PER_PX * self.width
        length = min(max(self.length_ns, finest), max(bounds.length_ns, finest))
        # A length that changes does so around the middle: neither edge jumps.
        start = self.from_ns - (length - self.length_ns) // 2
        start = max(min(start, bounds.to_ns - length), min(bounds.from_ns, bounds.to_ns - length))
        return TimeScale(start, start + length, self.width)
