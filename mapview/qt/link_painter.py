"""Paints which camera follows which: a line a way, thicker the more confirmed ways there are."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from mapview.journey_shapes import LinkLine, link_width
from mapview.label_room import Box, Room
from mapview.line_hit import nearest
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.viewport import Viewport

_HIT_PX: Final = 6.0
_MOST_LINES: Final = 1500
_MOST_NAMED: Final = 60
"""More words than these hide the map."""


class LinkOverlay:
    """Ways between cameras; those a person closed are crossed out."""

    def __init__(self) -> None:
        self.links: tuple[LinkLine, ...] = ()

    def set_links(self, links: Sequence[LinkLine]) -> None:
        """Other ways; those that are better known are painted over the others."""
        drawn = [one for one in links if len(one.points) > 1]
        self.links = tuple(sorted(drawn, key=lambda one: (one.by_person, one.seen)))[-_MOST_LINES:]

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Lines, and how long each takes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        room, face = Room(), font_of(font)
        metrics = QFontMetricsF(face)
        for link in self.links:
            line = QPolygonF([QPointF(x, y) for x, y in view.to_screen(link.points).tolist()])
            painter.setPen(QPen(faded(colours.land, 0.7), link_width(link.seen) + 2.4))
            painter.drawPolyline(line)
            painter.setPen(link_pen(link, colours))
            painter.drawPolyline(line)
        for link in self.links[::-1][:_MOST_NAMED]:
            x, y = _place(link, view)
            if link.closed:
                painter.setPen(QPen(colours.warn, 2.4))
                painter.drawLine(QPointF(x - 5, y - 5), QPointF(x + 5, y + 5))
                painter.drawLine(QPointF(x - 5, y + 5), QPointF(x + 5, y - 5))
            wide, high = metrics.horizontalAdvance(link.words) + 6, metrics.height()
            if link.words and room.take_if_free([Box(x - wide / 2, y - high / 2, wide, high)]):
                box = QRectF(x - wide / 2, y - high / 2, wide, high)
                ink = colours.text if link.by_person or link.seen else colours.text_dim
                write_halo(painter, face, link.words, box, ink, colours.land)

    def link_at(self, view: Viewport, x: float, y: float) -> LinkLine | None:
        """The way drawn under a pixel."""
        world = np.array(view.world_at(x, y))
        for link in reversed(self.links):
            found = nearest(link.points, world)
            if found is not None and found.distance <= _HIT_PX * view.scale:
                return link
        return None


def link_pen(link: LinkLine, colours: MapColours) -> QPen:
    """Whole where people confirmed or said it, dashed where it is reckoned, dotted where closed."""
    known = link.by_person or link.seen > 0
    ink = colours.warn if link.closed else colours.accent if known else colours.text_dim
    pen = QPen(ink, link_width(link.seen))
    pen.setStyle(
        Qt.PenStyle.DotLine if link.closed
        else Qt.PenStyle.SolidLine if known else Qt.PenStyle.DashLine
    )  # fmt: skip
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _place(link: LinkLine, view: Viewport) -> tuple[float, float]:
    """Where its words stand: two fifths along, so that there and back do not share a place."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(link.points, axis=0).T))))
    at = 0.4 * float(along[-1])
    world = [(np.interp(at, along, link.points[:, 0]), np.interp(at, along, link.points[:, 1]))]
    x, y = view.to_screen(world)[0].tolist()
    return x, y
