"""Where the objects of units are, on a coarse grid over picture and show time.

A grid of what is taken at each moment answers "what would it cover if it began here" for every
beginning at once. Objects are counted in whole numbers, so that sums do not depend on their order
and a schedule is the same whatever the library that multiplies does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from video.synopsis.reel import Reel, counted
from video.synopsis.types import TubeFrames, Unit

# A cell taken whole counts so much; an object of usual size weighs `_WEIGHT`.
_FULL: Final = 15
_WEIGHT: Final = 8
_HEAVIEST: Final = 64
_MOST_CELLS: Final = 48
_LEAST_CELLS: Final = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """Objects of units at moments, as columns: `unit` number, `slot` since the unit begins,
    `tube`, `boxes (n, 4)` the inner box, `share` of it that is object, `pixels`, `recorded`."""

    unit: NDArray[np.int64]
    slot: NDArray[np.int64]
    tube: NDArray[np.int64]
    boxes: NDArray[np.float64]
    share: NDArray[np.float64]
    pixels: NDArray[np.float64]
    bottom: NDArray[np.float64]
    recorded: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Footprint:
    """A unit on the grid: `taken (slots, columns) float32` of its `columns` (of all cells),
    `weighed` the same times the weight of each object, `objects (slots,)` how many are there."""

    columns: NDArray[np.int64]
    taken: NDArray[np.float32]
    weighed: NDArray[np.float32]
    objects: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.objects)


def seen_at(
    tubes: Sequence[TubeFrames],
    units: Sequence[Unit],
    slot_ns: int,
    *,
    delays_ns: NDArray[np.int64] | None = None,
) -> Seen:
    """What units show in the middle of each slot of `slot_ns` since each begins.

    With `delays_ns (u,)`, each begins so long after a slot did: slots are those of a clock then.
    A box is narrowed to where its object is: half of what the object leaves free lies around it,
    half within. A silhouette hides more of one right behind it than a sparse box would, and less
    of one at its corner.
    """
    if not len(units):
        none = np.zeros(0, np.int64)
        blank = np.zeros(0)
        return Seen(none, none, none, np.zeros((0, 4)), blank, blank, blank, none)
    used = sorted({tube for unit in units for tube in unit.tubes})
    reel = Reel.of([tubes[at] for at in used])
    lengths = np.array([unit.length_ns for unit in units], np.int64)
    delays = np.zeros(len(units), np.int64) if delays_ns is None else delays_ns
    counts = np.maximum(1, -(-(lengths + delays) // slot_ns))
    begins = np.cumsum(counts) - counts
    recorded = _recorded(units, counts, delays, slot_ns)
    # A row for each tube of a unit and each slot of that.
    pair_of = np.repeat(np.arange(len(units)), [len(unit.tubes) for unit in units])
    mine = np.searchsorted(used, np.array([tube for unit in units for tube in unit.tubes]))
    pair, slot = counted(counts[pair_of])
    when = recorded[begins[pair_of[pair]] + slot]
    here = (when >= reel.from_ns[mine[pair]]) & (when <= reel.to_ns[mine[pair]])
    # Seen so shortly that it falls between two slots: it is there all the same.
    for at in np.flatnonzero(np.bincount(pair[here], minlength=len(mine)) == 0).tolist():
        low, high = np.searchsorted(pair, (at, at + 1))
        here[low + int(np.abs(when[low:high] - reel.from_ns[mine[at]]).argmin())] = True
    pair, slot, when = pair[here], slot[here], when[here]
    rows = reel.nearest(mine[pair], when)
    pixels, whole = reel.pixels[rows].astype(np.float64), reel.boxes[rows].astype(np.float64)
    size = np.maximum(whole[:, 2:] - whole[:, :2], 1)
    share = np.sqrt(np.clip(pixels / (size[:, 0] * size[:, 1]), 1e-3, 1))
    margin = size * (1 - np.sqrt(share))[:, None] / 2
    inner = np.concatenate((whole[:, :2] + margin, whole[:, 2:] - margin), axis=1)
    return Seen(
        pair_of[pair],
        slot,
        np.array(used, np.int64)[mine[pair]],
        inner,
        share,
        np.maximum(pixels, 1),
        whole[:, 3],
        when,
    )


def _recorded(
    units: Sequence[Unit], counts: NDArray[np.int64], delays: NDArray[np.int64], slot_ns: int
) -> NDArray[np.int64]:
    """What stage time each unit shows in the middle of each of its slots, one after the other."""
    lengths = np.array([unit.length_ns for unit in units], np.int64)
    begins = np.array([unit.from_ns for unit in units], np.int64)
    ends = np.array([unit.to_ns for unit in units], np.int64)
    owner, slot = counted(counts)
    since = np.clip(slot * slot_ns + slot_ns // 2 - delays[owner], 0, lengths[owner])
    recorded = since + begins[owner]
    bounds = np.concatenate(([0], np.cumsum(counts)))
    for number in np.flatnonzero(ends - begins != lengths).tolist():
        own = slice(int(bounds[number]), int(bounds[number + 1]))
        recorded[own] = units[number].recorded(since[own])
    return np.asarray(recorded, np.int64)


def grid_of(seen: Seen, size: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of a grid over pictures of `size`: cells half as wide as objects are."""
    if not len(seen.unit):
        return _LEAST_CELLS, _LEAST_CELLS
    width, height = np.median(seen.boxes[:, 2:] - seen.boxes[:, :2], axis=0)
    columns = np.clip(2 * size[0] / max(width, 1), _LEAST_CELLS, _MOST_CELLS)
    rows = np.clip(2 * size[1] / max(height, 1), _LEAST_CELLS, _MOST_CELLS)
    return int(columns), int(rows)


def footprints(
    seen: Seen,
    count: int,
    *,
    size: tuple[int, int],
    grid: tuple[int, int],
    weights: NDArray[np.float64],
    offset: int = 0,
) -> list[Footprint]:
    """The footprint of each of `count` units; `weights` of each row of `seen`, 1 is usual.

    `offset` is what the cells of this stage are counted from.
    """
    cells, rows, amounts = _cells(seen, size, grid)
    taken = np.maximum(np.rint(amounts * _FULL), 1)
    weighed = taken * np.clip(np.rint(weights * _WEIGHT), 1, _HEAVIEST)[rows]
    bounds = np.searchsorted(seen.unit[rows], np.arange(count + 1))
    whose = np.searchsorted(seen.unit, np.arange(count + 1))
    made = []
    for number in range(count):
        inside = slice(bounds[number], bounds[number + 1])
        own = slice(whose[number], whose[number + 1])
        slots = seen.slot[own]
        length = int(slots.max()) + 1 if len(slots) else 1
        columns, at = np.unique(cells[inside], return_inverse=True)
        flat = seen.slot[rows[inside]] * len(columns) + at
        shape = (length, len(columns))
        made.append(
            Footprint(
                columns + offset,
                _summed(flat, taken[inside], shape),
                _summed(flat, weighed[inside], shape),
                np.bincount(slots, minlength=length),
            )
        )
    return made


def cell_share(size: tuple[int, int], grid: tuple[int, int]) -> float:
    """Pixels covered that one of a product of two footprints stands for, times the weight."""
    return size[0] * size[1] / (grid[0] * grid[1]) / (_FULL * _FULL * _WEIGHT)


def _summed(
    flat: NDArray[np.int64], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    total = np.bincount(flat, values, minlength=shape[0] * shape[1])
    return np.asarray(total.reshape(shape), np.float32)


def _cells(
    seen: Seen, size: tuple[int, int], grid: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Cells, row of `seen` and share of the cell that is object; by row."""
    cell = np.array([size[0] / grid[0], size[1] / grid[1]])
    most = np.array(grid)
    low, high = seen.boxes[:, :2] / cell, seen.boxes[:, 2:] / cell
    first = np.clip(np.floor(low), 0, most - 1).astype(np.int64)
    last = np.clip(np.ceil(high), first + 1, most).astype(np.int64)
    across, down = (last - first).T
    counts = across * down
    rows = np.repeat(np.arange(len(counts)), counts)
    inside = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    x = first[rows, 0] + inside % across[rows]
    y = first[rows, 1] + inside // across[rows]
    wide = np.minimum(high[rows, 0], x + 1) - np.maximum(low[rows, 0], x)
    tall = np.minimum(high[rows, 1], y + 1) - np.maximum(low[rows, 1], y)
    amount = np.clip(wide, 0, 1) * np.clip(tall, 0, 1) * seen.share[rows]
    real = amount > 0.5 / _FULL
    return (y * grid[0] + x)[real], rows[real], amount[real]
