"""Where something that moves was, as fixes over wall time: a squad car, a trailer."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.geo import GeoPoint, bearing_deg, distance_m

ESTIMATED_FROM_NS: Final = 10_000_000_000
"""Between fixes further apart than this a place is an estimate and is called one."""
_STANDS_M: Final = 2.0
"""Two fixes closer than this tell no direction."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was at a moment. `speed_mps` and `heading_deg` come from the two fixes around it;
    the heading is None where it stood, `accuracy_m` None where the device told none."""

    point: GeoPoint
    estimated: bool
    speed_mps: float
    heading_deg: float | None
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class Fixes:
    """Positions by wall time, oldest first, one a moment.

    `times_ns (n,) int64` nanoseconds since 1970 UTC, strictly rising; `lat`, `lon` `(n,) float64`
    WGS84 degrees; `accuracy_m (n,) float64`, NaN where it is not known.
    """

    times_ns: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    lat: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    lon: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    accuracy_m: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if not len(self.times_ns) == len(self.lat) == len(self.lon) == len(self.accuracy_m):
            raise ValueError("fixes have a time, a latitude, a longitude and an accuracy each")
        if len(self.times_ns) > 1 and not bool((np.diff(self.times_ns) > 0).all()):
            raise ValueError("the times of fixes must rise")

    def __len__(self) -> int:
        return len(self.times_ns)

    def at(self, wall_ns: int) -> Place | None:
        """The place at a wall time, on the straight line between the fixes around it; None before
        the first and after the last: nothing is made up there."""
        if not len(self) or not self.times_ns[0] <= wall_ns <= self.times_ns[-1]:
            return None
        after = int(np.searchsorted(self.times_ns, wall_ns, side="left"))
        before = after if self.times_ns[after] == wall_ns else after - 1
        # At a fix itself, how it moves is told by the step that leads on from it.
        following = min(before + 1, len(self) - 1)
        first, second = self._point(before), self._point(following)
        step_ns = int(self.times_ns[following] - self.times_ns[before])
        share = (wall_ns - int(self.times_ns[before])) / step_ns if step_ns else 0.0
        apart_m = distance_m(first, second)
        turn = (second.lon - first.lon + 180.0) % 360.0 - 180.0
        told = float(self.accuracy_m[before])
        return Place(
            GeoPoint(
                first.lat + share * (second.lat - first.lat),
                (first.lon + share * turn + 180.0) % 360.0 - 180.0,
            ),
            estimated=share > 0 and step_ns > ESTIMATED_FROM_NS,
            speed_mps=apart_m / (step_ns / 1e9) if step_ns else 0.0,
            heading_deg=bearing_deg(first, second) if apart_m >= _STANDS_M else None,
            accuracy_m=None if np.isnan(told) else told,
        )

    def between(self, from_ns: int, to_ns: int) -> "Fixes":
        """The fixes from a wall time up to and with another."""
        kept = slice(
            int(np.searchsorted(self.times_ns, from_ns, side="left")),
            int(np.searchsorted(self.times_ns, to_ns, side="right")),
        )
        return Fixes(self.times_ns[kept], self.lat[kept], self.lon[kept], self.accuracy_m[kept])

    def _point(self, at: int) -> GeoPoint:
        return GeoPoint(float(self.lat[at]), float(self.lon[at]))
