"""Where camera symbols go at one scale, so that none covers another.

Cameras that stand too close are spread around their common middle; where there are too many for
that, one disc with their number stands for them. Worked out on the sheet (see `label_room`), so
moving the map changes nothing.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from mapview.label_room import Box, Room
from mapview.layers import CameraMark

SYMBOL_PX: Final = 22.0
CLUSTER_PX: Final = 32.0
FORMER_PX: Final = 12.0
_PITCH: Final = 30.0
"""Least distance of the middles of two symbols."""
_MOST_SPREAD: Final = 6
"""More than so many in one place become a number."""
_GAP: Final = 5.0
_EDGE_SHARE: Final = 0.12
_QUIET_M_PER_PX: Final = 2.5
"""Farther out than this only cameras with footage carry their name."""

Measure = Callable[[str], tuple[float, float]]
"""Width and height of a name in pixels."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One symbol, or one disc for several; positions in sheet pixels."""

    members: tuple[int, ...]
    """Places in the list of marks."""
    x: float
    y: float
    label: Box | None = None
    """Where the name is written; only single cameras have one."""

    @property
    def is_cluster(self) -> bool:
        """Whether it stands for several cameras."""
        return len(self.members) > 1

    @property
    def box(self) -> Box:
        """What the symbol covers."""
        size = CLUSTER_PX if self.is_cluster else SYMBOL_PX
        return Box(self.x - size / 2, self.y - size / 2, size, size)


@dataclass(frozen=True, slots=True)
class Layout:
    """All spots of one scale."""

    scale: float
    spots: tuple[Spot, ...] = ()
    former: tuple[Box, ...] = ()
    """Rings where cameras stood before."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """What symbols and their names cover: names of streets keep away from it."""
        labels = [spot.label for spot in self.spots if spot.label is not None]
        symbols = [spot.box for spot in self.spots]
        return tuple(box.grown(2) for box in (*symbols, *labels, *self.former))


def lay_out(
    marks: Sequence[CameraMark], scale: float, *, ground_m_per_px: float, measure: Measure
) -> Layout:
    """Spots for the present places of the cameras at `scale` world metres per pixel."""
    present = [index for index, mark in enumerate(marks) if not mark.former]
    sheet = np.array([(marks[i].x, -marks[i].y) for i in present], np.float64).reshape(-1, 2)
    spots = [
        Spot(tuple(present[member] for member in sorted(members)), x, y)
        for members, x, y in place_symbols(sheet / scale)
    ]
    quiet = ground_m_per_px > _QUIET_M_PER_PX
    former = tuple(
        Box(mark.x / scale - FORMER_PX / 2, -mark.y / scale - FORMER_PX / 2, FORMER_PX, FORMER_PX)
        for mark in marks
        if mark.former
    )
    return Layout(scale, tuple(_named(spots, marks, measure, quiet=quiet)), former)


def place_symbols(at: NDArray[np.float64]) -> list[tuple[tuple[int, ...], float, float]]:
    """Members and middle of each symbol for cameras at `(n, 2)` pixels; none covers another."""
    placed: list[tuple[tuple[int, ...], float, float]] = []
    for members in _groups(at):
        middle = at[members].mean(axis=0)
        if len(members) == 1 or len(members) > _MOST_SPREAD:
            placed.append((tuple(members), float(middle[0]), float(middle[1])))
        else:
            placed += _spread(members, at, middle)
    return placed


def _groups(at: NDArray[np.float64]) -> list[list[int]]:
    """Merges the closest that would cover each other until none does."""
    groups = [[index] for index in range(len(at))]
    middles, radii = at.astype(np.float64), np.full(len(at), _RADII[1])
    while len(groups) > 1:
        pairs = _covering(middles, radii)
        if not len(pairs):
            break
        # One merge a group and round: chains along a street do not swallow the whole town.
        stays = np.ones(len(groups), np.bool_)
        merged: list[list[int]] = []
        for one, other in pairs.tolist():
            if stays[one] and stays[other]:
                stays[[one, other]] = False
                merged.append([*groups[one], *groups[other]])
        groups = [*(groups[index] for index in np.flatnonzero(stays)), *merged]
        middles = np.vstack((middles[stays], [at[members].mean(axis=0) for members in merged]))
        radii = np.append(radii[stays], [_radius(len(members)) for members in merged])
    return groups


def _covering(middles: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.intp]:
    """Pairs of groups that cover each other, closest first."""
    reach = 2 * float(radii.max())
    pairs: NDArray[np.intp] = KDTree(middles).query_pairs(reach, output_type="ndarray")
    if not len(pairs):
        return pairs
    apart = np.hypot(*(middles[pairs[:, 0]] - middles[pairs[:, 1]]).T)
    # A hair of slack: two spread groups may touch exactly.
    close = apart < radii[pairs].sum(axis=1) - 1e-6
    pairs = pairs[close]
    # Ties go by number, so that the same cameras always give the same picture.
    order = np.lexsort((pairs[:, 1], pairs[:, 0], apart[close]))
    return np.asarray(pairs[order])


def _radius(members: int) -> float:
    return _RADII[min(members, _MOST_SPREAD + 1)]


def _ring(members: int) -> float:
    """Radius of the ring on which so many symbols stand side by side."""
    return 0.0 if members == 1 else _PITCH / 2 / math.sin(math.pi / members)


_RADII: Final = [0.0, *(_ring(m) + _PITCH / 2 for m in range(1, _MOST_SPREAD + 1)), CLUSTER_PX / 2]
"""Room that a group of so many needs around its middle."""


def _spread(
    members: list[int], at: NDArray[np.float64], middle: NDArray[np.float64]
) -> list[tuple[tuple[int, ...], float, float]]:
    count = len(members)
    offsets = at[members] - middle
    angles = np.arctan2(offsets[:, 1], offsets[:, 0])
    order = sorted(range(count), key=lambda i: (float(angles[i]), members[i]))
    ideal = 2 * math.pi * np.arange(count) / count
    # The turn of the ring that brings each symbol nearest to its own side.
    phase = float(np.angle(np.exp(1j * (angles[order] - ideal)).sum()))
    return [
        (
            (members[which],),
            float(middle[0] + _ring(count) * math.cos(phase + ideal[place])),
            float(middle[1] + _ring(count) * math.sin(phase + ideal[place])),
        )
        for place, which in enumerate(order)
    ]


def _named(
    spots: list[Spot], marks: Sequence[CameraMark], measure: Measure, *, quiet: bool
) -> list[Spot]:
    room = Room(spot.box for spot in spots)
    named = list(spots)
    # The outermost are written towards the middle: where all is shown, none is cut off.
    low, high = min((spot.x for spot in spots), default=0), max((s.x for s in spots), default=0)
    west, east = low + _EDGE_SHARE * (high - low), high - _EDGE_SHARE * (high - low)
    order = sorted(range(len(spots)), key=lambda i: not marks[spots[i].members[0]].has_footage)
    for index in order:
        spot = spots[index]
        mark = marks[spot.members[0]]
        if spot.is_cluster or not mark.name or (quiet and not mark.has_footage):
            continue
        width, height = measure(mark.name)
        places = label_places(spot, width, height)
        if spot.x > east:
            places = [places[1], places[0], *places[2:]]
        elif spot.x < west:
            places = [places[0], *places[2:]]
        box = next((place for place in places if room.is_free(place)), None)
        if box is not None:
            room.take(box)
            named[index] = Spot(spot.members, spot.x, spot.y, box)
    return named


def label_places(spot: Spot, width: float, height: float) -> list[Box]:
    """Right, left, below and above of a symbol."""
    out = (CLUSTER_PX if spot.is_cluster else SYMBOL_PX) / 2 + _GAP
    return [
        Box(spot.x + out, spot.y - height / 2, width, height),
        Box(spot.x - out - width, spot.y - height / 2, width, height),
        Box(spot.x - width / 2, spot.y + out, width, height),
        Box(spot.x - width / 2, spot.y - out - height, width, height),
    ]
