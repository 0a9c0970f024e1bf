"""What opens at the star: saves the search under a name; saved and recent searches to ask again."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from casefiles.view_types import SavedSearch
from ui.icons import icon
from ui.theme import set_property, text_font
from ui.views.check_list import labelled

_MOST_RECENT: Final = 8
_ROW: Final = 28
_WIDTH: Final = 340


class _Rows(QListWidget):
    """A list that is driven by Enter, F2 and Delete."""

    chosen = Signal(QListWidgetItem)
    remove_wanted = Signal(QListWidgetItem)

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        self.itemClicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(item)
        elif item is not None and event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit(item)
        elif item is not None and event.key() == Qt.Key.Key_F2:
            self.editItem(item)
        else:
            super().keyPressEvent(event)

    def fit(self, most: int) -> None:
        """As high as its rows, up to so many."""
        self.setFixedHeight(_ROW * min(max(self.count(), 1), most) + 4)
        if self.count() and self.currentRow() < 0:
            self.setCurrentRow(0)


class SavedPopover(QFrame):
    """A small window that goes away when one clicks beside it."""

    save_wanted = Signal(str)
    """Under which name."""
    asked = Signal(object)
    """A `SavedSearch`."""
    recent_asked = Signal(str)
    rename_wanted = Signal(object, str)
    """A `SavedSearch` and its new name."""
    remove_wanted = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        searches: Sequence[SavedSearch],
        recent: Sequence[str],
        *,
        name: str,
        can_save: bool,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("saved-searches")
        self.setAccessibleName(self.tr("Saved searches"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setMinimumWidth(_WIDTH)
        self._searches: tuple[SavedSearch, ...] = ()
        self.name = QLineEdit(name)
        self.name.setPlaceholderText(self.tr("Name"))
        labelled(self.name, "save-name", self.tr("Name to save this search under"))
        self.name.selectAll()
        self.save_button = QPushButton(self.tr("Save"))
        labelled(self.save_button, "save-search", self.tr("Save this search"))
        self.save_button.setEnabled(can_save)
        self.name.setEnabled(can_save)
        self.save_button.clicked.connect(self._save)
        self.name.returnPressed.connect(self._save)
        self.saved = _Rows()
        labelled(self.saved, "saved-list", self.tr("Saved searches"))
        self.saved.setToolTip(self.tr("Enter asks it again, F2 renames it, Delete takes it away"))
        self.saved.chosen.connect(self._ask)
        self.saved.remove_wanted.connect(self._remove)
        self.saved.itemChanged.connect(self._renamed)
        self.recent = _Rows()
        labelled(self.recent, "recent-list", self.tr("Recent searches"))
        self.recent.chosen.connect(self._ask_recent)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name, 1)
        line.addWidget(self.save_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 12, 12, 12)
        rows.setSpacing(8)
        rows.addWidget(_heading(self.tr("Save this search")))
        rows.addLayout(line)
        rows.addWidget(_heading(self.tr("Saved searches")))
        self.none_yet = QLabel(self.tr("None yet"))
        set_property(self.none_yet, "dim", True)
        rows.addWidget(self.none_yet)
        rows.addWidget(self.saved)
        for text in list(dict.fromkeys(reversed(recent)))[:_MOST_RECENT]:
            item = QListWidgetItem(icon("clock"), text, self.recent)
            item.setSizeHint(QSize(0, _ROW))
            item.setToolTip(text)
        if self.recent.count():
            rows.addWidget(_heading(self.tr("Recent")))
            rows.addWidget(self.recent)
        self.recent.setVisible(self.recent.count() > 0)
        self.recent.fit(_MOST_RECENT)
        self.show_searches(searches)

    def show_searches(self, searches: Sequence[SavedSearch]) -> None:
        """Lists these."""
        self._searches = tuple(searches)
        row = self.saved.currentRow()
        self.saved.blockSignals(True)
        self.saved.clear()
        for one in self._searches:
            item = QListWidgetItem(icon("star-on"), one.name, self.saved)
            item.setSizeHint(QSize(0, _ROW))
            item.setToolTip(one.text)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        self.saved.setCurrentRow(min(max(row, 0), len(self._searches) - 1))
        self.saved.blockSignals(False)
        self.saved.fit(_MOST_RECENT)
        self.saved.setVisible(bool(self._searches))
        self.none_yet.setVisible(not self._searches)
        self.adjustSize()

    def open_below(self, place: QWidget) -> None:
        """Shows itself under a widget, inside the screen."""
        self.adjustSize()
        screen = place.screen().availableGeometry()
        corner = place.mapToGlobal(QPoint(place.width() - self.width(), place.height() + 4))
        self.move(
            min(max(corner.x(), screen.left()), screen.right() - self.width()),
            max(screen.top(), min(corner.y(), screen.bottom() - self.height())),
        )
        self.show()
        first = self.name if self.name.isEnabled() else self.saved
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _save(self) -> None:
        name = self.name.text().strip()
        if name:
            self.close()
            self.save_wanted.emit(name)

    def _ask(self, item: QListWidgetItem) -> None:
        one = self._searches[self.saved.row(item)]
        self.close()
        self.asked.emit(one)

    def _ask_recent(self, item: QListWidgetItem) -> None:
        text = item.text()
        self.close()
        self.recent_asked.emit(text)

    def _remove(self, item: QListWidgetItem) -> None:
        self.remove_wanted.emit(self._searches[self.saved.row(item)])

    def _renamed(self, item: QListWidgetItem) -> None:
        one, name = self._searches[self.saved.row(item)], item.text().strip()
        if name and name != one.name:
            self.rename_wanted.emit(one, name)
        elif name != item.text():
            item.setText(one.name)


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(text_font(13, bold=True))
    return label
