"""What the colours and shapes of the timeline mean, in one line."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import THEME, Token, colour, text_font
from ui.views.timeline_paint import hatch_tile, paint_flag, paint_hit

_MARK_PX = 14
_SPACE_PX = 14
_HEIGHT = 28


class TimelineLegend(QWidget):
    """As many entries as there is room for, the important ones first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[tuple[Token, str], ...] = (
            ("person", self.tr("person")),
            ("vehicle", self.tr("vehicle")),
            ("other", self.tr("other")),
            ("gap", self.tr("footage missing")),
            ("hit", self.tr("hit")),
            ("bookmark", self.tr("bookmark")),
        )
        self.setObjectName("timeline-legend")
        self.setAccessibleName(self.tr("Legend of the timeline"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(text_font(11))
        widths = [metrics.horizontalAdvance(text) for _, text in self._entries]
        return QSize(sum(widths) + len(widths) * (_MARK_PX + _SPACE_PX + 4), _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(text_font(11))
        metrics = painter.fontMetrics()
        x, middle = 8.0, self.height() / 2
        for token, text in self._entries:
            width = metrics.horizontalAdvance(text)
            if x + _MARK_PX + 4 + width > self.width():
                break
            self._paint_mark(painter, token, x, middle)
            painter.setPen(colour("text_dim"))
            area = QRectF(x + _MARK_PX + 4, 0, width + 1, self.height())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
            x += _MARK_PX + 4 + width + _SPACE_PX
        painter.end()

    def _paint_mark(self, painter: QPainter, token: Token, x: float, middle: float) -> None:
        if token == "hit":
            paint_hit(painter, QPointF(x + _MARK_PX / 2, middle), doubtful=False, chosen=False)
        elif token == "bookmark":
            paint_flag(painter, x + 3, middle - 6, middle + 6)
        elif token == "gap":
            area = QRectF(x, middle - 5, _MARK_PX, 10)
            painter.drawTiledPixmap(area, hatch_tile(self.devicePixelRatioF()))
        else:
            # As high and as far up as its strip in a lane: place doubles colour.
            top, height = {"person": (-5, 4), "vehicle": (-1, 4), "other": (3, 2)}[token]
            painter.fillRect(QRectF(x, middle - 5, _MARK_PX, 10), colour("footage"))
            painter.fillRect(QRectF(x, middle + top, _MARK_PX, height), colour(token))
