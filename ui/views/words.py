"""A wrapped line of words with a tone, and perhaps a small drawing that doubles it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ui.icons import pixmap
from ui.theme import THEME, Token, set_property, text_font

_ICON = 16


class Words(QWidget):
    """Text that is there only while it says something; `tone` is `dim`, `warn` or `alert`."""

    def __init__(self, name: str, tone: str, *, small: bool = False, icon: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._tone = tone
        self._icon_name = icon
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setFont(text_font(11 if small else 13))
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A single long word must not widen the panel.
        self.label.setMinimumWidth(40)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        if tone == "dim":
            set_property(self.label, "dim", True)
        else:
            set_property(self.label, "tone", tone)
        self.drawing = QLabel()
        self.drawing.setVisible(bool(icon))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.drawing, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.label, 1)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        THEME.changed.connect(self._tint)
        self._tint()
        self.hide()

    def say(self, text: str) -> None:
        """Shows a text; an empty one takes the line away."""
        if text == self.label.text():
            return
        self.label.setText(text)
        self.label.setAccessibleName(text)
        self.setVisible(bool(text))

    @property
    def text(self) -> str:
        """What is said."""
        return self.label.text()

    def _tint(self) -> None:
        token: Token = "text_dim" if self._tone == "dim" else "warn"
        if self._icon_name:
            self.drawing.setPixmap(pixmap(self._icon_name, _ICON, token))
