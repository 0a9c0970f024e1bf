"""How far two clocks are apart, from people who go from one view to the other.

Somebody who leaves one view at t1 and comes into the other at t2 has been on the way for some
time. That time is distance / speed: the speed is measured, the distance between two edges is one
unknown for all. Whoever goes from A to B adds the way to the difference of the clocks, whoever
goes from B to A takes it away; with both, distance and difference come apart. Every pair of a
leaving and a coming votes for a difference at each distance tried (a Hough transform, after
Duda & Hart 1972); the best is refined by least squares over the pairs that agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.crossings import Crossing, Edge

_SIGMA_S: Final = 0.6
"""How well the walk of one person over an unseen stretch is foretold."""
_BIN_S: Final = 0.1
_WAYS: Final = np.arange(-4.0, 6.01, 0.1)
"""Distances tried, in heights; below zero the views overlap."""
_APART_S: Final = 1.5
"""Differences closer than this are the same peak."""
_AGREES: Final = 0.2
_FEWEST: Final = 2
_PEAKS: Final = 4
_MOST_PAIRS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Pair:
    """One who left a view and came into the other; `missed_s` is by how much the model misses."""

    left: Crossing
    came: Crossing
    a_to_b: bool
    likeness: float
    missed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class OffsetVote:
    """A difference of two clocks: what to add to times of B to get times of A."""

    difference_s: float
    error_s: float
    """Standard error over the pairs; at least what one frame could tell is the caller's."""
    score: float
    edges: tuple[Edge, Edge]
    way: float
    """From edge to edge, in heights of a person; below zero the views overlap."""
    both_ways: bool
    """False: all went the same way, so that difference and time on the way cannot be told apart."""
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """All pairs at two edges as columns `(n,)`: seconds between, sign (+1 from B to A), seconds
    for each height of way, weight, and numbers of the crossings in each."""

    between: NDArray[np.float64]
    sign: NDArray[np.float64]
    pace: NDArray[np.float64]
    weight: NDArray[np.float64]
    pairs: tuple[Pair, ...]
    keys: tuple[tuple[tuple[int, bool], tuple[int, bool]], ...]

    def differences(self, way: float) -> NDArray[np.float64]:
        differences: NDArray[np.float64] = self.sign * (self.between - way * self.pace)
        return differences


def vote(
    a: Sequence[Crossing], b: Sequence[Crossing], *, within_s: float
) -> tuple[OffsetVote, ...]:
    """The differences of the clocks of two views that most people agree on, best first; none
    where fewer than two do. Only differences of at most `within_s` are looked for."""
    found: list[OffsetVote] = []
    for candidates, edges in _by_edges(a, b, within_s):
        found += [
            fitted
            for way, difference in _peaks(candidates, within_s)
            if (fitted := _fit(candidates, edges, way, difference)) is not None
        ]
    found.sort(key=lambda one: (-one.score, abs(one.way), one.difference_s))
    distinct: list[OffsetVote] = []
    for one in found:
        if all(abs(one.difference_s - other.difference_s) > _APART_S for other in distinct):
            distinct.append(one)
    return tuple(distinct)


def _by_edges(
    a: Sequence[Crossing], b: Sequence[Crossing], within_s: float
) -> list[tuple[_Candidates, tuple[Edge, Edge]]]:
    """The pairs that could be one person, by the edges they cross in A and in B."""
    longest_s = within_s + 60.0
    groups: dict[tuple[Edge, Edge], list[tuple[Pair, tuple[tuple[int, bool], tuple[int, bool]]]]]
    groups = {}
    for at_a, in_a in enumerate(a):
        for at_b, in_b in enumerate(b):
            if in_a.leaves == in_b.leaves:
                continue
            left, came = (in_a, in_b) if in_a.leaves else (in_b, in_a)
            if abs(came.at_s - left.at_s) <= longest_s:
                pair = Pair(left, came, in_a.leaves, _likeness(in_a, in_b))
                keys = ((at_a, True), (at_b, False))
                groups.setdefault((in_a.edge, in_b.edge), []).append((pair, keys))
    every = [pair.likeness for rows in groups.values() for pair, _ in rows]
    known = np.array([one for one in every if not np.isnan(one)])
    middle, spread = (
        (float(known.mean()), max(float(known.std()), 1e-6)) if len(known) > 1 else (0.0, 1.0)
    )
    made = []
    for edges, rows in sorted(groups.items()):
        rows = sorted(rows, key=lambda row: abs(row[0].came.at_s - row[0].left.at_s))[:_MOST_PAIRS]
        pairs = tuple(pair for pair, _ in rows)
        likeness = np.array([pair.likeness for pair in pairs])
        paces = np.array([(1 / pair.left.speed + 1 / pair.came.speed) / 2 for pair in pairs])
        ratio = np.log([pair.left.speed / pair.came.speed for pair in pairs])
        alike = np.clip(1 + 0.5 * np.nan_to_num((likeness - middle) / spread), 0.25, 2.0)
        made.append((
            _Candidates(
                between=np.array([pair.came.at_s - pair.left.at_s for pair in pairs]),
                sign=np.array([-1.0 if pair.a_to_b else 1.0 for pair in pairs]),
                pace=paces,
                weight=alike * np.exp(-0.5 * (ratio / 0.6) ** 2),
                pairs=pairs,
                keys=tuple(keys for _, keys in rows),
            ),
            edges,
        ))  # fmt: skip
    return made


def _likeness(one: Crossing, other: Crossing) -> float:
    if not len(one.vector) or one.vector.shape != other.vector.shape:
        return float("nan")
    return float(one.vector @ other.vector)


def _peaks(candidates: _Candidates, within_s: float) -> list[tuple[float, float]]:
    """Ways and differences with the most votes, at most a few."""
    bins = int(2 * within_s / _BIN_S) + 1
    reach = int(3 * _SIGMA_S / _BIN_S)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _BIN_S / _SIGMA_S) ** 2)
    best: list[tuple[float, float, float]] = []
    for way in _WAYS.tolist():
        differences = candidates.differences(way)
        inside = np.abs(differences) <= within_s
        at = np.round((differences[inside] + within_s) / _BIN_S).astype(np.intp)
        votes = np.bincount(at, candidates.weight[inside], minlength=bins)
        heights = np.convolve(votes, bell, mode="same")[:bins]
        for _ in range(_PEAKS):
            top = int(heights.argmax())
            # A long way or a large overlap needs somewhat better grounds.
            worth = float(heights[top]) * float(np.exp(-abs(way) / 40))
            best.append((worth, way, top * _BIN_S - within_s))
            away = int(_APART_S / _BIN_S)
            heights[max(top - away, 0) : top + away + 1] = 0
    best.sort(reverse=True)
    kept: list[tuple[float, float]] = []
    for _, way, difference in best:
        near = sum(abs(difference - other) <= _APART_S for _, other in kept)
        if near < 3:
            kept.append((way, difference))
        if len(kept) >= 3 * _PEAKS:
            break
    return kept


def _fit(
    candidates: _Candidates, edges: tuple[Edge, Edge], way: float, difference: float
) -> OffsetVote | None:
    """Way and difference by least squares over the pairs that agree, each crossing in one pair."""
    chosen: list[int] = []
    for _ in range(4):
        fits = _agreement(candidates, way, difference)
        again = _one_to_one(candidates, fits)
        if len(again) < _FEWEST:
            return None
        if again == chosen:
            break
        chosen = again
        sign, pace = candidates.sign[chosen], candidates.pace[chosen]
        between, weight = candidates.between[chosen], np.sqrt(fits[chosen])
        if len(set(sign.tolist())) > 1:
            rows = np.stack([sign, pace], axis=1) * weight[:, None]
            difference, way = np.linalg.lstsq(rows, between * weight, rcond=None)[0].tolist()
        else:
            difference = float(np.average(sign * (between - way * pace), weights=weight))
        way = float(np.clip(way, _WAYS[0], _WAYS[-1]))
    fits = _agreement(candidates, way, difference)
    sign, pace = candidates.sign[chosen], candidates.pace[chosen]
    missed = candidates.differences(way)[chosen] - difference
    both_ways = len(set(sign.tolist())) > 1
    spread = float(np.sqrt((missed**2).sum() / max(len(chosen) - 2, 1)))
    error_s = spread / float(np.sqrt(len(chosen)))
    if not both_ways:
        # A pair of heights more or less on the way looks the same.
        error_s += 2.0 * float(np.median(pace))
    pairs = tuple(
        replace(candidates.pairs[at], missed_s=float(off))
        for at, off in sorted(zip(chosen, missed, strict=True), key=lambda one: abs(one[1]))
    )
    return OffsetVote(
        difference, error_s, float(fits[chosen].sum()), edges, way, both_ways, pairs
    )  # fmt: skip


def _agreement(candidates: _Candidates, way: float, difference: float) -> NDArray[np.float64]:
    off = (candidates.differences(way) - difference) / _SIGMA_S
    agreement: NDArray[np.float64] = candidates.weight * np.exp(-0.5 * off**2)
    return agreement


def _one_to_one(candidates: _Candidates, fits: NDArray[np.float64]) -> list[int]:
    """The pairs that fit best, each crossing in one of them only, in order."""
    used: set[tuple[int, bool]] = set()
    chosen = []
    for at in np.argsort(-fits, kind="stable").tolist():
        if fits[at] < _AGREES:
            break
        keys = candidates.keys[at]
        if not used.intersection(keys):
            used.update(keys)
            chosen.append(at)
    return sorted(chosen)
