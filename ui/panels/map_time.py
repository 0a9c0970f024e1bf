"""The time that the map shows, and the bar below it to choose one.

As long as it is tied, it is the time of the player. A date without footage can be shown as well:
then the map has a time of its own, says so, and the player stays where it is.
"""

from datetime import datetime
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
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from casefiles.types import Placement
from casefiles.view_types import CaseView
from mapview.layers import placement_changes
from mapview.time_strip import TimeStrip
from ui.icons import icon
from ui.session import Session
from ui.theme import THEME, colour, set_property, text_font
from video.clock import wall_from_ns, zone_of
from video.types import TimeNs

_MINUTE_NS: Final = 60_000_000_000
_WHEEL_STEP: Final = 1.25
_NOTCH: Final = 120
_STRIP_PX: Final = 30
_BUTTON_PX: Final = 28


class MapTime(QWidget):
    """A strip of all dates of the case, and the time on it that the map shows."""

    changed = Signal()
    """`wall_ns` is another one."""
    span_changed = Signal()
    """`span` is another one: with the time, or because another length was chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map-time")
        self._session = session
        self._own_ns: int | None = None
        self._zone_name = ""
        self.strip = TimeStripView()
        self.link = _button("link", self.tr("The map shows the time of the player"))
        self.link.setCheckable(True)
        self.link.setChecked(True)
        self.earlier = _button("step-back", self.tr("Where cameras changed before (Page up)"))
        self.later = _button("step-forward", self.tr("Where cameras change next (Page down)"))
        self.label = QLabel()
        self.label.setObjectName("map-time-label")
        self.label.setFont(text_font(11))
        self.length = QComboBox()
        self.length.setObjectName("map-time-window")
        self.length.setAccessibleName(self.tr("Paths of how long"))
        self.length.setToolTip(self.tr("How much time around the one shown paths and tracks cover"))
        for text, length_ns in (
            (self.tr("10 min"), 10 * _MINUTE_NS), (self.tr("1 h"), 60 * _MINUTE_NS),
            (self.tr("1 day"), 1440 * _MINUTE_NS), (self.tr("all times"), 0),
        ):  # fmt: skip
            self.length.addItem(text, length_ns)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for widget in (self.link, self.earlier, self.later):
            row.addWidget(widget)
        row.addWidget(self.strip, 1)
        row.addWidget(self.label)
        row.addWidget(self.length)
        self.link.toggled.connect(self._tie)
        self.earlier.clicked.connect(lambda: self.step_change(-1))
        self.later.clicked.connect(lambda: self.step_change(1))
        self.strip.chosen.connect(self.go_to)
        self.strip.stepped.connect(self.step_change)
        self.length.currentIndexChanged.connect(lambda _: self.span_changed.emit())
        session.playhead_changed.connect(self._follow)
        session.view_changed.connect(self._read)
        session.case_changed.connect(self._read_case)
        THEME.changed.connect(self._dress)
        self._dress()
        self._read()

    @property
    def is_tied(self) -> bool:
        """Whether the time shown is the player's."""
        return self._own_ns is None

    @property
    def wall_ns(self) -> int | None:
        """The wall time that the map shows; None before anything is shown."""
        return (self._session.playhead_ns or None) if self._own_ns is None else self._own_ns

    @property
    def span(self) -> tuple[int, int] | None:
        """From-to in wall nanoseconds around the time shown; None for all times."""
        length, now = int(self.length.currentData()), self.wall_ns
        if not length or now is None:
            return None
        return now - length // 2, now + length // 2

    @property
    def span_words(self) -> str:
        """The span in words."""
        span = self.span
        if span is None:
            return self.tr("all times")
        return self.tr("{0} to {1}").format(self.words(span[0]), self.words(span[1]))

    def go_to(self, wall_ns: int) -> None:
        """Shows another time: with the player where it is tied and has footage then, else the map
        alone."""
        if self.is_tied and self.strip.strip.has_footage(wall_ns):
            self._session.go_to(wall_ns)
            return
        self._own_ns = wall_ns
        self.link.setChecked(False)
        self._tell()

    def tie(self) -> None:
        """Shows the time of the player again."""
        self.link.setChecked(True)

    def step_change(self, by: int) -> None:
        """To the next (or previous) date at which a camera comes, goes or moves."""
        now, strip = self.wall_ns, self.strip.strip
        if now is None:
            now = strip.whole[0] if strip.whole is not None else 0
        found = strip.change_after(now) if by > 0 else strip.change_before(now)
        if found is not None:
            self.go_to(found)

    def words(self, wall_ns: int | None) -> str:
        """A wall time in the zone of the case, to the second."""
        return "" if wall_ns is None else f"{self._there(wall_ns):%Y-%m-%d %H:%M:%S %z}"

    def dates(self, placement: Placement) -> str:
        """From when to when a placement holds, by days."""
        begun, ended = placement.from_ns, placement.to_ns
        first = "" if begun is None else f"{self._there(begun):%Y-%m-%d}"
        last = "" if ended is None else f"{self._there(ended):%Y-%m-%d}"
        if first and last:
            return self.tr("{0} to {1}").format(first, last)
        if first:
            return self.tr("from {0}").format(first)
        return self.tr("until {0}").format(last) if last else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ties it to the player again."""
        if event.key() == Qt.Key.Key_Escape and not self.is_tied:
            self.tie()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _there(self, wall_ns: int) -> datetime:
        return wall_from_ns(wall_ns).astimezone(zone_of(self._zone_name or "UTC"))

    def _tie(self, on: bool) -> None:
        if on and self._own_ns is not None:
            self._own_ns = None
            self._tell()
        elif not on and self._own_ns is None:
            self._own_ns = self.wall_ns or (self.strip.strip.whole or (0, 0))[1]
            self._tell()

    def _follow(self, _: int) -> None:
        if self.is_tied:
            self._tell()

    def _read_case(self) -> None:
        self._own_ns = None
        self.link.setChecked(True)
        self._read()

    def _read(self) -> None:
        view = self._session.view
        self._zone_name = "" if view is None else view.zone_name
        self.strip.show_strip(TimeStrip() if view is None else strip_of(view))
        self.setVisible(self.strip.strip.whole is not None)
        self._tell()

    def _tell(self) -> None:
        now = self.wall_ns
        self.strip.show_time(now)
        words = self.words(now)
        self.label.setText(words if self.is_tied else self.tr("map only: {0}").format(words))
        self.strip.setAccessibleDescription(self.label.text())
        self.changed.emit()
        self.span_changed.emit()

    def _dress(self) -> None:
        for button, name in (
            (self.link, "link"), (self.earlier, "step-back"), (self.later, "step-forward"),
        ):  # fmt: skip
            button.setIcon(icon(name))
        set_property(self.label, "dim", True)
        self.strip.update()


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


def strip_of(view: CaseView) -> TimeStrip:
    """All dates of a case: of its placements, and of recordings whose start is known."""
    footage = []
    for source in view.sources:
        if source.clock is not None:
            begin = source.clock.to_wall_ns(TimeNs(0))
            footage.append((begin, begin + source.duration_ns))
    return TimeStrip.of(placement_changes(view.cameras), footage)


def _button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(f"map-time-{name}")
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.setIconSize(QSize(16, 16))
    button.setFixedSize(_BUTTON_PX, _BUTTON_PX)
    return button
