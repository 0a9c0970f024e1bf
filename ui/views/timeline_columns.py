"""The lanes of the timeline cut into device pixels: footage, gaps and activity of each column.

Kept for as long as the shown range stays, so that a moving playhead computes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from casefiles.view_types import Lane
from ui.theme import THEME, Token, colour
from ui.views.timeline_density import (
    Grid,
    SortedRanges,
    SortedTimes,
    activity_counts,
    fullest,
    grid_over,
    index_activity,
    levels,
    missing,
    shades,
    touched,
)
from ui.views.timeline_scale import TimeScale, bounds_of, with_margin

KIND_TOKENS: Final[tuple[Token, ...]] = ("person", "vehicle", "other")


@dataclass(frozen=True, slots=True)
class LaneColumns:
    """One lane in columns; runs `(n, 2)` are first column and one after the last."""

    footage: NDArray[np.int64]
    gaps: NDArray[np.int64]
    """Columns that are missing mostly."""
    nicks: NDArray[np.int64]
    """`(m,)` columns where something too short for that is missing."""
    counts: NDArray[np.int64]
    """`(3, columns)` events of each kind."""


@dataclass(frozen=True, slots=True)
class _Facts:
    footage: SortedRanges
    gaps: SortedRanges
    activity: dict[str, SortedTimes]


class PreparedLanes:
    """Lanes made ready to be cut: for millions of events that takes long and is done elsewhere."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = tuple(lanes)
        everything = bounds_of(self.lanes) or with_margin(0, 1)
        self.grid: Grid = grid_over(everything.from_ns, everything.to_ns)
        self.facts = [
            _Facts(
                SortedRanges(lane.spans),
                SortedRanges(lane.gaps),
                index_activity(lane.activity, self.grid),
            )
            for lane in self.lanes
        ]


class TimelineColumns:
    """Lanes in columns of one scale, computed when first asked for."""

    def __init__(self) -> None:
        self._lanes = PreparedLanes(())
        self._scale: TimeScale | None = None
        self._edges: NDArray[np.int64] = np.zeros(2, np.int64)
        self._places: NDArray[np.int64] | None = None
        self._lane_columns: dict[int, LaneColumns] = {}
        self._image: tuple[range, str, QImage, NDArray[np.uint32]] | None = None

    def set_lanes(self, lanes: PreparedLanes) -> None:
        """Other lanes, or other facts about them."""
        self._lanes = lanes
        self._scale = None
        self._forget()

    def set_scale(self, scale: TimeScale, columns: int) -> None:
        """Another range or width; what was computed for the same one is kept."""
        if scale != self._scale or columns != len(self._edges) - 1:
            self._scale, self._edges = scale, scale.edges(columns)
            self._places = self._lanes.grid.places(self._edges)
            self._forget()

    def lane(self, row: int) -> LaneColumns:
        """The columns of a lane."""
        if row not in self._lane_columns:
            self._lane_columns[row] = self._compute(row)
        return self._lane_columns[row]

    def image(self, rows: range) -> QImage:
        """Three pixel rows (person, vehicle, other) a lane, one pixel a column; transparent
        where nothing happens."""
        kept = self._image
        if kept is None or kept[:2] != (rows, THEME.scheme):
            kept = self._image = (rows, THEME.scheme, *self._paint(rows))
        return kept[2]

    def _forget(self) -> None:
        self._lane_columns.clear()
        self._image = None

    def _compute(self, row: int) -> LaneColumns:
        facts = self._lanes.facts[row]
        gaps, nicks = missing(facts.gaps.shown(self._edges))
        return LaneColumns(
            footage=touched(facts.footage.shown(self._edges)),
            gaps=gaps,
            nicks=nicks,
            counts=activity_counts(facts.activity, self._edges, self._places),
        )

    def _paint(self, rows: range) -> tuple[QImage, NDArray[np.uint32]]:
        if not rows:
            return QImage(), np.zeros((0, 0), np.uint32)
        counts = np.stack([self.lane(row).counts for row in rows])
        strength = levels(counts, fullest(counts))
        pixels = np.empty(strength.shape, np.uint32)
        for kind, token in enumerate(KIND_TOKENS):
            tint = colour(token)
            pixels[:, kind] = shades(tint.red(), tint.green(), tint.blue())[strength[:, kind]]
        width = len(self._edges) - 1
        flat = np.ascontiguousarray(pixels.reshape(-1, width))
        premultiplied = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(flat.data, width, len(flat), width * 4, premultiplied)
        # The image borrows the array's memory: both are kept together.
        return image, flat
