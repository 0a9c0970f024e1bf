"""Which tubes touch when, in slots of stage time: the ground units are made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.reel import Reel, counted
from video.synopsis.types import TubeFrames

SLOT_NS: Final = 200_000_000
# Boxes of a tracker flicker: two who touch, part for under a second and touch again did not part.
_BRIDGE: Final = 5
_STILL_REACH: Final = 5
# Of the size of the box: what a standing person sways and a tracker's box trembles in two seconds.
_STILL: Final = 0.12
# Tubes laid end to end at a time: what bounds memory.
_BLOCK: Final = 2000
_NONE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Slots:
    """Tubes by slot. `first`, `last (t,)` slot of each tube, `last` included.

    `still[i]` says of each slot of tube i whether it stands still there, `stands (t,)` in how many
    it does. `one`, `other`, `start`,
    `end (c,)`: tubes `one < other` touch from slot `start` until `end` (not included).
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    still: tuple[NDArray[np.bool_], ...]
    stands: NDArray[np.int64]
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def slots_of(tubes: Sequence[TubeFrames]) -> Slots:
    """Where tubes are, stand still and touch."""
    if not tubes:
        return Slots(_NONE, _NONE, (), _NONE, _NONE, _NONE, _NONE, _NONE)
    firsts, lasts, stills, stands, boxes, owners, slots = [], [], [], [], [], [], []
    for begin in range(0, len(tubes), _BLOCK):
        reel = Reel.of(tubes[begin : begin + _BLOCK])
        first, last = reel.from_ns // SLOT_NS, reel.to_ns // SLOT_NS
        owner, inside = counted(last - first + 1)
        slot = first[owner] + inside
        there = reel.boxes[reel.nearest(owner, slot * SLOT_NS + SLOT_NS // 2)]
        still = _still(there, inside, (last - first)[owner])
        firsts.append(first)
        lasts.append(last)
        stills += np.split(still, np.cumsum(last - first + 1)[:-1])
        stands.append(np.bincount(owner[still], minlength=len(first)))
        boxes.append(there)
        slots.append(slot)
        owners.append(owner + begin)
    one, other, when = _touches(
        np.concatenate(slots), np.concatenate(owners), np.concatenate(boxes)
    )
    return Slots(
        np.concatenate(firsts),
        np.concatenate(lasts),
        tuple(stills),
        np.concatenate(stands),
        *_stretches(one, other, when),
    )


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


def _still(
    boxes: NDArray[np.int32], inside: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the box is where it was a second before and will be a second later; `inside` is the
    place of each row among the `last + 1` of its tube."""
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2
    size = np.sqrt(np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 1), axis=1))
    at = np.arange(len(centre))
    before = at - np.minimum(inside, _STILL_REACH)
    after = at + np.minimum(last - inside, _STILL_REACH)
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
