"""The square grid of map tiles: which tiles a view needs, and where each of them lies.

Tiles are counted from the north-west (XYZ, as OpenStreetMap does); zoom 0 is the whole square
world in one tile, each zoom halves them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from mapview.projection import HALF_WORLD_M, to_mercator
from mapview.viewport import Bounds

WORLD_M = 2 * HALF_WORLD_M


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One square of the grid."""

    zoom: int
    column: int
    row: int

    @property
    def bounds(self) -> Bounds:
        """Left, bottom, right, top in world metres."""
        size = WORLD_M / (1 << self.zoom)
        left, top = -HALF_WORLD_M + self.column * size, HALF_WORLD_M - self.row * size
        return left, top - size, left + size, top

    def parent(self, up: int) -> "Tile":
        """The tile so many zooms farther out that this one lies in."""
        return Tile(self.zoom - up, self.column >> up, self.row >> up)

    def part_of(self, parent: "Tile") -> tuple[float, float, float]:
        """Where it lies in a tile above it: left, top and side as shares of that one's side."""
        up = self.zoom - parent.zoom
        share = 1.0 / (1 << up)
        return (
            (self.column - (parent.column << up)) * share,
            (self.row - (parent.row << up)) * share,
            share,
        )


def zoom_for(scale: float, tile_px: float) -> float:
    """The zoom (not whole) at which a tile is `tile_px` wide at `scale` metres a pixel."""
    return math.log2(WORLD_M / (scale * tile_px))


def count_over(bounds: Bounds, zoom: int) -> int:
    """How many tiles of a zoom touch a box."""
    first, top, last, bottom = _span(bounds, zoom)
    return max(0, last - first + 1) * max(0, bottom - top + 1)


def tiles_over(bounds: Bounds, zoom: int) -> Iterator[Tile]:
    """The tiles of a zoom that touch a box of world metres, by rows from the north-west."""
    first, top, last, bottom = _span(bounds, zoom)
    for row in range(top, bottom + 1):
        for column in range(first, last + 1):
            yield Tile(zoom, column, row)


def zoom_within(bounds: Bounds, wanted: float, least: int, most: int, tiles: int) -> int | None:
    """The whole zoom between `least` and `most` nearest to `wanted` that needs at most `tiles`.

    Coarser ones are taken where it would need more; None where even the coarsest does.
    """
    zoom = max(least, min(most, round(wanted)))
    while zoom > least and count_over(bounds, zoom) > tiles:
        zoom -= 1
    return zoom if count_over(bounds, zoom) <= tiles else None


def bounds_of_degrees(box: tuple[float, float, float, float]) -> Bounds:
    """West, south, east, north in degrees as world metres."""
    ((left, bottom), (right, top)) = to_mercator([box[:2], box[2:]]).tolist()
    return left, bottom, right, top


def _span(bounds: Bounds, zoom: int) -> tuple[int, int, int, int]:
    """First column, first row, last column, last row; none where last is below first."""
    side, count = WORLD_M / (1 << zoom), 1 << zoom
    left, bottom, right, top = bounds
    first = max(0, math.floor((left + HALF_WORLD_M) / side))
    last = min(count - 1, math.ceil((right + HALF_WORLD_M) / side) - 1)
    upper = max(0, math.floor((HALF_WORLD_M - top) / side))
    lower = min(count - 1, math.ceil((HALF_WORLD_M - bottom) / side) - 1)
    return first, upper, last, lower
