"""Units placed on the grid of a stretch of show time: what each costs where, put and lifted.

Costs are shares: a unit that hides all of one object costs 1. An overlap of two objects is
counted half for each, as either may be in front; times are slots.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from numpy.typing import NDArray

from video.synopsis.measure import MEASURE_NS, hidden_shares
from video.synopsis.occupancy import Seen, cell_share, footprints, grid_of, seen_at
from video.synopsis.stage_units import StageUnits
from video.synopsis.types import Schedule

# From so many units on, slots are twice as long: half the moments, four times as fast.
_FINE_UNITS: Final = 400
_BLOCK: Final = 200_000
# What a question costs however small, in products.
_ASKING: Final = 800_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Units of one or several stages, in recorded order, that share a stretch of show time."""

    stages: tuple[StageUnits, ...]
    """With those units only."""
    places: tuple[NDArray[np.int64], ...]
    """Of each stage, where its units are in the columns below."""
    slot_ns: int
    columns: tuple[NDArray[np.int64], ...]
    stamps: tuple[NDArray[np.float32], ...]
    """`(slots, 2 × columns)`: what is taken of each cell, and the same weighed."""
    objects: tuple[NDArray[np.int64], ...]
    cells: int
    share: float
    """What one in a product of stamps costs."""
    earlier: tuple[tuple[int, ...], ...]
    later: tuple[tuple[int, ...], ...]
    """Units that show the next earlier and later piece of an object of this one."""
    progress: NDArray[np.float64]
    """How far along the recorded activity each is, 0..1."""
    budget: float
    """What all together may cost."""
    parts: NDArray[np.float64]
    """How many objects each is: pieces of an object count in part."""

    def __len__(self) -> int:
        return len(self.objects)

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.array([len(objects) for objects in self.objects], np.int64)

    def schedules(self, starts: NDArray[np.int64]) -> tuple[Schedule, ...]:
        """Of each stage, as long as the last of them."""
        made = []
        for stage, places in zip(self.stages, self.places, strict=True):
            own = starts[places] * self.slot_ns
            ends = own + np.array([unit.length_ns for unit in stage.units], np.int64)
            made.append((own, int(ends.max()) if len(ends) else 0))
        length_ns = max((end for _, end in made), default=0)
        return tuple(Schedule(own, length_ns) for own, _ in made)

    def hidden(self, starts: NDArray[np.int64]) -> float:
        """What is hidden, of all objects together, measured from boxes."""
        schedules = self.schedules(starts)
        return float(
            sum(
                hidden_shares(stage, schedule).sum()
                for stage, schedule in zip(self.stages, schedules, strict=True)
            )
        )


def crowd_of(stages: Sequence[StageUnits], cover: float, *, fresh: int | None = None) -> Crowd:
    """The units of the stages on one grid; each stage has cells of its own.

    `fresh`: how many objects the budget is counted for; None: all of them.
    """
    count = sum(len(stage.units) for stage in stages)
    slot_ns = slot_of(count)
    seens = [seen_at(stage.tubes, stage.units, slot_ns) for stage in stages]
    weights = [_weights(seen) for seen in seens]
    every = np.concatenate([weight for weight, _ in weights]) if weights else np.zeros(0)
    usual = float(np.median(every)) if len(every) else 1.0
    grids = [grid_of(seen, stage.size) for seen, stage in zip(seens, stages, strict=True)]
    offsets = np.cumsum([0] + [grid[0] * grid[1] for grid in grids])
    # One scale for all stages: cells of another size count by their pixels.
    scales = [cell_share(stage.size, grid) for stage, grid in zip(stages, grids, strict=True)]
    share = max(scales, default=1.0)
    rows: list[tuple[int, int, NDArray[np.int64], NDArray[np.float32], NDArray[np.int64], float]]
    rows = []
    for which, (stage, seen) in enumerate(zip(stages, seens, strict=True)):
        marks = footprints(
            seen,
            len(stage.units),
            size=stage.size,
            grid=grids[which],
            weights=weights[which][0] / usual * (scales[which] / share),
            offset=int(offsets[which]),
        )
        for number, (unit, mark) in enumerate(zip(stage.units, marks, strict=True)):
            stamp = np.concatenate((mark.taken, mark.weighed), axis=1)
            since = unit.from_ns - stage.begins_ns
            part = float(weights[which][1][number])
            rows.append((since, which, mark.columns, stamp, mark.objects, part))
    order = sorted(range(len(rows)), key=lambda at: (rows[at][0], at))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    bounds = np.cumsum([0] + [len(stage.units) for stage in stages])
    places = tuple(place[bounds[at] : bounds[at + 1]] for at in range(len(stages)))
    earlier, later = _chains(stages, places, len(rows))
    amounts = np.array([float(rows[at][4].sum()) for at in order])
    total = float(amounts.sum()) or 1.0
    known = sum(len(np.unique(seen.tube)) for seen in seens) if fresh is None else fresh
    return Crowd(
        tuple(stages),
        places,
        slot_ns,
        tuple(rows[at][2] for at in order),
        tuple(rows[at][3] for at in order),
        tuple(rows[at][4] for at in order),
        int(offsets[-1]),
        share * usual / 2,
        earlier,
        later,
        (np.cumsum(amounts) - amounts / 2) / total,
        cover * known,
        np.array([rows[at][5] for at in order]),
    )


def slot_of(units: int) -> int:
    """The slot in nanoseconds of a crowd of so many units."""
    return MEASURE_NS if units <= _FINE_UNITS else 2 * MEASURE_NS


class Packing:
    """Where units of a crowd are placed, and what one more would cost."""

    def __init__(self, crowd: Crowd, length: int, *, at_once: int | None) -> None:
        self.crowd = crowd
        self.starts = np.full(len(crowd), -1, np.int64)
        self._taken = np.zeros((length, 2 * crowd.cells), np.float32)
        self._objects = np.zeros(length, np.int64)
        self._at_once = at_once
        self.work = 0.0
        """What asking has cost, in products of two numbers: the same on every machine."""

    def costs(self, number: int, low: int, high: int) -> NDArray[np.float64]:
        """What the unit would cost, begun at each slot from `low` to `high` (included)."""
        self._reach(high + len(self.crowd.objects[number]))
        columns, stamp = self.crowd.columns[number], self.crowd.stamps[number]
        length = len(stamp)
        self.work += _ASKING + (high - low + length) * stamp.size
        # What is taken meets what the unit weighs, and the other way round.
        swapped = np.concatenate((columns + self.crowd.cells, columns))
        product = _product(self._taken[low : high + length].take(swapped, axis=1), stamp.T)
        down, right = product.strides
        along = as_strided(product, (high - low + 1, length), (down, down + right))
        costs: NDArray[np.float64] = along.sum(axis=1, dtype=np.float64) * self.crowd.share
        return costs

    def too_many(self, number: int, low: int, high: int) -> NDArray[np.float64]:
        """How much of the unit, begun at each slot from `low` to `high` (included), would be more
        than is to be shown at once: 1 for all of its objects all the time."""
        own = self.crowd.objects[number]
        if self._at_once is None:
            return np.zeros(high - low + 1)
        self._reach(high + len(own))
        there = sliding_window_view(self._objects[low : high + len(own)], len(own))
        more = np.maximum(there + (own - np.maximum(self._at_once, own)), 0)
        # A slot in which it shows nobody adds nothing.
        return np.asarray((more * (own > 0)).sum(axis=1) / max(int(own.sum()), 1), np.float64)

    def put(self, number: int, start: int) -> None:
        self._change(number, start, 1)
        self.starts[number] = start

    def lift(self, number: int) -> None:
        self._change(number, int(self.starts[number]), -1)
        self.starts[number] = -1

    def bounds(self, number: int) -> tuple[int, int | None]:
        """The first slot after the earlier pieces begin, the last before the later ones do."""
        before = [int(self.starts[at]) for at in self.crowd.earlier[number]]
        after = [int(self.starts[at]) for at in self.crowd.later[number]]
        last = [at - 1 for at in after if at >= 0]
        return max(before, default=-1) + 1, min(last, default=None)

    def _change(self, number: int, start: int, sign: int) -> None:
        objects, stamp = self.crowd.objects[number], self.crowd.stamps[number]
        end = start + len(objects)
        self._reach(end)
        columns = self.crowd.columns[number]
        both = np.concatenate((columns, columns + self.crowd.cells))
        self._taken[start:end, both] += sign * stamp
        self._objects[start:end] += sign * objects

    def _reach(self, length: int) -> None:
        more = max(length, 2 * len(self._objects)) - len(self._objects)
        if length > len(self._objects):
            self._taken = np.pad(self._taken, ((0, more), (0, 0)))
            self._objects = np.pad(self._objects, (0, more))


def _product(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matrix product, in blocks so small that the library computes them in this thread.

    Beyond that OpenBLAS wakes threads for each: on a busy machine 20 times slower (measured).
    """
    made = np.empty((len(one), other.shape[1]), np.float32)
    rows = max(8, _BLOCK // max(other.size, 1))
    for at in range(0, len(one), rows):
        np.matmul(one[at : at + rows], other, out=made[at : at + rows])
    return made


def _weights(seen: Seen) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By row, the share of its object one pixel is; by unit, how many objects it is."""
    if not len(seen.unit):
        return np.zeros(0), np.zeros(0)
    total = np.bincount(seen.tube, seen.pixels)
    weights = 1 / total[seen.tube]
    return weights, np.bincount(seen.unit, seen.pixels * weights).astype(np.float64)


def _chains(
    stages: Sequence[StageUnits], places: Sequence[NDArray[np.int64]], count: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]]:
    earlier: list[list[int]] = [[] for _ in range(count)]
    later: list[list[int]] = [[] for _ in range(count)]
    for before, after in _neighbours(stages, places):
        earlier[after].append(before)
        later[before].append(after)
    return tuple(map(tuple, earlier)), tuple(map(tuple, later))


def _neighbours(
    stages: Sequence[StageUnits], places: Sequence[NDArray[np.int64]]
) -> Iterator[tuple[int, int]]:
    """Pairs of units that show one piece of an object and its next."""
    found = set()
    for stage, where in zip(stages, places, strict=True):
        last: dict[int, int] = {}
        for number in np.argsort(where, kind="stable").tolist():
            for tube in stage.units[number].tubes:
                if tube in last:
                    found.add((last[tube], int(where[number])))
                last[tube] = int(where[number])
    yield from sorted(found)
