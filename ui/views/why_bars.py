"""Why a hit was found, as bars: each thing that contributed, how much, and the same in words."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from casefiles.view_types import Hit, Part
from ui.icons import pixmap
from ui.models.table import ROW, Index
from ui.theme import THEME, colour, text_font
from ui.views.fact_list import value_label

BAR: Final = 44
HEIGHT: Final = 6
_LINE: Final = 17
_ICON: Final = 16


def paint_part(painter: QPainter, bar: QRectF, value: float) -> None:
    """A bar that is filled as far as the thing contributed."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("line"))
    painter.drawRoundedRect(bar, 2, 2)
    filled = QRectF(bar.left(), bar.top(), bar.width() * max(0.0, min(1.0, value)), bar.height())
    if filled.width() >= 1:
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(filled, 2, 2)


def unmeasured(hit: Hit) -> tuple[str, ...]:
    """The reasons that no bar says."""
    said = {part.words for part in hit.parts}
    return tuple(one for one in hit.why if one not in said and not _within(one, said))


def _within(reason: str, said: set[str]) -> bool:
    return any(reason in words.split("; ") for words in said)


class PartBar(QWidget):
    """One bar; the words stand beside it as text."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self._value = part.value
        self.setFixedSize(BAR, _LINE)
        self.setAccessibleName(part.name)
        THEME.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_part(painter, QRectF(0, (_LINE - HEIGHT) / 2, BAR, HEIGHT), self._value)
        painter.end()


class WhyBars(QWidget):
    """The parts of one hit under each other."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("why-bars")
        self._shown: tuple[Part, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def words(self) -> tuple[str, ...]:
        """What the bars say."""
        return tuple(part.words for part in self._shown)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Shows these; none: goes away."""
        if tuple(parts) == self._shown:
            return
        self._shown = tuple(parts)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, part in enumerate(self._shown):
            words = value_label(part.name)
            words.setText(part.words)
            words.setToolTip(part.name)
            self._grid.addWidget(PartBar(part), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, row, 1)
        self.setVisible(bool(self._shown))


class WhyCells(QStyledItemDelegate):
    """A list cell whose row is a hit: as many bars as fit, then the reasons without one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(ROW)
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("row"))
        if isinstance(hit, Hit):
            self._paint_parts(painter, area.adjusted(6, 2, -4, -2), hit)
        painter.restore()

    def _paint_parts(self, painter: QPainter, area: QRect, hit: Hit) -> None:
        lines = max(area.height() // _LINE, 1)
        painter.setFont(text_font(11))
        if hit.doubtful:
            drawing = pixmap("warning", _ICON, "warn")
            painter.drawPixmap(area.left(), area.top(), drawing)
            area = area.adjusted(_ICON + 6, 0, 0, 0)
        rest = unmeasured(hit)
        with_bar = hit.parts[: lines if not rest else lines - 1]
        # What was found last, or taught by people, is what tells hits apart: the ends are kept.
        if len(with_bar) < len(hit.parts) and with_bar:
            with_bar = (*with_bar[:-1], hit.parts[-1])
        for number, part in enumerate(with_bar):
            line = QRect(area.left(), area.top() + number * _LINE, area.width(), _LINE)
            middle = line.center().y() - HEIGHT / 2 + 1
            paint_part(painter, QRectF(line.left(), middle, BAR, HEIGHT), part.value)
            self._say(painter, line.adjusted(BAR + 8, 0, 0, 0), part.words)
        if rest and len(with_bar) < lines:
            line = QRect(area.left(), area.top() + len(with_bar) * _LINE, area.width(), _LINE)
            self._say(painter, line, "; ".join(rest))

    def _say(self, painter: QPainter, room: QRect, text: str) -> None:
        painter.setPen(colour("text"))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
