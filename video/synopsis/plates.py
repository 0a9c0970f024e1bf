"""Empty pictures: what a camera sees without the things that move, following the time of day.

A plate is the middle of what a pixel showed over some minutes while nothing tracked stood in front
of it (temporal median background: R. Cutler, L. Davis, "View-based detection and analysis of
periodic motion", ICPR 1998). What was never free is taken from the plates before and after, so that
a car that is parked for hours and then leaves is in none of them. A car nobody tracked while it
stood is told by its outline: the picture that has an edge there is the one with the car in it
(J. C. SanMiguel, J. M. Martínez, "Robust Unattended and Stolen Object Detection by Fusing Simple
Algorithms", AVSS 2008).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from video.synopsis.leftovers import settle
from video.synopsis.made import MadePlate as MadePlate
from video.synopsis.made import Patch, patched
from video.types import Pixels, TimeNs

_KEPT: Final = 28
"""Frames held of one stretch."""
_MOST_PLATES: Final = 48
_FEWEST: Final = 5
"""A stretch with fewer frames adds no plate of its own, unless it is the only one."""
_FREE: Final = 3
"""In how many frames a pixel must be free of tracked things to be believed."""
_BAND: Final = 48
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Seen:
    time_ns: TimeNs
    picture: Pixels
    boxes: NDArray[np.float32]


@dataclass(slots=True)
class _Stretch:
    """Frames of some minutes, evenly thinned out as more come."""

    seen: list[_Seen] = field(default_factory=list)
    every: int = 1
    skipped: int = 0

    def add(self, one: _Seen) -> None:
        self.skipped += 1
        if self.skipped < self.every:
            return
        self.skipped = 0
        self.seen.append(one)
        if len(self.seen) > _KEPT:
            del self.seen[1::2]
            self.every *= 2


class PlateMaker:
    """Collects frames of ONE view and makes its plates.

    Frames may come at any rate (one every 2 to 10 seconds of media time does; more are thinned
    out), in order of time. Memory is bounded whatever the length: 28 frames, and at most 48 plates
    (they lie further apart when the view lasts longer).
    """

    def __init__(self, size: tuple[int, int], every_s: float = 300.0) -> None:
        """`size` is width and height of the pictures; two plates each `every_s` of media time."""
        self._size = size
        self._every_ns = int(every_s * _NS)
        self._stretch = _Stretch()
        self._made: list[MadePlate] = []
        self._boxes: list[NDArray[np.float32]] = []

    def add(self, time_ns: TimeNs, picture: Pixels, boxes: NDArray[np.float32]) -> None:
        """A frame, and the boxes `(n, 4)` xyxy in its pixels of everything tracked at its time."""
        width, height = self._size
        if picture.shape != (height, width, 3):
            raise ValueError(f"a picture of {width} x {height} is needed, not {picture.shape}")
        if self._stretch.seen and time_ns - self._stretch.seen[0].time_ns >= self._every_ns:
            self._made += _halves(self._stretch.seen)
            self._stretch = _Stretch()
            if len(self._made) > _MOST_PLATES:
                del self._made[1::2]
                self._every_ns *= 2
        self._stretch.add(_Seen(time_ns, picture, np.array(boxes, np.float32).reshape(-1, 4)))

    def plates(self) -> tuple[MadePlate, ...]:
        """The plates in order of time, the first from the first frame on; empty without frames."""
        made = list(self._made)
        if self._stretch.seen and (len(self._stretch.seen) >= _FEWEST or not made):
            made += _halves(self._stretch.seen)
        return settle(_filled(made))


def _halves(seen: list[_Seen]) -> list[MadePlate]:
    """A plate of each half: where they differ, something came or left."""
    if len(seen) < 2 * _FEWEST:
        return [_plate(seen)]
    middle = len(seen) // 2
    return [_plate(seen[:middle]), _plate(seen[middle:])]


def _plate(seen: list[_Seen]) -> MadePlate:
    height, width = seen[0].picture.shape[:2]
    free = [_free(one.boxes, width, height) for one in seen]
    pictures = _in_one_light([one.picture for one in seen], free)
    enough = min(_FREE, len(seen))
    plate = np.empty((height, width, 3), np.uint8)
    spread = np.empty((height, width), np.float32)
    unsure = np.empty((height, width), np.bool_)
    for top in range(0, height, _BAND):
        rows = slice(top, min(top + _BAND, height))
        shown = np.stack([one[rows] for one in free])
        middle, spread[rows] = _middle([one[rows] for one in pictures], shown)
        unsure[rows] = holes = shown.sum(axis=0) < enough
        if holes.any():
            every = np.stack([one[rows][holes] for one in pictures])
            middle[holes] = np.median(every, axis=0).astype(np.uint8)
        plate[rows] = middle
    grid = (max(1, width // 4), max(1, height // 4))
    noise = np.asarray(cv2.resize(spread, grid, interpolation=cv2.INTER_AREA), np.float32)
    boxes = np.unique(np.concatenate([one.boxes for one in seen]).round(), axis=0)
    return MadePlate(seen[0].time_ns, plate, np.maximum(noise, 1), unsure, boxes)


def _in_one_light(pictures: list[Pixels], free: list[NDArray[np.bool_]]) -> list[Pixels]:
    """The pictures as bright as they are on average: a camera that sees a white van pass darkens
    the street, and only the street beside the van is seen then."""
    step = max(1, int((pictures[0].shape[0] * pictures[0].shape[1] / 6000) ** 0.5))
    small = [picture[::step, ::step].mean(axis=2) + 4 for picture in pictures]
    usual = np.median(np.stack(small), axis=0)
    lit = []
    for picture, here, there in zip(pictures, small, free, strict=True):
        seen = there[::step, ::step]
        if np.count_nonzero(seen) < 100:
            lit.append(picture)
            continue
        gain = float(np.clip(np.median(usual[seen] / here[seen]), 0.6, 1.7))
        scaled = cv2.convertScaleAbs(picture, alpha=gain, beta=4 * (gain - 1))
        lit.append(picture if abs(gain - 1) < 0.01 else np.asarray(scaled, np.uint8))
    return lit


def _free(boxes: NDArray[np.float32], width: int, height: int) -> NDArray[np.bool_]:
    """Where no tracked thing is, `(h, w)`; boxes are taken a little larger than they are."""
    free = np.ones((height, width), np.bool_)
    for left, top, right, bottom in boxes.tolist():
        wide, high = 2 + 0.1 * (right - left), 2 + 0.06 * (bottom - top)
        free[
            max(0, int(top - high)) : max(0, int(bottom + high + 1)),
            max(0, int(left - wide)) : max(0, int(right + wide + 1)),
        ] = False
    return free


def _middle(pictures: list[Pixels], free: NDArray[np.bool_]) -> tuple[Pixels, NDArray[np.float32]]:
    """The mean of the middle half of the free values, and how far they spread (in deviations)."""
    count = len(pictures)
    # Hidden values go to the end of the order; how many are left says where the middle is.
    ranks: list[Pixels] = [
        np.where(one[..., None], picture, np.uint8(255))
        for picture, one in zip(pictures, free, strict=True)
    ]
    spare = np.empty_like(ranks[0])
    for low, high in _network(count):
        np.minimum(ranks[low], ranks[high], out=spare)
        np.maximum(ranks[low], ranks[high], out=ranks[high])
        ranks[low], spare = spare, ranks[low]
    left = free.sum(axis=0)
    weights, quarters = _weights(count)
    total = np.zeros(ranks[0].shape, np.float32)
    spread = np.zeros(left.shape, np.float32)
    for rank, values in enumerate(ranks):
        total += weights[left, rank][..., None] * values
        spread += quarters[left, rank] * values[..., 1]
    return np.rint(total).astype(np.uint8), np.asarray(spread / 1.35, np.float32)


@cache
def _weights(count: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """By how many of `count` values are free, the weight of each rank: in the mean of the middle
    half, and in the distance of the quartiles."""
    weights = np.zeros((count + 1, count), np.float32)
    quarters = np.zeros((count + 1, count), np.float32)
    for free in range(1, count + 1):
        low, high = free // 4, free - free // 4
        weights[free, low:high] = 1 / (high - low)
        if free >= 4:
            quarters[free, low] -= 1
            quarters[free, high - 1] += 1
    return weights, quarters


@cache
def _network(count: int) -> tuple[tuple[int, int], ...]:
    """Which ranks to compare so that `count` values end in order (K. E. Batcher, "Sorting networks
    and their applications", 1968; Knuth, TAOCP 3, 5.2.2 M): whole pictures are sorted at once."""
    return tuple(_merge_exchange(count))


def _merge_exchange(count: int) -> Iterator[tuple[int, int]]:
    if count < 2:
        return
    top = 1 << ((count - 1).bit_length() - 1)
    p = top
    while p:
        q, r, d = top, 0, p
        while True:
            yield from ((at, at + d) for at in range(count - d) if at & p == r)
            if q == p:
                break
            d, q, r = q - p, q // 2, p
        p //= 2


def _filled(made: list[MadePlate]) -> list[MadePlate]:
    """What was covered throughout one plate is taken from the nearest plate where it was free."""
    filled = list(made)
    for at in range(len(made)):
        for other in sorted(range(len(made)), key=lambda one: (abs(one - at), one)):
            still = filled[at].unsure
            if other == at or not still.any():
                continue
            known = still & ~made[other].unsure
            if known.any():
                filled[at] = patched(filled[at], Patch(known, made[other]))
    return filled
