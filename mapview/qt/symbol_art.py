"""Camera symbols, clusters and badges as small pictures, painted once and stamped."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from mapview.layers import CameraMark, MarkKind
from mapview.qt.map_colours import MapColours
from mapview.qt.name_painter import font_of
from mapview.symbols import CLUSTER_PX, SYMBOL_PX

_ROOM: Final = SYMBOL_PX + 4
_MOST_COUNT: Final = 999


class SymbolArt:
    """Symbols in one set of colours, at one device pixel ratio."""

    def __init__(self, colours: MapColours, font: QFont, ratio: float) -> None:
        self._colours, self._font, self._ratio = colours, font, ratio
        self._stamps: dict[tuple[MarkKind, int], QImage] = {}

    def draw(self, painter: QPainter, at: QPointF, mark: CameraMark) -> None:
        """One camera: its shape says the kind, filled with its hue where there is footage."""
        hue = mark.colour % len(self._colours.cameras) if mark.has_footage else -1
        stamp = self._stamps.get((mark.kind, hue))
        if stamp is None:
            stamp = self._stamps[mark.kind, hue] = self._stamp(mark.kind, hue)
        painter.drawImage(at - QPointF(_ROOM / 2, _ROOM / 2), stamp)

    def draw_cluster(self, painter: QPainter, at: QPointF, marks: Sequence[CameraMark]) -> None:
        """A disc with the number of cameras, ringed by the share of those with footage."""
        colours, radius = self._colours, CLUSTER_PX / 2 - 1.5
        painter.setPen(QPen(colours.line, 3.0))
        painter.setBrush(colours.panel)
        painter.drawEllipse(at, radius, radius)
        share = sum(mark.has_footage for mark in marks) / len(marks)
        if share:
            painter.setPen(QPen(colours.accent, 3.0))
            box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
            painter.drawArc(box, 90 * 16, -round(360 * 16 * share))
        painter.setPen(colours.text)
        painter.setFont(font_of(self._font, bold=True))
        box = QRectF(at.x() - 20, at.y() - 10, 40, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _count(len(marks)))

    def draw_badge(self, painter: QPainter, at: QPointF, hits: int, *, cluster: bool) -> None:
        """How many hits a camera has, at the upper right of its symbol."""
        face = font_of(self._font, bold=True)
        text = _count(hits)
        width = max(16.0, QFontMetricsF(face).horizontalAdvance(text) + 8)
        out = (CLUSTER_PX if cluster else SYMBOL_PX) / 2
        box = QRectF(at.x() + out - 3 - width / 2, at.y() - out - 9, width, 16)
        painter.setPen(QPen(self._colours.panel, 1.5))
        painter.setBrush(self._colours.accent)
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(self._colours.accent_text)
        painter.setFont(face)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _stamp(self, kind: MarkKind, hue: int) -> QImage:
        size = round(_ROOM * self._ratio)
        stamp = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        stamp.setDevicePixelRatio(self._ratio)
        stamp.fill(Qt.GlobalColor.transparent)
        colours = self._colours
        filled = hue >= 0
        body = colours.cameras[hue] if filled else colours.panel
        glyph = _readable_on(body, colours) if filled else colours.text_dim
        painter = QPainter(stamp)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_ROOM / 2, _ROOM / 2)
        shape = _outline(kind, SYMBOL_PX / 2 - 1)
        painter.setPen(QPen(colours.land, 3.0))
        painter.drawPath(shape)
        painter.setPen(QPen(colours.land if filled else colours.text_dim, 1.4))
        painter.setBrush(body)
        painter.drawPath(shape)
        painter.setPen(QPen(glyph, 1.5, c=Qt.PenCapStyle.RoundCap, s=Qt.PenStyle.SolidLine,
                            j=Qt.PenJoinStyle.RoundJoin))  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _GLYPHS[kind](painter, glyph)
        painter.end()
        return stamp


def _outline(kind: MarkKind, radius: float) -> QPainterPath:
    path = QPainterPath()
    if kind == "fixed":
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif kind == "trailer":
        side = radius * 0.92
        path.addRoundedRect(QRectF(-side, -side, 2 * side, 2 * side), 4, 4)
    else:
        corners = 4 if kind == "ptz" else 6
        points = [
            QPointF(radius * math.sin(turn), -radius * math.cos(turn))
            for turn in (2 * math.pi * corner / corners for corner in range(corners))
        ]
        path.addPolygon(points)
        path.closeSubpath()
    return path


def _draw_fixed(painter: QPainter, colour: QColor) -> None:
    painter.setBrush(colour)
    painter.drawRoundedRect(QRectF(-5, -3, 6.5, 6), 1.2, 1.2)
    painter.drawPolygon([QPointF(3, 0), QPointF(5, -2.2), QPointF(5, 2.2)])


def _draw_ptz(painter: QPainter, colour: QColor) -> None:
    painter.drawLine(QPointF(-4, -1.5), QPointF(4, -1.5))
    painter.setBrush(colour)
    painter.drawChord(QRectF(-3, -4.5, 6, 6.5), 180 * 16, 180 * 16)
    painter.drawPoint(QPointF(0, 4.2))


def _draw_trailer(painter: QPainter, colour: QColor) -> None:
    painter.drawLine(QPointF(0, -5), QPointF(0, 2))
    painter.drawLine(QPointF(-3, -5), QPointF(3, -5))
    painter.drawLine(QPointF(-5, 2), QPointF(5, 2))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(-2.6, 4.6), 1.0, 1.0)
    painter.drawEllipse(QPointF(2.6, 4.6), 1.0, 1.0)


def _draw_alpr(painter: QPainter, _: QColor) -> None:
    painter.drawRoundedRect(QRectF(-5.5, -3, 11, 6), 1.2, 1.2)
    painter.drawLine(QPointF(-3, 0), QPointF(-1.5, 0))
    painter.drawLine(QPointF(1, 0), QPointF(3, 0))


_GLYPHS: Final[Mapping[MarkKind, Callable[[QPainter, QColor], None]]] = {
    "fixed": _draw_fixed, "ptz": _draw_ptz, "trailer": _draw_trailer, "alpr": _draw_alpr,
}  # fmt: skip


def _readable_on(ground: QColor, colours: MapColours) -> QColor:
    """Whichever of land and text stands out more."""
    return max(
        (colours.land, colours.text),
        key=lambda colour: abs(colour.lightnessF() - ground.lightnessF()),
    )


def _count(number: int) -> str:
    return str(number) if number <= _MOST_COUNT else f"{_MOST_COUNT}+"
