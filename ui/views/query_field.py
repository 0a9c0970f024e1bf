"""The line one describes in what one looks for; Up and Down bring back earlier texts."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.icons import icon
from ui.theme import THEME

KEPT: Final = 20
_OWN_KEYS: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class QueryField(QLineEdit):
    """A line edit with a history of what was searched, newest last."""

    left = Signal()
    """Esc: whatever runs is to stop, or the focus to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.history: list[str] = []
        self._place = 0
        self._draft = ""
        self.setClearButtonEnabled(True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self.textEdited.connect(self._typed)
        THEME.changed.connect(self._tint)
        self._tint()

    def remember(self, text: str) -> None:
        """Adds a text that was searched; a repeated one moves to the end."""
        text = text.strip()
        if text:
            self.history = [*(one for one in self.history if one != text), text][-KEPT:]
        self._place = len(self.history)

    def event(self, event: QEvent) -> bool:
        # Arrows step frames elsewhere in the window; in a text they move in the text.
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.key() in _OWN_KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OWN_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._recall(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _recall(self, step: int) -> None:
        place = self._place + step
        if not 0 <= place <= len(self.history):
            return
        if self._place == len(self.history):
            self._draft = self.text()
        self._place = place
        text = self._draft if place == len(self.history) else self.history[place]
        self.setText(text)
        self.textEdited.emit(text)
        self._place = place

    def _typed(self, _text: str) -> None:
        self._place = len(self.history)

    def _tint(self) -> None:
        self._glass.setIcon(icon("search", "text_dim"))
