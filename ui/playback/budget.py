"""Which tiles get every frame and which keyframes only, when not all can be decoded in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# Beyond these only keyframes are shown: no screen shows so many pictures a second, and going back
# takes a whole group of pictures in memory.
MOST_FORWARD: Final = 16.0
MOST_BACKWARD: Final = -4.0
# Apart, so that a tile at the limit does not switch to and fro.
_TOO_MUCH: Final = 1.1
_ENOUGH_ROOM: Final = 0.8
_KEYFRAMES_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Demand:
    """What a tile asks for: seconds of decoding a frame, frames a second, and how it is served."""

    source_id: int
    cost_s: float
    frames_per_s: float
    reduced: bool


@dataclass(frozen=True, slots=True)
class WallLoad:
    """How the tiles of a wall are served now."""

    tiles: int = 0
    hidden: int = 0
    """Not in view, and not decoded."""
    reduced: int = 0
    """Keyframes only, in turns."""
    unseen: int = 0
    """Frames that were due and never shown, on all tiles, since playing began."""

    @property
    def live(self) -> int:
        """Those that get every frame there is time for."""
        return self.tiles - self.hidden - self.reduced


def reduced_tiles(
    demands: Iterable[Demand], places: int, most: int | None = None
) -> frozenset[int]:
    """The sources that get keyframes only, so that the others keep up; most important come first.

    `places` decoders work at once, and at most `most` stay open for tiles that get every frame. A
    tile that is reduced comes back only when there is room to spare. Costs of 0 are not known yet
    and count as nothing.
    """
    taken = 0.0
    full = 0
    reduced = set()
    for demand in demands:
        load = demand.cost_s * demand.frames_per_s / places
        limit = _ENOUGH_ROOM if demand.reduced else _TOO_MUCH
        if taken + load > limit or (most is not None and full >= most):
            reduced.add(demand.source_id)
            load *= _KEYFRAMES_SHARE
        else:
            full += 1
        taken += load
    return frozenset(reduced)


def keyframes_only(rate: float) -> bool:
    """Whether a rate is too high for more than keyframes."""
    return not MOST_BACKWARD <= rate <= MOST_FORWARD
