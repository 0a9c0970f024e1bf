"""Tools that take cameras in: an area (lasso), a route with a width, a circle."""

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from mapview.measure import leg_m, length_m, length_text
from mapview.projection import to_degrees
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.tools.draw_tool import Board, DrawTool, LonLat, write_chip
from mapview.viewport import Viewport

_LEAST_PX: Final = 4.0


class LassoTool(DrawTool):
    """An area: corners by clicks, or one line drawn freehand."""

    least = 3
    freehand = True

    def _paint_shape(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        del font
        painter.setPen(QPen(colours.accent, 1.8, Qt.PenStyle.DashLine))
        painter.setBrush(faded(colours.accent, 0.12))
        painter.drawPolygon(QPolygonF(self.pixels(view, self.line())))


class RouteTool(DrawTool):
    """A way along streets; what lies within `reach_m` of it is taken in."""

    def __init__(
        self,
        board: Board,
        hint: str,
        *,
        ended: Callable[[tuple[LonLat, ...]], None],
        left: Callable[[], None],
        reach_m: Callable[[], float],
    ) -> None:
        """`reach_m` gives half the width, which may change while the route is drawn."""
        super().__init__(board, hint, ended=ended, left=left)
        self._reach_m = reach_m

    def _paint_shape(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        line = self.line()
        if len(line) > 1:
            pen = QPen(faded(colours.accent, 0.18), 2 * self._reach_m() / view.ground_m_per_px)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(self.pixels(view, line))
        super()._paint_shape(painter, view, colours, font)
        if len(line) > 1:
            degrees = [(lon, lat) for lon, lat in to_degrees(line).tolist()]
            (end,) = self.pixels(view, line[-1:])
            write_chip(painter, end, length_text(length_m(degrees)), view, colours, font)


class CircleTool(DrawTool):
    """A circle: its middle first, then its edge; or a drag from the middle to the edge.

    `ended` gets both as (lon, lat).
    """

    freehand = True

    def put(self, world: tuple[float, float]) -> None:
        """The middle, then the edge, which ends it."""
        super().put(world)
        if len(self.corners) == self.least:
            self.end()

    def double(self, at: QPointF) -> bool:
        """Its second click is the middle still."""
        del at
        return True

    def _drag(self, at: QPointF) -> None:
        # One edge, which follows the pointer: no line is drawn.
        del at

    def _end_drag(self, at: QPointF) -> None:
        self.put(self._world(at))

    def _paint_shape(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        line = self.line()
        if len(line) < 2:
            return
        middle, edge = self.pixels(view, line)
        reach = math.hypot(edge.x() - middle.x(), edge.y() - middle.y())
        if reach < _LEAST_PX:
            return
        painter.setPen(QPen(colours.accent, 1.8, Qt.PenStyle.DashLine))
        painter.setBrush(faded(colours.accent, 0.12))
        painter.drawEllipse(middle, reach, reach)
        painter.drawLine(middle, edge)
        one, other = ((lon, lat) for lon, lat in to_degrees(line).tolist())
        write_chip(painter, edge, length_text(leg_m(one, other)), view, colours, font)
