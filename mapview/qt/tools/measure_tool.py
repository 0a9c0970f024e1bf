"""Measuring on the map: the way along corners, and the area once they close."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from mapview.measure import area_m2, area_text, leg_m, length_m, length_text
from mapview.projection import to_degrees, to_mercator
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.tools.draw_tool import Board, DrawTool, LonLat, World, write_chip
from mapview.viewport import Viewport

_CLOSE_PX: Final = 10.0
_LEG_PX: Final = 90.0
"""Shorter legs are not written at: their texts would cover each other."""


class MeasureTool(DrawTool):
    """Clicks set corners; a click on the first one closes an area. What was measured stays until
    the next corner is set, or Escape."""

    def __init__(
        self,
        board: Board,
        hint: str,
        *,
        ended: Callable[[tuple[LonLat, ...]], None],
        left: Callable[[], None],
    ) -> None:
        super().__init__(board, hint, ended=ended, left=left)
        self.kept: list[World] = []
        """What was measured last."""
        self.is_area = False

    def begin_at(self, place: LonLat) -> None:
        """The first corner, as (lon, lat)."""
        self.cancel()
        ((x, y),) = to_mercator([place]).tolist()
        self.put((x, y))

    def words(self) -> str:
        """What is measured: nothing, a length, or an area with the way round it."""
        closed = self.is_area and not self.corners
        line = self.line() or self.kept
        places = [(lon, lat) for lon, lat in to_degrees(line).tolist()] if line else []
        if len(places) < 2:
            return ""
        if closed:
            round_m = length_m([*places, places[0]])
            return f"{area_text(area_m2(places))} · {length_text(round_m)}"
        return length_text(length_m(places))

    def put(self, world: World) -> None:
        """A corner; on the first one, the area is closed."""
        if not self.corners:
            self.kept, self.is_area = [], False
        if len(self.corners) > 2:
            first = self.corners[0]
            near = _CLOSE_PX * self._board.view.scale
            if abs(world[0] - first[0]) <= near and abs(world[1] - first[1]) <= near:
                self.is_area = True
                self.end()
                return
        super().put(world)

    def end(self) -> None:
        """What was measured stays in view."""
        corners, closed = self.corners, self.is_area
        self.cancel()
        if len(corners) >= self.least:
            self.kept, self.is_area = corners, closed
            self._ended(tuple((lon, lat) for lon, lat in to_degrees(corners).tolist()))
        self._board.update()

    def cancel(self) -> None:
        """Nothing is measured any more."""
        super().cancel()
        self.kept, self.is_area = [], False

    def _escape(self) -> None:
        if self.kept and not self.corners:
            self.cancel()
        else:
            super()._escape()

    def _paint_shape(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        line = self.line() or self.kept
        points = self.pixels(view, line)
        closed = self.is_area and not self.corners
        painter.setPen(QPen(colours.accent, 2.0))
        painter.setBrush(faded(colours.accent, 0.12) if closed else Qt.BrushStyle.NoBrush)
        if closed:
            painter.drawPolygon(QPolygonF(points))
        else:
            painter.drawPolyline(points)
        if not self.corners:
            painter.setBrush(colours.panel)
            for point in points:
                painter.drawEllipse(point, 3.5, 3.5)
        if len(points) > 1:
            self._write_legs(painter, line, points, view, colours, font)
            write_chip(painter, points[-1], self.words(), view, colours, font)

    def _write_legs(
        self,
        painter: QPainter,
        line: list[World],
        points: list[QPointF],
        view: Viewport,
        colours: MapColours,
        font: QFont,
    ) -> None:
        places = [(lon, lat) for lon, lat in to_degrees(line).tolist()]
        if len(places) < 3:
            return
        for index in range(len(places) - 1):
            one, other = points[index], points[index + 1]
            apart = one - other
            if apart.x() ** 2 + apart.y() ** 2 >= _LEG_PX**2:
                text = length_text(leg_m(places[index], places[index + 1])).split(" (")[0]
                write_chip(painter, (one + other) / 2, text, view, colours, font)
