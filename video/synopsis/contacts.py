"""Which tubes touch when, in slots of stage time: the ground units are made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.types import TubeFrames

SLOT_NS: Final = 200_000_000
# Boxes of a tracker flicker: two who touch, part for under a second and touch again did not part.
_BRIDGE: Final = 5
_STILL_REACH: Final = 5
# Of the size of the box: what a standing person sways and a tracker's box trembles in two seconds.
_STILL: Final = 0.12
_NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Slots:
    """Tubes by slot. `first`, `last (t,)` slot of each tube, `last` included.

    `still[i]` says of each slot of tube i whether it stands still there. `one`, `other`, `start`,
    `end (c,)`: tubes `one < other` touch from slot `start` until `end` (not included).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    still: tuple[NDArray[np.bool_], ...]
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def slots_of(tubes: Sequence[TubeFrames]) -> Slots:
    """Where tubes are, stand still and touch."""
    firsts, lasts, stills, boxes, owners, slots = [], [], [], [], [], []
    for number, tube in enumerate(tubes):
        first, last = int(tube.time_ns[0]) // SLOT_NS, int(tube.time_ns[-1]) // SLOT_NS
        wanted = np.arange(first, last + 1, dtype=np.int64)
        at = nearest(tube.time_ns, wanted * SLOT_NS + SLOT_NS // 2)
        there = tube.boxes[at].astype(np.int32)
        firsts.append(first)
        lasts.append(last)
        stills.append(_still(there))
        boxes.append(there)
        slots.append(wanted)
        owners.append(np.full(len(wanted), number, np.int64))
    if not boxes:
        return Slots(_NONE, _NONE, (), _NONE, _NONE, _NONE, _NONE)
    one, other, when = _touches(
        np.concatenate(slots), np.concatenate(owners), np.concatenate(boxes)
    )
    return Slots(
        np.array(firsts, np.int64),
        np.array(lasts, np.int64),
        tuple(stills),
        *_stretches(one, other, when),
    )


def nearest(times: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the time nearest to each wanted one; `times` increase, n ≥ 1."""
    right = np.minimum(np.searchsorted(times, wanted), len(times) - 1)
    left = np.maximum(right - 1, 0)
    closer = np.abs(times[left] - wanted) <= np.abs(times[right] - wanted)
    return np.where(closer, left, right)


def pairs_in_groups(
    groups: NDArray[np.int64],
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Indices of all pairs that share a group, in portions no longer than `groups (n,)`, sorted."""
    step = 1
    here = np.arange(len(groups) - 1, dtype=np.int64)
    # Whoever has nobody of the group `step` further on has nobody beyond either.
    while len(here := here[groups[here] == groups[here + step]]):
        yield here, here + step
        step += 1
        here = here[here + step < len(groups)]


def _still(boxes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether the box is where it was a second before and will be a second later."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    size = np.sqrt(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 1), axis=1))
    at = np.arange(len(centre))
    before, after = np.maximum(at - _STILL_REACH, 0), np.minimum(at + _STILL_REACH, len(at) - 1)
    moved = np.hypot(*(centre[after] - centre[before]).T)
    return np.asarray(moved < _STILL * size)


def _touches(
    slots: NDArray[np.int64], owners: NDArray[np.int64], boxes: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((owners, slots))
    slots, owners, boxes = slots[order], owners[order], boxes[order]
    ones, others, when = [_NONE], [_NONE], [_NONE]
    for one, other in pairs_in_groups(slots):
        low = np.maximum(boxes[one, :2], boxes[other, :2])
        high = np.minimum(boxes[one, 2:], boxes[other, 2:])
        touch = (low < high).all(axis=1)
        ones.append(owners[one[touch]])
        others.append(owners[other[touch]])
        when.append(slots[one[touch]])
    return np.concatenate(ones), np.concatenate(others), np.concatenate(when)


def _stretches(
    one: NDArray[np.int64], other: NDArray[np.int64], when: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    order = np.lexsort((when, other, one))
    one, other, when = one[order], other[order], when[order]
    fresh = np.ones(len(one), np.bool_)
    fresh[1:] = (np.diff(one) != 0) | (np.diff(other) != 0) | (np.diff(when) > _BRIDGE)
    begins = np.flatnonzero(fresh)
    ends = np.append(begins[1:], len(one))[: len(begins)] - 1
    return one[begins], other[begins], when[begins], when[ends] + 1
