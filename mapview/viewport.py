"""Which part of the world is on screen: pan, zoom, fit, and world metres ↔ screen pixels.

The world is Web Mercator metres (x east, y north); the screen is logical pixels (x right, y down,
origin top-left). No widget here.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mapview.projection import HALF_WORLD_M, ground_scale

FINEST: Final = 0.02
COARSEST: Final = 2 * HALF_WORLD_M / 256
"""Limits of metres per pixel: a hand's breadth across ten pixels, the whole world in 256."""

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top in world metres."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """Centre in world metres, world metres per pixel, and size in pixels; always within limits."""

    x: float = 0.0
    y: float = 0.0
    scale: float = COARSEST
    width: int = 1
    height: int = 1

    def __post_init__(self) -> None:
        # Clamped rather than refused: a gesture at the edge of the world just stops there.
        limit = object.__setattr__
        limit(self, "x", max(-HALF_WORLD_M, min(HALF_WORLD_M, self.x)))
        limit(self, "y", max(-HALF_WORLD_M, min(HALF_WORLD_M, self.y)))
        limit(self, "scale", max(FINEST, min(COARSEST, self.scale)))
        limit(self, "width", max(1, self.width))
        limit(self, "height", max(1, self.height))

    @property
    def bounds(self) -> Bounds:
        """What is on screen, in world metres."""
        half_x, half_y = self.width * self.scale / 2, self.height * self.scale / 2
        return self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y

    @property
    def ground_m_per_px(self) -> float:
        """Metres on the ground for one pixel at the centre."""
        return self.scale * ground_scale(self.y)

    def to_screen(self, world: ArrayLike) -> NDArray[np.float64]:
        """World metres `(n, 2)` → pixels `(n, 2)`."""
        offset = (np.asarray(world, np.float64).reshape(-1, 2) - (self.x, self.y)) / self.scale
        return offset * (1.0, -1.0) + (self.width / 2, self.height / 2)

    def to_world(self, screen: ArrayLike) -> NDArray[np.float64]:
        """Pixels `(n, 2)` → world metres `(n, 2)`: the inverse of `to_screen`."""
        offset = np.asarray(screen, np.float64).reshape(-1, 2) - (self.width / 2, self.height / 2)
        return offset * (self.scale, -self.scale) + (self.x, self.y)

    def world_at(self, px: float, py: float) -> tuple[float, float]:
        """The world point under a pixel."""
        (x, y), *_ = self.to_world([(px, py)]).tolist()
        return x, y

    def panned(self, dx: float, dy: float) -> "Viewport":
        """The picture moved right and down by so many pixels."""
        return replace(self, x=self.x - dx * self.scale, y=self.y + dy * self.scale)

    def zoomed(self, factor: float, px: float, py: float) -> "Viewport":
        """Nearer by a factor (below 1: farther); what is under the pixel stays under it."""
        near = replace(self, scale=self.scale / factor)
        held_x, held_y = self.world_at(px, py)
        now_x, now_y = near.world_at(px, py)
        return replace(near, x=self.x + held_x - now_x, y=self.y + held_y - now_y)

    def resized(self, width: int, height: int) -> "Viewport":
        """The same centre and scale on a screen of another size."""
        return replace(self, width=width, height=height)

    def centred(self, x: float, y: float) -> "Viewport":
        """The same scale around another world point."""
        return replace(self, x=x, y=y)

    def fitted(self, bounds: Bounds, *, margin_px: int = 24, finest: float = FINEST) -> "Viewport":
        """Around all of `bounds`, with a margin, and no nearer than `finest` metres per pixel."""
        left, bottom, right, top = bounds
        room_x = max(1, self.width - 2 * margin_px)
        room_y = max(1, self.height - 2 * margin_px)
        scale = max((right - left) / room_x, (top - bottom) / room_y, finest)
        return replace(self, x=(left + right) / 2, y=(bottom + top) / 2, scale=scale)

    def covers(self, other: "Viewport") -> bool:
        """Whether all of `other` is on this one too, at the same scale."""
        if self.scale != other.scale:
            return False
        left, bottom, right, top = self.bounds
        inner = other.bounds
        return left <= inner[0] and bottom <= inner[1] and right >= inner[2] and top >= inner[3]


def bounds_of(world: ArrayLike) -> Bounds | None:
    """The smallest bounds around world points `(n, 2)`; None around nothing."""
    points = np.asarray(world, np.float64).reshape(-1, 2)
    if not len(points):
        return None
    (left, bottom), (right, top) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, bottom, right, top
