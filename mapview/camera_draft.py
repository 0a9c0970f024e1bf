"""A camera being moved or turned: where it would stand, before anybody said yes."""

import math
from dataclasses import dataclass, replace
from typing import Final

from casefiles.geo import ASSUMED_RANGE_M, GeoPoint, bearing_deg, moved
from mapview.layers import CameraMark, moved_mark
from mapview.projection import unproject
from mapview.viewport import Viewport

_HANDLE_LEAST_PX: Final = 34.0
_HANDLE_MOST_PX: Final = 120.0


@dataclass(frozen=True, slots=True)
class CameraDraft:
    """The mark as it was and as it would be."""

    before: CameraMark
    now: CameraMark

    @classmethod
    def of(cls, mark: CameraMark) -> "CameraDraft":
        """Nothing changed yet."""
        return cls(mark, mark)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to keep."""
        before, now = self.before, self.now
        return (before.point, before.heading_deg) != (now.point, now.heading_deg)

    def dragged(self, view: Viewport, dx: float, dy: float) -> "CameraDraft":
        """Away from where it was by so many pixels."""
        x = self.before.x + dx * view.scale
        y = self.before.y - dy * view.scale
        return self._at(unproject(x, y))

    def shifted(self, east_m: float, north_m: float) -> "CameraDraft":
        """From where it is now by so many metres."""
        return self._at(moved(self.now.point, east_m=east_m, north_m=north_m))

    def looking_at(self, point: GeoPoint) -> "CameraDraft":
        """Turned towards a place."""
        return self._turned_to(bearing_deg(self.now.point, point))

    def turned(self, by_deg: float) -> "CameraDraft":
        """Turned clockwise; a camera without heading begins in the north."""
        return self._turned_to((self.now.heading_deg or 0.0) + by_deg)

    def _at(self, point: GeoPoint) -> "CameraDraft":
        return replace(self, now=moved_mark(self.now, point, self.now.heading_deg))

    def _turned_to(self, heading_deg: float) -> "CameraDraft":
        return replace(self, now=moved_mark(self.now, self.now.point, heading_deg % 360.0))


def handle_at(mark: CameraMark, view: Viewport) -> tuple[float, float]:
    """The pixel of the handle that turns a camera: ahead of it, near the end of its reach."""
    reach_px = (mark.range_m or ASSUMED_RANGE_M) / view.ground_m_per_px
    out = max(_HANDLE_LEAST_PX, min(_HANDLE_MOST_PX, reach_px))
    heading = math.radians(mark.heading_deg or 0.0)
    (x, y), *_ = view.to_screen([(mark.x, mark.y)]).tolist()
    return x + out * math.sin(heading), y - out * math.cos(heading)
