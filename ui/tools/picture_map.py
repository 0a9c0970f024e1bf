"""Where a picture lies in its tile: source pixels ↔ view, with zoom and pan; arithmetic only."""

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]
MOST_ZOOM: Final = 16.0


@dataclass(frozen=True, slots=True)
class PictureMap:
    """A picture of `source` pixels in a view of `view` points, fitted whole at zoom 1.

    The source point `centre` lies in the middle of the view. Pixels are points from 0 to width
    and height: the middle of the first pixel is (0.5, 0.5).
    """

    source: tuple[int, int]
    view: tuple[float, float]
    zoom: float = 1.0
    centre: Point | None = None
    """None: the middle of the picture."""

    @property
    def scale(self) -> float:
        """View points to one source pixel."""
        (across, down), (width, height) = self.source, self.view
        return max(min(width / across, height / down), 1e-6) * self.zoom

    @property
    def middle(self) -> Point:
        """The source point in the middle of the view."""
        return self.centre or (self.source[0] / 2, self.source[1] / 2)

    def to_view(self, point: Point) -> Point:
        """Where a source point is in the view."""
        (x, y), (cx, cy), scale = point, self.middle, self.scale
        return (x - cx) * scale + self.view[0] / 2, (y - cy) * scale + self.view[1] / 2

    def to_source(self, point: Point) -> Point:
        """The source point at a point of the view; may lie outside the picture."""
        (x, y), (cx, cy), scale = point, self.middle, self.scale
        return (x - self.view[0] / 2) / scale + cx, (y - self.view[1] / 2) / scale + cy

    def clamped(self, point: Point) -> Point:
        """The nearest source point that lies in the picture."""
        return min(max(point[0], 0.0), self.source[0]), min(max(point[1], 0.0), self.source[1])

    @property
    def target(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the whole picture in the view; larger when zoomed."""
        left, top = self.to_view((0.0, 0.0))
        return left, top, self.source[0] * self.scale, self.source[1] * self.scale

    def resized(self, source: tuple[int, int], view: tuple[float, float]) -> "PictureMap":
        """The same zoom and middle in a view, or on a picture, of another size."""
        centre = self.centre if source == self.source else None
        return replace(self, source=source, view=view, centre=centre)._settled()

    def zoomed(self, factor: float, at: Point) -> "PictureMap":
        """Zoomed by a factor; the picture under the view point `at` stays there where it can."""
        zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        x, y = self.to_source(at)
        new = replace(self, zoom=zoom)
        scale = new.scale
        centre = x - (at[0] - self.view[0] / 2) / scale, y - (at[1] - self.view[1] / 2) / scale
        return replace(new, centre=centre)._settled()

    def panned(self, dx: float, dy: float) -> "PictureMap":
        """Moved by so many view points, no further than its edges."""
        x, y = self.middle
        return replace(self, centre=(x - dx / self.scale, y - dy / self.scale))._settled()

    def whole(self) -> "PictureMap":
        """The whole picture again."""
        return replace(self, zoom=1.0, centre=None)

    def _settled(self) -> "PictureMap":
        """The middle moved so that no more is empty than must be."""
        scale = self.scale
        centre = tuple(
            size / 2
            if size * scale <= room
            else min(max(at, room / 2 / scale), size - room / 2 / scale)
            for size, room, at in zip(self.source, self.view, self.middle, strict=True)
        )
        return replace(self, centre=(centre[0], centre[1]))
