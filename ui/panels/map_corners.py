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
_ZOOMS: Final = ("map-zoom-in", "map-zoom-out")


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
        # On a low map the wheel and the keys zoom; on a lower one still there are more columns.
        step = _BUTTON_PX + 4
        room = over.height() - _EDGE_PX
        low = room < len(self._buttons) * step + _NORTH_PX + _EDGE_PX
        shown = [one for one in self._buttons if not (low and one.objectName() in _ZOOMS)]
        for button in self._buttons:
            button.setVisible(button in shown)
        columns = -(-len(shown) // max(1, room // step)) or 1
        rows = -(-len(shown) // columns) or 1
        x = over.width() - _EDGE_PX - columns * step + 4
        y = room - rows * step + 4
        for number, button in enumerate(shown):
            button.move(x + number // rows * step, y + number % rows * step)
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
