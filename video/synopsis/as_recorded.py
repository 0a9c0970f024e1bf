"""Everything in the order and at the pace it was recorded, without stretches that are empty."""

from collections.abc import Sequence

import numpy as np

from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule


def as_recorded(stages: Sequence[StageUnits]) -> tuple[Schedule, ...]:
    """Of each stage, units where their time is once the stretches without any are left out.

    Units of the same moment are shown together, on all stages; others never are, as long as they
    pass as they were recorded (`units_of(..., chronological=True)`).
    """
    begins = [
        np.array([unit.from_ns - stage.begins_ns for unit in stage.units], np.int64)
        for stage in stages
    ]
    lengths = [
        np.array([unit.to_ns - unit.from_ns for unit in stage.units], np.int64) for stage in stages
    ]
    every = np.concatenate([*begins, np.zeros(0, np.int64)])
    if not len(every):
        return tuple(Schedule(own, 0) for own in begins)
    order = np.argsort(every, kind="stable")
    ends = np.maximum.accumulate((every + np.concatenate(lengths))[order])
    # Empty from where all have ended until the next begins.
    gaps = np.maximum(every[order][1:] - ends[:-1], 0)
    left_out = np.concatenate(([0], np.cumsum(gaps))) + every[order[0]]
    shift = np.empty_like(every)
    shift[order] = left_out
    starts = np.split(every - shift, np.cumsum([len(own) for own in begins])[:-1])
    shown = [
        own + np.array([unit.length_ns for unit in stage.units], np.int64)
        for own, stage in zip(starts, stages, strict=True)
    ]
    length_ns = int(max(end.max() for end in shown if len(end)))
    return tuple(Schedule(own.astype(np.int64), length_ns) for own in starts)
