"""The filters of a query as chips in lines, and the button that adds one."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from casefiles.queries.filters import Filter
from ui.icons import icon
from ui.theme import THEME
from ui.views.chip import HEIGHT, Chip
from ui.views.flow import FlowLayout


class ChipRow(QWidget):
    """One chip for each filter; the words are given with them."""

    edit_wanted = Signal(object, object)
    """A filter, and the chip to open the editor at."""
    remove_wanted = Signal(object)
    """A filter."""
    dismissed = Signal(str)
    """A word that is shown struck."""
    add_wanted = Signal(str)
    """The kind of a filter that is not there yet."""

    def __init__(
        self, kinds: Sequence[tuple[str, str, str]], parent: QWidget | None = None
    ) -> None:
        """`kinds` are name, text and icon of what the menu adds."""
        super().__init__(parent)
        self._kinds = tuple(kinds)
        self.chips: list[Chip] = []
        self.struck: list[Chip] = []
        self._shown: tuple[tuple[Filter, str], ...] = ()
        self._shown_struck: tuple[tuple[str, str, str], ...] = ()
        self._flow = FlowLayout(self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.add_button = QToolButton()
        self.add_button.setObjectName("add-filter")
        self.add_button.setText(self.tr("Filter"))
        self.add_button.setAccessibleName(self.tr("Add a filter"))
        self.add_button.setToolTip(self.tr("Add a filter: what, where, when, which way"))
        self.add_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.add_button.setMinimumHeight(HEIGHT)
        self.menu = QMenu(self.add_button)
        self.menu.setObjectName("add-filter-menu")
        self._actions: list[QAction] = []
        for name, text, _ in self._kinds:
            action = QAction(text, self)
            action.setObjectName(f"add-{name}")
            action.setData(name)
            self._actions.append(action)
        self.menu.addActions(self._actions)
        self.menu.triggered.connect(self._chosen)
        self.add_button.setMenu(self.menu)
        self._flow.addWidget(self.add_button)
        THEME.changed.connect(self._tint)
        self._tint()

    def show_filters(self, filters: Sequence[tuple[Filter, str]]) -> None:
        """Shows these filters with their words; the keyboard focus stays at its place."""
        filters = tuple(filters)
        if filters == self._shown:
            return
        focused = next((n for n, chip in enumerate(self.chips) if chip.hasFocus()), None)
        self._shown = filters
        # Laid out once at the end, not with every chip that comes or goes.
        self._flow.setEnabled(False)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [self._chip(number, words) for number, (_, words) in enumerate(filters)]
        self._flow.setEnabled(True)
        order = self._in_order()
        if focused is not None:
            order[min(focused, len(order) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def show_counts(self, counts: Sequence[int | None]) -> None:
        """How many tracks answer each filter alone, in their order; nothing where none is given."""
        for number, chip in enumerate(self.chips):
            chip.set_count(counts[number] if number < len(counts) else None)
        self._fit()

    def show_struck(self, words: Sequence[tuple[str, str, str]]) -> None:
        """Shows words that are not searched by, struck: each with why, and its icon or none."""
        words = tuple(words)
        if words == self._shown_struck:
            return
        focused = next((n for n, chip in enumerate(self.struck) if chip.hasFocus()), None)
        self._shown_struck = words
        self._flow.setEnabled(False)
        for chip in self.struck:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.struck = []
        for number, (word, because, drawing) in enumerate(words):
            chip = Chip(word, self, icon=drawing, because=because)
            chip.setObjectName(f"struck-{number}")
            chip.removed.connect(self._dismiss)
            self._flow.insert(len(self.chips) + number, chip)
            chip.show()
            self.struck.append(chip)
        self._flow.setEnabled(True)
        order = self._in_order()
        if focused is not None:
            place = min(len(self.chips) + focused, len(order) - 1)
            order[place].setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    def _in_order(self) -> list[QWidget]:
        """What can have the keyboard, from left to right; Tab goes the same way."""
        order: list[QWidget] = [*self.chips, *self.struck, self.add_button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        return order

    def _dismiss(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.dismissed.emit(chip.text())

    def _chip(self, number: int, words: str) -> Chip:
        chip = Chip(words, self)
        chip.setObjectName(f"chip-{number}")
        chip.setProperty("number", number)
        chip.clicked.connect(self._edit)
        chip.removed.connect(self._remove)
        self._flow.insert(number, chip)
        chip.show()
        return chip

    def _edit(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.edit_wanted.emit(self._shown[chip.property("number")][0], chip)

    def _remove(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.remove_wanted.emit(self._shown[chip.property("number")][0])

    def _chosen(self, action: QAction) -> None:
        self.add_wanted.emit(action.data())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Takes the height its lines need: parents that ignore heights for widths still see it."""
        height = self._flow.heightForWidth(max(self.width(), 1))
        if height != self.minimumHeight():
            self.setMinimumHeight(height)
            self.setMaximumHeight(height)

    def _tint(self) -> None:
        self.add_button.setIcon(icon("add"))
        for action, (_, _, drawing) in zip(self._actions, self._kinds, strict=True):
            action.setIcon(icon(drawing))
