"""How much happens under each pixel column of a lane: counts, and their colours as pixels.

Counts come from binary search in sorted times, or from a grid where very much is shown; no Qt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

KINDS: Final = ("person", "vehicle", "other")
"""The strips of a lane, top to bottom; keys of `Lane.activity`."""
LEVELS: Final = 256
_CELLS: Final = 1 << 16
_CELLS_PER_COLUMN: Final = 8
_CROWD: Final = 4096
"""So many moments are worth the half megabyte of counts beforehand."""
_NOTHING: Final = np.zeros((0, 2), np.int64)
_NOWHERE: Final = np.zeros((0, 2), np.float64)
_FEW: Final = 64
"""So many runs are painted as they are; more are joined first where they share columns."""
_FAINTEST: Final = 64
"""Level of a single event: still seen on the footage bar."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal cells over everything there is: what lies before each cell is counted beforehand.

    Without it, 10 M events in 16 lanes took 12 to 19 ms of binary searches a frame, most of it
    waiting for memory; with it, under one. Used only where columns hold many cells, so that an
    edge is moved by at most a sixteenth of a column; closer up, exact searches are fast enough.
    """

    from_ns: int
    cell_ns: int

    def edges(self) -> NDArray[np.int64]:
        """`(cells + 1,)` moments."""
        return self.from_ns + np.arange(_CELLS + 1, dtype=np.int64) * self.cell_ns

    def places(self, edges: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """The cell edge nearest to each edge; None where columns are too narrow for the grid."""
        if edges[-1] - edges[0] < (len(edges) - 1) * _CELLS_PER_COLUMN * self.cell_ns:
            return None
        nearest: NDArray[np.int64] = (edges - self.from_ns + self.cell_ns // 2) // self.cell_ns
        return nearest.clip(0, _CELLS, out=nearest)


def grid_over(from_ns: int, to_ns: int) -> Grid:
    """A grid that covers the range."""
    return Grid(from_ns, max(-(-(to_ns - from_ns) // _CELLS), 1))


class SortedTimes:
    """Sorted moments that can be counted by column."""

    def __init__(self, times: NDArray[np.int64], grid: Grid) -> None:
        self.times = times
        self._before: NDArray[np.int64] | None = None
        if len(times) > _CROWD:
            self._before = times.searchsorted(grid.edges())

    def counts(
        self, edges: NDArray[np.int64], places: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """How many lie in each column `(columns,)`, left edge included, right edge not; `places`
        are those of the grid it was made with."""
        if self._before is not None and places is not None:
            return _steps(self._before[places])
        first, last = self.times.searchsorted(edges[:: len(edges) - 1])
        return _steps(self.times[first:last].searchsorted(edges))


def _steps(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    # `np.diff` asks more questions than it takes to subtract a thousand numbers.
    return ranks[1:] - ranks[:-1]


def index_activity(activity: Mapping[str, NDArray[np.int64]], grid: Grid) -> dict[str, SortedTimes]:
    """The activity of a lane, ready to be counted."""
    return {
        kind: SortedTimes(activity[kind], grid)
        for kind in KINDS
        if kind in activity and len(activity[kind])
    }


def activity_counts(
    activity: Mapping[str, SortedTimes],
    edges: NDArray[np.int64],
    places: NDArray[np.int64] | None = None,
) -> NDArray[np.int64]:
    """`(3, columns)` counts of the `KINDS`; zeros where a kind is absent."""
    found = np.zeros((len(KINDS), len(edges) - 1), np.int64)
    for row, kind in zip(found, KINDS, strict=True):
        if kind in activity:
            row[:] = activity[kind].counts(edges, places)
    return found


def fullest(shown: NDArray[np.int64]) -> int:
    """The count drawn at full strength: the largest, rounded up to a power of two.

    Rounded so that panning over slightly busier minutes does not repaint all others.
    """
    return 1 << max(int(shown.max(initial=1)) - 1, 1).bit_length()


def levels(shown: NDArray[np.int64], full: int) -> NDArray[np.uint8]:
    """0 for nothing, else 64..255 by the root of the count; same shape.

    The root keeps single events seen beside crowds, and crowds of different size apart.
    """
    share: NDArray[np.float32] = shown.astype(np.float32)
    share *= 1 / full
    np.sqrt(share, out=share)
    share *= LEVELS - 1 - _FAINTEST
    share += _FAINTEST * (shown > 0)
    np.minimum(share, LEVELS - 1, out=share)
    return share.astype(np.uint8)


def shades(red: int, green: int, blue: int) -> NDArray[np.uint32]:
    """`(256,)` premultiplied ARGB pixels: the colour, from transparent to solid."""
    alpha = np.arange(LEVELS, dtype=np.uint32)
    parts = [alpha * value // 255 for value in (red, green, blue)]
    pixels = (alpha << 24) | (parts[0] << 16) | (parts[1] << 8) | parts[2]
    return pixels.astype(np.uint32, copy=False)


class SortedRanges:
    """Ranges of time, put in order and joined where they overlap or touch."""

    def __init__(self, ranges: NDArray[np.int64]) -> None:
        self._pairs = _joined(ranges[ranges[:, 0].argsort(kind="stable")])
        # Side by side in memory, for searching.
        self._starts, self._ends = self._pairs.T.copy()

    def shown(self, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """From and to `(n, 2)`, in columns, of the ranges that reach into the shown part."""
        begin, end, columns = edges[0], edges[-1], len(edges) - 1
        first = self._ends.searchsorted(begin, side="right")
        last = self._starts.searchsorted(end)
        if last <= first:
            return _NOWHERE
        scaled: NDArray[np.float64] = (self._pairs[first:last] - begin) * (columns / (end - begin))
        np.maximum(scaled, 0, out=scaled)
        return np.minimum(scaled, columns, out=scaled)


def touched(shown: NDArray[np.float64]) -> NDArray[np.int64]:
    """Runs `(n, 2)`, first column and one after the last, that the ranges touch."""
    pairs = np.ceil(shown).astype(np.int64)
    pairs[:, 0] = shown[:, 0]
    return pairs if len(pairs) <= _FEW else _joined(pairs)


def missing(shown: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Runs `(n, 2)` of columns mostly taken by the ranges, and columns `(m,)` where a range is
    too short for that."""
    if not len(shown):
        return _NOTHING, _NOTHING[:, 0]
    pairs = np.rint(shown).astype(np.int64)
    wide = pairs[:, 1] > pairs[:, 0]
    if wide.all():
        return pairs, _NOTHING[:, 0]
    return pairs[wide], np.unique(shown[~wide, 0].astype(np.int64))


def _joined(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ranges `(n, 2)` in order of their starts, joined where they meet."""
    if len(pairs) < 2:
        return pairs
    reach = np.maximum.accumulate(pairs[:, 1])
    breaks = np.flatnonzero(pairs[1:, 0] > reach[:-1])
    starts = pairs[np.append(0, breaks + 1), 0]
    return np.stack((starts, reach[np.append(breaks, len(pairs) - 1)]), axis=1)
