"""Which tracks of one recording are pieces of one: found after the pass, from both sides of a gap.

Pure functions over arrays. After Huang, Wu and Nevatia 2008, "Robust Object Tracking by
Hierarchical Association of Detection Responses": each pair of an end and a later beginning gets the
product of how well time, place, size and looks agree, and the best pairs together are linked, each
end and each beginning once; solved exactly, as the assignment to which Zhang, Li and Nevatia 2008,
"Global Data Association for Multi-Object Tracking Using Network Flows", come down without false
tracks. Our own: how alike two looks must be is judged by tracks of the same recording that were
seen at the same time, which are surely two objects, so that no bound depends on what made the
vectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from detection.kalman import Floats, centre_size
from video.clock import NS_PER_S

Ints = NDArray[np.int64]
Vectors = NDArray[np.float32]

END_S: Final = 1.0
"""How much of a track, at its beginning and its end, says where it came from and was going."""
_EDGE: Final = 2.0
# Longer ago, where somebody was going says nothing of where they are.
_KEEPS_PACE_S: Final = 1.0
# Fewer pairs of different objects do not say how alike such are; more say nothing new.
_LEAST_COMPARED: Final = 5
_COMPARED: Final = 2000


@dataclass(frozen=True, slots=True)
class StitchOptions:
    """What may be joined. Lengths are in heights of the object, times in seconds."""

    longest_gap_s: float = 8.0
    """Higher: longer absences are bridged, more often by somebody else."""
    place: float = 0.5
    """How far off the place may be at once, as a standard deviation."""
    pace: float = 0.25
    """And how much farther for each second of the gap."""
    size: float = 0.2
    """How much the heights may differ, as a standard deviation of the logarithm."""
    gap_s: float = 8.0
    """Confidence falls to 1/e in a gap this long."""
    edge: float = 0.3
    """Worth of a link that leads out of the picture or in from its edge: mostly somebody else."""
    unknown_look: float = 0.5
    """Worth of a link where looks cannot be compared."""
    least: float = 0.3
    """Links of lower confidence are not made."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Where `n` tracks begin and end, one row each.

    `from_ns`, `to_ns (n,)` media times; `head`, `tail (n, 4)` centre x, centre y, width, height in
    source pixels at these times; `head_rate`, `tail_rate (n, 2)` pixels a second about there;
    `group (n,)` as of `detection.labels.groups`; `head_cut`, `tail_cut (n,)` whether the picture's
    edge cuts the box there.
    """

    from_ns: Ints
    to_ns: Ints
    group: NDArray[np.int16]
    head: Floats
    tail: Floats
    head_rate: Floats
    tail_rate: Floats
    head_cut: NDArray[np.bool_]
    tail_cut: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.from_ns)


@dataclass(frozen=True, slots=True)
class Link:
    """Row `before` goes on as row `after`; `confidence` 0..1."""

    before: int
    after: int
    confidence: float


def measure_ends(
    rows: Ints,
    time_ns: Ints,
    boxes: NDArray[np.float32],
    *,
    groups: NDArray[np.int16],
    picture: tuple[int, int],
) -> Ends:
    """The ends of tracks, from all their points or only those near their ends (`END_S`).

    `rows (p,)` says which track, counted from 0 without gaps, each point is of; points come by row
    and then time. `groups (n,)` are of the tracks; `picture` is width and height.
    """
    count = len(groups)
    bounds = np.searchsorted(rows, np.arange(count + 1))
    values = centre_size(boxes.astype(np.float64))
    found = np.zeros((2, count, 4))
    rates = np.zeros((2, count, 2))
    for row in range(count):
        mine = slice(bounds[row], bounds[row + 1])
        at_s = (time_ns[mine] - time_ns[bounds[row]]) / NS_PER_S
        for side, near in enumerate((at_s <= END_S, at_s >= at_s[-1] - END_S)):
            times, there = at_s[near], values[mine][near]
            middle = times.mean()
            spread = float(((times - middle) ** 2).sum())
            centre = there[:, :2].mean(axis=0)
            if spread > 0:
                rates[side, row] = ((times - middle)[:, None] * (there[:, :2] - centre)).sum(
                    axis=0
                ) / spread
            end = at_s[0] if side == 0 else at_s[-1]
            found[side, row, :2] = centre + rates[side, row] * (end - middle)
            found[side, row, 2:] = np.median(there[:, 2:], axis=0)
    first, last = bounds[:-1], bounds[1:] - 1
    return Ends(
        time_ns[first], time_ns[last], groups, found[0], found[1], rates[0], rates[1],
        is_cut(boxes[first], picture), is_cut(boxes[last], picture),
    )  # fmt: skip


def is_cut(boxes: NDArray[np.float32], picture: tuple[int, int]) -> NDArray[np.bool_]:
    """Whether each box `(n, 4)` reaches the edge of a picture of this width and height."""
    width, height = picture
    low = (boxes[:, :2] < _EDGE).any(axis=1)
    high = (boxes[:, 2:] > np.array([width - _EDGE, height - _EDGE])).any(axis=1)
    cut: NDArray[np.bool_] = np.logical_or(low, high)
    return cut


def link(ends: Ends, looks: Sequence[Vectors], options: StitchOptions | None = None) -> list[Link]:
    """The links between tracks, in order of the earlier one's row.

    `looks` has the vectors of each track, `(k, d)` of length 1; `k` may be 0. A track may go on as
    one other and continue one other, so links form chains, along which time only goes on.
    """
    options = options or StitchOptions()
    before, after = _candidates(ends, options)
    if not len(before):
        return []
    worth = _motion(ends, before, after, options)
    kept = worth >= options.least
    before, after, worth = before[kept], after[kept], worth[kept]
    if not len(before):
        return []
    worth = worth * _alike(ends, looks, before, after, options)
    kept = worth >= options.least
    before, after, worth = before[kept], after[kept], worth[kept]
    if not len(before):
        return []
    chosen = _best(len(ends), before, after, worth, options.least)
    return [
        Link(int(before[row]), int(after[row]), float(worth[row]))
        for row in chosen[np.argsort(before[chosen])]
    ]


def chains(count: int, links: Sequence[Link]) -> Ints:
    """For each of `count` tracks the row of the first of its chain, `(count,)`; its own if none."""
    first = np.arange(count)
    following = {one.before: one.after for one in links}
    continued = {one.after for one in links}
    for start in sorted(set(following) - continued):
        row: int | None = start
        while row is not None:
            first[row] = start
            row = following.get(row)
    return first


def _candidates(ends: Ends, options: StitchOptions) -> tuple[Ints, Ints]:
    """Pairs of a track that ended and one of its group that began after that, not too long."""
    order = np.argsort(ends.from_ns, kind="stable")
    starts = ends.from_ns[order]
    low = np.searchsorted(starts, ends.to_ns, side="right")
    high = np.searchsorted(starts, ends.to_ns + int(options.longest_gap_s * NS_PER_S), side="right")
    counts = np.maximum(high - low, 0)
    before = np.repeat(np.arange(len(ends)), counts)
    within = np.arange(len(before)) - np.repeat(np.cumsum(counts) - counts, counts)
    after = order[np.repeat(low, counts) + within]
    same = ends.group[before] == ends.group[after]
    return before[same], after[same]


def _motion(ends: Ends, before: Ints, after: Ints, options: StitchOptions) -> Floats:
    """How well time, place and size agree, `(p,)` in 0..1."""
    gap_s = (ends.from_ns[after] - ends.to_ns[before]) / NS_PER_S
    height = np.sqrt(ends.tail[before, 3] * ends.head[after, 3])
    moved = np.minimum(gap_s, _KEEPS_PACE_S)[:, None]
    left, found = ends.tail[before, :2], ends.head[after, :2]
    forward, backward = ends.tail_rate[before] * moved, ends.head_rate[after] * moved
    # Went on as before, came as after, some of both, or stood in between.
    apart = np.min(
        [
            np.hypot(*(found - left - way).T)
            for way in (forward, backward, (forward + backward) / 2, np.zeros_like(forward))
        ],
        axis=0,
    )
    off = apart / height / (options.place + options.pace * gap_s)
    grown = np.log(ends.head[after, 3] / ends.tail[before, 3]) / options.size
    worth: Floats = np.exp(-(off**2) / 2 - grown**2 / 2 - gap_s / options.gap_s)
    edge = ends.tail_cut[before] | ends.head_cut[after]
    return np.where(edge, worth * options.edge, worth)


def _alike(
    ends: Ends, looks: Sequence[Vectors], before: Ints, after: Ints, options: StitchOptions
) -> Floats:
    """How much more alike each pair looks than two different objects do, `(p,)` in 0..1."""
    values = np.array(
        [likeness(looks[a], looks[b]) for a, b in zip(before.tolist(), after.tolist(), strict=True)]
    )
    worth = np.full(len(values), options.unknown_look)
    known = ~np.isnan(values)
    for group in np.unique(ends.group[before]):
        mine = known & (ends.group[before] == group)
        others = _different(ends, looks, group)
        if not mine.any() or len(others) < _LEAST_COMPARED:
            continue
        middle, high = np.quantile(others, (0.5, 0.95))
        worth[mine] = np.clip((values[mine] - middle) / max(high - middle, 1e-6), 0, 1)
    return worth


def likeness(first: Vectors, second: Vectors) -> float:
    """How alike two tracks look: the greatest cosine between their vectors; NaN without any."""
    if not len(first) or not len(second) or first.shape[1] != second.shape[1]:
        return float("nan")
    return float((first.astype(np.float32) @ second.astype(np.float32).T).max())


def _different(ends: Ends, looks: Sequence[Vectors], group: np.int16) -> Floats:
    """Likenesses of tracks of a group that were there at the same time: surely not one object."""
    rows = np.flatnonzero(ends.group == group)
    rows = rows[np.argsort(ends.from_ns[rows], kind="stable")]
    values: list[float] = []
    for place, row in enumerate(rows.tolist()):
        for other in rows[place + 1 :].tolist():
            if ends.from_ns[other] > ends.to_ns[row] or len(values) >= _COMPARED:
                break
            values.append(likeness(looks[row], looks[other]))
    found = np.array(values, np.float64)
    return found[~np.isnan(found)]


def _best(count: int, before: Ints, after: Ints, worth: Floats, least: float) -> Ints:
    """Which pairs together are worth most, each end and each beginning once; positions."""
    # Every end may also go on as nothing: a column of its own, as dear as the worst link.
    rows = np.concatenate([before, np.arange(count)])
    columns = np.concatenate([after, count + np.arange(count)])
    # The matching takes no zeros: everything costs one more.
    costs = 1 - np.log(np.concatenate([worth, np.full(count, least * 0.999)]))
    graph = csr_matrix((costs, (rows, columns)), shape=(count, 2 * count))
    taken = min_weight_full_bipartite_matching(graph)[1]
    return np.flatnonzero(taken[before] == after)
