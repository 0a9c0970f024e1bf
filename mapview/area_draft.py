"""An area being drawn on the map: corners by clicks, or a line drawn freehand; pixels only."""

from typing import Final

_FREEHAND_PX: Final = 6.0
"""A press that moves farther than this draws instead of setting a corner."""
_STEP_PX: Final = 8.0
_LEAST_AREA_PX: Final = 36.0


class AreaDraft:
    """The corners so far, and whether they are an area yet."""

    def __init__(self, *, freehand: bool = False) -> None:
        """`freehand`: the line is drawn at once (a drag with the other button)."""
        self.corners: list[tuple[float, float]] = []
        self._pressed: tuple[float, float] | None = None
        self._freehand = freehand

    def press(self, x: float, y: float) -> None:
        """A button goes down."""
        self._pressed = (x, y)
        self.corners.append((x, y))

    def move(self, x: float, y: float) -> None:
        """The pointer moves with the button down."""
        if self._pressed is None:
            return
        if _apart(self._pressed, (x, y)) > _FREEHAND_PX:
            self._freehand = True
        if self._freehand and _apart(self.corners[-1], (x, y)) >= _STEP_PX:
            self.corners.append((x, y))

    def release(self) -> bool:
        """The button goes up; True when that ends the area: it was drawn freehand."""
        drawn = self._freehand and self._pressed is not None
        self._pressed = None
        return drawn

    def back(self) -> None:
        """Takes the newest corner away."""
        if self.corners:
            self.corners.pop()

    def polygon(self) -> tuple[tuple[float, float], ...]:
        """The finished outline, or nothing where it encloses nothing."""
        kept: list[tuple[float, float]] = []
        for corner in self.corners:
            # A double click sets two corners in one place.
            if not kept or _apart(kept[-1], corner) > 1:
                kept.append(corner)
        if len(kept) < 3 or _area(kept) < _LEAST_AREA_PX:
            return ()
        return tuple(kept)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _area(corners: list[tuple[float, float]]) -> float:
    ahead = [*corners[1:], corners[0]]
    pairs = zip(corners, ahead, strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2
