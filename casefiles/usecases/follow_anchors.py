"""Where a subject surely was, what ranking found around that, and how sure times of ways are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, floor, log
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from casefiles.subject_types import Absence
from casefiles.types import SourceId, TrackId
from casefiles.usecases.follow_pool import Column, Pool
from casefiles.usecases.follow_types import Side
from casefiles.usecases.topology import PictureSide, Where
from detection.following.travel_times import TravelTime
from video.clock import NS_PER_S

Way = Literal["after", "before"]
PARTS: Final = ("appearance", "clothing", "travel time", "direction", "same moment")
_OTHERWISE: Final = 0.05
"""How often a way is not what is assumed of it: then its time is broad, or anything at all."""
_ANY_TIME: Final = 0.02
LOOKED: Final = 0.8
"""How surely somebody who was looked for and not seen was not there."""
_BOTH: Final = 0.15
_BOTH_S: Final = 60.0
"""How often two views whose places are not known overlap, and for how long one is then on both."""
_STEP: Final = 0.07
_LEAST_STEPS: Final = 10
_SURE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the subject surely was: a confirmed track, or where it was last seen."""

    track_id: TrackId | None
    place: int | None
    """Its position in the pool; None where it is not in it."""
    where: Where | None
    from_s: float
    to_s: float
    sd_s: float
    source_id: SourceId | None = None
    came_by: PictureSide = "inside"
    left_by: PictureSide = "inside"
    came_deg: float | None = None
    left_deg: float | None = None

    @property
    def middle_s(self) -> float:
        """The middle of its time."""
        return (self.from_s + self.to_s) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """What was found, columns `(n,)`: `odds` logarithms, `parts (5, n)` log ratios in the order of
    `PARTS` (NaN: not known), `before` and `after` the anchors around it (-1: none)."""

    odds: Column
    score: Column
    parts: Column
    impossible: NDArray[np.bool_]
    fragment: NDArray[np.bool_]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    anchors: tuple[Anchor, ...]
    likeness: Column
    """To the confirmed, for words; NaN where it is not known."""
    contradictions: tuple[tuple[Anchor, Anchor], ...]

    def side(self, at: int) -> Side:
        """Where in time it lies against what is confirmed."""
        if self.before[at] < 0:
            return "any" if self.after[at] < 0 else "before"
        return "after" if self.after[at] < 0 else "between"


def stepped(travel: TravelTime, clock_sd_s: float) -> tuple[TravelTime, float]:
    """The same and how sure the clocks are, in steps of 7 %, so that few densities are made for
    many ways; clocks that are far surer than the time itself are taken to be right."""
    usual = _time(
        round(log(travel.median_s) / _STEP), floor(_LEAST_STEPS * travel.least_s / travel.median_s),
        travel.spread, travel.tail, travel.quick, travel.at_once, travel.together_s,
    )  # fmt: skip
    sure = clock_sd_s < _SURE * (usual.median_s - usual.least_s) and not usual.at_once
    return usual, 0.0 if sure else clock_sd_s


@lru_cache(maxsize=8192)
def _time(
    median: int, least: int, spread: float, tail: float, quick: float, at_once: float, both_s: float
) -> TravelTime:
    median_s = exp(median * _STEP)
    return TravelTime(
        median_s, spread, median_s * least / _LEAST_STEPS, tail, quick, at_once, both_s
    )


def with_doubt(known: ArrayLike, broad: Column, whole_s: ArrayLike) -> Column:
    """The log density of times with what speaks against all that is assumed of a way: by their
    density there `(n,)`, that of any way, and how long was analysed."""
    made = (1 - _OTHERWISE - _ANY_TIME) * np.asarray(known) + _ANY_TIME / np.asarray(whole_s)
    found: Column = np.log(made + _OTHERWISE * broad)
    return found


def maybe_both(travel: TravelTime) -> TravelTime:
    """The same where the views may overlap, for all that is known."""
    return replace(travel, at_once=_BOTH, together_s=_BOTH_S)


def log_absent(pool: Pool, absences: Sequence[Absence]) -> Column:
    """Log of how likely each track is in spite of where it was looked in vain `(n,)`."""
    made = np.zeros(len(pool))
    for one in absences:
        opens, closes = ((at - pool.origin_ns) / NS_PER_S for at in (one.from_ns, one.to_ns))
        if one.camera_id in pool.wheres:
            number = pool.wheres.index(one.camera_id)
            within = (pool.where == number) & (pool.from_s < closes) & (pool.to_s >= opens)
            made[within] += np.log(1 - LOOKED * min(max(one.share, 0.0), 1.0))
    return made


def around(pool: Pool, anchors: Sequence[Anchor]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The last anchor before and the first after each track, `(n,)` each, -1 for none or where its
    time is not known."""
    middles = np.array([one.middle_s for one in anchors], np.float64)
    mine = (pool.from_s + pool.to_s) / 2
    known = ~np.isnan(mine)
    place = np.searchsorted(middles, np.nan_to_num(mine), side="right")
    before = np.where(known, place - 1, -1)
    after = np.where(known & (place < len(anchors)), place, -1)
    return before.astype(np.int64), after.astype(np.int64)
