"""The pairs a person is marking: half ones too, with undo inside the dialog."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from casefiles.calibration_types import Calibration, GivenPairs, Point, PointPair
from casefiles.geo import GeoPoint
from casefiles.types import CameraId

_MOST_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair, or the half of one that was marked first."""

    image: Point | None = None
    place: Point | None = None
    """Longitude and latitude, or metres (see `Sheet`)."""

    @property
    def is_whole(self) -> bool:
        return self.image is not None and self.place is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that one undo brings back."""

    entries: tuple[Entry, ...] = ()
    in_metres: bool = False
    """Whether places are metres on axes of somebody's own."""
    origin: GeoPoint | None = None
    y_axis_deg: float = 0.0
    homography: tuple[float, ...] = ()
    """Known from elsewhere; then there are no pairs."""

    @property
    def whole(self) -> tuple[int, ...]:
        """Which entries are pairs, from 0."""
        return tuple(at for at, one in enumerate(self.entries) if one.is_whole)

    @property
    def has_earth(self) -> bool:
        """Whether places can be shown on the map."""
        return not self.in_metres or self.origin is not None

    def given(self, size: tuple[int, int] | None) -> GivenPairs:
        """What a fit takes: the whole pairs in their order, in pictures of a size."""
        pairs = tuple(
            PointPair(one.image, ground_m=one.place)
            if self.in_metres
            else PointPair(one.image, lonlat=one.place)
            for one in self.entries
            if one.image is not None and one.place is not None
        )
        return GivenPairs(pairs, size, self.origin, self.y_axis_deg, self.homography)

    def lonlat(self, place: Point) -> Point | None:
        """A place of an entry on the map; None where nobody knows."""
        if not self.in_metres:
            return place
        known = _axes(self.origin, self.y_axis_deg).lonlat(np.array([place], np.float64))
        return None if known is None else (float(known[0, 0]), float(known[0, 1]))

    def place(self, lonlat: Point) -> Point | None:
        """The inverse of `lonlat`."""
        if not self.in_metres:
            return lonlat
        known = _axes(self.origin, self.y_axis_deg).ground(np.array([lonlat], np.float64))
        return None if known is None else (float(known[0, 0]), float(known[0, 1]))


def sheet_of(given: GivenPairs) -> Sheet:
    """What a file or a calibration gives."""
    in_metres = any(one.lonlat is None for one in given.pairs)
    entries = tuple(
        Entry(one.image, one.ground_m if in_metres else one.lonlat) for one in given.pairs
    )
    if given.pairs and not in_metres:
        return Sheet(entries)
    return Sheet(entries, bool(given.pairs), given.origin, given.y_axis_deg, given.homography)


class PairBook(QObject):
    """The sheet with its past and future, and which entry the hands are on."""

    changed = Signal()
    """The sheet is another."""
    chosen_changed = Signal()

    def __init__(self, sheet: Sheet | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sheet = sheet or Sheet()
        self.chosen: int | None = None
        """The entry that keys move; None: the next click begins one."""
        self._past: list[Sheet] = []
        self._future: list[Sheet] = []
        self._held: Sheet | None = None

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    @property
    def open_entry(self) -> int | None:
        """The entry that still lacks its other half, from 0."""
        return next((at for at, one in enumerate(self.sheet.entries) if not one.is_whole), None)

    def choose(self, at: int | None) -> None:
        """The hands go to another entry."""
        if at is not None and not 0 <= at < len(self.sheet.entries):
            at = None
        if at != self.chosen:
            self.chosen = at
            self.chosen_changed.emit()

    def mark_image(self, point: Point) -> None:
        """A click in the picture: completes the open pair, or begins one."""
        at = self.open_entry
        if at is not None and self.sheet.entries[at].image is None:
            self._put(at, replace(self.sheet.entries[at], image=point))
        elif at is not None:
            # Clicked twice on the same side: somebody thought better of it.
            self._put(at, Entry(image=point))
        else:
            self._add(Entry(image=point))

    def mark_place(self, lonlat: Point) -> bool:
        """A click on the map, likewise; False where its metres are on no map."""
        place = self.sheet.place(lonlat)
        if place is None:
            return False
        at = self.open_entry
        if at is not None and self.sheet.entries[at].place is None:
            self._put(at, replace(self.sheet.entries[at], place=place))
        elif at is not None:
            self._put(at, Entry(place=place))
        else:
            self._add(Entry(place=place))
        return True

    def hold(self) -> None:
        """A drag begins: until `let_go` all moves are one step."""
        self._held = self.sheet

    def let_go(self) -> None:
        """The drag has ended."""
        held, self._held = self._held, None
        if held is not None and held != self.sheet:
            self._remember(held)
            self.changed.emit()

    def move_image(self, at: int, point: Point) -> None:
        """The picture's point of an entry is elsewhere."""
        self._put(at, replace(self.sheet.entries[at], image=point))

    def move_place(self, at: int, place: Point) -> None:
        """The place of an entry, in its own units, is elsewhere."""
        self._put(at, replace(self.sheet.entries[at], place=place))

    def move_lonlat(self, at: int, lonlat: Point) -> None:
        """The place of an entry is elsewhere on the map."""
        place = self.sheet.place(lonlat)
        if place is not None:
            self.move_place(at, place)

    def remove(self, at: int) -> None:
        """An entry is taken out; the others keep their order."""
        entries = self.sheet.entries
        if 0 <= at < len(entries):
            self.put(replace(self.sheet, entries=entries[:at] + entries[at + 1 :]))
            self.choose(None if len(entries) == 1 else min(at, len(entries) - 2))

    def put(self, sheet: Sheet) -> None:
        """Another sheet, as one step."""
        if sheet == self.sheet:
            return
        before, self.sheet = self.sheet, sheet
        if self._held is None:
            self._remember(before)
        self._settle()

    def undo(self) -> None:
        """The sheet before."""
        self._swap(self._past, self._future)

    def redo(self) -> None:
        """The sheet after."""
        self._swap(self._future, self._past)

    def _swap(self, source: list[Sheet], target: list[Sheet]) -> None:
        if source and self._held is None:
            target.append(self.sheet)
            self.sheet = source.pop()
            self._settle()

    def _add(self, entry: Entry) -> None:
        entries = (*self.sheet.entries, entry)
        # A homography known from elsewhere makes room for what is marked by hand.
        self.put(replace(self.sheet, entries=entries, homography=()))
        self.choose(len(entries) - 1)

    def _put(self, at: int, entry: Entry) -> None:
        entries = self.sheet.entries
        self.put(replace(self.sheet, entries=(*entries[:at], entry, *entries[at + 1 :])))
        self.choose(at)

    def _remember(self, before: Sheet) -> None:
        self._past = [*self._past, before][-_MOST_STEPS:]
        self._future = []

    def _settle(self) -> None:
        if self.chosen is not None and self.chosen >= len(self.sheet.entries):
            self.choose(None)
        self.changed.emit()


def _axes(origin: GeoPoint | None, y_axis_deg: float) -> Calibration:
    """Only the axes of a calibration: how its metres lie on earth is told there alone."""
    return Calibration(CameraId(""), (1, 1), (), (), origin=origin, y_axis_deg=y_axis_deg)
