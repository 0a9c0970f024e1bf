"""The strip of all dates of a case: bars of footage, ticks of placements, and the time shown."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from mapview.time_strip import TimeStrip
from ui.theme import colour

_WHEEL_STEP: Final = 1.25
_NOTCH: Final = 120
_STRIP_PX: Final = 30


class TimeStripView(QWidget):
    """The strip itself: footage as bars, dates as ticks, the time shown as a line with a handle."""

    chosen = Signal(object)
    """A wall time (`int`) was asked for."""
    stepped = Signal(int)
    """The next (1) or previous (-1) date was asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map-time-strip")
        self.setAccessibleName(self.tr("Time that the map shows"))
        self.setToolTip(
            self.tr("Click or drag to a time; the wheel zooms; ticks: a camera comes, goes or "
                    "moves; Page up and down go from tick to tick")
        )  # fmt: skip
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)
        self.strip = TimeStrip()
        self._now: int | None = None

    def sizeHint(self) -> QSize:
        """As high as a finger, as wide as there is room."""
        return QSize(240, _STRIP_PX)

    def show_strip(self, strip: TimeStrip) -> None:
        """Other dates; the part shown stays where the whole is the same."""
        if strip.whole == self.strip.whole:
            before = self.strip
            strip = TimeStrip(
                strip.changes, strip.footage, strip.whole, before.from_ns, before.to_ns
            )
        self.strip = strip.resized(self.width())
        self.update()

    def show_time(self, wall_ns: int | None) -> None:
        """The time that the map shows."""
        self._now = wall_ns
        if wall_ns is not None:
            self.strip = self.strip.holding(wall_ns)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars below, ticks over them, the time shown on top."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strip = self.strip.resized(self.width())
        frame = QRectF(0, 5, self.width(), self.height() - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("lane"))
        painter.drawRoundedRect(frame, 3, 3)
        counts = strip.densities()
        most = max(1, int(counts.max(initial=0)))
        painter.setBrush(colour("text_dim"))
        for column in counts.nonzero()[0].tolist():
            # By the root: one camera is seen beside fifty.
            tall = frame.height() * (0.25 + 0.75 * (int(counts[column]) / most) ** 0.5)
            painter.drawRect(QRectF(column, frame.bottom() - tall, 1, tall))
        painter.setPen(QPen(colour("accent"), 1.4))
        for change in strip.changes:
            x = strip.x_of(change)
            if 0 <= x <= self.width():
                painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        if self._now is not None and strip.whole is not None:
            self._paint_now(painter, strip.x_of(self._now))
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 3, 3)
        painter.end()

    def _paint_now(self, painter: QPainter, x: float) -> None:
        painter.setPen(QPen(colour("playhead"), 1.6))
        painter.setBrush(colour("playhead"))
        if 0 <= x <= self.width():
            painter.drawLine(QPointF(x, 3), QPointF(x, self.height() - 1))
            top = [QPointF(x - 5, 0), QPointF(x + 5, 0), QPointF(x, 7)]
        else:
            # Beyond the strip: an arrow on the side where it is.
            edge, out = (2.0, 9.0) if x < 0 else (self.width() - 2.0, self.width() - 9.0)
            top = [QPointF(edge, 8), QPointF(out, 3), QPointF(out, 13)]
        painter.drawPolygon(QPolygonF(top))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Goes to the time under the pointer."""
        self._choose(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Goes along with the pointer while it is pressed."""
        self._choose(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Shows all dates again."""
        self._show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms at the pointer."""
        factor = _WHEEL_STEP ** (event.angleDelta().y() / _NOTCH)
        self.strip = self.strip.resized(self.width()).zoomed(factor, event.position().x())
        self.update()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go by a pixel's time, Page up and down from date to date, + and − zoom, Home
        shows all."""
        strip = self.strip.resized(self.width())
        now = self._now if self._now is not None else strip.from_ns
        step = max(1, (strip.to_ns - strip.from_ns) // strip.width)
        match event.key():
            case Qt.Key.Key_Left:
                self.chosen.emit(now - step)
            case Qt.Key.Key_Right:
                self.chosen.emit(now + step)
            case Qt.Key.Key_PageUp:
                self.stepped.emit(-1)
            case Qt.Key.Key_PageDown:
                self.stepped.emit(1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.strip = strip.zoomed(_WHEEL_STEP, strip.x_of(now))
            case Qt.Key.Key_Minus:
                self.strip = strip.zoomed(1 / _WHEEL_STEP, strip.x_of(now))
            case Qt.Key.Key_Home:
                self._show_all()
            case _:
                super().keyPressEvent(event)
                return
        self.update()
        event.accept()

    def _choose(self, event: QMouseEvent) -> None:
        strip = self.strip.resized(self.width())
        if event.buttons() & Qt.MouseButton.LeftButton and strip.whole is not None:
            self.chosen.emit(strip.time_at(event.position().x()))

    def _show_all(self) -> None:
        strip = self.strip
        if strip.whole is not None:
            self.strip = TimeStrip(strip.changes, strip.footage, strip.whole, *strip.whole)
            self.update()
