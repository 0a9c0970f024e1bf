"""The master clock: wall time as a straight line over the computer's monotonic clock."""

from dataclasses import dataclass
from math import inf
from time import monotonic_ns


@dataclass(frozen=True, slots=True)
class MasterClock:
    """At `anchor_mono_ns` it showed `anchor_wall_ns`; since then it runs at `rate` if `playing`."""

    anchor_wall_ns: int = 0
    anchor_mono_ns: int = 0
    rate: float = 1.0
    playing: bool = False

    @classmethod
    def at(cls, wall_ns: int, *, rate: float, playing: bool) -> "MasterClock":
        """A clock that shows `wall_ns` now."""
        return cls(wall_ns, monotonic_ns(), rate, playing)

    def now(self, *, ahead_s: float = 0.0) -> int:
        """The wall time it shows, or will show in `ahead_s` real seconds."""
        if not self.playing:
            return self.anchor_wall_ns
        gone = monotonic_ns() - self.anchor_mono_ns + int(ahead_s * 1e9)
        return self.anchor_wall_ns + int(gone * self.rate)

    def seconds_until(self, wall_ns: int) -> float:
        """Real seconds until it shows a wall time: negative when past, infinite when it stands."""
        if not self.playing:
            return inf
        return (wall_ns - self.now()) / self.rate / 1e9
