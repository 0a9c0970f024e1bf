"""The clock legend of a synopsis: from when to when was recorded, and when what is shown was."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import THEME, colour, digits_font
from ui.views.overlay import Kind

_HEIGHT: Final = 24
_SIDE: Final = 8
_DOT: Final = 3.5


class ClockLegend(QWidget):
    """One line for all cameras: a dot for each object shown, at its recorded time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("synopsis-clock")
        self.setAccessibleName(self.tr("When what is shown was recorded"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._span: tuple[int, int] | None = None
        self._ends = ("", "")
        self._dots: tuple[tuple[int, Kind, bool], ...] = ()
        THEME.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def set_span(self, span: tuple[int, int] | None, ends: tuple[str, str]) -> None:
        """The first and the last recorded time, and how they are written."""
        self._span, self._ends = span, ends
        self.setAccessibleDescription(self.tr("{0} to {1}").format(*ends) if span else "")
        self.update()

    def set_dots(self, dots: Sequence[tuple[int, Kind, bool]]) -> None:
        """Recorded time and group of what is shown, and whether it is selected."""
        if tuple(dots) != self._dots:
            self._dots = tuple(dots)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("panel"))
        if self._span is None:
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = digits_font(11)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        before, after = (metrics.horizontalAdvance(text) + 8 for text in self._ends)
        area = QRectF(self.rect()).adjusted(_SIDE, 0, -_SIDE, 0)
        painter.setPen(colour("text_dim"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignLeft), self._ends[0])
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignRight), self._ends[1])
        left, right = area.left() + before, area.right() - after
        height = area.center().y()
        painter.setPen(QPen(colour("line"), 2))
        painter.drawLine(QPointF(left, height), QPointF(right, height))
        begin, end = self._span
        for time_ns, kind, is_selected in self._dots:
            share = (time_ns - begin) / max(end - begin, 1)
            at = QPointF(left + min(max(share, 0.0), 1.0) * (right - left), height)
            painter.setPen(QPen(colour("accent" if is_selected else "panel"), 1.5))
            painter.setBrush(colour(kind))
            size = _DOT + (1.5 if is_selected else 0)
            if kind == "vehicle":
                painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
            else:
                painter.drawEllipse(at, size, size)
        painter.end()
