"""What a synopsis is compared with: leaving out empty parts, and greedy first-fit."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from video.synopsis.as_recorded import as_recorded
from video.synopsis.measure import overlap
from video.synopsis.packing import Crowd, Packing, crowd_of
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule

_HALVINGS: Final = 10


def skip_empty(stages: Sequence[StageUnits]) -> tuple[Schedule, ...]:
    """Everything as it was recorded, without the stretches in which no stage shows anything."""
    return as_recorded(stages)


def first_fit(stages: Sequence[StageUnits], cover: float) -> tuple[Schedule, ...]:
    """Each unit in recorded order where it first fits, at a mean overlap as near below `cover`
    as one threshold for all gets.

    The threshold is what of a unit may be covered where it is put (W. Fu et al., "Online video
    synopsis of structured motion", 2014, places so, one object after the other).
    """
    crowd = crowd_of(stages, cover)
    low, high = 0.0, 8 * max(cover, 0.01)
    best = crowd.schedules(_placed(crowd, 0.0))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        made = crowd.schedules(_placed(crowd, middle))
        if overlap(stages, made) <= cover:
            low = middle
            if made[0].length_ns <= best[0].length_ns:
                best = made
        else:
            high = middle
    return best


def _placed(crowd: Crowd, threshold: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    packing = Packing(crowd, 4 * int(crowd.lengths.max()) if len(crowd) else 1, at_once=None)
    end = 0
    for number in range(len(crowd)):
        costs = packing.costs(number, 0, end)
        fits = np.flatnonzero(costs <= threshold * float(crowd.parts[number]) + 1e-12)
        at = int(fits[0]) if len(fits) else end
        packing.put(number, at)
        end = max(end, at + len(crowd.objects[number]))
    return packing.starts.copy()
