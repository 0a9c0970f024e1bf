"""Which tiles get every frame and which keyframes only, when not all can be decoded in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

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


def reduced_tiles(demands: Iterable[Demand], places: int) -> frozenset[int]:
    """The sources that get keyframes only, so that the others keep up; most important come first.

    `places` decoders work at once. A tile that is reduced comes back only when there is room to
    spare. Costs of 0 are not known yet and count as nothing.
    """
    taken = 0.0
    reduced = set()
    for demand in demands:
        load = demand.cost_s * demand.frames_per_s / places
        limit = _ENOUGH_ROOM if demand.reduced else _TOO_MUCH
        if taken + load > limit:
            reduced.add(demand.source_id)
            load *= _KEYFRAMES_SHARE
        taken += load
    return frozenset(reduced)
