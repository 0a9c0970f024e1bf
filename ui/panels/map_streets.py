"""What was seen of the streets, and other people's cameras, as layers over the map."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QPointF

from casefiles.canvass_types import CanvassEntry
from casefiles.usecases.street_types import StreetPart
from mapview.qt.coverage_painter import CanvassOverlay, CoverageOverlay
from mapview.qt.map_view import MapView

S = TypeVar("S", CoverageOverlay, CanvassOverlay)


class MapStreets:
    """Both are empty until somebody shows something."""

    def __init__(self, view: MapView) -> None:
        self._view = view
        self.parts: tuple[StreetPart, ...] = ()
        self.entries: tuple[CanvassEntry, ...] = ()
        self._streets, self._others = CoverageOverlay(), CanvassOverlay()
        view.overlays += [self._streets, self._others]

    def show_parts(self, parts: Sequence[StreetPart]) -> None:
        """Shows these parts of streets, and no others."""
        self.parts = tuple(parts)
        self._streets = self._put(self._streets, CoverageOverlay(parts))

    def part_at(self, at: QPointF) -> tuple[StreetPart, float] | None:
        """The part of a street that is shown under a pixel, and how many metres along its line."""
        return self._streets.part_at(self._view.view, at.x(), at.y())

    def show_entries(self, entries: Sequence[CanvassEntry]) -> None:
        """Shows these cameras of others, as far as they have a place, and no others."""
        self.entries = tuple(entries)
        self._others = self._put(self._others, CanvassOverlay(entries))

    def _put(self, old: S, new: S) -> S:
        """One overlay in the place of another."""
        overlays = self._view.overlays
        overlays[overlays.index(old)] = new
        self._view.update()
        return new
