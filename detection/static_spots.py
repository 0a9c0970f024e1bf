"""What never moves: finds the places where a fixed camera's detector sees the same thing again and
again, from the detections of a whole recording. Pure functions over arrays.

A thing is learned only where all of this holds, each against one way of hiding a real person:

* the recording was looked at for a minute and in sixty pictures;
* it is seen in nine of ten of them, and in half of those of every tenth of the recording: who
  comes or goes is not always there;
* its box stays where it is: the middle 90 % of each edge within 0.15 of its height, the medians
  of the tenths within 0.1. A person who stands moves head, arms and weight within a minute;
* it does not fill the picture: somebody close to the camera does.

Still people can be as still as a post for ten seconds (docs/measured.md), so standing still alone
never counts; and somebody asleep is as still as a post for hours, so a thing is hidden without
asking only where the detector itself doubts it (`is_doubted`): it is less sure of it than of nine
in ten of those who walk through the same pictures. Rule and bounds are our own, measured in
docs/measured.md.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.association import overlaps
from video.clock import NS_PER_S

Ints = NDArray[np.int64]
Boxes = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in source pixels."""

_LEAST_S: Final = 60
_LEAST_LOOKS: Final = 60
_LONGEST_STEP_S: Final = 1.0
"""A longer pause counts as this much looking: where the motion gate paused, nobody looked."""
_SEEN: Final = 0.9
_SEEN_IN_PART: Final = 0.5
_PARTS: Final = 10
_SPREAD: Final = 0.15
_DRIFT: Final = 0.1
_MOST_OF_PICTURE: Final = 0.25
_SAME_PLACE: Final = 0.5
_IN_SPOT: Final = 0.6
_TRACK_SHARE: Final = 0.9
_ABOVE_TOP: Final = 0.05
_SEEN_AGAIN: Final = 0.5
_WALKERS: Final = 5
_SURER: Final = 0.9
_SAMPLED: Final = 64
_SEED_EVERY: Final = 8
_SEEN_IN_SAMPLE: Final = 0.8


@dataclass(frozen=True, slots=True)
class StillThing:
    """Something that never moves: its median box, in how many of `looked` pictures it was `seen`,
    the median of its scores, and the score that 95 % of them stay below."""

    box: Box
    seen: int
    looked: int
    score: float
    top_score: float


def is_long_enough(times_ns: Ints) -> bool:
    """Whether pictures looked at, at these media times `(n,)`, are enough to learn from."""
    steps = np.minimum(np.diff(times_ns), int(_LONGEST_STEP_S * NS_PER_S))
    return len(times_ns) >= _LEAST_LOOKS and int(steps.sum()) >= _LEAST_S * NS_PER_S


def sample(looked: int) -> Ints:
    """Which of so many pictures are enough for a first glance, `(m,)` positions in order."""
    return np.unique(np.linspace(0, looked - 1, min(looked, _SAMPLED)).astype(np.int64))


def first_glance(look: Ints, boxes: Boxes, looked: int) -> Boxes:
    """Places `(m, 4)` that may hold something still, from the detections of one class in a sample.

    `look (n,)` says in which of the `looked` sampled pictures each of `boxes (n, 4)` was seen.
    """
    places: list[Boxes] = []
    left = np.isin(look, np.arange(0, looked, _SEED_EVERY))
    for seed in np.flatnonzero(left):
        if not left[seed]:
            continue
        near = _near(boxes, boxes[seed])
        if len(np.unique(look[near])) < _SEEN_IN_SAMPLE * looked:
            continue
        place = np.median(boxes[near], axis=0).astype(np.float32)
        left &= ~_near(boxes, place)
        left[seed] = False
        places.append(place)
    return np.array(places, np.float32).reshape(-1, 4)


def judge(
    place: Boxes,
    look: Ints,
    boxes: Boxes,
    scores: NDArray[np.float32],
    *,
    looked: int,
    picture: tuple[int, int],
) -> StillThing | None:
    """Whether something still is at `place (4,)`, from all detections of its class about there.

    `look (n,)` counts the analysed pictures from 0 to `looked` − 1; `picture` is width and height.
    """
    for _ in range(2):
        kept = _one_a_look(look, boxes, place)
        if len(kept) < _SEEN * looked:
            return None
        place = np.median(boxes[kept], axis=0).astype(np.float32)
    kept = _one_a_look(look, boxes, place)
    part = look[kept] * _PARTS // looked
    whole = np.bincount(np.arange(looked) * _PARTS // looked, minlength=_PARTS)
    mine = np.bincount(part, minlength=_PARTS)
    width, height = place[2] - place[0], place[3] - place[1]
    if (
        len(kept) < _SEEN * looked
        or (mine < _SEEN_IN_PART * whole).any()
        or width * height > _MOST_OF_PICTURE * picture[0] * picture[1]
    ):
        return None
    low, high = np.quantile(boxes[kept], (0.05, 0.95), axis=0)
    medians = np.array([np.median(boxes[kept[part == one]], axis=0) for one in range(_PARTS)])
    if (high - low).max() > _SPREAD * height or np.ptp(medians, axis=0).max() > _DRIFT * height:
        return None
    score, top = np.quantile(scores[kept], (0.5, 0.95)).tolist()
    left, upper, right, lower = place.tolist()
    return StillThing((left, upper, right, lower), len(kept), looked, score, top)


def distinct(things: list[StillThing]) -> list[StillThing]:
    """Without those that lie where a thing seen more often lies; most often seen first."""
    kept: list[StillThing] = []
    for thing in sorted(things, key=lambda one: (-one.seen, one.box)):
        if not any(is_same_place(thing.box, other.box) for other in kept):
            kept.append(thing)
    return kept


def is_same_place(first: Box, second: Box) -> bool:
    """Whether two boxes mean the same thing."""
    return bool(_near(np.array([first], np.float32), np.array(second, np.float32))[0])


def is_doubted(thing: StillThing, walkers: NDArray[np.float32]) -> bool:
    """Whether the detector tells a thing from the living: `walkers (n,)` are the mean scores of
    tracks of its class that moved. With fewer than five of them there is nothing to compare."""
    if len(walkers) < _WALKERS:
        return False
    return bool(thing.score < np.quantile(walkers, 1 - _SURER))


def times_seen(box: Box, look: Ints, boxes: Boxes) -> int:
    """In how many pictures something of the same class lies at `box`."""
    return len(np.unique(look[_near(boxes, np.array(box, np.float32))]))


def is_there_again(seen: int, looked: int) -> bool:
    """Whether a thing known from another recording is in this one too."""
    return looked > 0 and seen >= _SEEN_AGAIN * looked


def tracks_in(
    box: Box,
    top_score: float,
    *,
    points: tuple[Ints, Boxes],
    tracks: tuple[Ints, Ints, NDArray[np.float32]],
) -> Ints:
    """The tracks that are nothing but the thing at `box`, by id.

    `points` are track ids `(n,)` and boxes `(n, 4)` about there; `tracks` are ids `(m,)` in order,
    how many points each has in all, and its mean score. Nine of ten points of such a track lie in
    the box, and the detector is no surer of it than it was of the thing (0.05 aside, because it
    takes a sure moment to start a track): somebody who stops just there is seen better.
    """
    ids, counts, scores = tracks
    track_id, boxes = points
    inside = _overlap(boxes, np.array(box, np.float32)) >= _IN_SPOT
    found = np.searchsorted(ids, track_id[inside])
    share = np.bincount(found, minlength=len(ids)) / np.maximum(counts, 1)
    return ids[(share >= _TRACK_SHARE) & (scores <= top_score + _ABOVE_TOP)]


def _one_a_look(look: Ints, boxes: Boxes, place: Boxes) -> NDArray[np.intp]:
    """Of each picture the box nearest to the place, where one is near: positions by picture."""
    shared = _overlap(boxes, place)
    # Of equal ones the leftmost, so that the order of rows does not matter.
    order = np.lexsort((*boxes.T[::-1], -shared, look))
    order = order[shared[order] >= _SAME_PLACE]
    _, first = np.unique(look[order], return_index=True)
    return order[first]


def _near(boxes: Boxes, place: Boxes) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = _overlap(boxes, place) >= _SAME_PLACE
    return near


def _overlap(boxes: Boxes, place: Boxes) -> NDArray[np.float64]:
    return overlaps(boxes.astype(np.float64), place.astype(np.float64)[None])[:, 0]
