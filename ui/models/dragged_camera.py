"""A camera that was dragged or turned on the map: what that may mean for its dated placements."""

from dataclasses import dataclass, replace

from casefiles.geo import GeoPoint
from casefiles.types import Camera, Placement
from casefiles.usecases.place_cameras import moved_since
from mapview.layers import moved_placements, placement_at


@dataclass(frozen=True, slots=True)
class DraggedCamera:
    """Where a camera was put on the map, and the time that the map showed then."""

    camera: Camera
    point: GeoPoint
    heading_deg: float | None
    wall_ns: int | None
    """None where the map showed no time."""

    @property
    def placement(self) -> Placement:
        """The placement that a correction changes: the one in force, else the newest."""
        return placement_at(self.camera.placements, self.wall_ns) or self.camera.placements[-1]

    def corrected(self) -> tuple[Placement, ...]:
        """It stood there all along: the placement as it should have been written down."""
        return moved_placements(self.camera.placements, self.wall_ns, self.point, self.heading_deg)

    def moved(self, at_ns: int) -> tuple[Placement, ...]:
        """It stands there since a wall time; before, it stood where it did.

        Raises:
            BadPlacement: a placement begins at that very time.
        """
        place = replace(self.placement, point=self.point, heading_deg=self.heading_deg)
        return moved_since(self.camera.placements, at_ns, place)
