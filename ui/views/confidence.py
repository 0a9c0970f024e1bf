"""How sure a result is: a word and a small bar, never a percentage."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from casefiles.usecases.sureness import sureness
from casefiles.view_types import Hit
from ui.models.table import ROW, Index
from ui.theme import THEME, colour

BAR_WIDTH = 28
BAR_HEIGHT = 6
_STEPS = 3


def paint_bar(painter: QPainter, bar: QRectF, score: float) -> None:
    """Three blocks, one to three of them filled: the word again, as a shape."""
    filled = {"weak": 1, "fair": 2, "strong": 3}[sureness(score)]
    width = (bar.width() - 2 * (_STEPS - 1)) / _STEPS
    painter.setPen(Qt.PenStyle.NoPen)
    for step in range(_STEPS):
        painter.setBrush(colour("accent") if step < filled else colour("line"))
        block = QRectF(bar.left() + step * (width + 2), bar.top(), width, bar.height())
        painter.drawRoundedRect(block, 1.5, 1.5)


class ConfidenceCells(QStyledItemDelegate):
    """A list cell whose row is a hit: bar and word."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colour("row"))
        if isinstance(hit, Hit):
            area = option.rect.adjusted(6, 0, -4, 0)
            middle = area.center().y() - BAR_HEIGHT / 2
            paint_bar(painter, QRectF(area.left(), middle, BAR_WIDTH, BAR_HEIGHT), hit.score)
            painter.setPen(colour("text"))
            words = area.adjusted(BAR_WIDTH + 8, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, sureness(hit.score))
        painter.restore()


class ConfidenceBar(QWidget):
    """The bar alone; the word stands beside it as text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        THEME.changed.connect(self.update)

    def set_score(self, score: float) -> None:
        """Shows a ranking score 0..1."""
        self._score = score
        self.setAccessibleName(self.tr("Confidence: {word}").format(word=sureness(score)))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BAR_WIDTH, BAR_HEIGHT + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bar(painter, QRectF(0, 2, BAR_WIDTH, BAR_HEIGHT), self._score)
        painter.end()
