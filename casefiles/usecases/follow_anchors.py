"""Where a subject surely was, what ranking found around that, and how sure times of ways are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from casefiles.types import SourceId, TrackId
from casefiles.usecases.follow_pool import Column, Pool
from casefiles.usecases.follow_types import Side
from casefiles.usecases.topology import PictureSide, Where
from detection.appearance import Kind
from detection.following.travel_times import TravelTime, unknown_way

Way = Literal["after", "before"]
PARTS: Final = ("appearance", "clothing", "travel time", "direction", "same moment")
_OTHERWISE: Final = 0.05
"""How often a way is not what is assumed of it: then its time is broad, or anything at all."""
_ANY_TIME: Final = 0.02
_STEP: Final = 0.07


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


def stepped(travel: TravelTime) -> TravelTime:
    """The same in steps of 7 %, so that few densities are made for many ways."""
    median_s = float(np.exp(np.round(np.log(travel.median_s) / _STEP) * _STEP))
    least_s = median_s * float(np.floor(50 * travel.least_s / travel.median_s)) / 50
    return replace(travel, median_s=median_s, least_s=least_s)


def with_doubt(
    travel: TravelTime | None, kind: Kind, seconds: Column, sd_s: float, whole_s: float
) -> Column:
    """The density of times with what speaks against all that is assumed of a way."""
    made = np.full(len(seconds), _ANY_TIME / whole_s)
    if travel is not None:
        known = np.exp(travel.log_density(seconds, sd_s))
        made = made + (1 - _OTHERWISE - _ANY_TIME) * known
    broad = np.exp(unknown_way(kind).log_density(seconds, sd_s))
    return np.log(made + _OTHERWISE * broad)


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
