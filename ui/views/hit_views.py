"""The hits as cards and as a list: two views of one model with one selection."""

from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget

from casefiles.view_types import Hit
from ui.models.hits import CONFIDENCE, WHAT, WHY, HitsModel
from ui.models.reviewing import Review
from ui.views.card_faces import CardFaces
from ui.views.confidence import ConfidenceCells
from ui.views.empty import EmptyState
from ui.views.gallery import Gallery
from ui.views.hit_card import ROW_HEIGHT, HitCards, HitCells
from ui.views.item_keys import KeyedList, KeyedTable
from ui.views.thumbnail import Thumbnails
from ui.views.why_bars import WhyCells

_WIDTHS: Final = (152, 120, 216, 216, 72, 104, 240)


class HitViews(QStackedWidget):
    """Cards, list, or what is said where there are no hits."""

    chosen = Signal(QModelIndex)
    """Enter or a double click."""

    def __init__(self, model: HitsModel, pictures: Thumbnails, review: Review) -> None:
        super().__init__()
        self.model = model
        self.empty = EmptyState()
        self.cards = Gallery()
        self.cards.setObjectName("results-gallery")
        self.cards.setAccessibleName(self.tr("Results as pictures"))
        faces = CardFaces(model, pictures, self.cards)
        faces.more.connect(self.cards.viewport().update)
        self.cards.setItemDelegate(HitCards(faces, self.cards, review.verdict))
        self.cards.setModel(model)
        self.selection: QItemSelectionModel = self.cards.selectionModel()
        self.table = KeyedTable()
        self.table.setObjectName("results-table")
        self.table.setAccessibleName(self.tr("Results as a list"))
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.setWordWrap(True)
        cells = HitCells(pictures, self.table, review.verdict)
        self.table.setItemDelegateForColumn(WHAT, cells)
        self.table.setItemDelegateForColumn(CONFIDENCE, ConfidenceCells(self.table))
        self.table.setItemDelegateForColumn(WHY, WhyCells(self.table))
        self.table.setModel(model)
        own = self.table.selectionModel()
        # One selection for both: what is current in the pictures is current in the list.
        self.table.setSelectionModel(self.selection)
        own.deleteLater()
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        # The list is there for the reasons: a narrow panel shows them without scrolling.
        for place, column in enumerate((WHAT, CONFIDENCE, WHY)):
            header.moveSection(header.visualIndex(column), place)
        for view in (self.cards, self.table):
            view.chosen.connect(self.chosen)
            view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        for page in (self.empty, self.cards, self.table):
            self.addWidget(page)

    @property
    def current(self) -> Hit | None:
        """The current hit."""
        return self.model.row(self.selection.currentIndex())

    @property
    def picked(self) -> tuple[Hit, ...]:
        """The selected hits in the order of the list; else the current one."""
        rows = sorted({index.row() for index in self.selection.selectedIndexes()})
        found = [self.model.row(self.model.index(row, WHAT)) for row in rows]
        picked = tuple(hit for hit in found if hit is not None)
        current = self.current
        return picked or (() if current is None else (current,))

    def set_current(self, index: QModelIndex) -> None:
        """Makes a row current, selected and visible."""
        flags = QItemSelectionModel.SelectionFlag
        self.selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        view = self.currentWidget()
        if isinstance(view, KeyedList | KeyedTable):
            view.scrollTo(index)

    def take_keyboard(self) -> None:
        """Gives the hits the keyboard: arrows move, Enter goes there."""
        page = self.cards if self.cards.isVisibleTo(self) else self.table
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_shape(self, *, as_list: bool) -> None:
        """Shows cards or list."""
        self.setCurrentWidget(self.table if as_list else self.cards)

    def repaint_hits(self) -> None:
        """Paints what is in view again."""
        self.cards.viewport().update()
        self.table.viewport().update()
