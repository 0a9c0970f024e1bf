"""Item views whose arrows stay theirs, and that tell of Enter and of a key pressed on a row."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListView, QTableView

_MOVES: Final = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
)  # fmt: skip
LEAST_TABLE_PX: Final = 104
"""Header, two rows, and the bar below them."""
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def is_own_key(event: QEvent) -> bool:
    """Whether a key means the list with the focus, not the command it is a shortcut of."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() is QEvent.Type.ShortcutOverride
        and event.key() in (*_MOVES, *_ENTER, Qt.Key.Key_Delete, Qt.Key.Key_F2)
        and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    )


class KeyedList(QListView):
    """A list view for a dock: arrows move in it, Enter chooses."""

    chosen = Signal(QModelIndex)
    """Enter or a double click."""

    def __init__(self) -> None:
        super().__init__()
        self.doubleClicked.connect(self.chosen)

    def event(self, event: QEvent) -> bool:
        if is_own_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class KeyedTable(QTableView):
    """The same as a table; Delete tells that the row is not wanted."""

    chosen = Signal(QModelIndex)
    """Enter or a double click."""
    delete_wanted = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.doubleClicked.connect(self.chosen)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        # Rows come in a sensible order; sorting begins when a header is pressed.
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setHighlightSections(False)

    def event(self, event: QEvent) -> bool:
        if is_own_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() != QTableView.State.EditingState and index.isValid():
            if event.key() in _ENTER:
                self.chosen.emit(index)
                return
            if event.key() == Qt.Key.Key_Delete:
                self.delete_wanted.emit(index)
                return
        super().keyPressEvent(event)
