"""Which tracks of several cameras may be one, by where they were on the ground and when: alone, no
looks.

Two tracks at the same moment are compared place by place; two that follow each other by where the
first was going. All of it is then decided together, as correlation clustering: what speaks for and
against two tracks being one adds up over groups, and two that one camera sees at once are never one
(E. Ristani and C. Tomasi, "Tracking Multiple People Online and in Real Time", 2014). Groups are
joined greedily, best first (GAEC: M. Keuper et al., "Efficient Decomposition of Image and Mesh
Graphs by Lifted Multicuts", 2015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Pair = tuple[int, int]
STEP_S: Final = 0.25
"""Places are compared so often."""
MOST_LOG_RATIO: Final = 8.0
"""However long two tracks agree, places and times alone say no more than this."""
GONE_S: Final = 8.0
"""Whoever was out of sight for longer may be anywhere: places alone do not join the two."""
NEVER: Final = -np.inf
_FLOOR_M: Final = 0.4
"""Two cameras see other sides of one person: even where all is known, the feet are so far apart."""
_OTHERS_M: Final = {"person": 5.0, "vehicle": 12.0}
"""So far away, one standard deviation each way, is whoever else may be meant."""
_WRONG: Final = 0.02
"""So often a box is not around what it should be."""
_ALIKE_S: Final = 2.0
"""What is wrong with a place stays wrong for so long: no more than one moment of them counts."""
_TURNS_M_S: Final = {"person": 0.7, "vehicle": 3.0}
"""Nobody knows better how fast somebody goes on who is out of sight."""
_STAYS_S: Final = 4.0
"""The longer somebody is out of sight, the likelier somebody else comes up there."""
_HEADING_S: Final = 1.0
_ALONE_S: Final = 1.0
"""Two tracks of one camera that are seen together for so long are two."""


@dataclass(frozen=True, eq=False)
class GroundTrack:
    """Where a track was: `time_s (n,)` rising, on a clock that all share; `places (n, 2)` metres on
    axes that all share; `sd_m (n,)` how sure they are; `clock_s` how sure the clock is, all one
    standard deviation. Between neighbours farther apart than `gap_s` nobody knows."""

    camera: int
    kind: str
    time_s: Array
    places: Array
    sd_m: Array
    clock_s: float = 0.0
    gap_s: float = 1.5

    @cached_property
    def steps(self) -> NDArray[np.int64]:
        """The numbers of the steps of `STEP_S` at which it was seen."""
        first, last = np.round(self.time_s[[0, -1]] / STEP_S).astype(np.int64)
        made = np.arange(first, last + 1)
        at = np.clip(made * STEP_S, self.time_s[0], self.time_s[-1])
        after = np.clip(np.searchsorted(self.time_s, at), 1, max(len(self.time_s) - 1, 1))
        if len(self.time_s) == 1:
            return made
        between = self.time_s[after] - self.time_s[after - 1]
        return made[between <= self.gap_s]

    @cached_property
    def moving(self) -> Array:
        """Metres a second at each of its own times, `(n, 2)`, over about a second; 0 where it was
        seen too shortly."""
        if len(self.time_s) < 2:
            return np.zeros((len(self.time_s), 2))
        early = np.clip(self.time_s - _HEADING_S / 2, self.time_s[0], None)
        late = np.clip(self.time_s + _HEADING_S / 2, None, self.time_s[-1])
        way = self._at(late, self.places) - self._at(early, self.places)
        return way / np.maximum(late - early, 1e-6)[:, None]

    def at(self, steps: NDArray[np.int64]) -> tuple[Array, Array, Array]:
        """Places and metres a second `(k, 2)`, and how sure the places are `(k,)`."""
        moments = np.asarray(steps * STEP_S, np.float64)
        return (
            self._at(moments, self.places),
            self._at(moments, self.moving),
            self._at(moments, self.sd_m[:, None])[:, 0],
        )

    def _at(self, moments: Array, values: Array) -> Array:
        columns = [np.interp(moments, self.time_s, column) for column in values.T]
        return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Together:
    """Two tracks at the same moments: for how long, how far apart (the median), how far one and the
    same would be seen (one standard deviation), and how that speaks for one, ±`MOST_LOG_RATIO`."""

    seconds: float
    metres: float
    sd_m: float
    log_ratio: float


def together(one: GroundTrack, other: GroundTrack) -> Together | None:
    """What the moments say at which both were seen; None where there are none.

    Moments close in time share their errors and count as one. Of how a place and a clock are off
    two things follow: a circle of `sd_m`, and a line along the way that was gone meanwhile.
    """
    if one.time_s[0] > other.time_s[-1] or other.time_s[0] > one.time_s[-1]:
        return None
    steps = np.intersect1d(one.steps, other.steps, assume_unique=True)
    if not len(steps):
        return None
    here, going, sd = one.at(steps)
    there, went, other_sd = other.at(steps)
    apart = here - there
    round_m2 = sd**2 + other_sd**2 + _FLOOR_M**2
    # Both clocks off by a second move the place by the speed: of whichever of the two is faster.
    fast = np.where((np.hypot(*going.T) >= np.hypot(*went.T))[:, None], going, went)
    along_m2 = (one.clock_s**2 + other.clock_s**2) * (fast**2).sum(axis=1)
    unit = fast / np.maximum(np.hypot(*fast.T), 1e-9)[:, None]
    along = (apart * unit).sum(axis=1)
    aside2 = np.maximum((apart**2).sum(axis=1) - along**2, 0)
    each = _ratio(one.kind, along**2, aside2, round_m2 + along_m2, round_m2)
    seconds = len(steps) * STEP_S
    ratio = float(each.mean()) * max(1.0, seconds / _ALIKE_S)
    return Together(
        seconds,
        float(np.median(np.hypot(*apart.T))),
        float(np.median(np.sqrt(round_m2 + along_m2 / 2))),
        float(np.clip(ratio, -MOST_LOG_RATIO, MOST_LOG_RATIO)),
    )


def _ratio(kind: str, far2: Array, aside2: Array, spread: Array, aside_spread: Array) -> Array:
    """Log ratio of being so far apart (squares, along two axes) if both are one, spread like that
    (variances), against if they are two. What is not known well says nothing."""
    said = np.zeros(len(far2))
    for square, variance in ((far2, spread), (aside2, aside_spread)):
        wide = variance + _OTHERS_M[kind] ** 2
        said += (np.log(wide / variance) - square / variance + square / wide) / 2
    made: Array = np.logaddexp(np.log1p(-_WRONG) + said, np.log(_WRONG))
    return made


@dataclass(frozen=True, slots=True)
class GoesOn:
    """A track that begins after another ended: how long after, how far from where the first would
    be by then, and how that speaks for one, ±`MOST_LOG_RATIO`."""

    seconds: float
    metres: float
    log_ratio: float


def goes_on(before: GroundTrack, after: GroundTrack) -> GoesOn | None:
    """Whether a later track goes on with an earlier one; None where the gap says nothing."""
    gap = float(after.time_s[0] - before.time_s[-1])
    if not 0 <= gap <= GONE_S:
        return None
    # From both ends to the middle: each says where the other one should be.
    middle = (before.moving[-1] + after.moving[0]) / 2
    apart = after.places[0] - before.places[-1] - middle * gap
    turns = _TURNS_M_S[before.kind] * gap
    clock = (before.clock_s**2 + after.clock_s**2) * float((middle**2).sum())
    spread = float(before.sd_m[-1] ** 2 + after.sd_m[0] ** 2) + _FLOOR_M**2 + turns**2 + clock
    far2, of = np.array([apart @ apart / 2]), np.array([spread])
    said = float(_ratio(before.kind, far2, far2, of, of)[0]) - gap / _STAYS_S
    metres = float(np.hypot(*apart))
    return GoesOn(gap, metres, float(np.clip(said, -MOST_LOG_RATIO, MOST_LOG_RATIO)))


def compared(tracks: Sequence[GroundTrack]) -> dict[Pair, Together | GoesOn | None]:
    """What is known of pairs of tracks (the lower number first): together, one after the other, or
    None for two that one camera saw at once. Pairs that are not named have nothing in common."""
    made: dict[Pair, Together | GoesOn | None] = {}
    order = sorted(range(len(tracks)), key=lambda at: tracks[at].time_s[0])
    held: list[int] = []
    for at in order:
        mine = tracks[at]
        held = [one for one in held if tracks[one].time_s[-1] >= mine.time_s[0] - GONE_S]
        for other in held:
            theirs = tracks[other]
            pair = (min(at, other), max(at, other))
            if theirs.kind != mine.kind:
                continue
            both = together(theirs, mine)
            if both is None:
                after = goes_on(theirs, mine)
                if after is not None:
                    made[pair] = after
            elif theirs.camera != mine.camera:
                made[pair] = both
            elif both.seconds > _ALONE_S:
                made[pair] = None
        held.append(at)
    return made


def ratios(found: Mapping[Pair, Together | GoesOn | None]) -> dict[Pair, float]:
    """What speaks for each pair being one: `NEVER` for two that one camera saw at once."""
    return {pair: NEVER if one is None else one.log_ratio for pair, one in found.items()}


def grouped(count: int, weights: Mapping[Pair, float]) -> list[int]:
    """Which group, from 0, each of `count` things is in: the sum of the weights within groups is as
    large as greedy joining makes it; a pair of weight -inf is never in one group."""
    near: list[dict[int, float]] = [{} for _ in range(count)]
    for (one, other), weight in weights.items():
        near[one][other] = near[other][one] = weight
    heap = [(-weight, one, other) for (one, other), weight in weights.items() if weight > 0]
    heapify(heap)
    joined = list(range(count))
    while heap:
        weight, one, other = heappop(heap)
        # What was joined since has another weight, and came onto the heap with it.
        if joined[one] != one or joined[other] != other or near[one].get(other) != -weight:
            continue
        joined[other] = one
        for third, more in near[other].items():
            if third == one:
                continue
            del near[third][other]
            total = near[one].get(third, 0.0) + more
            near[one][third] = near[third][one] = total
            if total > 0:
                heappush(heap, (-total, min(one, third), max(one, third)))
        del near[one][other]
        near[other] = {}
    roots = []
    for at in range(count):
        root = at
        while joined[root] != root:
            root = joined[root]
        roots.append(root)
    names = {root: number for number, root in enumerate(dict.fromkeys(roots))}
    return [names[root] for root in roots]
