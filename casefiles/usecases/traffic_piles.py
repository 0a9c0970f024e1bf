"""Piles of times from leaving one camera to coming into another, and whether chance makes such.

Times from leaving to coming pile up where people go from the one view to the other (D. Makris,
T. Ellis & J. Black, "Bridging the gaps between cameras", CVPR 2004). A pile counts only if chance
hardly makes one: the same times are shifted against each other many times over, the highest pile
of each shift (over all delays, widths and sides of the pictures) is what chance gives (Gumbel
distribution: A. Abrams, K. Kleinman & M. Kulldorff, "Gumbel based p-value approximations for
spatial scan statistics", International Journal of Health Geographics 9, 2010).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from casefiles.subject_types import LinkRule
from casefiles.types import CameraId
from casefiles.usecases.link_types import Learned, PictureSide, Where, span_words
from detection.appearance import Kind
from detection.following.travel_times import TravelTime

Floats = NDArray[np.float64]
_BEFORE_S: Final = 5
"""Who is on both cameras comes into the other before it has left the one, up to so long."""
_WIDTHS: Final = (2, 4, 8, 16, 32)
"""Of a pile, in steps."""
_STEPS: Final = 125
_LEAST_SHARE: Final = 4
"""The longest delay is no more than this part of the footage: shifts need room."""
_LEAST_S: Final = 40.0
"""Shorter common footage tells nothing."""
LEAST_TRACKS: Final = 5
_LEAST_PILE: Final = 4
_LEAST_EXPECTED: Final = 0.5
_EULER: Final = 0.5772156649015329
SIDES: Final[tuple[PictureSide, ...]] = ("left", "right", "top", "bottom", "inside")
_ALL: Final = len(SIDES)


@dataclass(frozen=True, slots=True, eq=False)
class SideCounts:
    """By which sides, in the order of `SIDES`, those of a pile left and came, and anybody does;
    counts `(5,)`."""

    left: Floats
    came: Floats
    any_left: Floats
    any_came: Floats


@dataclass(frozen=True, slots=True)
class LearnedLink:
    """A way between two cameras that the traffic shows."""

    start: Where
    end: Where
    kind: Kind
    travel: TravelTime
    from_s: float
    to_s: float
    """The pile lies between these delays."""
    tracks: int
    """So many pairs of tracks are in it."""
    expected: float
    """So many there would be by chance."""
    chance: float
    """0..1: how often chance makes such a pile anywhere among all pairs of cameras tried."""
    exit_side: PictureSide | None = None
    """Leaving the one by this side; None: by any."""
    entry_side: PictureSide | None = None
    sides: SideCounts | None = field(default=None, compare=False)

    @property
    def words(self) -> str:
        """ "17 tracks came 2 s to 4 s after 17 others left, by chance 3.1 would: from traffic"."""
        sides = "".join(
            f", {what} by {'the ' + side if side != 'inside' else 'no edge'}"
            for what, side in (("leaving", self.exit_side), ("coming in", self.entry_side))
            if side is not None
        )
        return (
            f"{self.tracks} tracks came {span_words(self.from_s)} to {span_words(self.to_s)} after "
            f"others left{sides}; by chance {self.expected:.1f} would: from traffic"
        )


@dataclass(frozen=True, slots=True)
class LearnedLinks:
    """All that the traffic shows."""

    links: tuple[LearnedLink, ...]
    """The surest first."""
    tried: int
    """So many ordered pairs of cameras had enough tracks and time in common."""
    notes: tuple[str, ...] = ()

    @property
    def times(self) -> Learned:
        """As a `Topology` takes them."""
        return {(one.start, one.end, one.kind): (one.travel, one.tracks) for one in self.links}

    def rules(self) -> tuple[LinkRule, ...]:
        """As a person may keep them; recordings without a camera have none."""
        made = []
        for one in self.links:
            if isinstance(one.start, int) or isinstance(one.end, int):
                continue
            most = max(one.travel.window(0.9)[1], 1.5 * one.travel.median_s)
            made.append(
                LinkRule(
                    CameraId(one.start), CameraId(one.end), kind=one.kind,
                    typical_s=round(one.travel.median_s, 1), most_s=round(most, 1),
                    note=one.words,
                )
            )  # fmt: skip
        return tuple(made)


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """Of one camera, by time: seconds since the same moment, and numbers of sides."""

    exits: Floats
    exit_sides: NDArray[np.int64]
    entries: Floats
    entry_sides: NDArray[np.int64]


def pile(
    start: Where,
    end: Where,
    kind: Kind,
    one: Traffic,
    other: Traffic,
    most_s: float,
    shifts: int,
    rng: np.random.Generator,
) -> LearnedLink | None:
    """The highest pile, and how often chance makes one as high between these two; None where they
    have too little in common."""
    begins = max(one.exits[0], other.entries[0])
    until = min(one.exits[-1], other.entries[-1])
    length = until - begins
    left = (one.exits >= begins - most_s) & (one.exits <= until)
    came = (other.entries >= begins) & (other.entries <= until + most_s)
    if min(left.sum(), came.sum()) < LEAST_TRACKS or length < _LEAST_S:
        return None
    most = int(min(most_s, length / _LEAST_SHARE))
    exits, exit_sides = one.exits[left], one.exit_sides[left]
    entries, entry_sides = other.entries[came], other.entry_sides[came]
    # The circle they are shifted on: all of the common time, however few came in it.
    first, whole = begins, max(float(length), float(entries[-1] - begins)) + 1.0
    moves = rng.uniform(_BEFORE_S + most, whole - most - _BEFORE_S, shifts)
    real = _counts(exits, exit_sides, entries, entry_sides, most)
    # By sides that nobody uses there is nothing to be found; the last is by any.
    used = np.flatnonzero(
        (real.sum(axis=1) >= _LEAST_PILE) | (np.arange(len(real)) == len(real) - 1)
    )
    real = real[used]
    by_chance = np.array([
        _counts(
            exits, exit_sides, first + (entries - first + move) % whole, entry_sides, most
        )[used]
        for move in moves.tolist()
    ])  # fmt: skip
    delays = _delays(exits, entries, most)
    expected = by_chance.mean(axis=0)
    # What chance piles up, each shift against all of them.
    heights = _heights(by_chance, expected).reshape(shifts, -1).max(axis=1)
    high = _heights(real[None], expected)[0]
    side, width, at = np.unravel_index(int(high.argmax()), high.shape)
    scale = max(float(heights.std()), 1e-6) * np.sqrt(6) / np.pi
    above = (float(high.max()) - (float(heights.mean()) - _EULER * scale)) / scale
    chance = float(-np.expm1(-np.exp(-above)))
    out, into = divmod(int(used[side]), _ALL + 1)
    step_s = _step_s(most)
    low = float(at) * step_s - _BEFORE_S
    top = low + _WIDTHS[int(width)] * step_s
    which, seconds = delays
    fits = (seconds >= low) & (seconds < top)
    fits &= (out == _ALL) | (exit_sides[which[0]] == out)
    fits &= (into == _ALL) | (entry_sides[which[1]] == into)
    counted = int(fits.sum())
    if not counted:
        return LearnedLink(start, end, kind, TravelTime(1.0), low, top, 0, 0.0, 1.0)
    return LearnedLink(
        start, end, kind, _time_of(seconds[fits]), low, top, counted,
        float(_windows(expected)[side, width, at]), chance,
        None if out == _ALL else SIDES[out], None if into == _ALL else SIDES[into],
        _side_counts(one, other, exit_sides[which[0]], entry_sides[which[1]], seconds, low, top),
    )  # fmt: skip


def _side_counts(
    one: Traffic,
    other: Traffic,
    outs: NDArray[np.int64],
    ins: NDArray[np.int64],
    seconds: Floats,
    low: float,
    top: float,
) -> SideCounts:
    piled = (seconds >= low) & (seconds < top)
    left, came, any_left, any_came = (
        np.bincount(each, minlength=_ALL).astype(np.float64)
        for each in (outs[piled], ins[piled], one.exit_sides, other.entry_sides)
    )
    return SideCounts(left, came, any_left, any_came)


def _delays(exits: Floats, entries: Floats, most: int) -> tuple[NDArray[np.int64], Floats]:
    """Every pair of an exit and an entry so many seconds after it: which `(2, n)`, and the delays
    `(n,)`."""
    order = np.argsort(entries, kind="stable")
    ranked = entries[order]
    low = np.searchsorted(ranked, exits - _BEFORE_S)
    high = np.searchsorted(ranked, exits + most)
    many = high - low
    left = np.repeat(np.arange(len(exits)), many)
    inside = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    came = order[np.repeat(low, many) + inside]
    return np.stack([left, came]), entries[came] - exits[left]


def _counts(
    exits: Floats,
    exit_sides: NDArray[np.int64],
    entries: Floats,
    entry_sides: NDArray[np.int64],
    most: int,
) -> Floats:
    """How many delays there are, by sides (the last of each: any) and step of time,
    `((sides + 1) ** 2, steps)`."""
    (left, came), seconds = _delays(exits, entries, most)
    step_s = _step_s(most)
    bins = int(np.ceil((most + _BEFORE_S) / step_s))
    at = np.clip(((seconds + _BEFORE_S) / step_s).astype(np.int64), 0, bins - 1)
    cell = (exit_sides[left] * (_ALL + 1) + entry_sides[came]) * bins + at
    counts = np.bincount(cell, minlength=(_ALL + 1) ** 2 * bins).astype(np.float64)
    counts = counts.reshape(_ALL + 1, _ALL + 1, bins)
    counts[_ALL] = counts.sum(axis=0)
    counts[:, _ALL] = counts.sum(axis=1)
    return counts.reshape(-1, bins)


def _step_s(most: int) -> float:
    """A second, or more where delays are long: their piles are wider too."""
    return max(1.0, (most + _BEFORE_S) / _STEPS)


def _windows(counts: Floats) -> Floats:
    """Sums over each width, `(..., widths, steps)`; 0 where one does not fit."""
    until = np.concatenate([np.zeros((*counts.shape[:-1], 1)), counts.cumsum(axis=-1)], axis=-1)
    made = np.zeros((*counts.shape[:-1], len(_WIDTHS), counts.shape[-1]))
    for number, width in enumerate(_WIDTHS):
        if width <= counts.shape[-1]:
            sums = until[..., width:] - until[..., :-width]
            made[..., number, : sums.shape[-1]] = sums
    return made


def _heights(counts: Floats, expected: Floats) -> Floats:
    """Log likelihood ratio of each window against chance (Poisson), 0 where there are fewer."""
    seen = _windows(counts)
    usual = np.maximum(_windows(expected), _LEAST_EXPECTED)[None]
    more = seen > usual
    ratio = np.where(more, seen / usual, 1.0)
    made: Floats = np.where(more, seen * np.log(ratio) - (seen - usual), 0.0)
    return made


def _time_of(seconds: Floats) -> TravelTime:
    both = float(np.mean(seconds <= 0))
    later = seconds[seconds > 0]
    logs = np.log(np.maximum(later, 0.25)) if len(later) else np.array([0.0])
    at_once = min(both, 0.8)
    spread = float(np.clip(logs.std() * 1.2, 0.2, 1.0))
    return TravelTime(
        float(np.exp(np.median(logs))), spread, tail=0.2 * (1 - at_once), quick=0.0,
        at_once=at_once, together_s=float(_BEFORE_S), seen=len(seconds),
    )  # fmt: skip
