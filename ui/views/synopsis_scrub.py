"""Going through a synopsis by hand: how many objects are shown when, and where the show is."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import THEME, colour

_HEIGHT = 34
_SIDE = 6


class SynopsisScrub(QWidget):
    """Show time from left to right; a press or a drag says which moment is meant."""

    seek_wanted = Signal(object)
    """Show time in nanoseconds (`int`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("synopsis-scrub")
        self.setAccessibleName(self.tr("Place in the show"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._crowd: NDArray[np.int32] = np.zeros(1, np.int32)
        self._length_ns = 0
        self._show_ns = 0
        THEME.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def set_show(self, crowd: NDArray[np.int32], length_ns: int) -> None:
        """How many objects are shown, `(n,)` over equal parts of a show so long."""
        self._crowd, self._length_ns = crowd, length_ns
        most = int(crowd.max(initial=0))
        self.setToolTip(self.tr("At most {0} objects at once").format(most) if length_ns else "")
        self.update()

    def set_time(self, show_ns: int, spoken: str) -> None:
        """Where the show is; `spoken` says it in words."""
        before, self._show_ns = self._x(self._show_ns), show_ns
        self.setAccessibleDescription(spoken)
        now = self._x(show_ns)
        if round(before) != round(now):
            for x in (before, now):
                self.update(round(x) - 3, 0, 7, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position().x())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _seek(self, x: float) -> None:
        room = max(self.width() - 2 * _SIDE, 1)
        share = min(max((x - _SIDE) / room, 0.0), 1.0)
        self.seek_wanted.emit(round(share * self._length_ns))

    def _x(self, show_ns: int) -> float:
        share = show_ns / self._length_ns if self._length_ns else 0.0
        return _SIDE + share * (self.width() - 2 * _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour("panel"))
        area = QRectF(self.rect()).adjusted(_SIDE, 3, -_SIDE, -3)
        painter.fillRect(area, colour("lane"))
        most = int(self._crowd.max(initial=0))
        if most and self._length_ns:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("footage"))
            painter.drawPolygon(self._curve(area, most))
        x = self._x(self._show_ns)
        painter.setPen(QPen(colour("playhead"), 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent" if self.hasFocus() else "line"), 1))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _curve(self, area: QRectF, most: int) -> QPolygonF:
        """The steps of how many there are, as an area from the bottom."""
        room = max(round(area.width()), 1)
        # One height a point at most: the highest of what falls together.
        at = np.arange(len(self._crowd)) * min(room, len(self._crowd)) // len(self._crowd)
        first = np.flatnonzero(np.diff(at, prepend=-1))
        heights = np.maximum.reduceat(self._crowd, first) / most * (area.height() - 2)
        step = area.width() / len(heights)
        points = [QPointF(area.left(), area.bottom())]
        for number, height in enumerate(heights.tolist()):
            points.append(QPointF(area.left() + number * step, area.bottom() - height))
            points.append(QPointF(area.left() + (number + 1) * step, area.bottom() - height))
        points.append(QPointF(area.right(), area.bottom()))
        return QPolygonF(points)
