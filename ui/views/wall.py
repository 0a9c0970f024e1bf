"""The wall: so many tiles side by side, one of them focused, or that one alone."""

from collections.abc import Sequence
from math import ceil
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import THEME, colour, on_video, text_font
from ui.views.tile import TileView

_GAP: Final = 2
_ASPECT: Final = 4 / 3


class Wall(QWidget):
    """Lays out tiles; drops of files are left to the window around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wall")
        self.setAccessibleName(self.tr("Tiles"))
        self.setMinimumSize(200, 150)
        self._tiles: tuple[TileView, ...] = ()
        self._focused = 0
        self.alone = False
        """Only the focused tile is shown, as large as it can be."""
        self.empty_text = self.tr("No recording is shown")
        self.empty_hint = self.tr("Choose one under Sources and cameras, or drop footage here")
        THEME.changed.connect(self.update)

    @property
    def tiles(self) -> tuple[TileView, ...]:
        """The tiles in order."""
        return self._tiles

    @property
    def focused(self) -> TileView | None:
        """The focused tile; None on an empty wall."""
        return self._tiles[self._focused] if self._tiles else None

    @property
    def visible_tiles(self) -> tuple[TileView, ...]:
        """Those that are on screen."""
        return (self._tiles[self._focused],) if self.alone and self._tiles else self._tiles

    def set_tiles(self, tiles: Sequence[TileView]) -> None:
        """Shows exactly these; the others are the caller's to delete. Focus stays where it was."""
        focused = self.focused
        for tile in self._tiles:
            if tile not in tiles:
                tile.hide()
        self._tiles = tuple(tiles)
        for tile in tiles:
            tile.setParent(self)
        self._focused = self._tiles.index(focused) if focused in self._tiles else 0
        self._lay_out()

    def focus(self, at: int) -> bool:
        """Focuses the tile at a place, counted from 0; False where there is none."""
        if not 0 <= at < len(self._tiles):
            return False
        self._focused = at
        self._lay_out()
        return True

    def set_alone(self, *, alone: bool) -> None:
        """The focused tile as large as the wall, or all of them."""
        self.alone = alone
        self._lay_out()

    def _lay_out(self) -> None:
        shown = self.visible_tiles
        places = cells(self.rect(), len(shown))
        for tile in self._tiles:
            tile.set_focused(focused=tile is self.focused and len(shown) > 1)
            if tile not in shown:
                tile.hide()
        for tile, place in zip(shown, places, strict=True):
            tile.setGeometry(place)
            tile.show()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), on_video("line") if self._tiles else colour("panel"))
        if not self._tiles:
            middle = self.rect().adjusted(16, 0, -16, 0)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.setPen(colour("text"))
            painter.setFont(text_font(16))
            painter.drawText(middle.adjusted(0, 0, 0, -28), flags, self.empty_text)
            painter.setPen(colour("text_dim"))
            painter.setFont(text_font(13))
            painter.drawText(middle.adjusted(0, 28, 0, 0), flags, self.empty_hint)
        painter.end()


def cells(room: QRect, count: int) -> list[QRect]:
    """Equal cells for so many tiles, in rows, so that 4:3 pictures come out largest."""
    if not count:
        return []
    columns = max(range(1, count + 1), key=lambda across: _height(room, across, count))
    rows = ceil(count / columns)
    across, down = room.width() + _GAP, room.height() + _GAP
    found = []
    for at in range(count):
        row, column = divmod(at, columns)
        left, right = across * column // columns, across * (column + 1) // columns
        top, bottom = down * row // rows, down * (row + 1) // rows
        found.append(QRect(left, top, max(right - left - _GAP, 1), max(bottom - top - _GAP, 1)))
    return found


def _height(room: QRect, columns: int, count: int) -> float:
    """How high a picture is in a wall of so many columns."""
    rows = ceil(count / columns)
    return min(room.width() / columns / _ASPECT, room.height() / rows)
