"""Counts over time as stacked bars: the one module that speaks pyqtgraph.

Loading that library takes more than a second: whoever shows a chart imports this module on another
thread first, and makes the chart on the GUI thread when it is there.
"""

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPen, QWheelEvent

# pyqtgraph puts itself before the hooks by which a crash is reported; they are ours again at once.
_HOOKS = sys.excepthook, threading.excepthook
import pyqtgraph as pg  # noqa: E402 - between saving the hooks and putting them back

sys.excepthook, threading.excepthook = _HOOKS

from casefiles.usecases.read_counts import KINDS, Counts  # noqa: E402
from ui.models.wall_text import zone_of  # noqa: E402
from ui.theme import Token, colour, digits_font  # noqa: E402
from ui.views.timeline_scale import TimeScale  # noqa: E402
from ui.views.timeline_ticks import ticks  # noqa: E402
from video.clock import NS_PER_S  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

pg.setConfigOptions(antialias=False, exitCleanup=False)
_TOKENS: Final[tuple[Token, ...]] = ("person", "vehicle", "other")
_TICK_PX: Final = 92
_NOTCH: Final = 120
_NOTCH_ZOOM: Final = 1.25


class CountChart(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph tells no types
    """Bars of a range of wall time; click goes there, drag marks a span, wheel zooms."""

    seek_wanted = Signal(object)
    """Wall nanoseconds under a click."""
    span_wanted = Signal(object, object)
    """A span was dragged: from, to."""
    range_wanted = Signal(object, object)
    """The wheel asks for another range."""

    def __init__(self, parent: "QWidget | None" = None) -> None:
        self._axis = _TimeAxis(orientation="bottom")
        super().__init__(
            parent, viewBox=_Box(self._click, self._drag), axisItems={"bottom": self._axis}
        )
        self.setObjectName("count-chart")
        self.setAccessibleName(self.tr("Activity over time"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._from_ns, self._to_ns = 0, NS_PER_S
        self._counts = Counts()
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.showGrid(y=True, alpha=0.25)
        self._legend = plot.addLegend(offset=(-8, 4), labelTextSize="11px")
        self._bars: list[Any] = []
        self._playhead = pg.InfiniteLine(movable=False)
        self._span = pg.LinearRegionItem(movable=False)
        self._span.setZValue(-10)
        self._span.setVisible(False)
        plot.addItem(self._playhead)
        plot.addItem(self._span)
        self._span_ns: tuple[int, int] | None = None
        self._playhead_ns: int | None = None
        self.dress()

    def show_counts(self, counts: Counts, from_ns: int, to_ns: int, zone_name: str) -> None:
        """Other bars, over another range."""
        self._counts, self._from_ns, self._to_ns = counts, from_ns, max(to_ns, from_ns + 1)
        self._axis.set_range(self._from_ns, self._to_ns, zone_name)
        self._draw()

    def set_playhead(self, wall_ns: int | None) -> None:
        """The line of the time shown."""
        self._playhead_ns = wall_ns
        self._playhead.setVisible(wall_ns is not None)
        if wall_ns is not None:
            self._playhead.setValue(self._x(wall_ns))

    def set_span(self, span: tuple[int, int] | None) -> None:
        """The marked span."""
        self._span_ns = span
        self._span.setVisible(span is not None)
        if span is not None:
            self._span.setRegion([self._x(at) for at in span])

    def dress(self) -> None:
        """The colours of the scheme in force."""
        self.setBackground(colour("lane"))
        line, text = colour("line"), colour("text_dim")
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(line)
            axis.setTextPen(text)
            axis.setStyle(tickFont=digits_font(11))
        self._playhead.setPen(QPen(colour("playhead"), 0))
        shade = colour("selection")
        shade.setAlpha(70)
        self._span.setBrush(shade)
        self._legend.setLabelTextColor(colour("text"))
        self._draw()

    @property
    def heights(self) -> list[list[int]]:
        """What is drawn: the bars of person, vehicle and other."""
        found: list[list[int]] = self._counts.counts.tolist()
        return found

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms at the pointer."""
        at = self._time(self._box_x(event.position()))
        factor = _NOTCH_ZOOM ** (-event.angleDelta().y() / _NOTCH)
        start = at - round((at - self._from_ns) * factor)
        self.range_wanted.emit(start, start + round((self._to_ns - self._from_ns) * factor))
        event.accept()

    def _draw(self) -> None:
        plot = self.getPlotItem()
        for bar in self._bars:
            plot.removeItem(bar)
        self._bars = []
        counts = self._counts
        below = np.zeros(counts.counts.shape[1], np.int64)
        starts: NDArray[np.float64] = (counts.starts - self._from_ns) / NS_PER_S
        width = counts.bin_ns / NS_PER_S
        for kind, token, heights in zip(KINDS, _TOKENS, counts.counts, strict=True):
            bar = pg.BarGraphItem(
                x0=starts, width=width * 0.92, y0=below, height=heights,
                brush=colour(token), pen=None, name=self.tr(kind),
            )  # fmt: skip
            plot.addItem(bar)
            self._bars.append(bar)
            below = below + heights
        span_s = (self._to_ns - self._from_ns) / NS_PER_S
        self.setXRange(0, span_s, padding=0)
        self.setYRange(0, max(int(below.max(initial=0)), 1) * 1.08, padding=0)
        self.set_playhead(self._playhead_ns)
        self.set_span(self._span_ns)

    def _x(self, wall_ns: int) -> float:
        return (wall_ns - self._from_ns) / NS_PER_S

    def _time(self, x: float) -> int:
        return self._from_ns + round(x * NS_PER_S)

    def _box_x(self, at: QPointF) -> float:
        scene = self.mapToScene(at.toPoint())
        return float(self.getPlotItem().vb.mapSceneToView(scene).x())

    def _click(self, x: float) -> None:
        self.seek_wanted.emit(self._time(x))

    def _drag(self, start: float, end: float) -> None:
        self.span_wanted.emit(*sorted((self._time(start), self._time(end))))


class _Box(pg.ViewBox):  # type: ignore[misc]
    """Clicks and drags as places on the time axis, in seconds from its left edge."""

    def __init__(
        self, clicked: Callable[[float], None], dragged: Callable[[float, float], None]
    ) -> None:
        super().__init__(enableMenu=False)
        self._clicked, self._dragged = clicked, dragged

    def mouseClickEvent(self, event: Any) -> None:
        """Goes there."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self._clicked(float(self.mapSceneToView(event.scenePos()).x()))

    def mouseDragEvent(self, event: Any, axis: object = None) -> None:
        """Marks a span."""
        del axis
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            start, end = event.buttonDownScenePos(), event.scenePos()
            self._dragged(*(float(self.mapSceneToView(at).x()) for at in (start, end)))


class _TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """The ticks of the timeline: round in the zone of the case, changes of the clocks included."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._range = (0, NS_PER_S)
        self._zone_name = "UTC"
        self._texts: dict[float, str] = {}

    def set_range(self, from_ns: int, to_ns: int, zone_name: str) -> None:
        """What the axis shows."""
        self._range, self._zone_name = (from_ns, to_ns), zone_name
        self.picture = None
        self.update()

    def tickValues(self, _low: float, _high: float, size: float) -> list[tuple[float, list[float]]]:
        """One level of ticks, in seconds from the left edge."""
        scale = TimeScale(*self._range, max(round(size), 1))
        found = ticks(scale, zone_of(self._zone_name), _TICK_PX)
        self._texts = {
            (tick.wall_ns - self._range[0]) / NS_PER_S: f"{tick.context}\n{tick.text}".strip()
            for tick in found
        }
        return [(1.0, list(self._texts))]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Their texts: time of day, the date where it begins to hold."""
        return [self._texts.get(value, "") for value in values]
