"""What is placed as one in a synopsis: tubes that touch where they were recorded, in stretches.

Arrays only; nothing here knows of pictures or of when a unit is shown. Keeping together what
touches is the grouping of Y. Pritch, A. Rav-Acha, S. Peleg, "Nonchronological Video Synopsis and
Indexing" (PAMI 2008). We depart from it where brief touches chain a crowd into one unit: that is
cut, for all of it at one moment, where the fewest touch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from video.synopsis.contacts import SLOT_NS, Slots, slots_of
from video.synopsis.types import TubeFrames, Unit

_NS_PER_S: Final = 1_000_000_000
# Three and more who touch one after the other stay together for this long at most. Measured on 40
# busy seconds of ten people: 2.3:1 at 12 s, 2.5:1 at 8 s; below, everybody is in snippets.
_CROWD_S: Final = 8.0
# A synopsis is as long as its longest unit at least: where so many are there at once, on average,
# none is longer than this share of the time anybody is there.
_BUSY: Final = 3.0
_BUSY_SHARE: Final = 1 / 3
# Held: what comes after `held_s` takes this long at most, and passes at least so fast.
_REST_SLOTS: Final = 15
_LEAST_SPEED: Final = 4
_ONE_FRAME_NS: Final = 40_000_000
# How far off the middle a cut may be, as a share of a piece, to meet fewer touches.
_LEEWAY: Final = 0.35
_PER_TOUCH: Final = 3.0
_FEW: Final = 64


@dataclass(frozen=True, slots=True)
class _Part:
    """Tubes (increasing) from slot `start` until `end` (not included)."""

    tubes: NDArray[np.int64]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Limits:
    longest: float
    """In slots, as shown."""
    held: float

    def of(self, tubes: int) -> float:
        """How long so many tubes may be shown as one."""
        return self.longest if tubes < 3 else min(self.longest, _CROWD_S * _NS_PER_S / SLOT_NS)


def units_of(
    tubes: Sequence[TubeFrames],
    *,
    longest_s: float = 30.0,
    held_s: float = 6.0,
    chronological: bool = False,
) -> tuple[Unit, ...]:
    """The units of the tubes of one stage, in the order they were recorded.

    Every frame of every tube lies in exactly one unit: the units of a tube are disjoint in stage
    time, and a unit shows of its tubes all frames with `from_ns <= time_ns <= to_ns`. No unit is
    shown for longer than `longest_s`, in a short busy recording for less. `chronological`
    units are whole and pass as they were.
    """
    if chronological:
        parts = [
            _Part(
                np.array([number], np.int64),
                int(tube.time_ns[0]) // SLOT_NS,
                int(tube.time_ns[-1]) // SLOT_NS + 1,
            )
            for number, tube in enumerate(tubes)
        ]
        paces = [np.ones(part.end - part.start) for part in parts]
    else:
        slots = slots_of(tubes)
        longest = min(longest_s * _NS_PER_S / SLOT_NS, _busy_limit(slots))
        limits = _Limits(longest, held_s * _NS_PER_S / SLOT_NS)
        parts = _joined(list(_divided(slots, limits)), slots, limits)
        paces = [_paces(slots, part, limits) for part in parts]
    found = [_unit(tubes, part, pace) for part, pace in zip(parts, paces, strict=True)]
    units = [unit for unit in found if unit is not None]
    units.sort(key=lambda unit: (unit.from_ns, unit.to_ns, unit.tubes))
    return _numbered(units)


def piece_marks(units: Sequence[Unit]) -> dict[tuple[int, int], tuple[int, int]]:
    """(number of the unit, index of the tube) -> (piece counted from 0, pieces) of that tube.

    `Unit.piece` and `.pieces` speak of the tube of it that is in most pieces; a label wants this.
    """
    by_tube: dict[int, list[int]] = {}
    for number in sorted(range(len(units)), key=lambda number: units[number].from_ns):
        for tube in units[number].tubes:
            by_tube.setdefault(tube, []).append(number)
    return {
        (number, tube): (piece, len(numbers))
        for tube, numbers in by_tube.items()
        for piece, number in enumerate(numbers)
    }


def _numbered(units: Sequence[Unit]) -> tuple[Unit, ...]:
    marks = piece_marks(units)
    numbered = []
    for number, unit in enumerate(units):
        piece, pieces = max(
            (marks[number, tube] for tube in unit.tubes), key=lambda mark: (mark[1], -mark[0])
        )
        numbered.append(Unit(unit.tubes, unit.knots, piece, pieces))
    return tuple(numbered)


def _busy_limit(slots: Slots) -> float:
    if not len(slots.first):
        return np.inf
    order = np.argsort(slots.first, kind="stable")
    ends = np.maximum.accumulate(slots.last[order] + 1)
    empty = int(np.maximum(slots.first[order][1:] - ends[:-1], 0).sum())
    busy = int(ends[-1] - slots.first[order][0]) - empty
    if (slots.last - slots.first + 1).sum() < _BUSY * busy:
        return np.inf
    return max(busy * _BUSY_SHARE, _CROWD_S * _NS_PER_S / SLOT_NS)


def _divided(slots: Slots, limits: _Limits) -> Iterator[_Part]:
    """Parts that touch nobody outside and are short enough, cut where the fewest touch."""
    count = len(slots.first)
    if not count:
        return
    span = (int(slots.first.min()), int(slots.last.max()) + 1)
    waiting = [(np.arange(count, dtype=np.int64), np.arange(len(slots.one)), *span)]
    while waiting:
        tubes, links, start, end = waiting.pop()
        touching = (slots.start[links] < end) & (slots.end[links] > start)
        for part, inner in _components(slots, tubes, links[touching], start, end):
            paces = _paces(slots, part, limits)
            if float(paces.sum()) <= limits.of(len(part.tubes)) or part.end - part.start < 2:
                yield part
                continue
            cut = _cut(slots, part, inner, paces, limits.of(len(part.tubes)))
            before, after = slots.first[part.tubes] < cut, slots.last[part.tubes] >= cut
            waiting.append((part.tubes[after], inner, cut, part.end))
            waiting.append((part.tubes[before], inner, part.start, cut))


def _components(
    slots: Slots, tubes: NDArray[np.int64], links: NDArray[np.intp], start: int, end: int
) -> Iterator[tuple[_Part, NDArray[np.intp]]]:
    """What hangs together by `links` between `start` and `end`, with its links."""
    if len(tubes) == 1:
        begins = max(start, int(slots.first[tubes[0]]))
        yield _Part(tubes, begins, min(end, int(slots.last[tubes[0]]) + 1)), links
        return
    one = np.searchsorted(tubes, slots.one[links])
    other = np.searchsorted(tubes, slots.other[links])
    count, labels = _labels(one, other, len(tubes))
    by_label = np.split(
        np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels, minlength=count))[:-1]
    )
    of_link = labels[one]
    links_by_label = np.split(
        links[np.argsort(of_link, kind="stable")],
        np.cumsum(np.bincount(of_link, minlength=count))[:-1],
    )
    for inside, inner in zip(by_label, links_by_label, strict=True):
        own = tubes[inside]
        begins = max(start, int(slots.first[own].min()))
        yield _Part(own, begins, min(end, int(slots.last[own].max()) + 1)), inner


def _labels(
    one: NDArray[np.intp], other: NDArray[np.intp], count: int
) -> tuple[int, NDArray[np.int32]]:
    """How many components of `count` things linked by pairs, and the one of each."""
    if count > _FEW:
        graph = coo_array((np.ones(len(one), np.int8), (one, other)), (count, count))
        return connected_components(graph, directed=False)
    # Setting up a sparse graph takes longer than a few are walked.
    labels = list(range(count))
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        low, high = sorted((labels[first], labels[second]))
        if low != high:
            labels = [low if label == high else label for label in labels]
    known, numbered = np.unique(np.array(labels, np.int32), return_inverse=True)
    return len(known), numbered.astype(np.int32)


def _paces(slots: Slots, part: _Part, limits: _Limits) -> NDArray[np.float64]:
    """How much of a slot each slot of the part is shown for: below 1 where it is held."""
    length = part.end - part.start
    paces = np.ones(length)
    if int(slots.stands[part.tubes].sum()) <= limits.held:
        return paces
    moves = np.zeros(length, np.bool_)
    for tube in part.tubes.tolist():
        first, last = int(slots.first[tube]), int(slots.last[tube])
        begin, end = max(first, part.start), min(last + 1, part.end)
        moves[begin - part.start : end - part.start] |= ~slots.still[tube][
            begin - first : end - first
        ]
    edges = np.flatnonzero(np.diff(np.concatenate(([True], moves, [True]))))
    for begin, end in edges.reshape(-1, 2).tolist():
        if end - begin > limits.held:
            begin += int(np.ceil(limits.held))
            rest = end - begin
            paces[begin:end] = 1 / max(_LEAST_SPEED, -(-rest // _REST_SLOTS))
    return paces


def _cut(
    slots: Slots,
    part: _Part,
    links: NDArray[np.intp],
    paces: NDArray[np.float64],
    limit: float,
) -> int:
    """The slot from which on the part is another piece: near the middle, where few touch."""
    shown = np.concatenate(([0.0], np.cumsum(paces)))
    total = float(shown[-1])
    pieces = max(2, int(np.ceil(total / limit)))
    left = pieces // 2
    target, piece = total * left / pieces, total / pieces
    least = max(target - _LEEWAY * piece, total - (pieces - left) * limit)
    most = min(target + _LEEWAY * piece, left * limit)
    inside = np.arange(1, part.end - part.start)
    fits = inside[(shown[inside] >= least) & (shown[inside] <= most)]
    if not len(fits):
        return part.start + int(inside[np.abs(shown[inside] - target).argmin()])
    touches = _active(slots.start[links] + 1, slots.end[links], part)[fits]
    alive = _active(slots.first[part.tubes] + 1, slots.last[part.tubes] + 1, part)[fits]
    cost = _PER_TOUCH * touches + alive + 2 * np.abs(shown[fits] - target) / piece
    return part.start + int(fits[cost.argmin()])


def _active(start: NDArray[np.int64], end: NDArray[np.int64], part: _Part) -> NDArray[np.int64]:
    """How many stretches go on at each slot of the part, `end` not included."""
    length = part.end - part.start
    change = np.zeros(length + 1, np.int64)
    np.add.at(change, np.clip(start - part.start, 0, length), 1)
    np.add.at(change, np.clip(np.maximum(end, start) - part.start, 0, length), -1)
    return np.cumsum(change)[:length]


def _joined(parts: list[_Part], slots: Slots, limits: _Limits) -> list[_Part]:
    """Parts that were cut from each other for the sake of somebody else, together again."""
    parts.sort(key=lambda part: (part.start, part.end))
    kept = dict(enumerate(parts))
    moved = list(range(len(parts)))

    def now(number: int) -> int:
        while moved[number] != number:
            number = moved[number]
        return number

    by_tube: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        for tube in part.tubes.tolist():
            by_tube.setdefault(tube, []).append(number)
    for tube in sorted(by_tube):
        for before, after in pairwise(by_tube[tube]):
            one, other = now(before), now(after)
            both = None if one == other else _both(kept[one], kept[other], slots, limits)
            if both is not None:
                kept[one], moved[other] = both, one
                del kept[other]
    return list(kept.values())


def _both(one: _Part, other: _Part, slots: Slots, limits: _Limits) -> _Part | None:
    """Both as one part; None where that took frames from a third, or would be too long."""
    if one.end > other.start:
        return None
    mine, theirs = set(one.tubes.tolist()), set(other.tubes.tolist())
    if any(slots.last[tube] >= one.end for tube in mine - theirs):
        return None
    if any(slots.first[tube] < other.start for tube in theirs - mine):
        return None
    both = _Part(np.array(sorted(mine | theirs), np.int64), one.start, other.end)
    if float(_paces(slots, both, limits).sum()) > limits.of(len(both.tubes)):
        return None
    return both


def _unit(tubes: Sequence[TubeFrames], part: _Part, paces: NDArray[np.float64]) -> Unit | None:
    """The part in nanoseconds; None where a low frame rate left no frame in it."""
    begins, ends = part.start * SLOT_NS, part.end * SLOT_NS
    first, last = ends, begins
    inside = []
    for number in part.tubes.tolist():
        times = tubes[number].time_ns
        low, high = np.searchsorted(times, (begins, ends)).tolist()
        if low == high:
            continue
        inside.append(number)
        first, last = min(first, int(times[low])), max(last, int(times[high - 1]))
    if not inside:
        return None
    if first == last:
        last = max(first + 1, min(first + _ONE_FRAME_NS, ends - 1))
    if bool((paces == 1).all()):
        return Unit(tuple(inside), np.array(((first, 0), (last, last - first)), np.int64))
    changes = np.flatnonzero(np.diff(paces)) + 1
    at = part.start * SLOT_NS + changes * SLOT_NS
    stage = np.unique(np.concatenate(([first], at[(at > first) & (at < last)], [last])))
    slot = np.clip((stage[:-1] - begins) // SLOT_NS, 0, len(paces) - 1)
    shown = np.maximum(np.rint(np.diff(stage) * paces[slot]).astype(np.int64), 1)
    knots = np.column_stack((stage, np.concatenate(([0], np.cumsum(shown)))))
    return Unit(tuple(inside), knots.astype(np.int64))
