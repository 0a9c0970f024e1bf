"""What an empty list says: that it is empty, and what would fill it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.icons import pixmap
from ui.theme import THEME, set_property, text_font

_SIDE = 32


class EmptyState(QWidget):
    """A drawing, a heading and an explanation, in the middle of the room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty-state")
        self._icon_name = ""
        self.drawing, self.heading, self.text = QLabel(), QLabel(), QLabel()
        self.heading.setFont(text_font(13, bold=True))
        for label in (self.heading, self.text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        set_property(self.text, "dim", True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 8, 16, 8)
        rows.setSpacing(8)
        rows.addStretch(1)
        for label in (self.drawing, self.heading, self.text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            rows.addWidget(label)
        rows.addStretch(2)
        THEME.changed.connect(self._tint)

    def say(self, heading: str, text: str, icon: str) -> None:
        """What to show."""
        self.heading.setText(heading)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{heading}. {text}")
        self._icon_name = icon
        self._tint()

    def minimumSizeHint(self) -> QSize:
        """Room for the words: the drawing is left out where a dock is low."""
        whole = super().minimumSizeHint()
        return QSize(whole.width(), whole.height() - self._drawing_px())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rows = self.layout()
        if rows is not None:
            words = rows.totalHeightForWidth(self.width()) - self._drawing_px()
            self.drawing.setVisible(self.height() >= words + _SIDE + rows.spacing())

    def _drawing_px(self) -> int:
        """What the drawing takes now, with the space below it."""
        rows = self.layout()
        if rows is None or self.drawing.isHidden():
            return 0
        return _SIDE + rows.spacing()

    def _tint(self) -> None:
        if self._icon_name:
            self.drawing.setPixmap(pixmap(self._icon_name, _SIDE, "text_dim"))
