"""What lies over the corners of the map: buttons lower right, the note upper left."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from ui.icons import icon
from ui.theme import set_property

_BUTTON_PX: Final = 28
_EDGE_PX: Final = 8
_NORTH_PX: Final = 36


class MapCorners(QObject):
    """Buttons and a note over a map; they keep their corners when it is resized."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._buttons: list[QToolButton] = []
        self.note = make_note("map-note")
        self.note.setParent(over)
        self.note.setMargin(_EDGE_PX)
        # It lies over the map: a bar beside it would shift the map whenever a mode begins.
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)

    def add_button(self, name: str, tip: str, act: Callable[[], None]) -> QToolButton:
        """One more button below the others; its picture is the icon of that name."""
        button = QToolButton(self._over)
        button.setObjectName(f"map-{name}")
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.clicked.connect(act)
        self._buttons.append(button)
        self._place()
        return button

    def say(self, text: str) -> None:
        """Shows a note, or (empty) none."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The corners have moved."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def dress(self) -> None:
        """Icons of the scheme in force."""
        for button in self._buttons:
            button.setIcon(icon(button.objectName().removeprefix("map-")))
            set_property(button, "onmap", True)
        set_property(self.note, "onmap", True)

    def _place(self) -> None:
        over = self._over
        x = over.width() - _BUTTON_PX - _EDGE_PX
        y = over.height() - _EDGE_PX - len(self._buttons) * (_BUTTON_PX + 4) + 4
        for number, button in enumerate(self._buttons):
            button.move(x, y + number * (_BUTTON_PX + 4))
        # As wide as the north mark leaves room for.
        room = max(over.width() - 2 * _EDGE_PX - _NORTH_PX, 80)
        wide = min(room, self.note.fontMetrics().horizontalAdvance(self.note.text()) + 24)
        self.note.setGeometry(_EDGE_PX, _EDGE_PX, wide, self.note.heightForWidth(wide))


def make_note(name: str) -> QLabel:
    """A dim text that wraps."""
    label = QLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    set_property(label, "dim", True)
    return label
