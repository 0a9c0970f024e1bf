"""The clock legend of a synopsis: from when to when was recorded, and when what is shown was."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import THEME, digits_font, on_video
from ui.views.overlay import Kind
from video.synopsis.labels import Words
from video.synopsis.legend import round_times, time_colour

_HEIGHT: Final = 38
_SIDE: Final = 10
_LINE_Y: Final = 11.0
_LINE_PX: Final = 4.0
_DOT: Final = 4.0
_APART: Final = 14.0
_STOPS: Final = 12
_SCALE: Final = 1000
Dot = tuple[int, Kind, bool]
"""Recorded time and group of an object on show, and whether it is selected."""


class ClockLegend(QWidget):
    """One line for all cameras, in the colours of the labels: a dot for each object shown, at its
    recorded time, and what a clock said there below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("synopsis-clock")
        self.setAccessibleName(self.tr("When what is shown was recorded"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._span: tuple[int, int] | None = None
        self._words = Words(wall=False)
        self._dots: tuple[Dot, ...] = ()
        THEME.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def set_span(self, span: tuple[int, int] | None, words: Words) -> None:
        """The first and the last recorded time, and how times are written."""
        self._span, self._words = span, words
        ends = () if span is None else tuple(words.time(one) for one in span)
        self.setAccessibleDescription(self.tr("{0} to {1}").format(*ends) if ends else "")
        self.setToolTip(
            self.tr("Recorded from {0} to {1}. The colours are those of the labels.").format(*ends)
            if ends
            else ""
        )
        self.update()

    def set_dots(self, dots: Sequence[Dot]) -> None:
        """What is shown."""
        if tuple(dots) != self._dots:
            self._dots = tuple(dots)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        # As dark as the pictures in both schemes: the colours of time are made for that.
        painter.fillRect(self.rect(), on_video("video"))
        if self._span is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            left, right = float(_SIDE), float(self.width() - _SIDE)
            self._paint_line(painter, left, right)
            self._paint_times(painter, self._span, left, right)
            for dot in sorted(self._dots, key=lambda one: one[2]):
                _paint_dot(painter, dot, self._span, left, right)
        painter.end()

    def _paint_line(self, painter: QPainter, left: float, right: float) -> None:
        ramp = QLinearGradient(left, 0, right, 0)
        for step in range(_STOPS + 1):
            ramp.setColorAt(step / _STOPS, _tone(step, (0, _STOPS)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ramp)
        painter.drawRect(QRectF(left, _LINE_Y - _LINE_PX / 2, right - left, _LINE_PX))

    def _paint_times(
        self, painter: QPainter, span: tuple[int, int], left: float, right: float
    ) -> None:
        """The ends, and round times between them, as many as have room."""
        font = digits_font(11)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        wide = metrics.horizontalAdvance(self._words.time(span[0]))
        most = max(int((right - left) / (wide + 2 * _APART)), 1)
        taken: list[tuple[float, float]] = []
        for moment in (*span, *round_times(self._words, span, most)):
            x = left + _share(moment, span) * (right - left)
            begin = min(max(x - wide / 2, left), right - wide)
            is_free = all(
                begin + wide + _APART / 2 < one or other + _APART / 2 < begin
                for one, other in taken
            )
            if not is_free:
                continue
            taken.append((begin, begin + wide))
            painter.setPen(QPen(on_video("text_dim"), 1))
            painter.drawLine(QPointF(x, _LINE_Y + 5), QPointF(x, _LINE_Y + 9))
            painter.setPen(on_video("video_text"))
            area = QRectF(begin, _LINE_Y + 9, wide + 2, _HEIGHT - _LINE_Y - 9)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self._words.time(moment))


def _paint_dot(
    painter: QPainter, dot: Dot, span: tuple[int, int], left: float, right: float
) -> None:
    time_ns, kind, is_selected = dot
    at = QPointF(left + _share(time_ns, span) * (right - left), _LINE_Y)
    size = _DOT + (1.5 if is_selected else 0)
    rim = on_video("accent" if is_selected else "video")
    painter.setPen(QPen(rim, 2.5 if is_selected else 2))
    painter.setBrush(_tone(round(_share(time_ns, span) * _SCALE), (0, _SCALE)))
    if kind == "vehicle":
        painter.drawRect(QRectF(at.x() - size, at.y() - size, 2 * size, 2 * size))
    else:
        painter.drawEllipse(at, size, size)


def _share(time_ns: int, span: tuple[int, int]) -> float:
    return min(max((time_ns - span[0]) / max(span[1] - span[0], 1), 0.0), 1.0)


def _tone(time_ns: int, span: tuple[int, int]) -> QColor:
    blue, green, red = time_colour(time_ns, span)
    return QColor(red, green, blue)
