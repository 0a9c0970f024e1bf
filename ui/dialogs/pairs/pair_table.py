"""The table of pairs: both points, how far off they are, which is wrong; coordinates are typed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from casefiles.calibration_types import Point
from casefiles.geo import GeoPoint
from ui.dialogs.pairs.book import Entry, PairBook
from ui.dialogs.pairs.shown import FitShown, Residual, metres, pixels
from ui.models.table import Column, Index, TableModel
from ui.theme import colour, text_font

_NUMBER: Final = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class PairRow:
    """One entry as the table shows it."""

    at: int
    entry: Entry
    in_metres: bool
    fit: Residual | None

    @property
    def is_wrong(self) -> bool:
        return self.fit is not None and not self.fit.used


class PairModel(TableModel[PairRow]):
    """The entries in their order; wrong ones struck."""

    def __init__(self, change: Callable[[PairRow, bool, str], None]) -> None:
        """`change` takes a row, whether its place (else its point in the picture) was typed, and
        the text."""
        said = _said
        super().__init__((
            Column(said("Pair"), lambda row: str(row.at + 1), lambda row: row.at),
            Column(
                said("In the picture (x, y)"), _image_words, lambda row: row.at,
                change=lambda row, text: change(row, False, text),
            ),
            Column(
                said("On the ground"), _place_words, lambda row: row.at,
                change=lambda row, text: change(row, True, text),
            ),
            Column(said("Off"), lambda row: _both(row.fit, others=False), lambda row: row.at),
            Column(
                said("By the others"), lambda row: _both(row.fit, others=True), lambda row: row.at
            ),
            Column("", _judgement, lambda row: row.at),
        ))  # fmt: skip

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is not None and role == Qt.ItemDataRole.FontRole:
            font = text_font(13, bold=row.fit is not None and row.fit.worst)
            font.setStrikeOut(row.is_wrong and index.column() in (1, 2))
            return font
        if row is not None and role == Qt.ItemDataRole.ForegroundRole:
            if row.is_wrong:
                return colour("alert")
            if row.fit is not None and row.fit.worst:
                return colour("warn")
            return None if row.entry.is_whole else colour("text_dim")
        return super().data(index, role)


class PairTable(QTableView):
    """Follows a book of pairs; what is typed goes into it."""

    def __init__(self, book: PairBook, refuse: Callable[[str], None]) -> None:
        """`refuse` is told why what somebody typed is no point."""
        super().__init__()
        self.setObjectName("pairs-table")
        self.setAccessibleName(self.tr("Pairs"))
        self._book = book
        self._refuse = refuse
        self._fit: FitShown | None = None
        self.pairs = PairModel(self._change)
        self.setModel(self.pairs)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(5, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().currentRowChanged.connect(self._choose)
        book.chosen_changed.connect(self._follow)

    def set_book(self, book: PairBook) -> None:
        """Follows another book."""
        self._book.chosen_changed.disconnect(self._follow)
        self._book = book
        book.chosen_changed.connect(self._follow)

    def show_fit(self, fit: FitShown | None) -> None:
        """The entries of the book as they are now, judged by a fit."""
        self._fit = fit
        sheet = self._book.sheet
        rows = [
            PairRow(at, entry, sheet.in_metres, None if fit is None else fit.residuals.get(at))
            for at, entry in enumerate(sheet.entries)
        ]
        if tuple(rows) == self.pairs.rows:
            return
        blocked = self.selectionModel().blockSignals(True)
        self.pairs.set_rows(rows)
        self.selectionModel().blockSignals(blocked)
        self._follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        row = self.pairs.row(self.currentIndex())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and row is not None:
            self._book.remove(row.at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and row is not None:
            # Enter types a coordinate here; it must not press the button of the dialog.
            index = self.currentIndex()
            self.edit(index if index.column() in (1, 2) else index.siblingAtColumn(2))
        else:
            super().keyPressEvent(event)

    def _choose(self, index: Index, _before: Index) -> None:
        row = self.pairs.row(index)
        self._book.choose(None if row is None else row.at)

    def _follow(self) -> None:
        at = self._book.chosen
        if at is None:
            self.clearSelection()
        elif self.currentIndex().row() != at or not self.selectionModel().hasSelection():
            column = max(self.currentIndex().column(), 0)
            self.setCurrentIndex(self.pairs.index(at, column))

    def _change(self, row: PairRow, is_place: bool, text: str) -> None:
        point = parse_point(text)
        if point is None:
            self._refuse(
                self.tr("'{0}' is not two numbers: write them like 12.5, 40.").format(text)
            )
            return
        if is_place and row.in_metres:
            self._book.move_place(row.at, point)
        elif is_place:
            lat, lon = point
            try:
                GeoPoint(lat, lon)
            except ValueError as error:
                self._refuse(self.tr("That is no place: {0}. Write latitude, longitude.").format(
                    error))  # fmt: skip
                return
            self._book.move_place(row.at, (lon, lat))
        else:
            self._book.move_image(row.at, point)


def parse_point(text: str) -> Point | None:
    """Two numbers with anything but numbers between them; None where there are not two."""
    found = _NUMBER.findall(text)
    if len(found) != 2:
        return None
    one, other = (float(part.replace("−", "-")) for part in found)
    return (one, other) if isfinite(one) and isfinite(other) else None


def _image_words(row: PairRow) -> str:
    point = row.entry.image
    return _said("click in the picture…") if point is None else f"{point[0]:.2f}, {point[1]:.2f}"


def _place_words(row: PairRow) -> str:
    place = row.entry.place
    if place is None:
        return _said("click on the map…")
    if row.in_metres:
        return f"{place[0]:.3f} m, {place[1]:.3f} m"
    return f"{place[1]:.7f}, {place[0]:.7f}"


def _both(fit: Residual | None, *, others: bool) -> str:
    if fit is None:
        return ""
    values = (fit.others_px, fit.others_m) if others else (fit.off_px, fit.off_m)
    return " · ".join(part for part in (pixels(values[0]), metres(values[1])) if part) or "–"


def _judgement(row: PairRow) -> str:
    if row.is_wrong:
        return _said("wrong, left out")
    if not row.entry.is_whole:
        return _said("half a pair")
    return _said("the worst") if row.fit is not None and row.fit.worst else ""


def _said(text: str) -> str:
    return QCoreApplication.translate("PairsDialog", text)
