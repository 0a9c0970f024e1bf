"""How many tracks answer, and the single steps that would bring more or fewer, to be pressed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.views.chip import Chip
from ui.views.flow import FlowLayout
from ui.views.words import Words


class HintRow(QWidget):
    """A line of words over chips; not there while there is nothing to say."""

    chosen = Signal(int)
    """The number of a step that was pressed."""
    taken_back = Signal()
    """The step that was made last is to be undone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint-row")
        self.words = Words("count-words", "dim", small=True)
        self.chips: list[Chip] = []
        self._shown: tuple[str, ...] = ()
        self._icon = ""
        self._inside = QWidget()
        self._flow = FlowLayout(self._inside)
        self.back = Chip(self.tr("Undo this step"), removable=False, icon="undo")
        self.back.setObjectName("hint-back")
        self.back.clicked.connect(self.taken_back)
        self.back.hide()
        self._flow.addWidget(self.back)
        self._inside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.words)
        rows.addWidget(self._inside)
        self.say("", (), icon="", can_undo=False)

    def say(self, words: str, steps: Sequence[str], *, icon: str, can_undo: bool) -> None:
        """Shows how many answer, and the steps as chips."""
        self.words.say(words)
        steps = tuple(steps)
        if (steps, icon) != (self._shown, self._icon):
            self._shown, self._icon = steps, icon
            had_keyboard = any(chip.hasFocus() for chip in self.chips)
            for chip in self.chips:
                self._flow.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self.chips = [self._chip(number, text) for number, text in enumerate(steps)]
            if had_keyboard:
                (self.chips[0] if self.chips else self.back).setFocus()
        self.back.setVisible(can_undo)
        self._inside.setVisible(bool(steps) or can_undo)
        self.setVisible(bool(words or steps) or can_undo)
        self._fit()

    def _chip(self, number: int, text: str) -> Chip:
        chip = Chip(text, self._inside, removable=False, icon=self._icon)
        chip.setObjectName(f"hint-{number}")
        chip.setProperty("number", number)
        chip.setAccessibleDescription(self.tr("Enter makes this step; it can be undone"))
        chip.clicked.connect(self._pressed)
        self._flow.insert(number, chip)
        chip.show()
        return chip

    def _pressed(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(chip.property("number"))

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
        if height != self._inside.minimumHeight():
            self._inside.setMinimumHeight(height)
            self._inside.setMaximumHeight(max(height, 1))
