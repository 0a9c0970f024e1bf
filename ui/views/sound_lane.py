"""The sound of one recording under the timeline, on the same time: how loud it is, and when."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import THEME, colour, text_font
from ui.views.timeline_scale import TimeScale
from video.clock import ClockOffset
from video.sound import Loudness

HEIGHT_PX = 40


class SoundLane(QWidget):
    """Paints what it is given; a click says which moment is meant."""

    seek_wanted = Signal(object)
    """Wall nanoseconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sound-lane")
        self.setAccessibleName(self.tr("Sound"))
        self.setFixedHeight(HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.scale = TimeScale(0, 1, 1)
        self.playhead_ns = 0
        self.note = ""
        """Shown where there is no picture of the sound yet."""
        self._loudness: Loudness | None = None
        self._clock = ClockOffset(0)
        THEME.changed.connect(self.update)

    def show_range(self, from_ns: int, to_ns: int) -> None:
        """The range of wall time that is shown."""
        if to_ns > from_ns:
            self.scale = TimeScale(from_ns, to_ns, max(self.width(), 1))
            self.update()

    def set_loudness(self, loudness: Loudness | None, clock: ClockOffset, note: str = "") -> None:
        """Another recording, or none; `note` says why there is nothing to see."""
        self._loudness, self._clock, self.note = loudness, clock, note
        self.setAccessibleDescription(note)
        self.update()

    def set_playhead(self, wall_ns: int) -> None:
        """Where the playhead is."""
        before, self.playhead_ns = self.scale.x_of(self.playhead_ns), wall_ns
        now = self.scale.x_of(wall_ns)
        if round(before) != round(now):
            for x in (before, now):
                if -2 <= x <= self.width() + 2:
                    self.update(round(x) - 2, 0, 5, self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.seek_wanted.emit(self._fitted().time_at(event.position().x()))

    def columns(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and highest sample of each pixel, `(width,) float32` −1..1; NaN where there
        is no sound."""
        width = max(self.width(), 1)
        nothing = np.full(width, np.nan, np.float32)
        loud = self._loudness
        if loud is None or not len(loud.high):
            return nothing, nothing
        edges = self._fitted().edges(width) - self._clock.to_wall_ns(loud.start_ns)
        first = np.clip(edges[:-1] // loud.step_ns, 0, len(loud.high))
        end = np.clip(-(-edges[1:] // loud.step_ns), 0, len(loud.high))
        some = np.flatnonzero(end > first)
        low, high = nothing, nothing.copy()
        if not len(some):
            return low, high
        # Of each column the extremes: a short bang is seen at every zoom.
        bounds = np.column_stack((first[some], end[some])).ravel()
        padded = (np.append(loud.low, 0), np.append(loud.high, 0))
        low[some] = np.minimum.reduceat(padded[0], bounds)[::2] / 127
        high[some] = np.maximum.reduceat(padded[1], bounds)[::2] / 127
        return low, high

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), colour("panel"))
        middle, half = self.height() / 2, self.height() / 2 - 3
        painter.setPen(QPen(colour("line"), 1))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        low, high = self.columns()
        painter.setPen(QPen(colour("accent"), 1))
        first, last = max(event.rect().left(), 0), min(event.rect().right() + 1, len(high))
        for x in (first + np.flatnonzero(~np.isnan(high[first:last]))).tolist():
            top, bottom = middle - half * float(high[x]), middle - half * float(low[x])
            painter.drawLine(QPointF(x + 0.5, top), QPointF(x + 0.5, max(bottom, top + 1)))
        if self.note:
            painter.setPen(colour("text_dim"))
            painter.setFont(text_font(11))
            painter.drawText(
                QRectF(self.rect()).adjusted(8, 0, -8, 0),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
                self.note,
            )
        here = self._fitted().x_of(self.playhead_ns)
        painter.setPen(QPen(colour("text"), 1.5))
        painter.drawLine(QPointF(here, 0), QPointF(here, self.height()))
        painter.end()

    def _fitted(self) -> TimeScale:
        return self.scale.resized(self.width())
