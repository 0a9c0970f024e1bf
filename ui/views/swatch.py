"""Named colours as seen: what stands for each name of `detection.colours` on screen."""

from functools import cache
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from casefiles.view_types import ColourShare
from ui.theme import THEME, colour

# What clothes and cars of that name look like, not the colours of the window: never themed.
_SEEN: Final = {
    "black": "#101010", "dark grey": "#4a4a4a", "grey": "#8c8c8c", "white": "#f4f4f4",
    "beige": "#d9c6a0", "brown": "#6e4426", "red": "#c8202c", "orange": "#ea7a1c",
    "yellow": "#f2cf2b", "green": "#3c9d4a", "dark green": "#1d4f2a", "blue": "#2f6fd0",
    "dark blue": "#1b2f63", "purple": "#7a3fa0", "pink": "#e889ae",
}  # fmt: skip


def seen_colour(name: str) -> QColor:
    """What a named colour looks like; mid grey for a name of a later version."""
    return QColor(_SEEN.get(name, "#8c8c8c"))


@cache
def swatch_icon(name: str, side: int = 16) -> QIcon:
    """A square of a named colour with an edge that shows on any background."""
    made = QIcon()
    for ratio in (1, 2, 3):
        picture = QPixmap(side * ratio, side * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#808080"), 1))
        painter.setBrush(seen_colour(name))
        painter.drawRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), 3, 3)
        painter.end()
        made.addPixmap(picture)
    return made


class ColourStrip(QWidget):
    """Shares of named colours as one strip; the names stand beside it as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[ColourShare, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.update)

    def set_shares(self, shares: tuple[ColourShare, ...]) -> None:
        """Shows these shares, largest first."""
        self._shares = shares
        self.setAccessibleName(", ".join(one.colour for one in shares))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = sum(one.share for one in self._shares)
        left = 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for one in self._shares if whole > 0 else ():
            width = self.width() * one.share / whole
            painter.setBrush(seen_colour(one.colour))
            painter.drawRect(QRectF(left, 0, width, self.height()))
            left += width
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colour("text_dim"))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1))
        painter.end()
