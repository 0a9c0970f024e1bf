"""Paints how far a subject can have come by the time shown, and on which cameras to look."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from mapview.journey_shapes import ForecastShape, Line
from mapview.label_room import Box, Room
from mapview.qt.map_colours import MapColours, faded
from mapview.qt.name_painter import font_of, write_halo
from mapview.viewport import Viewport

_BESIDE_PX: Final = 15.0
_MOST_LOOKS: Final = 6
"""The panel lists the others: more tags than these hide the map, and are not read."""


class ForecastOverlay:
    """A ring that nobody can have left, the likely part of it, and the cameras to look on."""

    def __init__(self, clear: Callable[[Viewport], Iterable[Box]] = lambda _: ()) -> None:
        self.shape = ForecastShape()
        self.tags: tuple[Box, ...] = ()
        """Where words were painted last, in pixels of the view: others keep off."""
        self._clear = clear

    def paint(self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont) -> None:
        """Rings from the outside in; likely places are darker, and told apart by their lines."""
        shape, self.tags = self.shape, ()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = colours.accent
        for line, fill, width, style in (
            (shape.reach, 0.05, 1.6, Qt.PenStyle.DashLine),
            (shape.likely, 0.08, 1.6, Qt.PenStyle.SolidLine),
            (shape.cone, 0.16, 1.2, Qt.PenStyle.SolidLine),
        ):
            if len(line):
                painter.setPen(QPen(accent, width, style))
                painter.setBrush(faded(accent, fill))
                painter.drawPolygon(_polygon(line, view))
        if shape.origin is not None:
            ((x, y),) = view.to_screen([shape.origin]).tolist()
            painter.setPen(QPen(colours.land, 2.0))
            painter.setBrush(accent)
            painter.drawRect(QRectF(x - 5, y - 5, 10, 10))
            self._say_reach(painter, view, colours, font)
        self._paint_looks(painter, view, colours, font)

    def _say_reach(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        outline = self.shape.reach if len(self.shape.reach) else self.shape.likely
        if not len(outline) or not self.shape.words:
            return
        face = font_of(font, bold=True)
        metrics = QFontMetricsF(face)
        wide, high = metrics.horizontalAdvance(self.shape.words) + 8, metrics.height()
        # The top of the ring; at the foot of the map where that is out of view: notes are above.
        x, y = view.to_screen(outline[:1])[0].tolist()
        x = min(max(x, wide / 2 + 4), view.width - wide / 2 - 4)
        y -= high / 2 + 3
        y = y if high / 2 <= y <= view.height - high else view.height - high
        box = QRectF(x - wide / 2, y - high / 2, wide, high)
        self.tags = (Box(box.x(), box.y(), wide, high),)
        write_halo(painter, face, self.shape.words, box, colours.text, colours.land)

    def _paint_looks(
        self, painter: QPainter, view: Viewport, colours: MapColours, font: QFont
    ) -> None:
        """Tags beside cameras; likely ones are placed first, and a camera without footage in its
        window is told by a broken edge."""
        face = font_of(font)
        metrics = QFontMetricsF(face)
        room = Room((*self._clear(view), *self.tags))
        for look in self.shape.looks[:_MOST_LOOKS]:
            ((x, y),) = view.to_screen([(look.x, look.y)]).tolist()
            if not (0 <= x <= view.width and 0 <= y <= view.height):
                continue
            text = f"{look.rank} · {look.words}"
            wide, high = metrics.horizontalAdvance(text) + 10, metrics.height() + 4
            for left, top in (
                (x + _BESIDE_PX, y - high / 2), (x - _BESIDE_PX - wide, y - high / 2),
                (x - wide / 2, y - _BESIDE_PX - high), (x - wide / 2, y + _BESIDE_PX),
            ):  # fmt: skip
                tag = Box(left, top, wide, high)
                inside = left >= 0 and top >= 0
                inside = inside and left + wide <= view.width and top + high <= view.height
                if not (inside and room.take_if_free([tag])):
                    continue
                self.tags += (tag,)
                box = QRectF(left, top, wide, high)
                edge = Qt.PenStyle.SolidLine if look.has_footage else Qt.PenStyle.DotLine
                painter.setPen(QPen(colours.accent, 0.8 + 2.2 * look.chance, edge))
                painter.setBrush(colours.panel)
                painter.drawRoundedRect(box, 4, 4)
                painter.setPen(colours.text)
                painter.setFont(face)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
                break


def _polygon(points: Line, view: Viewport) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in view.to_screen(points).tolist()])
